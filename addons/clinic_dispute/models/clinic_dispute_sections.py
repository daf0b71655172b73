from odoo import api, fields, models

from odoo.addons.clinic_payment.const import ASKED, LATE, LINK, OVER, REFUND, REMINDER

# Messages about the booking and its money. Aftercare, and what somebody has written by hand, may tell of health.
TOLD = ("booked", "moved", "cancelled", "before", ASKED, REMINDER, OVER, LATE, LINK, REFUND)


class ClinicDisputePack(models.AbstractModel):
    """The parts of a pack, each from where the suite keeps it."""

    _inherit = "clinic.dispute.pack"

    # -- the booking --------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_booking(self, case, visit):
        """Return when and how ``visit`` was booked, by whom and for when; never for what."""
        branch = visit.company_id
        zone = branch._clinic_timezone().zone
        return self._section(
            self.env._("Booking %s", visit.name),
            [
                (self.env._("Branch"), branch.name),
                (self.env._("Booked on"), self._moment(case, visit.create_date)),
                (self.env._("Booked by"), self._who(visit.booked_by_id)),
                (self.env._("Booked"), self._label(visit, "deposit_channel")),
                (
                    self.env._("Time of the visit"),
                    f"{self._moment(case._replace(branch=branch), visit.start)} ({zone})",
                ),
                (self.env._("Times moved"), str(visit.rescheduled_count or "")),
                (self.env._("State"), self._state_text(visit)),
                (self.env._("Booked again as"), visit.rebooked_as_id.name),
            ],
        )

    @api.model
    def _state_text(self, visit):
        """Return the state of ``visit``, and of a cancelled one whose wish it was; the reason itself is nobody's."""
        state = self._label(visit, "state")
        if visit.state != "cancelled":
            return state
        if visit.cancel_reason_id == self.env.ref("clinic_visit.cancel_reason_hold_expired"):
            why = self.env._("it was not confirmed in time")
        elif visit.cancel_reason_id.by_patient:
            why = (
                self.env._("by the patient, after the cut-off")
                if visit.cancelled_late
                else self.env._("by the patient")
            )
        else:
            why = self.env._("by the clinic")
        return f"{state}, {why}"

    @api.model
    def _prepare_agreed(self, case, visit):
        """Return what the patient was asked for in advance, in the words in which it was asked, and when."""
        if not visit._terms_text():
            return None
        return self._section(self.env._("Agreed for %s", visit.name), self._prepare_agreed_rows(case, visit))

    @api.model
    def _prepare_agreed_rows(self, case, visit):
        """Return [(what, value)] of what was agreed for ``visit``; other addons agree on more."""
        deposit = visit.currency_id.with_env(self.env).format(visit.deposit_amount) if visit.deposit_amount else ""
        return [
            (self.env._("Deposit"), deposit),
            (self.env._("To be paid until"), self._moment(case, visit.deposit_until)),
            (self.env._("Told on"), self._moment(case, visit.deposit_asked_at or visit.create_date)),
            (self.env._("As it was told"), self._neutral(visit, visit._terms_text())),
            (self.env._("Waived by"), visit.deposit_waived_by_id.name),
        ]

    @api.model
    def _prepare_paid_from(self, case):
        """Return from where the patient has paid by a link, and what stood on that page."""
        rows = []
        for tx in case.transactions.filtered("clinic_accepted_at"):
            rows += [
                (self.env._("Payment"), tx.reference),
                (self.env._("Accepted on"), self._moment(case, tx.clinic_accepted_at)),
                (self.env._("IP address"), tx.clinic_ip),
                (self.env._("Browser"), tx.clinic_browser),
                (self.env._("Text on the page"), self._neutral(case.visits, tx.clinic_accepted_text)),
            ]
        none = self.env._("Nothing was paid by a link.")
        return self._section(self.env._("Accepted and paid by the link"), rows, none=none)

    # -- what was said, what happened ---------------------------------------------------------------------------------

    @api.model
    def _prepare_messages(self, case):
        """Return what was sent to the patient about these bookings; links are hidden, as in the history."""
        messages = self.env["clinic.message"].sudo()
        found = messages.search(
            [
                ("visit_id", "in", case.visits.ids),
                ("direction", "=", "out"),
                ("recipient", "=", "patient"),
                ("kind_id.trigger", "in", self._told()),
            ],
            order="id",
        )
        lines = [
            (
                self._moment(case, message.sent_at or message.create_date),
                self._label(message.kind_id, "trigger"),
                self._label(message, "channel"),
                self._message_state(message),
                self._message_text(case, message),
            )
            for message in found
        ]
        columns = [
            self.env._("Time"),
            self.env._("About"),
            self.env._("By"),
            self.env._("State"),
            self.env._("Text"),
        ]
        none = self.env._("No message was sent.")
        return self._section(self.env._("Messages to the patient"), columns=columns, lines=lines, none=none)

    @api.model
    def _told(self):
        """Return the triggers of the messages that belong to a pack."""
        return TOLD

    @api.model
    def _message_state(self, message):
        if message.is_trial:
            return self.env._("Trial, did not leave the clinic")
        return self._label(message, "state")

    @api.model
    def _message_text(self, case, message):
        """Return the text of ``message``; none of a kind that is sent for some treatments only."""
        return "" if message.kind_id.treatment_ids else self._neutral(case.visits, message.text)

    @api.model
    def _prepare_steps(self, case):
        """Return what happened to these visits, when and by whom."""
        lines = [
            (self._moment(case, at), visit.name, what, self._who(user))
            for visit in case.visits
            for at, user, what in self._steps_of(case, visit)
        ]
        columns = [self.env._("Time"), self.env._("Visit"), self.env._("What"), self.env._("By")]
        return self._section(self.env._("What happened"), columns=columns, lines=lines) if lines else None

    @api.model
    def _steps_of(self, case, visit):
        """Return [(time, user, text)] of ``visit``: from the change log, and what only its own fields know."""
        labels = dict(visit._fields["state"]._description_selection(self.env))
        steps, logged = [], set()
        for at, user, values in self.env["clinic.change"]._values_over_time(visit, ("state", "start")):
            if state := values.get("state"):
                logged.add(state)
                steps.append((at, user, labels.get(state, "")))
            elif start := values.get("start"):
                start = fields.Datetime.to_datetime(start.replace("T", " ")[:19])
                steps.append((at, user, self.env._("Moved to %s", self._moment(case, start))))
        if not logged:
            steps.append((visit.create_date, visit.booked_by_id, self.env._("Booked")))
        nobody = self.env["res.users"]
        for state, at, user in (
            ("arrived", visit.arrived_at, visit.arrived_by_id),
            ("in_progress", visit.started_at, nobody),
            ("done", visit.done_at, nobody),
        ):
            if at and state not in logged:
                steps.append((at, user, labels[state]))
        return sorted(steps, key=lambda step: step[0])

    # -- money --------------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_payments(self, case):
        """Return what was paid and paid back."""
        lines = [
            (
                self._day(payment.date),
                payment.name or "",
                self.env._("Paid") if payment.payment_type == "inbound" else self.env._("Paid back"),
                payment.journal_id.name,
                payment.currency_id.with_env(self.env).format(payment.amount),
                self._label(payment, "state"),
            )
            for payment in case.payments
        ]
        columns = [
            self.env._("Date"),
            self.env._("Number"),
            self.env._("What"),
            self.env._("By"),
            self.env._("Amount"),
            self.env._("State"),
        ]
        none = self.env._("Nothing was paid.")
        return self._section(self.env._("Payments"), columns=columns, lines=lines, none=none)

    @api.model
    def _prepare_online(self, case):
        """Return the online payments, with the provider's own reference of each."""
        lines = [
            (
                self._moment(case, tx.last_state_change or tx.create_date),
                tx.provider_id.name,
                tx.payment_method_id.name or "",
                tx.reference,
                tx.provider_reference or "",
                tx.currency_id.with_env(self.env).format(tx.amount),
                self._label(tx, "state"),
            )
            for tx in case.transactions
        ]
        columns = [
            self.env._("Time"),
            self.env._("Provider"),
            self.env._("Method"),
            self.env._("Reference"),
            self.env._("Provider's reference"),
            self.env._("Amount"),
            self.env._("State"),
        ]
        return self._section(self.env._("Online payments"), columns=columns, lines=lines) if lines else None

    @api.model
    def _prepare_refunds(self, case):
        """Return which refunds were asked for and decided, when and by whom; no reason, which may tell of health."""
        refunds = self.env["clinic.refund"].sudo()
        refunds = refunds.search([("invoice_id", "in", case.invoices.ids)], order="id") | case.payments.clinic_refund_id
        lines = [
            (
                refund.name,
                self._moment(case, refund.asked_at),
                self._who(refund.asked_by_id),
                self._moment(case, refund.decided_at),
                self._who(refund.decided_by_id) if refund.decided_by_id else "",
                refund.currency_id.with_env(self.env).format(refund.amount),
                self._label(refund, "state"),
            )
            for refund in refunds
        ]
        columns = [
            self.env._("Number"),
            self.env._("Asked on"),
            self.env._("By"),
            self.env._("Decided on"),
            self.env._("By"),
            self.env._("To give back"),
            self.env._("State"),
        ]
        none = (
            "" if any(one.payment_type == "outbound" for one in case.payments) else self.env._("Nothing was refunded.")
        )
        return self._section(self.env._("Refunds"), columns=columns, lines=lines, none=none) if lines or none else None

    @api.model
    def _prepare_invoices(self, case):
        """Return numbers and amounts of the documents; what stands on their lines is nobody's at the bank."""
        lines = [
            (
                self._day(move.invoice_date or move.date),
                move.name,
                self._label(move, "move_type"),
                move.currency_id.with_env(self.env).format(move.amount_total),
                move.currency_id.with_env(self.env).format(move.amount_residual),
            )
            for move in case.invoices
        ]
        columns = [
            self.env._("Date"),
            self.env._("Number"),
            self.env._("What"),
            self.env._("Amount"),
            self.env._("Still open"),
        ]
        none = self.env._("No invoice was made yet.")
        return self._section(self.env._("Invoices"), columns=columns, lines=lines, none=none)
