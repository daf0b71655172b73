from odoo import api, models
from odoo.fields import Domain

# Lots that expire later than this can still be used up, or returned, without a manager.
EXPIRY_DAYS = 30


class ClinicHome(models.AbstractModel):
    """The stock on a manager's home."""

    _inherit = "clinic.home"

    @api.model
    def _prepare_alerts(self):
        return [
            *super()._prepare_alerts(),
            self._alert(
                "vials",
                self.env._("Open vials past their time"),
                "clinic.open.vial",
                Domain("is_over", "=", True),
                "clinic_stock.clinic_open_vial_action",
                self.env._("Discard"),
                urgent=True,
            ),
            self._alert(
                "expiring",
                self.env._("Items expired or expiring within %s days", EXPIRY_DAYS),
                "stock.quant",
                self._expiring_domain(),
                "clinic_stock.clinic_expiring_action",
                self.env._("Show"),
            ),
            # The buyer is notified of them each hour.
            self._alert(
                "reorder",
                self.env._("Items below their reorder threshold"),
                "stock.warehouse.orderpoint",
                Domain("clinic_told_at", "!=", False) & Domain("company_id", "in", self.env.companies.ids),
                "stock.action_orderpoint_replenish",
                self.env._("Order"),
            ),
            self._alert(
                "discrepancies",
                self.env._("Stock differences not explained"),
                "clinic.discrepancy",
                Domain("explained", "=", False) & Domain("is_current", "=", True),
                "clinic_stock.clinic_discrepancy_action",
                self.env._("Explain"),
            ),
        ]

    @api.model
    def _expiring_domain(self):
        """Return what lies in the chosen branches and expires by the last of these days."""
        soon = Domain.OR(
            Domain("company_id", "=", branch.id) & Domain("lot_id.clinic_expiry_day", "<=", day)
            for branch, day in self._days(EXPIRY_DAYS).items()
        )
        there = Domain("location_id.usage", "=", "internal") & Domain("quantity", ">", 0)
        return soon & there & Domain("product_id.clinic_item", "=", True)
