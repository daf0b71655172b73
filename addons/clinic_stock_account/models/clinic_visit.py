from odoo import api, models


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    @api.depends("consumption_ids.price_total")
    def _compute_amounts(self):
        return super()._compute_amounts()

    def _amount_expected(self):
        return super()._amount_expected() + sum(self.consumption_ids.mapped("price_total"))
