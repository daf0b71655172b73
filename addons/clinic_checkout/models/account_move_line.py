from odoo import api, fields, models


class AccountMoveLine(models.Model):
    """What was sold at the desk beside the treatments, and to whom a tip goes."""

    _inherit = "account.move.line"

    clinic_checkout_line_id = fields.Many2one(
        "clinic.checkout.line",
        string="Sold at the Desk",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    clinic_tip_practitioner_id = fields.Many2one(
        "clinic.practitioner",
        string="Tip For",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Who gets this tip; it is paid out from the account of this line.",
    )

    @api.model
    def _clinic_links(self):
        return [*super()._clinic_links(), "clinic_checkout_line_id", "clinic_tip_practitioner_id"]

    def _clinic_shown_amount(self):
        """Return the amount beside this line on documents and screens, in its currency: ``_clinic_line_amounts``."""
        self.ensure_one()
        return self.price_total if self.company_id._clinic_shows_taxes() else self.price_subtotal
