from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import DEPOSIT, FIXED, KINDS, NOTHING, PERCENT


class ClinicFeeRule(models.Model):
    """What a patient owes who does not come, or cancels too late. The first rule that matches a booking counts.

    What it says is kept with the booking, in words and amounts: a rule that is changed later changes nothing of what
    was agreed.
    """

    _name = "clinic.fee.rule"
    _description = "Fee Rule"
    _inherit = ["clinic.booking.rule.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", string="Branch", index=True, help="Empty: all branches.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    treatment_id = fields.Many2one(
        "product.template",
        domain=[("is_treatment", "=", True)],
        ondelete="cascade",
        index="btree_not_null",
        help="Visits with this treatment; empty: any, or any of the category.",
    )
    category_id = fields.Many2one(
        "product.category",
        ondelete="cascade",
        index="btree_not_null",
        help="Visits with a treatment of this category or of those below it.",
    )
    min_no_shows = fields.Integer("From Missed Visits", help="The patient has missed so many visits; zero: any.")
    no_show_kind = fields.Selection(KINDS, required=True, default=DEPOSIT, string="Who Does Not Come")
    no_show_amount = fields.Monetary(string="Amount, Not Coming", help="With taxes, never more than the price.")
    no_show_percent = fields.Float(string="Percent, Not Coming", digits=(5, 2), help="Of the price with taxes.")
    late_kind = fields.Selection(KINDS, required=True, default=NOTHING, string="Who Cancels Too Late")
    late_amount = fields.Monetary(string="Amount, Too Late", help="With taxes, never more than the price.")
    late_percent = fields.Float(string="Percent, Too Late", digits=(5, 2), help="Of the price with taxes.")
    by_card = fields.Boolean(
        "Charge a Saved Card",
        help="What the deposit does not pay is charged to the card that the patient has saved, where there is one; "
        "else the patient gets a payment link. On the page where the deposit is paid a card can be saved.",
    )
    terms = fields.Text(translate=True, help="Further words that the patient agrees to.")

    _percent_in_range = models.Constraint(
        "CHECK ((no_show_kind != 'percent' OR (no_show_percent >= 1 AND no_show_percent <= 100))"
        " AND (late_kind != 'percent' OR (late_percent >= 1 AND late_percent <= 100)))",
        "A fee is 1 to 100 percent of the price.",
    )
    _amount_positive = models.Constraint(
        "CHECK ((no_show_kind != 'fixed' OR no_show_amount > 0) AND (late_kind != 'fixed' OR late_amount > 0))",
        "The amount of a fee is above zero.",
    )
    _not_negative = models.Constraint(
        "CHECK (COALESCE(no_show_amount, 0) >= 0 AND COALESCE(late_amount, 0) >= 0 AND COALESCE(min_no_shows, 0) >= 0)",
        "Nothing of a fee rule lies below zero.",
    )
    _one_scope = models.Constraint(
        "CHECK (num_nonnulls(treatment_id, category_id) <= 1)",
        "A rule is for one treatment or for one category: choose only one of them.",
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    @api.constrains("treatment_id")
    def _check_treatment(self):
        """A fee is owed for what is booked."""
        if any(rule.treatment_id and not rule.treatment_id.is_treatment for rule in self):
            raise ValidationError(self.env._("A fee rule is for a treatment."))

    # -- which one counts ---------------------------------------------------------------------------------------------

    @api.model
    def _first(self, branch, patient, treatments):
        """Return the first rule, as superuser, that is for this booking; none where none is."""
        for rule in self.sudo().browse(self._ids_of(branch.id)):
            if rule._matching_treatments(treatments) and rule._suits_patient(patient):
                return rule
        return self.sudo().browse()

    def _suits_patient(self, patient):
        """Return whether the patient has missed as many visits, in all branches, as this rule wants."""
        if not self.min_no_shows:
            return True
        # How often somebody came counts for the clinic, not for the one who books.
        mine = [("patient_id", "=", patient.id), ("state", "=", "no_show")]
        return bool(patient) and self.env["clinic.visit"].sudo().search_count(mine) >= self.min_no_shows

    # -- what is agreed ----------------------------------------------------------------------------------------------

    def _prepare_agreed(self, branch, price):
        """Return {field of the visit: value} of what is agreed of a visit that costs ``price``, without the words."""
        self.ensure_one()
        hours = branch.sudo().clinic_cancel_cutoff
        agreed = {"fee_rule_id": self.id, "fee_by_card": self.by_card, "late_fee_hours": hours}
        for cause in ("no_show", "late"):
            kind = self[f"{cause}_kind"]
            amount = {FIXED: self[f"{cause}_amount"], PERCENT: price * self[f"{cause}_percent"] / 100}.get(kind, 0.0)
            amount = branch.currency_id.round(min(amount, price))
            if kind in (FIXED, PERCENT):
                kind = FIXED if amount else NOTHING
            agreed |= {f"{cause}_fee_kind": kind, f"{cause}_fee": amount}
        return agreed

    def _text(self, branch, agreed):
        """Return what is agreed, in words that are kept with the booking; nothing where no fee is."""
        texts = [self._no_show_text(branch, agreed), self._late_text(branch, agreed)]
        if not any(texts):
            return False
        if agreed["fee_by_card"]:
            texts.append(self.env._("If you save a card for it, it is charged to that card."))
        return " ".join(text for text in (*texts, self.terms) if text)

    def _no_show_text(self, branch, agreed):
        if agreed["no_show_fee_kind"] == DEPOSIT:
            return self.env._("If you do not come, the deposit is kept.")
        if agreed["no_show_fee_kind"] == FIXED:
            return self.env._("If you do not come, %s is charged.", branch.currency_id.format(agreed["no_show_fee"]))
        return None

    def _late_text(self, branch, agreed):
        hours = f"{agreed['late_fee_hours']:g}"
        if agreed["late_fee_kind"] == DEPOSIT:
            return self.env._("If you cancel later than %s hours before, the deposit is kept.", hours)
        if agreed["late_fee_kind"] == FIXED:
            amount = branch.currency_id.format(agreed["late_fee"])
            return self.env._(
                "If you cancel later than %(hours)s hours before, %(amount)s is charged.", hours=hours, amount=amount
            )
        return None
