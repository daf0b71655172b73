from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_account.tests.common import DeskMixin

from .common import PaymentCommon


@tagged("post_install", "-at_install")
class TestMoneyElsewhere(PaymentCommon):
    """Refunds, other invoices, renewed invoices, money that comes when all is settled."""

    def setUp(self):
        super().setUp()
        self.visit = self._held()

    def _refund(self, tx, amount):
        """Pay ``amount`` of ``tx`` back, as a provider that confirms it does."""
        refund = tx._create_child_transaction(amount, is_refund=True)
        refund._set_done()
        refund._post_process()
        return refund.payment_id

    def test_what_was_paid_back_is_not_taken_off(self):
        tx = self._transaction(self.visit)
        payment = self._paid(tx)
        back = self._refund(tx, 1150)
        self.assertEqual((back.clinic_visit_id, back.payment_type), (self.visit, "outbound"))
        self.assertEqual((self.visit.deposit_paid, payment.clinic_open_amount, self._ledger()[:2]), (0, 0, (0, 0)))
        self.assertEqual((self.visit.state, self.visit.deposit_state), ("booked", "due"))
        self._perform(self.visit)
        self.assertEqual(self.visit.amount_to_pay, 5750)

    def test_a_part_that_was_paid_back(self):
        tx = self._transaction(self.visit)
        self._paid(tx)
        self._refund(tx, 150)
        self._perform(self.visit)
        self.visit.action_checkout()
        self.assertEqual((self.visit.amount_due, self._ledger()[:2]), (4750, (4750, 4750)))

    def test_no_other_invoice_is_paid_by_it(self):
        payment = self._paid(self._transaction(self.visit))
        other = self._done(start=self._at(15))
        other.action_checkout()
        [line] = payment.move_id.line_ids.filtered(lambda one: one.account_type == "asset_receivable")
        for user in (self.users["reception"], self.users["accountant"], self.env.user):
            with self.assertRaisesRegex(UserError, "paid in advance for visit"), self.env.cr.savepoint():
                other.invoice_id.with_user(user).js_assign_outstanding_line(line.id)
        self.assertEqual(other.amount_due, 1150)

    def test_a_renewed_invoice_is_paid_by_it_again(self):
        self._paid(self._transaction(self.visit))
        self._perform(self.visit)
        self.visit.action_checkout()
        first = self.visit.invoice_id
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=first.ids)
        wizard = wizard.create({"journal_id": first.journal_id.id, "reason": "Wrong"})
        wizard.modify_moves()
        renewed = self.visit.invoice_id
        self.assertNotEqual(renewed, first)
        if renewed.state == "draft":
            renewed.action_post()
        self.assertEqual((self.visit.amount_due, self._ledger()[:2]), (4600, (4600, 4600)))

    def test_money_after_the_checkout_pays_the_debt(self):
        tx = self._transaction(self.visit)
        self.visit.with_user(self.users["manager"]).action_waive_deposit("Comes every month for years")
        self._perform(self.visit)
        self.visit.action_checkout()
        self.assertEqual(self.visit.amount_due, 5750)
        self._paid(tx)
        self.assertEqual((self.visit.amount_due, self._ledger()[:2]), (4600, (4600, 4600)))
        self.assertFalse(self.visit.activity_ids)

    def test_an_invoice_that_is_paid_twice_is_a_task(self):
        done = self._done(start=self._at(15))
        done.action_checkout()
        link = self.env["clinic.payment.link"]._of(done)
        values = {
            "clinic_visit_id": False,
            "clinic_link_id": link.id,
            "invoice_ids": [Command.set(done.invoice_id.ids)],
        }
        first, second = (self._transaction(done, 1150, **values) for _again in range(2))
        self._paid(first)
        payment = self._paid(second)
        self.assertEqual((payment.clinic_outcome, payment.company_id), ("credit", self.branch))
        self.assertIn("Paid twice", done.activity_ids.summary)
        self.assertEqual(self._ledger()[:2], (-1150, -1150))

    def test_the_second_late_payment_belongs_to_the_visit_that_was_booked_again(self):
        first, second = self._transaction(self.visit), self._transaction(self.visit)
        self._expire(self.visit)
        self._paid(first)
        payment = self._paid(second)
        again = self.visit.rebooked_as_id
        self.assertEqual((payment.clinic_visit_id, payment.clinic_outcome), (again, "counted"))
        self.assertFalse(self.visit.late_money_at)
        self.assertIn("1,150.00", again.activity_ids.summary)

    def test_what_was_cancelled_before_is_not_called_late(self):
        tx = self._transaction(self.visit)
        self.visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self._paid(tx)
        self.assertFalse(self.visit.late_money_at)
        self.assertTrue(self.visit.activity_ids)

    def test_who_booked_stays_who_booked(self):
        user = self.users["reception"]
        visits = self.env["clinic.visit"].with_user(user).with_company(self.branch)
        visit, expired = (
            visits.book(self.patient.id, self.laser.id, self._at(hour), self.doctor.id).sudo() for hour in (13, 15)
        )
        self._paid(self._transaction(visit))
        tx = self._transaction(expired)
        self._expire(expired)
        self._paid(tx)
        self.assertEqual((visit.booked_by_id, expired.rebooked_as_id.booked_by_id), (user, user))

    def test_a_deposit_that_is_taken_back_is_a_task_and_may_be_taken_again(self):
        payment = self._paid(self._transaction(self.visit))
        payment.action_draft()
        payment.action_cancel()
        self.assertIn("due again", self.visit.activity_ids.summary)
        self.visit.take_deposit(self.cash.id)
        self.assertEqual((self.visit.state, self.visit.deposit_state), ("booked", "paid"))

    def test_what_odoo_gives_up_after_days_is_used(self):
        link = self.env["clinic.payment.link"]._of(self.visit)
        tx = self._transaction(self.visit, clinic_link_id=link.id)
        tx._set_done()
        tx.last_state_change = self._now(days=-9)
        for _again in range(2):
            with self.enter_registry_test_mode():
                self.env.ref("clinic_payment.cron_use_payments").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((self.visit.state, tx.payment_id.amount), ("booked", 1150))
        self.assertEqual(self._ledger(), (-1150, -1150, 1))

    def test_a_payment_that_hangs_closes_the_link_for_a_while_only(self):
        link = self.env["clinic.payment.link"]._of(self.visit)
        tx = self._transaction(self.visit, clinic_link_id=link.id)
        tx._set_pending()
        self.assertEqual(link._state(), "under_way")
        with freeze_time(self._now(minutes=20)):
            self.assertEqual(link._state(), "open")


@tagged("post_install", "-at_install")
class TestNoWayAround(DeskMixin, PaymentCommon, HttpCase):
    def test_what_was_booked_without_a_deposit_does_not_become_what_needs_one(self):
        cheap = self.book(self.facial, self._at(10), self.doctor)
        self._open_around_the_clock()
        start = fields.Datetime.now().replace(second=0, microsecond=0) + timedelta(minutes=10)
        at_once = self._held(start=start)
        self.assertEqual((cheap.state, at_once.state), ("booked", "booked"))
        laser = {
            "visit_id": cheap.id,
            "treatment_id": self.laser.id,
            "practitioner_id": self.doctor.id,
            "room_id": self.rooms[0].id,
            "device_id": self.device.id,
            "start": str(self._at(11)),
        }
        self.env.flush_all()
        self.assert_refused("reception", "clinic.procedure", "create", [laser])
        self.assert_refused(
            "reception",
            "clinic.procedure",
            "write",
            cheap.procedure_ids.ids,
            {"treatment_id": self.laser.id, "device_id": self.device.id},
        )
        with self.assertRaisesRegex(UserError, "needs one like this"), self.env.cr.savepoint():
            at_once.with_user(self.users["reception"]).reschedule(start + timedelta(days=5))
        self.env.invalidate_all()
        self.assertEqual(cheap.procedure_ids.treatment_id, self.facial)

    def test_what_was_booked_before_there_was_the_rule_goes_without(self):
        visit = self.book(self.facial, self._at(10), self.doctor)
        self.env.cr.execute("UPDATE clinic_deposit_rule SET create_date = create_date + interval '1 hour'")
        self.env.invalidate_all()
        visit = visit.with_user(self.users["reception"])
        visit.procedure_ids.write({"treatment_id": self.laser.id, "device_id": self.device.id})
        self.assertEqual((visit.state, visit.procedure_ids.treatment_id), ("booked", self.laser))

    def test_what_is_asked_follows_what_is_booked(self):
        self._rule(kind="percent", percent=50, treatment_id=self.facial.id)
        visit = self.book(self.laser | self.facial, self._at(10), self.doctor)
        self.assertEqual(visit.deposit_due, 1150)
        laser = visit.procedure_ids.filtered(lambda one: one.treatment_id == self.laser)
        laser.action_cancel()
        self.assertEqual(visit.deposit_due, 575)
        self.assertIn("575.00", visit.deposit_text)

    def test_a_transaction_is_done_when_its_provider_says_so(self):
        visit = self._held()
        tx = self._transaction(visit)
        self.env.flush_all()
        for role in ("accountant", "manager", "reception"):
            for values in (
                {"state": "done"},
                {"amount": 1},
                {"is_post_processed": True},
                {"partner_id": self.env.user.partner_id.id},
                {"clinic_visit_id": False},
            ):
                with self.subTest(role=role, values=values):
                    self.assert_refused(role, "payment.transaction", "write", tx.ids, values)
        payment = self._paid(self._transaction(visit))
        self.env.flush_all()
        for field in ("clinic_outcome", "clinic_visit_id"):
            self.assert_refused("accountant", "account.payment", "write", payment.ids, {field: False})

    def test_guessing_for_real(self):
        for _guess in range(25):
            answer = self.url_open(f"/clinic/pay/{'0' * 32}")
        self.assertEqual(answer.status_code, 429)

    def test_the_right_to_waive_is_asked_for(self):
        with self.assertRaises(AccessError):
            self._held().with_user(self.users["practitioner"]).action_waive_deposit("Comes every month for years")
