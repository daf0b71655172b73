from odoo.http import request

from odoo.addons.clinic.door import MOST_ID
from odoo.addons.clinic_message.controllers.light import HEADERS, prepare_light
from odoo.addons.clinic_message.controllers.wrong import Wrong

NOTICE = "clinic_portal_notice"


class PortalBase:
    """What a patient's own pages share. Each of them finds out first whose pages the user may see.

    All that is shown is read with the superuser's rights, as patients have none: the patient is always one of
    ``_clinic_portal_patients``, and what is read belongs to that patient.

    No controller itself: Odoo makes one class of all that extend a controller, and Odoo's own portal is another one.
    """

    # -- whose --------------------------------------------------------------------------------------------------------

    def _patients(self):
        """Return the patients whose pages the user sees, the own first; speak the user's language."""
        user = request.env.user
        lang = request.env["res.lang"]._get_code(user.lang or "") or request.env.lang
        request.update_context(lang=lang)
        patients = user._clinic_portal_patients().with_context(lang=lang)
        return patients.sorted(lambda patient: (patient.partner_id != user.partner_id, patient.name or "", patient.id))

    def _patient(self, patient_id):
        """Return the patient of an address, as superuser in the patient's branch, if it is one of the user's."""
        found = self._patients().filtered(lambda patient: patient.id == patient_id)
        return found.with_context(allowed_company_ids=self._branch(found).ids) if found else found

    def _branch(self, patient):
        # Which branch a patient belongs to, and what it is called, the patient may know.
        return (patient.branch_id or request.env.company).sudo()

    def _own(self, model, patient, record_id, domain=()):
        """Return the record ``record_id`` of ``model``, as superuser, if it belongs to ``patient``."""
        records = patient.env[model]
        if not 0 < record_id <= MOST_ID:
            return records
        return records.search([("id", "=", record_id), ("patient_id", "=", patient.id), *domain])

    def _visit(self, patient, visit_id):
        """Return a visit of ``patient``, as superuser in its branch: such that the patient may act on it."""
        visit = self._own("clinic.visit", patient, visit_id)
        return visit.with_context(allowed_company_ids=visit.company_id.ids)

    # -- the answer ---------------------------------------------------------------------------------------------------

    def _facts(self, patient):
        """Return the model that says what stands on the pages of ``patient``."""
        return patient.env["clinic.portal"]

    def _page(self, template, patient, tab, status=200, **values):
        """Return the page of ``template`` about ``patient``."""
        values = {
            **prepare_light(self._branch(patient)),
            "patient": patient,
            "patients": self._patients(),
            "base": f"/my/clinic/{patient.id}",
            "tab": tab,
            "is_own": patient.partner_id == request.env.user.partner_id,
            "unread": self._facts(patient)._count_unread(patient),
            "notice": request.session.pop(NOTICE, None),
            **values,
        }
        response = request.render(template, values, status=status)
        response.headers.update(HEADERS)
        return response

    def _go(self, address):
        response = request.redirect(address, 303)
        response.headers.update(HEADERS)
        return response

    def _notify(self, text, kind="good"):
        """Say ``text`` on the next page."""
        request.session[NOTICE] = [kind, text]

    def _gone(self, wrong):
        """Answer in the same way to all that is not the user's, or does not exist; slow down who guesses."""
        self._patients()
        is_much = wrong.note()
        branch = request.env["res.company"].sudo().browse()
        values = {**prepare_light(branch), "is_much": is_much, "notice": None}
        response = request.render("clinic_portal.page_gone", values, status=429 if is_much else 404)
        response.headers.update(HEADERS)
        return wrong.retry_later(response) if is_much else response


def of_patient(function):
    """Let a page about the patient of its address be shown to who may see it, and nothing of it to anybody else."""

    def page(self, patient_id, *args, **kwargs):
        # Of this name, the page has one already, whatever stands in the query.
        kwargs.pop("patient", None)
        wrong, patient = Wrong(), self._patient(patient_id)
        if patient and patient.partner_id != request.env.user.partner_id:
            # Who acts for somebody else stands in the log, as anybody who looks.
            request.env["clinic.access.log"]._log(patient, "open")
        answer = function(self, patient, *args, **kwargs) if patient else None
        return self._gone(wrong) if answer is None else answer

    page.__name__, page.__doc__ = function.__name__, function.__doc__
    return page
