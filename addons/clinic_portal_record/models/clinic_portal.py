from odoo import api, models
from odoo.tools import is_html_empty
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic_feedback.const import TRIGGER
from odoo.addons.clinic_feedback.models.clinic_message import GONE_OUT

_lt = LazyTranslate(__name__)
LABELS = {
    "documents": _lt("Documents"),
    "medical_summary": _lt("Medical Summary"),
    "released_at": _lt("Released On"),
    "signed": _lt("Signed"),
    "signed_at": _lt("Signed On"),
    "standing": _lt("Standing"),
    "title": _lt("Title"),
}


class ClinicPortal(models.AbstractModel):
    """What stands in the record and may be shown: to whom it belongs, as far as the clinic permits it."""

    _inherit = "clinic.portal"

    # -- to do --------------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_todo(self, patient, coming):
        rows = []
        if patient._is_signed_by(self.env.user.partner_id):
            waiting = coming.filtered(lambda visit: visit.state in ("booked", "arrived") and visit.has_consents_due)
            rows = [self._prepare_signing(visit) for visit in waiting]
        return [*rows, *super()._prepare_todo(patient, coming), *self._prepare_feedback(patient)]

    @api.model
    def _prepare_signing(self, visit):
        return {
            "title": self.env._("Read, fill in and sign"),
            "text": self.env._("Before your visit: %s", visit._patient_moment_text(visit.start)),
            "label": self.env._("Begin"),
            "address": f"/my/consents/sign/{visit.id}",
            "is_post": True,
        }

    @api.model
    def _prepare_feedback(self, patient):
        """Return the row that asks how the last visit was, if the patient was asked and has not answered."""
        domain = [
            ("patient_id", "=", patient.id),
            ("kind_id.trigger", "=", TRIGGER),
            ("recipient", "=", "patient"),
            ("state", "in", GONE_OUT),
        ]
        message = self.env["clinic.message"].search(domain, order="id DESC", limit=1)
        if not message:
            return []
        links = self.env["clinic.message.link"]
        token = links._address(message, TRIGGER).rpartition("/")[2]
        if not links._find(token):
            return []
        return [
            {
                "title": self.env._("How was your visit?"),
                "text": message.visit_id._patient_moment_text(message.visit_id.start),
                "label": self.env._("Answer"),
                "address": f"/c/{token}",
                "is_post": False,
            }
        ]

    # -- what was done ------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_visit(self, visit):
        row = super()._prepare_visit(visit)
        if visit.state not in ("in_progress", "done") or not visit.company_id.clinic_portal_aftercare:
            return row
        texts = [
            {"title": self.env._("Afterwards: %s", procedure.treatment_id.name), "html": procedure.aftercare}
            for procedure in visit.procedure_ids.filtered(lambda procedure: procedure.state == "done")
            if not is_html_empty(procedure.aftercare)
        ]
        return {**row, "texts": [*row["texts"], *texts]}

    # -- the own data -------------------------------------------------------------------------------------------------

    @api.model
    def _own_labels(self):
        return {**super()._own_labels(), **LABELS}

    @api.model
    def _own_data(self, patient):
        consents = self.env["clinic.consent"].search([("patient_id", "in", patient._united().ids)], order="id")
        documents = self.env["clinic.document"]._shown_on_portal().filtered(lambda one: one.patient_id == patient)
        summary = self.env["clinic.summary"]._shown_to(patient)
        return {
            **super()._own_data(patient),
            "medical_summary": [{"released_at": f"{one.released_at}Z", "text": one.text} for one in summary],
            "signed": [
                {
                    "title": consent.version_id.title,
                    "signed_at": f"{consent.signed_at}Z",
                    "standing": consent.standing,
                }
                for consent in consents
            ],
            "documents": [{"title": one.name, "date": str(one.date), "kind": one.kind_id.name} for one in documents],
        }
