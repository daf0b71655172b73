from odoo import fields, models


class ClinicCommissionTier(models.Model):
    """A part of a month's base that earns another percentage than the rule's own."""

    _name = "clinic.commission.tier"
    _description = "Commission Tier"
    _order = "rule_id, amount_from, id"
    _rec_name = "rule_id"

    rule_id = fields.Many2one("clinic.commission.rule", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="rule_id.currency_id")
    amount_from = fields.Float(string="From", digits=(16, 4), required=True, help="Of the month's base, inclusive.")
    amount_to = fields.Float(string="Below", digits=(16, 4), help="0: without an end.")
    percent = fields.Float(digits=(5, 2), required=True)

    _percent_in_range = models.Constraint(
        "CHECK (percent >= 0 AND percent <= 100)", "A commission lies between 0 and 100 percent."
    )
    _from_not_negative = models.Constraint("CHECK (amount_from >= 0)", "A tier begins at zero or above.")
    _in_order = models.Constraint(
        "CHECK (COALESCE(amount_to, 0) = 0 OR amount_to > amount_from)", "A tier ends above the amount it begins at."
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(rule_id, rule_id, '[]') WITH =,"
        " numrange(amount_from::numeric, NULLIF(amount_to, 0)::numeric, '[)') WITH &&)",
        "Two tiers of this rule overlap: let each begin where the one before it ends.",
    )

    def _terms(self):
        """Return these tiers as they are frozen in an entry: [[from, to or None, percent]]."""
        return [[tier.amount_from, tier.amount_to or None, tier.percent] for tier in self]
