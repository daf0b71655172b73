from odoo import api, models

from odoo.addons.clinic_consent.models.clinic_visit import OPEN


class ClinicVisit(models.Model):
    """The intakes that a visit's patient has still to fill in; their pages come before the consents."""

    _inherit = "clinic.visit"

    @api.model
    def _procedures_with_pages(self, procedures):
        due = self.env["clinic.intake.need"]._of_patient(procedures._consent_asked())
        return super()._procedures_with_pages(procedures) | {row["number"] for row in due}

    def _has_pages_due(self):
        return bool(self._intakes_due()) or super()._has_pages_due()

    def _intakes_due(self):
        """Return the forms that the patient has to fill in for this visit."""
        self.ensure_one()
        forms = self.env["clinic.intake.form"]
        if self.state not in OPEN:
            return forms
        procedures = self.procedure_ids.filtered(lambda procedure: procedure.state in ("planned", "in_progress"))
        due = self.env["clinic.intake.need"]._of_patient(procedures._consent_asked())
        return forms.browse(dict.fromkeys(row["form_id"] for row in due))
