from odoo import api, fields, models


class ClinicLotCorrect(models.TransientModel):
    """What is printed on the package of a lot, where it was entered wrongly."""

    _name = "clinic.lot.correct"
    _description = "Correct a Lot"

    lot_id = fields.Many2one("stock.lot", required=True)
    use_expiration_date = fields.Boolean(related="lot_id.use_expiration_date")
    name = fields.Char(
        string="Lot Number", compute="_compute_name", store=True, readonly=False, precompute=True, required=True
    )
    expiry = fields.Date(string="Expires On", compute="_compute_expiry", store=True, readonly=False)
    reason = fields.Char(required=True, help="Everybody who keeps the stock reads it: name no patient.")

    @api.depends("lot_id")
    def _compute_name(self):
        for wizard in self:
            wizard.name = wizard.lot_id.name

    @api.depends("lot_id")
    def _compute_expiry(self):
        for wizard in self:
            wizard.expiry = wizard.lot_id.clinic_expiry_day

    def action_correct(self):
        """Correct the lot."""
        self.ensure_one()
        self.lot_id.clinic_correct(self.name, self.expiry, self.reason)
        return {"type": "ir.actions.act_window_close"}
