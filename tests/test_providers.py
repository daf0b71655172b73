"""Deposits by JazzCash and EasyPaisa, from the payment link to the books and back, against their sandboxes."""

import random
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_payment.tests.common import PaymentMixin
from odoo.addons.payment_easypaisa.tests.common import EasypaisaCommon
from odoo.addons.payment_jazzcash.tests.common import JazzCashCommon

DUPLICATES = 20
DEPOSIT = 1150


class Scenarios(PaymentMixin):
    """What becomes of money, whatever a provider does, by the ledger and by SQL."""

    gives_back = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo's own tests of payments leave the books out.
        cls.enable_post_process_patcher = False
        # The sandboxes take rupees, as the demo clinic does.
        pkr = cls.env.ref("base.PKR")
        pkr.active = True
        cls.company_data["company"].currency_id = pkr
        cls.setup_payment()

    @classmethod
    def _setup_provider(cls):
        """The provider is a real one."""
        bank = cls.company_data["default_journal_bank"]
        cls.provider.write({"company_id": cls.branch.root_id.id})
        cls.provider.journal_id = bank

    # -- what each provider does in its own way -----------------------------------------------------------------------

    def begin(self, visit):
        """Press Pay on the page behind the link and go to the provider; return the transaction."""
        raise NotImplementedError

    def succeed(self, tx):
        """Let the patient pay, and the provider say so."""
        raise NotImplementedError

    def decline(self, tx):
        """Let the patient's payment be refused."""
        raise NotImplementedError

    def words(self, tx):
        """Return functions, each of which lets the provider's word about ``tx`` reach us once more."""
        raise NotImplementedError

    # -- shared -------------------------------------------------------------------------------------------------------

    def _press_pay(self, visit, flow):
        """Press Pay on the page behind the visit's link; return (transaction, what the form is answered)."""
        link = self.env["clinic.payment.link"]._of(visit)
        asked = {
            "access_token": link._token_of(link.sudo().seed),
            "amount": link.amount,
            "provider_id": self.provider.id,
            "payment_method_id": self.payment_method_id,
            "token_id": None,
            "flow": flow,
            "tokenization_requested": False,
            "landing_route": "/clinic/pay/done",
            "is_validation": False,
        }
        got = self.make_jsonrpc_request("/clinic/pay/transaction", asked)
        tx = self.env["payment.transaction"].sudo().search([("reference", "=", got["reference"])])
        self.assertEqual((tx.amount, tx.clinic_visit_id), (DEPOSIT, visit))
        return tx, got

    def _use(self):
        """Let the scheduled actions do what payments have triggered."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("clinic_payment.cron_use_payments").method_direct_trigger()
        self.env.invalidate_all()

    def _assert_once(self, tx):
        """The transaction is in the books once, by SQL."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT COUNT(*), MIN(amount) FROM account_payment WHERE payment_transaction_id = %s", [tx.id]
        )
        self.assertEqual(self.env.cr.fetchone(), (1, DEPOSIT))

    def test_success(self):
        visit = self._held()
        tx = self.begin(visit)
        self.succeed(tx)
        self._use()
        self.assertEqual((tx.state, visit.state, visit.deposit_state), ("done", "booked", "paid"))
        self._assert_once(tx)
        self.assertEqual(self._ledger(), (-DEPOSIT, -DEPOSIT, 1))
        self._perform(visit)
        visit.action_checkout()
        self.assertEqual((visit.amount_due, self._ledger()[:2]), (4600, (4600, 4600)))

    def test_failure_and_another_try(self):
        visit = self._held()
        first = self.begin(visit)
        self.decline(first)
        self._use()
        self.assertIn(first.state, ("error", "cancel"))
        self.assertEqual((visit.state, visit.deposit_state, self._ledger()[2]), ("held", "due", 0))
        again = self.begin(visit)
        self.succeed(again)
        self._use()
        self.assertEqual((visit.state, self._ledger()), ("booked", (-DEPOSIT, -DEPOSIT, 1)))

    def test_abandoned(self):
        visit = self._held()
        tx = self.begin(visit)
        self._expire(visit)
        self.assertEqual((visit.state, self._ledger()[2]), ("cancelled", 0))
        # That a hold has ended cancels no payment: the money may be on its way.
        self.assertIn(tx.state, ("draft", "pending"))
        self.assertTrue(self.book(self.laser, visit.start, self.doctor, hold_minutes=600))

    def test_late_and_not_released_yet(self):
        visit = self._held()
        tx = self.begin(visit)
        visit.sudo()._clinic_writing().expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.succeed(tx)
        self._use()
        self.assertEqual((visit.state, tx.payment_id.clinic_outcome), ("booked", "confirmed"))
        self._assert_once(tx)

    def test_late_and_the_time_is_free(self):
        visit = self._held()
        tx = self.begin(visit)
        self._expire(visit)
        self.succeed(tx)
        self._use()
        again = visit.rebooked_as_id
        self.assertEqual((again.state, again.start, again.deposit_state), ("booked", visit.start, "paid"))
        self.assertEqual((tx.payment_id.clinic_visit_id, tx.payment_id.clinic_outcome), (again, "rebooked"))
        self._assert_once(tx)

    def test_late_and_the_time_is_taken_credit(self):
        visit, tx = self._late_and_taken()
        self.assertEqual((tx.payment_id.clinic_outcome, visit.state), ("credit", "cancelled"))
        self.assertTrue(tx.payment_id.clinic_without_visit)
        self.assertIn("offer another", visit.activity_ids.summary)
        self.assertEqual(self._ledger(), (-DEPOSIT, -DEPOSIT, 1))

    def test_late_and_the_time_is_taken_refund(self):
        self.branch.clinic_late_money = "refund"
        _visit, tx = self._late_and_taken()
        self.assertEqual(tx.payment_id.clinic_outcome, "refund")
        refund = self._refund(tx)
        self.assertEqual((refund.money_state, self._ledger()[:2]), ("returned", (0, 0)))

    def _late_and_taken(self):
        visit = self._held()
        tx = self.begin(visit)
        self._expire(visit)
        other = self.env["clinic.patient"].create({"name": "Other", "phone": "0300 9999999"})
        visits = self.env["clinic.visit"].with_company(self.branch)
        visits.book(other, self.laser, visit.start, self.doctor, hold_minutes=600)
        self.succeed(tx)
        self._use()
        self._assert_once(tx)
        return visit, tx

    def test_the_same_word_twenty_times_in_any_order(self):
        visit = self._held()
        tx = self.begin(visit)
        self.succeed(tx)
        steps = [step for step in self.words(tx) for _number in range(DUPLICATES // 2)]
        steps += [self._use] * 3
        random.Random(7).shuffle(steps)
        for step in steps:
            step()
        self._use()
        self.assertEqual((tx.state, visit.state, visit.deposit_paid), ("done", "booked", DEPOSIT))
        self._assert_once(tx)
        self.assertEqual(self._ledger(), (-DEPOSIT, -DEPOSIT, 1))

    # -- and back -----------------------------------------------------------------------------------------------------

    def _refund(self, tx, amount=None):
        """Ask for a refund of ``tx``, have it approved, and let it happen; return the request."""
        payment = tx.payment_id
        asks = self.env["clinic.payment.refund"].with_user(self.users["reception"])
        number = {} if self.gives_back else {"account_number": "0300 1234567"}
        ask = asks.create({"payment_id": payment.id, **({"amount": amount} if amount else {}), **number})
        self.assertEqual(ask.can_return, self.gives_back)
        refund = self.env["clinic.refund"].browse(ask.action_ask()["res_id"])
        refund.with_user(self.users["manager"]).action_approve()
        self._send()
        if not self.gives_back:
            self.assertEqual(refund.money_state, "transfer")
            wizards = self.env["clinic.payment.transfer"].with_user(self.users["accountant"])
            wizards.create({"payment_id": payment.id}).action_transfer()
        self.env.invalidate_all()
        return refund

    def _send(self):
        """Let the scheduled action send what was approved."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("clinic_payment.cron_send_refunds").method_direct_trigger()
        self.env.invalidate_all()

    def _paid_and_cancelled(self):
        visit = self._held()
        tx = self.begin(visit)
        self.succeed(tx)
        self._use()
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_clinic"))
        return tx

    def test_refund_whole_and_not_twice(self):
        tx = self._paid_and_cancelled()
        refund = self._refund(tx)
        self.assertEqual((refund.state, refund.money_state, self._ledger()[:2]), ("done", "returned", (0, 0)))
        self.assertEqual(tx.payment_id.clinic_refundable, 0)
        self._send()
        self._assert_given_back(tx, DEPOSIT)

    def test_refund_in_parts(self):
        tx = self._paid_and_cancelled()
        self._refund(tx, 400)
        self.assertEqual((tx.payment_id.clinic_refundable, self._ledger()[:2]), (750, (-750, -750)))
        self._refund(tx, 750)
        self.assertEqual(self._ledger()[:2], (0, 0))
        self._assert_given_back(tx, DEPOSIT)

    def _assert_given_back(self, tx, amount):
        """So much went back, by the provider's own count where it gives back, and by ours in any case."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT SUM(amount) FROM account_payment WHERE payment_type = 'outbound' AND partner_id = %s",
            [tx.partner_id.id],
        )
        self.assertEqual(self.env.cr.fetchone(), (amount,))


@tagged("post_install", "-at_install")
class TestJazzCash(Scenarios, AccountTestInvoicingCommon, JazzCashCommon, HttpCase):
    gives_back = True

    def begin(self, visit):
        tx, _got = self._press_pay(visit, "redirect")
        self.buttons = self._open_page(tx)
        return tx

    def succeed(self, tx):
        self._press(tx, self.buttons, "Completed")
        self.env.invalidate_all()

    def decline(self, tx):
        self._press(tx, self.buttons, "Failed")
        with freeze_time(fields.Datetime.now() + timedelta(minutes=11)):
            self.env.ref("payment_jazzcash.cron_inquire").method_direct_trigger()
        self.env.invalidate_all()

    def words(self, tx):
        return [
            lambda: self._bring(self.buttons["Completed"][1]),
            lambda: self._notify(self.sandbox.result(tx.reference, "Completed")),
            lambda: self._poll(tx),
        ]

    def _assert_given_back(self, tx, amount):
        super()._assert_given_back(tx, amount)
        self.assertEqual(self.sandbox.payments[tx.reference]["refunded"], amount * 100)

    def test_pending_then_paid(self):
        visit = self._held()
        tx = self.begin(visit)
        self._press(tx, self.buttons, "Pending")
        self.env.invalidate_all()
        self.assertEqual((tx.state, visit.state), ("pending", "held"))
        self.sandbox.payments[tx.reference]["status"] = "Completed"
        self._run_cron(minutes=11)
        self._use()
        self.assertEqual((tx.state, visit.state, self._ledger()), ("done", "booked", (-DEPOSIT, -DEPOSIT, 1)))

    def test_a_refund_without_an_answer_is_sent_once(self):
        tx = self._paid_and_cancelled()
        endpoint = "domwalletrefundtransaction"
        with self.sandbox.faulty(endpoint, "drop"):
            refund = self._refund(tx)
        self._send()
        self.assertEqual((refund.money_state, refund.part_ids.state), ("under_way", "sent"))
        self.assertEqual(len(self.sandbox.asked(endpoint)), 1)
        self.assertEqual((tx.payment_id.clinic_refundable, self._ledger()[:2]), (0, (-DEPOSIT, -DEPOSIT)))
        # Half an hour later somebody is asked to look, once.
        for minutes in (31, 62):
            with freeze_time(fields.Datetime.now() + timedelta(minutes=minutes)):
                self._send()
        [task] = tx.payment_id.activity_ids
        self.assertIn("provider's own list", task.summary)
        refund.part_ids.transaction_id.with_user(self.users["accountant"]).action_jazzcash_refund_made()
        # Until it is in the books, nobody is asked to transfer it.
        self.assertEqual((refund.money_state, tx.payment_id.clinic_to_transfer), ("under_way", False))
        self._use()
        self.assertEqual((refund.money_state, self._ledger()[:2]), ("returned", (0, 0)))

    def test_what_the_provider_refuses_is_transferred(self):
        tx = self._paid_and_cancelled()
        self.sandbox.payments[tx.reference]["status"] = "Failed"
        refund = self._refund(tx)
        self.assertEqual((refund.money_state, refund.part_ids.state), ("failed", "failed"))
        self.assertIn("did not give", tx.payment_id.activity_ids.summary)
        wizards = self.env["clinic.payment.transfer"].with_user(self.users["accountant"])
        wizards.create({"payment_id": tx.payment_id.id}).action_transfer()
        self.env.invalidate_all()
        self.assertEqual((refund.money_state, refund.part_ids.state), ("returned", "replaced"))
        self.assertEqual(self._ledger()[:2], (0, 0))

    def test_what_was_sent_before_the_machine_stopped_is_not_sent_again(self):
        tx = self._paid_and_cancelled()
        asks = self.env["clinic.payment.refund"].with_user(self.users["reception"])
        ask = asks.create({"payment_id": tx.payment_id.id})
        refund = self.env["clinic.refund"].browse(ask.action_ask()["res_id"])
        refund.with_user(self.users["manager"]).action_approve()
        part = refund.part_ids
        part.sudo().sent_at = fields.Datetime.now() - timedelta(minutes=5)
        for role in ("manager", "accountant"):
            for action in ("action_paid_back", "action_not_paid_back"):
                with self.assertRaisesRegex(UserError, "Wait for the provider"):
                    getattr(part.with_user(self.users[role]), action)()
        with self.assertRaises(AccessError):
            part.with_user(self.users["reception"]).action_paid_back()
        part.sudo().sent_at = fields.Datetime.now() - timedelta(hours=1)
        self._send()
        self.assertFalse(self.sandbox.asked("domwalletrefundtransaction"))
        self.assertEqual((part.state, refund.money_state), ("sent", "under_way"))
        with self.env.cr.savepoint(flush=True) as savepoint:
            part.with_user(self.users["manager"]).action_not_paid_back()
            self.assertEqual((part.state, refund.money_state), ("failed", "failed"))
            savepoint.rollback()
        self.env.invalidate_all()
        part.with_user(self.users["accountant"]).action_paid_back()
        self.env.invalidate_all()
        self.assertEqual((part.state, refund.money_state, self._ledger()[:2]), ("done", "returned", (0, 0)))

    def test_a_payment_that_was_cancelled_in_the_books_is_not_sent_back(self):
        tx = self._paid_and_cancelled()
        ask = (
            self.env["clinic.payment.refund"]
            .with_user(self.users["reception"])
            .create({"payment_id": tx.payment_id.id})
        )
        refund = self.env["clinic.refund"].browse(ask.action_ask()["res_id"])
        refund.with_user(self.users["manager"]).action_approve()
        tx.payment_id.sudo().action_draft()
        self._send()
        self.assertEqual(refund.part_ids.state, "failed")
        self.assertFalse(self.sandbox.asked("domwalletrefundtransaction"))


@tagged("post_install", "-at_install")
class TestEasyPaisa(Scenarios, AccountTestInvoicingCommon, EasypaisaCommon, HttpCase):
    def begin(self, visit):
        tx, self.got = self._press_pay(visit, "direct")
        self.assertEqual(self.post_start(self.got).status_code, 200)
        tx.invalidate_recordset()
        return tx

    def succeed(self, tx):
        self.sandbox.pay(tx.reference)
        self.notify(tx)
        self.env.invalidate_all()

    def decline(self, tx):
        self.sandbox.pay(tx.reference, "FAILED")
        self.notify(tx)
        self.env.invalidate_all()

    def words(self, tx):
        return [lambda: self.notify(tx), lambda: self.poll(tx), self.cron]

    def test_pending_then_paid(self):
        visit = self._held()
        tx = self.begin(visit)
        self.notify(tx)
        self.assertEqual((tx.state, visit.state), ("pending", "held"))
        self.sandbox.pay(tx.reference)
        self.age(tx, timedelta(minutes=30))
        self.cron()
        self._use()
        self.assertEqual((tx.state, visit.state, self._ledger()), ("done", "booked", (-DEPOSIT, -DEPOSIT, 1)))
