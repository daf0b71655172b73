from odoo import api, fields, models


class ClinicTillDenomination(models.Model):
    """A note or coin of a currency."""

    _name = "clinic.till.denomination"
    _description = "Note or Coin"
    _order = "currency_id, value desc, kind desc"

    currency_id = fields.Many2one(
        "res.currency", required=True, ondelete="cascade", default=lambda self: self.env.company.currency_id
    )
    value = fields.Monetary(required=True)
    kind = fields.Selection([("note", "Note"), ("coin", "Coin")], required=True, default="note")
    active = fields.Boolean(default=True)

    _positive = models.Constraint("CHECK (value > 0)", "A note or coin is worth more than nothing.")
    _once = models.UniqueIndex("(currency_id, value, kind)", "This note or coin is in the list already.")

    @api.depends("value", "kind", "currency_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for one in self:
            amount = f"{one.value:,.2f}".removesuffix(".00")
            one.display_name = f"{amount} {one.currency_id.name or ''} · {kinds.get(one.kind, '')}"
