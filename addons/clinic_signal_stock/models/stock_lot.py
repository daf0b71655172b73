from odoo import models

from odoo.addons.clinic.door import a_text, takes


class StockLot(models.Model):
    """A lot that is blocked, by whatever way, needs no decision any more."""

    _inherit = "stock.lot"

    @takes(reason=a_text(optional=True))
    def clinic_block(self, reason):
        """Block these lots, and settle the alerts about them."""
        result = super().clinic_block(reason)
        # Who may block, which was checked, need not read the alerts.
        alerts = self.env["clinic.lot.alert"].sudo().search([("lot_id", "in", self.ids), ("state", "=", "open")])
        alerts._decide({"state": "blocked"})
        return result
