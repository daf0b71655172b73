from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import CHANNELS

BEGUN = ("in_progress", "done")


class ClinicDepositRule(models.Model):
    """When a patient pays a deposit, and how much. Of all rules that match a booking, the one that asks most counts.

    A rule without a treatment or category looks at the whole visit; else its price, its percentage and its duration are
    those of the matching treatments. A rule that asks for nothing says that nothing is asked unless another rule does.
    """

    _name = "clinic.deposit.rule"
    _description = "Deposit Rule"
    _inherit = ["clinic.booking.rule.mixin"]
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("none", "No deposit"), ("fixed", "Amount"), ("percent", "Percent of the price"), ("full", "Whole price")],
        required=True,
        default="percent",
        string="Deposit",
    )
    percent = fields.Float(digits=(5, 2), help="Of the price with taxes.")
    amount = fields.Monetary(help="In the branch's currency; never more than the price.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    terms = fields.Text(
        translate=True,
        help="What the patient agrees to. It is kept with the booking and stands on the page on which it is paid: name "
        "no treatment in it.",
    )
    company_id = fields.Many2one("res.company", string="Branch", index=True, help="Empty: all branches.")
    treatment_id = fields.Many2one(
        "product.template",
        domain=[("is_treatment", "=", True)],
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: every treatment, or every one of the category.",
    )
    category_id = fields.Many2one(
        "product.category",
        ondelete="cascade",
        index="btree_not_null",
        help="All treatments of this category and of those below it.",
    )
    channel = fields.Selection(CHANNELS, string="Booked", help="Empty: however it is booked.")
    min_minutes = fields.Integer("From Minutes", help="The treatments last at least so long; zero: any.")
    min_price = fields.Monetary("From Price", help="They cost at least so much, taxes included; zero: any.")
    is_new_patient = fields.Boolean("New Patients", help="Only patients who were never treated here.")
    min_no_shows = fields.Integer("From Missed Visits", help="The patient has missed so many visits; zero: any.")
    date_from = fields.Date("Visits From")
    date_to = fields.Date("Visits To", help="The last day; empty: until further notice.")
    online_minutes = fields.Integer("Online, Minutes", default=30, required=True)
    phone_hours = fields.Float("By Phone, Hours", default=24, required=True)
    desk_hours = fields.Float("At the Desk, Hours", default=2, required=True)

    _percent_in_range = models.Constraint(
        "CHECK (kind != 'percent' OR (percent >= 1 AND percent <= 100))", "A deposit is 1 to 100 percent of the price."
    )
    _amount_positive = models.Constraint(
        "CHECK (kind != 'fixed' OR amount > 0)", "The amount of a deposit is above zero."
    )
    _not_negative = models.Constraint(
        "CHECK (COALESCE(amount, 0) >= 0 AND COALESCE(percent, 0) >= 0 AND COALESCE(min_minutes, 0) >= 0"
        " AND COALESCE(min_price, 0) >= 0 AND COALESCE(min_no_shows, 0) >= 0)",
        "Nothing of a deposit rule lies below zero.",
    )
    _one_scope = models.Constraint(
        "CHECK (num_nonnulls(treatment_id, category_id) <= 1)",
        "A rule is for one treatment or for one category: choose only one of them.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_to >= date_from)",
        "The last day of a rule cannot come before its first.",
    )
    _time_to_pay = models.Constraint(
        "CHECK (online_minutes BETWEEN 5 AND 1440 AND phone_hours > 0 AND phone_hours <= 720"
        " AND desk_hours > 0 AND desk_hours <= 720)",
        "Give the patient time to pay: from 5 minutes to a day online, up to 30 days by phone and at the desk.",
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist ("
        "int4range(COALESCE(company_id, 0), COALESCE(company_id, 0), '[]') WITH =,"
        " int4range(COALESCE(treatment_id, 0), COALESCE(treatment_id, 0), '[]') WITH =,"
        " int4range(COALESCE(category_id, 0), COALESCE(category_id, 0), '[]') WITH =,"
        " int4range(COALESCE(ascii(channel), 0), COALESCE(ascii(channel), 0), '[]') WITH =,"
        " int4range(COALESCE(min_minutes, 0), COALESCE(min_minutes, 0), '[]') WITH =,"
        " numrange(COALESCE(min_price, 0), COALESCE(min_price, 0), '[]') WITH =,"
        " int4range(COALESCE(is_new_patient, FALSE)::int, COALESCE(is_new_patient, FALSE)::int, '[]') WITH =,"
        " int4range(COALESCE(min_no_shows, 0), COALESCE(min_no_shows, 0), '[]') WITH =,"
        " daterange(date_from, date_to, '[]') WITH &&) WHERE (active)",
        "Another rule has the same conditions at the same time. Change that one, or end it before this one begins.",
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    @api.constrains("treatment_id")
    def _check_treatment(self):
        """A deposit is paid for what is booked."""
        if any(rule.treatment_id and not rule.treatment_id.is_treatment for rule in self):
            raise ValidationError(self.env._("A deposit rule is for a treatment."))

    # -- which one counts ---------------------------------------------------------------------------------------------

    @api.model
    def _strictest(self, branch, patient, treatments, start, channel):
        """Return (the rule that asks most for this booking, the amount); (no rule, 0.0) where nothing is asked.

        :param treatments: ``product.template`` records, as they are booked
        :param start: when the visit begins, naive UTC
        :param channel: of ``CHANNELS``
        """
        found, most = self.sudo().browse(), 0.0
        for rule in self.sudo().browse(self._ids_of(branch.id)):
            amount = rule._asks(branch, patient, treatments, start, channel)
            if amount > most:
                found, most = rule, amount
        return found, most

    def _asks(self, branch, patient, treatments, start, channel):
        """Return how much this rule asks for this booking; nothing where it does not match."""
        self.ensure_one()
        matching = self._matching_treatments(treatments)
        if (
            not matching
            or self.kind == "none"
            or (self.channel and self.channel != channel)
            or not self._is_valid_on(branch._clinic_local(start).date())
            or sum(matching.mapped("treatment_duration")) < self.min_minutes
            or not self._suits_patient(patient)
        ):
            return 0.0
        price = matching._clinic_quote(branch, patient, start)
        if branch.currency_id.compare_amounts(price, self.min_price) < 0:
            return 0.0
        return branch.currency_id.round(min(self._amount_of(price), price))

    def _amount_of(self, price):
        return {"fixed": self.amount, "percent": price * self.percent / 100, "full": price}[self.kind]

    def _is_valid_on(self, day):
        return (not self.date_from or self.date_from <= day) and (not self.date_to or day <= self.date_to)

    def _suits_patient(self, patient):
        """Return whether the patient's past is as this rule wants it, in all branches."""
        if not (self.is_new_patient or self.min_no_shows):
            return True
        if not patient:
            return False
        # How often somebody came counts for the clinic, not for the one who books.
        visits = self.env["clinic.visit"].sudo()
        mine = [("patient_id", "=", patient.id)]
        if self.is_new_patient and visits.search_count([*mine, ("state", "in", BEGUN)], limit=1):
            return False
        if not self.min_no_shows:
            return True
        return visits.search_count([*mine, ("state", "=", "no_show")]) >= self.min_no_shows

    # -- until when, and what is agreed to ----------------------------------------------------------------------------

    def _deadline(self, channel, start):
        """Return until when (naive UTC) the deposit is paid: never later than the visit begins."""
        self.ensure_one()
        times = {
            "online": timedelta(minutes=self.online_minutes),
            "phone": timedelta(hours=self.phone_hours),
            "desk": timedelta(hours=self.desk_hours),
        }
        return min(fields.Datetime.now().replace(microsecond=0) + times[channel], start)

    def _text(self, branch, amount, until):
        """Return what is asked of the patient, in words that are kept with the booking."""
        self.ensure_one()
        asked = self.env._(
            "Deposit %(amount)s to be paid by %(until)s.",
            amount=branch.currency_id.format(amount),
            until=branch._clinic_moment_text(until),
        )
        return f"{asked} {self.terms}" if self.terms else asked
