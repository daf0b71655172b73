from odoo import api, fields, models


class ClinicLotBlock(models.TransientModel):
    """Why lots are blocked, or released."""

    _name = "clinic.lot.block"
    _description = "Block or Release Lots"

    lot_ids = fields.Many2many("stock.lot", required=True)
    release = fields.Boolean(compute="_compute_release", help="All of these lots are blocked.")
    reason = fields.Char(required=True, help="Everybody who keeps the stock reads it: name no patient.")

    @api.depends("lot_ids")
    def _compute_release(self):
        for wizard in self:
            wizard.release = all(lot.clinic_blocked for lot in wizard.lot_ids)

    def action_block(self):
        """Block these lots, or release them where all are blocked."""
        self.ensure_one()
        if self.release:
            self.lot_ids.clinic_release(self.reason)
        else:
            self.lot_ids.clinic_block(self.reason)
        return {"type": "ir.actions.act_window_close"}
