from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_choice, a_moment, a_record, a_text, takes
from odoo.addons.clinic.people import is_phone, phone_key

from .clinic_call import MOST_NUMBER

_lt = LazyTranslate(__name__)

NUMBER = a_text(MOST_NUMBER)
# The screen makes one for each call, so that what is sent twice is one call.
KEY = a_text(64, optional=True)
PATIENT = a_record("clinic.patient", missing=_lt("Choose the patient."), exists=True)
# Of a call in which nothing was booked.
TALKED = ("changed", "asked", "call_back", "wrong_number", "other")
# As the history of messages names what came of it.
RESULTS = {"call_back": "call_back", "wrong_number": "wrong_number"}
MOST_PATIENTS = 10
# A visit that was booked earlier was booked in another call.
LONGEST_CALL = timedelta(hours=3)


class ClinicCall(models.Model):
    """An incoming call: who it may be, what is on the screen, and what came of it. To look writes nothing."""

    _inherit = "clinic.call"

    @api.model
    def _check_may_answer(self):
        self.env["clinic.due.list"]._check_may_call()

    @takes(number=NUMBER)
    @api.model
    def look_up(self, number):
        """Return who has the ``number``: none, one, or several of a family; ready for JSON."""
        self._check_may_answer()
        number = number.strip()
        is_number = self._is_number(number)
        patients = self._with_number(number) if is_number else self.env["clinic.patient"]
        return {"number": number, "is_phone": is_number, "patients": self._prepare_patients(patients)}

    @api.model
    def _is_number(self, number):
        """Return whether ``number`` is somebody's; zeros alone are what some systems send for a hidden one."""
        return is_phone(number) and bool(phone_key(number, self._regions()))

    @api.model
    def _with_number(self, number):
        """Return the patients with ``number``, however it is written; of two, who was here last first."""
        key = phone_key(number, self._regions())
        same = Domain("phone_key", "=", key) & Domain("merged_into_id", "=", False)
        return self.env["clinic.patient"].search(same, limit=MOST_PATIENTS, order="name, id")

    @api.model
    def _regions(self):
        """Return the countries whose numbers come without a prefix: those of the user's branches."""
        # Which country a branch is in is no secret.
        return [code for code in self.env.companies.sudo().mapped("country_id.code") if code]

    @api.model
    def _prepare_patients(self, patients):
        comes = Domain("patient_id", "in", patients.ids) & Domain("state", "=", "booked")
        visits = self.env["clinic.visit"].search(comes & Domain("start", ">", fields.Datetime.now()), order="start")
        following = {}
        for visit in visits:
            following.setdefault(visit.patient_id, visit)
        due = self.env["clinic.recall"]._due_domain() & Domain("patient_id", "in", patients.ids)
        reasons = self.env["clinic.recall"].search(due).grouped("patient_id")
        return [
            {
                "id": patient.id,
                "name": patient.name,
                "number": patient.number,
                "born": format_date(self.env, patient.birth_date) if patient.birth_date else "",
                "next": self._visit_text(following.get(patient)),
                "due": reasons[patient].mapped("reason") if patient in reasons else [],
            }
            for patient in patients
        ]

    @api.model
    def _visit_text(self, visit):
        return visit.company_id._clinic_moment_text(visit.start) if visit else ""

    @takes(patient=PATIENT)
    @api.model
    def open_patient(self, patient):
        """Return what is on the screen of a call of ``patient``, as of one from the due list; nothing is locked."""
        due = self.env["clinic.due.list"]
        patient = due._check_patient(patient)
        return due._prepare_call(patient, due._open_recalls(patient))

    # -- what came of it ----------------------------------------------------------------------------------------------

    @takes(
        number=NUMBER,
        patient=PATIENT,
        treatment=a_record("product.template", missing=_lt("Choose the treatment."), exists=True),
        start=a_moment(),
        practitioner=a_record("clinic.practitioner", exists=True),
        key=KEY,
    )
    @api.model
    def book(self, number, patient, treatment, start, practitioner=None, key=None):
        """Book ``treatment`` for the caller, and keep the call ``key``.

        :raises SlotTaken: when the time is not free any more; the call goes on
        """
        patient = self.env["clinic.due.list"]._check_patient(patient)
        if self._with_key(key):
            raise UserError(self.env._("What came of this call was written down already."))
        visit = self.env["clinic.visit"].book(patient, treatment, start, practitioner)
        self._keep_booked(number, patient, visit, key)
        return {"visit_id": visit.id, "text": visit._booked_text()}

    @api.model
    def _with_key(self, key):
        """Return this user's call that was written down with ``key``, as superuser."""
        # Who answers calls knows of the own ones.
        calls = self.sudo()
        return calls.search([("user_id", "=", self.env.uid), ("call_key", "=", key)]) if key else calls

    @takes(
        number=NUMBER,
        patient=PATIENT,
        visit=a_record("clinic.visit", missing=_lt("Choose the visit."), exists=True),
        key=KEY,
    )
    @api.model
    def note_booked(self, number, patient, visit, key=None):
        """Keep as the call's outcome that ``visit`` was booked in the booking dialog."""
        patient = self.env["clinic.due.list"]._check_patient(patient)
        visit.check_access("read")
        # Whose call that was is no secret: it is of this user, who has booked the visit.
        is_known = self.sudo().search_count([("visit_id", "=", visit.id)])
        is_own = visit.patient_id == patient and visit.booked_by_id == self.env.user
        is_new = visit.state == "booked" and visit.create_date >= fields.Datetime.now() - LONGEST_CALL
        if not is_own or not is_new or is_known or self._with_key(key):
            raise UserError(self.env._("This visit was not booked in this call."))
        self._keep_booked(number, patient, visit, key)
        return True

    @api.model
    def _keep_booked(self, number, patient, visit, key=None):
        """Write the call down; what the patient was due for and has booked was answered by it."""
        due = self.env["clinic.due.list"]
        # The booking has answered them in the database.
        self.env["clinic.recall"].invalidate_model()
        due._mark_booked(self.env["clinic.recall"].search([("visit_id", "=", visit.id)]), visit)
        message = due._log(patient, "reached", visit, direction="in")
        self._write_down("in", "booked", number, patient, visit, message, key)

    @takes(number=NUMBER, outcome=a_choice(TALKED), patient=a_record("clinic.patient", exists=True), key=KEY)
    @api.model
    def note(self, number, outcome, patient=None, key=None):
        """Keep the ``outcome`` of a call in which nothing was booked; ``patient`` is None where nobody is known."""
        self._check_may_answer()
        if self._with_key(key):
            # Sent again, since the answer was lost.
            return True
        message = None
        if patient:
            due = self.env["clinic.due.list"]
            patient = due._check_patient(patient)
            message = due._log(patient, RESULTS.get(outcome, "reached"), direction="in")
        self._write_down("in", outcome, number, patient, message=message, key=key)
        return True
