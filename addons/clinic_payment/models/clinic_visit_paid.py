import logging

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic_visit.models.clinic_visit import RELEASED_STATES

from ..const import AHEAD

_logger = logging.getLogger(__name__)


class ClinicVisit(models.Model):
    """What becomes of money that arrives for a visit, in time or late: it is never lost, and counted once."""

    _inherit = "clinic.visit"

    rebooked_as_id = fields.Many2one(
        "clinic.visit",
        "Booked Again As",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The visit for which the deposit that came too late was used.",
    )
    late_money_at = fields.Datetime(
        "Late Money On", copy=False, readonly=True, help="When money arrived that this visit could not use any more."
    )

    _late_money_idx = models.Index("(late_money_at) WHERE late_money_at IS NOT NULL")

    def _payment_received(self, payment):
        """Do what follows from ``payment`` having been made for this visit, whose row is locked.

        A payment whose outcome is known already changes nothing.
        """
        self.ensure_one()
        # The payment was made, no matter by whom; what follows from it is the clinic's own step.
        payment, visit = payment.sudo()._clinic_writing(), self.sudo()._clinic_writing()
        if payment.clinic_outcome or payment.payment_type != "inbound":
            return
        try:
            with self.env.cr.savepoint():
                payment.clinic_outcome = visit._use_payment(payment)
        except psycopg2.OperationalError:
            # Others are at it at this moment: all of it is run again.
            raise
        except Exception:
            # The money stands in the books in any case.
            _logger.exception("Visit %s: a payment was entered and could not be used", self.id)
            payment.clinic_outcome = "credit"
            visit._give_task_once(self.env._("Paid: %s. Look at the visit.", visit._payment_text(payment)))

    def _use_payment(self, payment):
        """Use ``payment`` for this visit, or for what can be had instead, and return its outcome."""
        if payment.clinic_visit_id != self:
            return self._use_for_debt(payment)
        if self.state == "held":
            if self.deposit_state == "due":
                return "waits"
            if self._revive():
                self._for_booker().action_confirm()
                return "confirmed"
            # It begins now, or has begun: nobody may be expected any more.
            return self._keep_late(payment)
        if self.state in (*AHEAD, "done"):
            if self.is_checked_out:
                self._take_off_deposit()
            self._tell_of_surplus()
            return "counted"
        if instead := self.rebooked_as_id:
            instead._lock_for_payment()
            payment.clinic_visit_id = instead
            return instead._use_payment(payment)
        again = self._book_again() if self.deposit_state == "paid" else self.browse()
        if again:
            self.deposit_payment_ids.filtered(lambda one: one.state in ("in_process", "paid")).write(
                {"clinic_visit_id": again.id}
            )
            self.rebooked_as_id = again
            return "rebooked"
        return self._keep_late(payment)

    def _use_for_debt(self, payment):
        """Give somebody a task where ``payment``, of an invoice of this visit, was not used up by it."""
        if payment.currency_id.compare_amounts(payment.clinic_open_amount, 0) <= 0:
            return "counted"
        self._give_task(self.env._("Paid twice: %s. It is the patient's credit.", self._payment_text(payment)))
        return "credit"

    def _for_booker(self):
        """Return this visit in the name of who booked it: a payment is no word of who reports it."""
        return self.with_user(self.booked_by_id).sudo()._clinic_writing()

    def _revive(self):
        """Let a hold that has run out, but whose time nobody has taken yet, last a little; return whether it can."""
        now = fields.Datetime.now()
        if self.start <= now:
            return False
        if self._is_hold_over(self.state, self.expires_at):
            self.expires_at = self.start
        return True

    def _book_again(self):
        """Book the same time for the same patient, if it is still to come and free, and return that visit.

        Only where it was given up because the hold ran out: what somebody has cancelled stays so.
        """
        expired = self.env.ref("clinic_visit.cancel_reason_hold_expired")
        nothing = self.browse()
        procedures = self._movable_procedures()
        if (
            self.cancel_reason_id != expired
            or self.rebooked_as_id
            or self.start <= fields.Datetime.now()
            or not procedures
        ):
            return nothing
        visits = self._for_booker().with_context(allowed_company_ids=self.company_id.ids).browse()
        try:
            with self.env.cr.savepoint():
                again = visits._book(
                    self.patient_id._kept(), self._move_steps(procedures), self.start, self._prepare_again()
                )
                return again.with_env(self.env)
        except UserError as error:
            _logger.info("Visit %s is not booked again: %s", self.name, type(error).__name__)
            return nothing

    def _prepare_again(self):
        """Return the values of the visit that is booked instead of this one: its deposit is settled."""
        names = ("deposit_amount", "deposit_text", "deposit_channel", "deposit_until", "deposit_asked_at", "note")
        return {
            "state": "booked",
            "deposit_rule_id": self.deposit_rule_id.id,
            "deposit_state": "paid",
            "deposit_paid": self.deposit_paid,
            **{name: self[name] for name in names},
        }

    def _keep_late(self, payment):
        """Keep ``payment`` as the branch has said, give somebody a task and have the patient informed."""
        outcome = self.company_id.clinic_late_money
        if self.state == "held" or self.cancel_reason_id == self.env.ref("clinic_visit.cancel_reason_hold_expired"):
            # Only then it came too late, and the patient is informed.
            self.late_money_at = fields.Datetime.now()
        texts = {
            "credit": self.env._("Late payment: %s. The time is gone; offer another one, it is the patient's credit."),
            "refund": self.env._("Late payment: %s. The time is gone; pay it back."),
        }
        self._give_task(texts[outcome] % self._payment_text(payment))
        return outcome

    def _after_transition(self, new):
        """Nor is what was paid for a visit forgotten that does not take place."""
        super()._after_transition(new)
        if new in RELEASED_STATES:
            for visit in self.filtered("deposit_paid"):
                left = visit._deposit_open()
                if visit.company_id.sudo().currency_id.compare_amounts(left, 0) > 0:
                    text = self.env._("Paid in advance: %s. Offer another time, or pay it back.")
                    visit._give_task(text % visit.currency_id.format(left))

    def _amount_returned(self):
        """Return how much was paid back last of what was paid for this visit, in its branch's currency."""
        self.ensure_one()
        # How much went back is known to all who may write to the patient.
        refunds = self.sudo().deposit_payment_ids.clinic_refund_ids
        return refunds.filtered(lambda refund: refund.money_state == "returned").sorted("id")[-1:].amount

    def _tell_of_surplus(self):
        """Give somebody a task where more was paid for this visit than was asked."""
        more = self._deposit_open() if self.is_checked_out else self.deposit_paid - (self.deposit_amount or 0.0)
        if self.currency_id.compare_amounts(more, 0) > 0:
            more = self.currency_id.format(more)
            self._give_task(self.env._("Paid more than asked: %s. It is taken off at checkout, or paid back.", more))

    def _payment_text(self, payment):
        return f"{payment.currency_id.format(payment.amount)} ({payment.memo or payment.name or self.name})"

    def _give_task(self, summary):
        """Give reception a task about this visit, in neutral words."""
        # No matter who caused it: the task is for the desk.
        visit = self.sudo()
        visit.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=visit.company_id._clinic_today(),
            user_id=visit._task_user().id,
            summary=summary,
        )

    def _give_task_once(self, summary):
        """Give that task, unless it is there already."""
        if summary not in self.sudo().activity_ids.mapped("summary"):
            self._give_task(summary)

    def _task_user(self):
        """Return who looks after this visit: who booked it, if that is somebody at the desk; else the manager."""
        user = self.booked_by_id
        if user.active and user.has_group("clinic.group_reception"):
            return user
        manager = self.company_id._clinic_message_manager()
        if manager:
            return manager
        desk = self.env.ref("clinic.group_reception").all_user_ids
        here = desk.filtered(lambda one: one.active and self.company_id in one.company_ids)
        return here[:1] or self.env.ref("base.user_admin")
