from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicLotCorrection(models.Model):
    """What was corrected on a lot after it was moved: from what, to what, why, by whom. Never changed."""

    _name = "clinic.lot.correction"
    _description = "Lot Correction"
    _order = "date desc, id desc"
    _rec_name = "lot_id"

    lot_id = fields.Many2one("stock.lot", readonly=True, required=True, ondelete="restrict", index=True)
    product_id = fields.Many2one(related="lot_id.product_id", string="Item")
    # The lot's branch; empty where lots are shared.
    company_id = fields.Many2one("res.company", string="Branch", readonly=True, index="btree_not_null")
    old_name = fields.Char(string="Lot Before", readonly=True)
    new_name = fields.Char(string="Lot After", readonly=True)
    old_expiry = fields.Date(string="Expiry Before", readonly=True)
    new_expiry = fields.Date(string="Expiry After", readonly=True)
    reason = fields.Char(readonly=True, required=True)
    user_id = fields.Many2one("res.users", string="Corrected By", readonly=True, required=True, ondelete="restrict")
    date = fields.Datetime(readonly=True, required=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A correction is not deleted: correct the lot once more."))
