from odoo import api, models


class ClinicPatientMerge(models.Model):
    """What was signed stays with the entry for whom it was signed, and counts for the one who is kept."""

    _inherit = "clinic.patient.merge"

    @api.model
    def _added_text(self, model):
        if model._name in ("clinic.consent", "clinic.consent.request"):
            return self.env._("an entry in the clinical record")
        return super()._added_text(model)
