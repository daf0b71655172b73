from odoo import api, models


class ClinicCommissionEntry(models.Model):
    _inherit = "clinic.commission.entry"

    @api.model
    def _deduction_labels(self):
        return {
            **super()._deduction_labels(),
            "items": self.env._("items used"),
            "time": self.env._("room and device time"),
        }
