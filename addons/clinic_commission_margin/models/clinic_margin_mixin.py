from odoo import api, fields, models


class ClinicMarginMixin(models.AbstractModel):
    _inherit = "clinic.margin.mixin"

    margin_commission = fields.Monetary(
        compute="_compute_margin",
        string="Commission",
        groups="clinic.group_manager",
        help="The practitioner's share; it comes with the posted invoice.",
    )

    @api.model
    def _margin_aggregates(self):
        return {**super()._margin_aggregates(), "margin_commission": "commission:sum"}
