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
        hold = self.kept_id.photo_hold_reason or self.merged_id.photo_hold_reason
        if hold and not self.kept_id.photo_hold_reason:
            values = {**values, "photo_hold_reason": hold}
        super()._unite(values, login)
