from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicTillCount(models.Model):
    """How many of a note or coin were in the till."""

    _name = "clinic.till.count"
    _description = "Counted Notes or Coins"
    _order = "value desc, id"

    closing_id = fields.Many2one("clinic.till.closing", required=True, ondelete="cascade", index=True)
    denomination_id = fields.Many2one("clinic.till.denomination", required=True, ondelete="restrict")
    # Kept as it was counted, whatever becomes of the list of notes.
    value = fields.Float(compute="_compute_value", store=True, precompute=True)
    currency_id = fields.Many2one(related="closing_id.currency_id")
    quantity = fields.Integer(string="Count")
    amount = fields.Monetary(compute="_compute_amount")

    _clinic_fixed = ("closing_id", "denomination_id")
    _not_negative = models.Constraint("CHECK (quantity >= 0)", "Notes and coins are counted from zero on.")
    _once = models.UniqueIndex("(closing_id, denomination_id)", "Each note or coin is counted once.")

    @api.depends("denomination_id")
    def _compute_value(self):
        for line in self:
            line.value = line.denomination_id.value

    @api.depends("quantity", "value")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.value

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        """What was counted stays."""
        self._check_open()

    def _check_open(self):
        """Raise ``UserError`` when the till was closed on this count; who closes it now waits for this change."""
        self.closing_id._wait_for_others()
        if any(closing.state != "counting" for closing in self.closing_id):
            raise UserError(
                self.env._("The till is closed: its count is not changed. Count again at the next closing.")
            )
