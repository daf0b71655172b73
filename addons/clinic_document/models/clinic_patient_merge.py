from odoo import api, models


class ClinicPatientMerge(models.Model):
    """Documents go along with the patient."""

    _inherit = "clinic.patient.merge"

    @api.model
    def _added_text(self, model):
        if model._name == "clinic.document":
            return self.env._("an entry in the clinical record")
        return super()._added_text(model)
