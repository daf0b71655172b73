from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ClinicCommissionRule(models.Model):
    """What a practitioner earns on a procedure. Rules are tried in their order; the first that matches counts."""

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
    treatment_id = fields.Many2one(
        "product.template",
        domain=[("is_treatment", "=", True)],
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: every treatment, or every one of the category.",
    )
    category_id = fields.Many2one(
        "product.category",
        string="Treatment Category",
        ondelete="cascade",
        index="btree_not_null",
        help="All treatments of this category and of those below it.",
    )
    kind = fields.Selection(
        [("percent", "Percent of the price"), ("flat", "Amount per session")], required=True, default="percent"
    )
    percent = fields.Float(digits=(5, 2), help="Of the invoiced amount without taxes, after discount.")
    amount = fields.Monetary(string="Amount per Session", help="In the company's currency, whatever the price.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    include_items = fields.Boolean(
        string="Items Count, Too",
        help="The percentage also counts on the items used that were charged to the patient.",
    )
    date_from = fields.Date(string="Valid From")
    date_to = fields.Date(string="Valid To", help="Last valid day; empty: until further notice.")

    _percent_in_range = models.Constraint(
        "CHECK (percent IS NULL OR (percent >= 0 AND percent <= 100))", "A commission lies between 0 and 100 percent."
    )
    _amount_not_negative = models.Constraint(
        "CHECK (amount IS NULL OR amount >= 0)", "An amount per session cannot be below zero."
    )
    _one_scope = models.Constraint(
        "CHECK (num_nonnulls(treatment_id, category_id) <= 1)",
        "A rule is for one treatment or for one category, not for both.",
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
        " daterange(date_from, date_to, '[]') WITH &&) WHERE (active)",
        "Another rule for the same practitioner, treatment or category and branch is valid at the same time. End it "
        "before this one begins.",
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    @api.constrains("kind", "percent", "amount")
    def _check_gives_something(self):
        """A rule names its percentage or its amount. Zero percent is said by leaving the rule out."""
        for rule in self:
            if rule.kind == "flat" and not rule.amount:
                raise ValidationError(self.env._("Enter the amount per session of the rule “%s”.", rule.name))
            if rule.kind == "percent" and not rule.percent:
                raise ValidationError(self.env._("Enter the percentage of the rule “%s”.", rule.name))

    @api.model
    def _match(self, procedure, day):
        """Return the first rule for ``procedure`` on ``day`` (the invoice's date), or an empty recordset."""
        categories = procedure.treatment_id.categ_id.ids
        domain = (
            (Domain("practitioner_id", "=", False) | Domain("practitioner_id", "=", procedure.practitioner_id.id))
            & (Domain("treatment_id", "=", False) | Domain("treatment_id", "=", procedure.treatment_id.id))
            & (Domain("category_id", "=", False) | Domain("category_id", "parent_of", categories))
            & (Domain("company_id", "=", False) | Domain("company_id", "parent_of", procedure.company_id.ids))
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", day))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )
        return self.search(domain, limit=1)

    def _base_amount(self, lines):
        """Return what of the invoice ``lines`` of one procedure the commission is computed on.

        In the company's currency, without taxes, after discount; below zero for a credit note.
        """
        if not self.include_items:
            lines = lines.filtered(lambda line: line._clinic_is_treatment())
        return -sum(lines.mapped("balance"))

    def _commission(self, base, currency):
        """Return the practitioner's share of ``base``: percent of it, or the flat amount of a session."""
        self.ensure_one()
        return currency.round(self.amount if self.kind == "flat" else base * self.percent / 100)
