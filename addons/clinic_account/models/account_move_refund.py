from odoo import fields, models
from odoo.tools import float_compare

# A rounding is a few of the currency's smallest units, never more.
MOST_ROUNDING = 5


class AccountMove(models.Model):
    """The documents of a refund, and totals that are right to the last cent."""

    _inherit = "account.move"

    clinic_refund_id = fields.Many2one(
        "clinic.refund", string="Refund", copy=False, readonly=True, ondelete="restrict", index="btree_not_null"
    )

    def _clinic_take_rounding(self, total):
        """Let this draft amount to ``total``, taxes included: what rounding has added or left out goes to the tax.

        A total with taxes need not be the sum of a rounded net amount and its rounded tax: parts of an invoice would
        then not add up to it. As Odoo's own editing of the tax in the totals does, only the tax line is changed.
        """
        self.ensure_one()
        currency = self.currency_id
        difference = currency.round(total - self.amount_total)
        if currency.is_zero(difference):
            return
        taxed = self.line_ids.filtered("tax_line_id").sorted(lambda line: abs(line.amount_currency))[-1:]
        if not taxed or float_compare(abs(difference), MOST_ROUNDING * currency.rounding, precision_digits=6) > 0:
            return
        changed = taxed.amount_currency + self.direction_sign * difference
        self.write({"line_ids": [fields.Command.update(taxed.id, {"amount_currency": changed})]})
