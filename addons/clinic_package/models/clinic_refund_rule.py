from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.clinic_account.models.clinic_refund import CAUSES

from ..reckoning import Rule


class ClinicRefundRule(models.Model):
    """How a part-used package is refunded: what is charged for the used sessions, which fee, and what becomes of it.

    All amounts include taxes, as the patient reads them. Which rules apply follows from the cause, from the days since
    the sale and from whether a session was used; the calculator shows them side by side.
    """

    _name = "clinic.refund.rule"
    _description = "Refund Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", string="Branch", index=True, help="Empty: all branches.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    basis = fields.Selection(
        [
            ("package", "At the package's price"),
            ("list", "At the list price of a single session"),
            ("nothing", "Nothing is refunded"),
        ],
        string="Used Sessions Count",
        required=True,
        default="package",
    )
    missed_counts = fields.Boolean(
        string="Missed Sessions Count", default=True, help="A session the patient missed counts as used."
    )
    fee_kind = fields.Selection(
        [("none", "No fee"), ("fixed", "Fixed amount"), ("percent", "Percent")], required=True, default="none"
    )
    fee_amount = fields.Monetary(string="Fee")
    fee_percent = fields.Float(string="Fee (%)", digits=(5, 2))
    fee_of = fields.Selection(
        [("price", "of the price"), ("unused", "of the unused value"), ("paid", "of what was paid")],
        required=True,
        default="price",
    )
    bank_charges = fields.Monetary(help="What the bank takes for paying back.")
    debt = fields.Selection(
        [("owed", "The patient owes it"), ("waived", "It is waived")],
        string="If Less Was Paid",
        required=True,
        default="owed",
    )
    is_capped = fields.Boolean(
        string="Not Above the Unused Value", default=True, help="Never more than the share of the unused sessions."
    )
    outcome = fields.Selection(
        [("money", "Money back"), ("wallet", "Transfer"), ("credit", "Credit"), ("swap", "Credit for another package")],
        required=True,
        default="money",
    )
    credit_days = fields.Integer(string="Credit Valid For", help="Days; 0: no end date.")
    use = fields.Selection(
        [
            ("any", "Whether or not a session was used"),
            ("unused", "No session was used"),
            ("used", "A session was used"),
        ],
        string="Applies When",
        required=True,
        default="any",
    )
    days_most = fields.Integer(string="Within", help="Days from the sale; 0: at any time.")
    for_change_of_mind = fields.Boolean(string="Change of Mind", default=True)
    for_medical = fields.Boolean(string="Medical Reason", default=True)
    for_adverse_event = fields.Boolean(string="Adverse Event", default=True)
    for_clinic_fault = fields.Boolean(string="The Clinic's Fault", default=True)

    _not_negative = models.Constraint(
        "CHECK (COALESCE(fee_amount, 0) >= 0 AND COALESCE(bank_charges, 0) >= 0 AND COALESCE(credit_days, 0) >= 0"
        " AND COALESCE(days_most, 0) >= 0)",
        "Fees, charges and days cannot be below zero.",
    )
    _percent_in_range = models.Constraint(
        "CHECK (COALESCE(fee_percent, 0) BETWEEN 0 AND 100)", "A fee lies between 0 and 100 percent."
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    @api.constrains("fee_kind", "fee_amount", "fee_percent")
    def _check_fee(self):
        """A rule with a fee says how much."""
        for rule in self:
            if (rule.fee_kind == "fixed" and not rule.fee_amount) or (
                rule.fee_kind == "percent" and not rule.fee_percent
            ):
                raise ValidationError(self.env._("Enter the fee of the rule “%s”.", rule.name))

    @api.constrains("for_change_of_mind", "for_medical", "for_adverse_event", "for_clinic_fault")
    def _check_has_cause(self):
        """A rule is for some cause."""
        for rule in self:
            if not any(rule[f"for_{cause}"] for cause, _label in CAUSES):
                raise ValidationError(self.env._("Say for which causes the rule “%s” is.", rule.name))

    def _applies(self, course, cause):
        """Return whether this rule applies to ``course`` today for ``cause``."""
        self.ensure_one()
        if self.company_id and self.company_id != course.company_id:
            return False
        if not self[f"for_{cause}"] or (course.rule_ids and self not in course.rule_ids):
            return False
        used = bool(course._sessions_counted(self))
        if self.use != "any" and (self.use == "used") != used:
            return False
        days = (course.company_id._clinic_today() - course.sold_on).days
        return not self.days_most or days <= self.days_most

    def _terms(self):
        """Return the terms of this rule for the reckoning."""
        self.ensure_one()
        return Rule(
            basis=self.basis,
            fee_kind=self.fee_kind,
            fee=self.fee_amount if self.fee_kind == "fixed" else self.fee_percent,
            fee_of=self.fee_of,
            charges=self.bank_charges,
            debt=self.debt,
            capped=self.is_capped,
        )
