from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..const import AHEAD, CHANNELS, SOON, USUAL_CHANNEL


class ClinicVisit(models.Model):
    """A visit that needs a deposit is held until it is paid; what was asked stands on it, with the rule's words."""

    _inherit = "clinic.visit"
    # What only payments say of a visit.
    _clinic_locked = ("deposit_paid", "deposit_state")

    # As of a checkout: the defaults save anyone who books from looking for payments that cannot be there.
    deposit_state = fields.Selection(
        [("none", "No deposit"), ("due", "Deposit due"), ("paid", "Deposit paid"), ("waived", "Deposit waived")],
        compute="_compute_deposit",
        compute_sudo=True,
        store=True,
        readonly=False,
        default="none",
        string="Deposit",
    )
    deposit_paid = fields.Float(
        digits=(16, 4),
        compute="_compute_deposit",
        compute_sudo=True,
        store=True,
        readonly=False,
        default=0.0,
        string="Paid in Advance",
        help="What was paid for this visit before it was checked out.",
    )
    deposit_amount = fields.Float("Deposit Asked", digits=(16, 4), copy=False, readonly=True)
    deposit_due = fields.Monetary(compute="_compute_deposit_due", string="Deposit to Pay")
    deposit_until = fields.Datetime(copy=False, readonly=True)
    deposit_asked_at = fields.Datetime("Deposit Asked On", copy=False, readonly=True)
    deposit_text = fields.Text("Deposit Agreed", copy=False, readonly=True, help="What was told to the patient.")
    deposit_rule_id = fields.Many2one(
        "clinic.deposit.rule", copy=False, readonly=True, ondelete="set null", index="btree_not_null"
    )
    deposit_channel = fields.Selection(CHANNELS, string="Booked", copy=False, readonly=True)
    deposit_waived_by_id = fields.Many2one("res.users", copy=False, readonly=True, ondelete="restrict")
    deposit_waive_reason = fields.Char("Why Waived", copy=False, readonly=True)
    deposit_payment_ids = fields.One2many(
        "account.payment",
        "clinic_visit_id",
        string="Payments in Advance",
        readonly=True,
        groups="account.group_account_invoice",
    )

    _deposit_not_negative = models.Constraint(
        "CHECK (COALESCE(deposit_amount, 0) >= 0)", "A deposit cannot be below zero."
    )
    _waived_by_somebody = models.Constraint(
        "CHECK ((deposit_waived_by_id IS NULL) = (deposit_waive_reason IS NULL))",
        "Who waives a deposit says why.",
    )
    # What the scheduled action looks for every minute, of the visits of years.
    _deposit_due_idx = models.Index("(expires_at) WHERE state = 'held' AND deposit_state = 'due'")
    _deposit_over_idx = models.Index("(expires_at) WHERE state = 'cancelled' AND deposit_state = 'due'")

    @api.depends(
        "deposit_amount",
        "deposit_waived_by_id",
        "deposit_payment_ids.amount_company_currency_signed",
        "deposit_payment_ids.state",
    )
    def _compute_deposit(self):
        for visit in self:
            # Inbound counts, what was paid back does not.
            taken = visit.deposit_payment_ids.filtered(lambda payment: payment.state in ("in_process", "paid"))
            visit.deposit_paid = sum(taken.mapped("amount_company_currency_signed"))
            visit.deposit_state = visit._deposit_state()
        if self.pool.ready:
            # A payment is taken elsewhere, and the open boards learn of it.
            self._origin._notify_board()

    def _keeps_deposit(self):
        """Return whether what was paid for this visit is still for its own checkout."""
        self.ensure_one()
        return self.state in AHEAD or (self.state == "done" and not self.is_checked_out)

    def _deposit_state(self):
        """Return how far the deposit of this visit is settled: the one rule for that."""
        self.ensure_one()
        if not self.deposit_amount:
            return "none"
        if self.company_id.sudo().currency_id.compare_amounts(self.deposit_paid, self.deposit_amount) >= 0:
            return "paid"
        return "waived" if self.deposit_waived_by_id else "due"

    @api.depends("deposit_amount", "deposit_paid", "deposit_state")
    def _compute_deposit_due(self):
        for visit in self:
            is_due = visit.deposit_state == "due"
            visit.deposit_due = max(visit.deposit_amount - visit.deposit_paid, 0.0) if is_due else 0.0

    # -- asking for it when it is booked ------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, **self._prepare_deposit_of_new(vals)} for vals in vals_list])

    @api.model
    def _prepare_deposit_of_new(self, vals):
        """Return the values by which a visit with ``vals`` is held for its deposit; none where nothing is asked."""
        branch = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
        # What was settled with another visit, e.g. whose time is booked again, is not asked twice.
        if vals.get("deposit_amount") or not self.env["clinic.deposit.rule"]._ids_of(branch.id):
            return {}
        treatments, start = self._planned_of_new(vals)
        patient = self.env["clinic.patient"].browse(vals.get("patient_id"))
        asked = self._prepare_deposit(branch, patient, treatments, start)
        if not asked:
            return {}
        if vals.get("state") == "held" and vals.get("expires_at"):
            # The patient has not decided yet: nothing is asked before that.
            until = min(fields.Datetime.to_datetime(vals["expires_at"]), asked["deposit_until"])
            return {**asked, "expires_at": until, "deposit_asked_at": False}
        return asked

    @api.model
    def _planned_of_new(self, vals):
        """Return (treatments, when the first begins, naive UTC) of a visit that is created with ``vals``."""
        planned = [
            command[2] for command in vals.get("procedure_ids") or () if command and command[0] == Command.CREATE
        ]
        treatments = self.env["product.template"].browse(
            [one["treatment_id"] for one in planned if "treatment_id" in one]
        )
        starts = [fields.Datetime.to_datetime(one["start"]) for one in planned if one.get("start")]
        start = min(starts, default=fields.Datetime.to_datetime(vals.get("start")))
        return treatments, start

    def _prepare_deposit(self, branch, patient, treatments, start):
        """Return the values of a visit that is held for its deposit; none where nothing is asked."""
        now, channel = fields.Datetime.now(), self._deposit_channel()
        treatments = self._deposit_treatments(treatments, patient)
        if not start or not treatments or start <= now + SOON:
            return {}
        rule, amount = self.env["clinic.deposit.rule"]._strictest(branch, patient, treatments, start, channel)
        if not rule:
            return {}
        until = rule._deadline(channel, start)
        spoken = rule.with_context(lang=patient.lang or self.env.lang)
        return {
            "state": "held",
            "expires_at": until,
            "deposit_amount": amount,
            "deposit_asked_at": now,
            "deposit_channel": channel,
            "deposit_rule_id": rule.id,
            "deposit_state": "due",
            "deposit_text": spoken._text(branch, amount, until),
            "deposit_until": until,
        }

    @api.model
    def _deposit_channel(self):
        """Return how it is booked, as the screen says it."""
        channel = self.env.context.get("clinic_deposit_channel")
        return channel if channel in dict(CHANNELS) else USUAL_CHANNEL

    def _booked_text(self):
        """Also say what this visit waits for."""
        said = super()._booked_text()
        asked = self.state == "held" and self.deposit_asked_at
        return f"{said}. {self.deposit_text}" if asked else said

    def _deposit_treatments(self, treatments, patient):
        """Return those of ``treatments`` of this visit, or of one that is being booked, for which ``patient`` will pay.

        Other addons know what is paid already.
        """
        return treatments

    def _review_deposit(self):
        """Let what is asked for these visits follow what is booked now.

        :raises UserError: when a visit that was booked without a deposit would need one now, and the user may not
            waive it
        """
        rules = self.env["clinic.deposit.rule"]
        for visit in self.filtered(lambda visit: visit.state in ("held", "booked") and visit.start):
            if visit.deposit_state not in ("none", "due") or not rules._ids_of(visit.company_id.id):
                continue
            treatments = self.env["product.template"].browse(
                [one.treatment_id.id for one in visit._movable_procedures()]
            )
            known = visit.with_context(clinic_deposit_channel=visit.deposit_channel)
            asked = known._prepare_deposit(visit.company_id, visit.patient_id, treatments, visit.start)
            if visit.deposit_state == "due":
                visit._change_deposit(asked)
            elif asked and visit.state == "booked":
                rule = rules.sudo().browse(asked["deposit_rule_id"])
                # What was booked before there was the rule goes without.
                if rule.create_date <= visit.create_date:
                    visit._check_may_go_without_deposit()

    def _change_deposit(self, asked):
        """Ask what is ``asked`` now of this visit, which is held, until its deadline; never nothing."""
        if self.state != "held" or not asked or asked["deposit_amount"] == self.deposit_amount:
            return
        rule = self.env["clinic.deposit.rule"].sudo().browse(asked["deposit_rule_id"])
        rule = rule.with_context(lang=self.patient_id.lang or self.env.lang)
        # Who may change what is booked does not choose what is asked for it.
        self.sudo().write(
            {
                "deposit_amount": asked["deposit_amount"],
                "deposit_rule_id": rule.id,
                "deposit_text": rule._text(self.company_id, asked["deposit_amount"], self.deposit_until),
            }
        )

    def _check_may_go_without_deposit(self):
        if not self.env.su and not self.env.user.has_group("clinic_payment.group_waive_deposit"):
            raise UserError(
                self.env._(
                    "%s was booked without a deposit, and needs one like this. Book it as a visit of its own, or ask a "
                    "manager.",
                    self._spoken_name(),
                )
            )

    # -- a hold ends at its deadline ----------------------------------------------------------------------------------

    def write(self, vals):
        if vals.get("expires_at") and not self.env.su and not self._clinic_may_write_locked():
            self._check_deposit_deadline(fields.Datetime.to_datetime(vals["expires_at"]))
        return super().write(vals)

    def _check_deposit_deadline(self, until):
        """Raise ``UserError`` when these would wait longer for their deposit than their rules say."""
        for visit in self.filtered(lambda visit: visit.state == "held" and visit.deposit_state == "due"):
            if until > visit.deposit_until:
                raise UserError(
                    self.env._(
                        "%(visit)s waits for its deposit until %(until)s, no longer. Take the deposit, or ask a "
                        "manager to waive it.",
                        visit=visit._spoken_name(),
                        until=visit.company_id._clinic_moment_text(visit.deposit_until),
                    )
                )

    def _end_hold_by_start(self):
        """Let no hold of these visits, whose times have changed, last longer than until they begin."""
        for visit in self.filtered(lambda visit: visit.state == "held" and visit.deposit_amount):
            if visit.start and visit.expires_at > visit.start:
                # Who may move a visit may not choose its deadline, which follows from the move.
                visit.sudo().write({"expires_at": visit.start, "deposit_until": visit.start})

    def _hold_as_long_as(self, until):
        """Let this visit, which waits for its deposit, be held until ``until``: as long as its deposit can be paid.

        Never later than its rule says and than it begins; a time that is past, as of a clock that is wrong, changes
        nothing, nor is a hold that has ended taken up again.

        :return: when the hold ends (naive UTC)
        """
        self.ensure_one()
        now, before = fields.Datetime.now(), self.expires_at
        is_waiting = self.state == "held" and self.deposit_state == "due" and not self._is_hold_over("held", before)
        until = min(filter(None, (until, self.deposit_until, self.start)))
        if is_waiting and until > now and until != before:
            # Nobody chooses it: it follows from how the patient pays. The link that was sent is good as long.
            links = self.env["clinic.payment.link"].sudo()
            links = links.search([("visit_id", "=", self.id), ("invoice_id", "=", False), ("expires_at", "=", before)])
            self.sudo().write({"expires_at": until})
            links.write({"expires_at": until})
        return self.expires_at

    def _check_becomes_booked(self, vals):
        """Nor before its deposit is paid or waived."""
        super()._check_becomes_booked(vals)
        if self.state == "held" and self.deposit_state == "due":
            raise UserError(
                self.env._(
                    "%(visit)s: the deposit of %(amount)s is not paid. Send the payment link, take it at the desk, or "
                    "ask a manager to waive it.",
                    visit=self._spoken_name(),
                    amount=self.currency_id.format(self.deposit_due),
                )
            )
