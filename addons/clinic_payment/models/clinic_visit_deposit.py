from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.clinic.door import a_text, an_id, takes
from odoo.addons.clinic.reasons import check_reason


class ClinicVisit(models.Model):
    """What the desk does with a deposit: ask for it, take it, or waive it."""

    _inherit = "clinic.visit"

    def _lock_for_payment(self):
        """Wait for a user who changes these visits at this moment, and read them again.

        What changed since this transaction began lets it fail to serialize; Odoo runs it again then.
        """
        self.env.execute_query(
            SQL("SELECT id FROM clinic_visit WHERE id = ANY(%s) ORDER BY id FOR UPDATE", self.ids or [0])
        )
        self.invalidate_recordset()

    def _check_waits_for_deposit(self):
        """Raise ``UserError`` unless this visit is held for a deposit that is not settled."""
        self.ensure_one()
        if self.state not in ("held", "booked", "arrived") or self.deposit_state != "due":
            raise UserError(self.env._("%s does not wait for a deposit.", self._spoken_name()))
        if self._is_hold_over(self.state, self.expires_at):
            raise UserError(
                self.env._("%s: the hold has run out and the time is free for others. Book again.", self._spoken_name())
            )

    def action_ask_deposit(self):
        """Ask the patient, who has decided to come, for the deposit: until the deadline of its rule the visit waits."""
        for visit in self:
            visit.check_access("write")
            visit._lock_for_payment()
            visit._check_waits_for_deposit()
            if not visit.deposit_asked_at:
                until = visit._deposit_deadline()
                visit._clinic_writing().write(
                    {"deposit_asked_at": fields.Datetime.now(), "deposit_until": until, "expires_at": until}
                )
        return True

    def _deposit_deadline(self):
        """Return until when this visit waits for its deposit, if it is asked for now."""
        # What a rule says does not depend on who asks.
        rule = self.sudo().deposit_rule_id
        return rule._deadline(self.deposit_channel, self.start) if rule else self.expires_at

    # -- waiving ------------------------------------------------------------------------------------------------------

    @takes(reason=a_text(500, optional=True))
    def action_waive_deposit(self, reason=None):
        """Waive the deposit of this visit for ``reason`` and book it; without a reason, ask for it.

        :raises AccessError: for those without the right to
        """
        self.ensure_one()
        self._check_may_waive()
        if reason is None:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Waive the Deposit"),
                "res_model": "clinic.deposit.waive",
                "views": [[False, "form"]],
                "target": "new",
                "context": {"default_visit_id": self.id},
            }
        reason = check_reason(self.env, reason, self.env._("Say why no deposit is asked of this patient."))
        self._lock_for_payment()
        self._check_waits_for_deposit()
        self._clinic_writing().write({"deposit_waived_by_id": self.env.uid, "deposit_waive_reason": reason})
        if self.state == "held":
            self.action_confirm()
        return True

    def _check_may_waive(self):
        self.check_access("write")
        if not self.env.user.has_group("clinic_payment.group_waive_deposit"):
            raise AccessError(self.env._("You may not waive a deposit. Ask a manager."))

    # -- at the desk --------------------------------------------------------------------------------------------------

    def action_take_deposit(self):
        """Open the dialog by which the deposit is taken at the desk."""
        self.ensure_one()
        self._check_waits_for_deposit()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take the Deposit of %s", self.patient_id.name),
            "res_model": "clinic.deposit.take",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_visit_id": self.id},
        }

    @takes(method_id=an_id())
    def take_deposit(self, method_id):
        """Take all that is due of the deposit by the payment method with this number, and book the visit.

        :raises UserError: when nothing is due, the hold is over, or the branch does not take payments by this method
        """
        self.ensure_one()
        self.check_access("write")
        self.env["account.payment"].check_access("create")
        self._lock_for_payment()
        self._check_waits_for_deposit()
        method = self.env["clinic.checkout"]._method_lines(self.company_id).filtered(lambda one: one.id == method_id)
        if not method:
            raise UserError(
                self.env._("%s does not take payments by this method. Choose another one.", self.company_id.name)
            )
        payments = self.env["account.payment"].with_company(self.company_id)._clinic_writing()
        payment = payments.create(self._prepare_desk_deposit(method))
        payment.action_post()
        self._payment_received(payment)
        return True

    def _prepare_desk_deposit(self, method):
        """Return the values of the payment by which the deposit is taken at the desk."""
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.patient_id.sudo().partner_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "amount": self.deposit_due,
            "date": self.company_id._clinic_today(),
            "journal_id": method.journal_id.id,
            "payment_method_line_id": method.id,
            "memo": self.name,
            "clinic_visit_id": self.id,
        }

    # -- checkout -----------------------------------------------------------------------------------------------------

    def _deposit_lines(self):
        """Return the entries of what was paid for this visit and is not used yet, as superuser, the oldest first."""
        # That something was paid for a visit is no secret of who checks it out.
        lines = self.sudo().deposit_payment_ids.move_id.line_ids.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and not line.reconciled
                and line.amount_residual < 0
            )
        )
        return lines.sorted(lambda line: (line.date, line.id))

    def _deposit_open(self):
        """Return how much of what was paid for this visit is not used yet."""
        self.ensure_one()
        return -sum(self._deposit_lines().mapped("amount_residual"))

    def _compute_amount_to_pay(self):
        """What was paid for the visit is taken off by its checkout."""
        super()._compute_amount_to_pay()
        for visit in self.filtered(lambda visit: visit.deposit_paid and not visit.is_checked_out):
            visit.amount_to_pay = max(visit.amount_to_pay - visit._deposit_open(), 0.0)

    def _take_off_deposit(self):
        """Set what was paid for this visit against its invoice, and no other; what is set off already stays so."""
        self.ensure_one()
        # Who may confirm or pay the invoice takes the deposit off; which company its journal is of does not matter.
        invoice = self.sudo().invoice_id._clinic_writing()
        for line in self._deposit_lines():
            # What is being given back was not needed for this visit.
            if line.payment_id._clinic_is_returned():
                continue
            if invoice.state == "posted" and invoice._clinic_amount_due() > 0:
                invoice.js_assign_outstanding_line(line.id)

    def _check_out(self):
        """Nor is a deposit forgotten where something else pays for all of the visit."""
        invoice = super()._check_out()
        if not invoice and self.deposit_paid and self._deposit_open() > 0:
            left = self.currency_id.format(self._deposit_open())
            self._give_task(self.env._("Paid in advance: %s, and nothing was charged. Pay it back.", left))
        return invoice

    def _pay(self, kind):
        """Also take off a deposit that was taken away from the invoice."""
        if self.is_checked_out and self.deposit_paid:
            self.check_access("write")
            self._take_off_deposit()
        return super()._pay(kind)
