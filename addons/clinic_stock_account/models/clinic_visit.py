from odoo import api, models


class ClinicVisit(models.Model):
    _name = "clinic.visit"
    _inherit = ["clinic.visit", "clinic.margin.mixin"]

    _margin_key = "visit_id"

    @api.depends("consumption_ids.price_total")
    def _compute_amounts(self):
        return super()._compute_amounts()

    def _amount_expected(self):
        return super()._amount_expected() + sum(self.consumption_ids.mapped("price_total"))
