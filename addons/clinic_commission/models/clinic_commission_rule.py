from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..roles import PERFORMER, ROLES


class ClinicCommissionRule(models.Model):
    """What somebody earns with a procedure or a sale. Rules are tried in their order; the first that matches counts."""

    _name = "clinic.commission.rule"
    _description = "Commission Rule"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", string="Branch", index=True, help="Empty: all branches.")
    practitioner_id = fields.Many2one(
        "clinic.practitioner", ondelete="cascade", index="btree_not_null", help="Empty: every practitioner."
    )
    role = fields.Selection(
        ROLES, required=True, default=PERFORMER, help="Several who share a role share what the rule gives."
    )
    treatment_id = fields.Many2one(
        "product.template",
        domain=[("is_treatment", "=", True)],
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: every treatment, or every one of the category.",
    )
    product_id = fields.Many2one(
        "product.template",
        string="Product Sold",
        domain=[("is_treatment", "=", False), ("sale_ok", "=", True)],
        ondelete="cascade",
        index="btree_not_null",
        help="Goods or a package that the seller earns with.",
    )
    category_id = fields.Many2one(
        "product.category",
        ondelete="cascade",
        index="btree_not_null",
        help="All treatments and products of this category and of those below it.",
    )
    kind = fields.Selection(
        [("percent", "Percent of the price"), ("flat", "Amount per session"), ("unit", "Amount per unit")],
        required=True,
        default="percent",
    )
    basis = fields.Selection(
        [("net", "Price after discount"), ("list", "List price: discounts are the clinic's")],
        string="Of",
        required=True,
        default="net",
    )
    percent = fields.Float(
        digits=(5, 2), help="Of the price without taxes. With tiers: for what is below the first tier or in no tier."
    )
    amount = fields.Monetary(help="Per session or unit, in the branch's currency, no matter what the price is.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    include_items = fields.Boolean(
        help="The percentage also counts on the items used that were charged to the patient.",
    )
    include_tax = fields.Boolean(string="Include Taxes", help="Otherwise taxes are taken off first.")
    card_fee = fields.Float(
        string="Card Fee (%)",
        digits=(5, 2),
        help="Taken off first: what cards and wallets cost the clinic on average.",
    )
    tiers = fields.Selection(
        [("marginal", "Each tier for the part within it"), ("whole", "The highest tier reached, for the whole month")],
        help="More for those who bring in more in a month. The month's statement adds the difference.",
    )
    tier_ids = fields.One2many("clinic.commission.tier", "rule_id", copy=True)
    date_from = fields.Date(string="Valid From")
    date_to = fields.Date(string="Valid To", help="Last valid day; empty: until further notice.")

    _percent_in_range = models.Constraint(
        "CHECK (percent IS NULL OR (percent >= 0 AND percent <= 100))", "A commission lies between 0 and 100 percent."
    )
    _amount_not_negative = models.Constraint(
        "CHECK (amount IS NULL OR amount >= 0)", "An amount per session cannot be below zero."
    )
    _card_fee_in_range = models.Constraint(
        "CHECK (card_fee IS NULL OR (card_fee >= 0 AND card_fee < 100))", "A card fee lies between 0 and 100 percent."
    )
    _one_scope = models.Constraint(
        "CHECK (num_nonnulls(treatment_id, category_id, product_id) <= 1)",
        "A rule is for one treatment, for one product or for one category: choose only one of them.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_to >= date_from)",
        "The last valid day of a rule cannot come before its first.",
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist ("
        "int4range(COALESCE(company_id, 0), COALESCE(company_id, 0), '[]') WITH =,"
        " int4range(COALESCE(practitioner_id, 0), COALESCE(practitioner_id, 0), '[]') WITH =,"
        " int4range(COALESCE(treatment_id, 0), COALESCE(treatment_id, 0), '[]') WITH =,"
        " int4range(COALESCE(category_id, 0), COALESCE(category_id, 0), '[]') WITH =,"
        " int4range(COALESCE(product_id, 0), COALESCE(product_id, 0), '[]') WITH =,"
        " int4range(ascii(role), ascii(role), '[]') WITH =,"
        " daterange(date_from, date_to, '[]') WITH &&) WHERE (active)",
        "Another rule for the same practitioner, treatment or category and branch is valid at the same time. End it "
        "before this one begins.",
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    @api.constrains("kind", "percent", "amount", "tiers", "tier_ids")
    def _check_gives_something(self):
        """A rule names its percentage, its tiers or its amount. Zero percent needs no rule."""
        for rule in self:
            if rule.kind == "flat" and not rule.amount:
                raise ValidationError(self.env._("Enter the amount per session of the rule “%s”.", rule.name))
            if rule.kind == "unit" and not rule.amount:
                raise ValidationError(self.env._("Enter the amount per unit of the rule “%s”.", rule.name))
            if rule.kind == "percent" and not rule.percent and not rule.tiers:
                raise ValidationError(self.env._("Enter the percentage of the rule “%s”.", rule.name))
            if rule.tiers and (rule.kind != "percent" or not rule.tier_ids):
                raise ValidationError(
                    self.env._("“%s”: tiers are percentages. Add the tiers, or choose none.", rule.name)
                )
