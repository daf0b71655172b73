from odoo import api, models


class ClinicPatientMerge(models.Model):
    """What was answered stays with the entry for whom it was sent, and counts for the one who is kept."""

    _inherit = "clinic.patient.merge"

    @api.model
    def _added_text(self, model):
        if model._name.startswith("clinic.intake"):
            return self.env._("an entry in the clinical record")
        return super()._added_text(model)
