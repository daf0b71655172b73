from odoo import api, models


class ClinicPatientMerge(models.Model):
    """Photos, and what was decided about them, go along with the patient."""

    _inherit = "clinic.patient.merge"

    @api.model
    def _added_text(self, model):
        if model._name in ("clinic.photo", "clinic.photo.permission"):
            return self.env._("an entry in the clinical record")
        return super()._added_text(model)

    def _unite(self, values, login):
        holds = dict.fromkeys(filter(None, (self.kept_id | self.merged_id).mapped("photo_hold_reason")))
        if holds:
            values = {**values, "photo_hold_reason": "; ".join(holds)}
        super()._unite(values, login)
