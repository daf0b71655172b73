from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_account.tests.common import DeskMixin

from .common import PaymentCommon, PaymentMixin


class RefundMixin(PaymentMixin):
    """Who asks for money back, and who approves it."""

    def _paid_at_desk(self, visit, method=None):
        """Let the deposit of ``visit`` be paid at the desk, and return the payment."""
        visit.with_user(self.users["reception"]).take_deposit((method or self.cash).id)
        return visit.sudo().deposit_payment_ids

    def _cancelled(self, visit):
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        return visit

    def _ask_refund(self, payment, role="reception", **vals):
        """Ask for a refund of ``payment`` as ``role`` and return the request."""
        asks = self.env["clinic.payment.refund"].with_user(self.users[role])
        ask = asks.create({"payment_id": payment.id, **vals})
        return self.env["clinic.refund"].browse(ask.action_ask()["res_id"])

    def _approve(self, refund, role="manager"):
        refund.with_user(self.users[role]).action_approve()
        self.env.invalidate_all()
        return refund


@tagged("post_install", "-at_install")
class TestRefundOfPayment(RefundMixin, PaymentCommon):
    """What was paid in advance and bought nothing is given back by two people, once, and stands in the books."""

    def setUp(self):
        super().setUp()
        self.visit = self._held()
        self.payment = self._paid_at_desk(self.visit)

    def test_of_a_cancelled_visit_in_cash(self):
        self._cancelled(self.visit)
        self.assertEqual(self._ledger(), (-1150, -1150, 1))
        refund = self._ask_refund(self.payment, reason="Moved away")
        self.assertEqual(
            (refund.state, refund.outcome, refund.amount, refund.money_state), ("asked", "money", 1150, False)
        )
        self.assertEqual([(line.amount, line.is_total) for line in refund.line_ids], [(1150, False), (1150, True)])
        self.assertEqual(self.payment.clinic_refundable, 0)
        self.assertIn("a manager approves", self.payment.clinic_to_do)
        self._approve(refund)
        back = refund.sudo().payment_ids
        self.assertEqual((back.payment_type, back.amount, back.journal_id), ("outbound", 1150, self.cash.journal_id))
        self.assertEqual((refund.state, refund.money_state, self._ledger()), ("done", "returned", (0, 0, 2)))
        self.assertEqual((self.payment.clinic_open_amount, self.payment.clinic_without_visit), (0, False))
        [message] = self.env["clinic.message"].search(
            [("visit_id", "=", self.visit.id), ("kind_id.trigger", "=", "refund")]
        )
        self.assertIn("1,150.00", message.body)

    def test_nobody_approves_their_own(self):
        self._cancelled(self.visit)
        refund = self._ask_refund(self.payment, role="manager")
        with self.assertRaisesRegex(UserError, "Nobody decides"):
            refund.with_user(self.users["manager"]).action_approve()
        for role in ("reception", "accountant", "practitioner"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                refund.with_user(self.users[role]).action_approve()

    def test_a_part_and_never_more_than_is_left(self):
        self._cancelled(self.visit)
        self._approve(self._ask_refund(self.payment, amount=400))
        self.assertEqual((self.payment.clinic_refundable, self._ledger()), (750, (-750, -750, 2)))
        for amount in (750.01, 0, -5):
            with self.subTest(amount=amount), self.assertRaisesRegex(UserError, "can be given back"):
                self._ask_refund(self.payment, amount=amount)
        self._ask_refund(self.payment, amount=700)
        with self.assertRaisesRegex(UserError, "asked for already"):
            self._ask_refund(self.payment, amount=50)

    def test_what_is_kept_for_a_visit_stays(self):
        with self.assertRaisesRegex(UserError, "0.00 can be given back"):
            self._ask_refund(self.payment, amount=1150)

    def test_a_payment_that_was_not_needed_for_its_visit(self):
        visit = self._held(start=self._at(15))
        first = self._paid_at_desk(visit)
        second = first.copy({"amount": 500})
        second._clinic_writing().clinic_visit_id = visit
        second.action_post()
        third = first.copy({"amount": 300})
        third._clinic_writing().clinic_visit_id = visit
        third.action_post()
        # Either, or both, but never what is needed.
        self.assertEqual([one.clinic_refundable for one in (first, second, third)], [0, 500, 300])
        self._ask_refund(second)
        self.assertEqual([one.clinic_refundable for one in (first, second, third)], [0, 0, 300])
        self._perform(visit)
        visit.action_checkout()
        # What is asked back is left out of the checkout, which goes on.
        self.assertEqual((visit.amount_due, second.clinic_open_amount), (5750 - 1450, 500))

    def test_money_of_another_currency(self):
        self._cancelled(self.visit)
        euros = self.payment.copy({"currency_id": self.env.ref("base.EUR").id})
        with self.assertRaisesRegex(UserError, "another currency"):
            self._ask_refund(euros, amount=10)

    def test_a_credit_note_is_offered_at_the_next_checkout(self):
        paid = self._done(start=self._at(15))
        paid._pay("cash")
        note = paid.invoice_id._reverse_moves([{"invoice_date": self.branch._clinic_today()}])
        note.action_post()
        lines = (
            self.env["clinic.checkout"].with_user(self.users["reception"])._credit_lines(self._done(start=self._at(17)))
        )
        self.assertIn(note, lines.move_id)

    def test_what_was_asked_back_buys_nothing(self):
        self._cancelled(self.visit)
        refund = self._ask_refund(self.payment)
        other = self._done(start=self._at(15))
        other.action_checkout()
        [line] = self.payment.move_id.line_ids.filtered(lambda one: one.account_type == "asset_receivable")
        with self.assertRaisesRegex(UserError, "is being given back"), self.env.cr.savepoint():
            other.invoice_id.js_assign_outstanding_line(line.id)
        refund.with_user(self.users["reception"]).action_withdraw()
        other.invoice_id.js_assign_outstanding_line(line.id)
        with self.assertRaisesRegex(UserError, "0.00 can be given back"):
            self._ask_refund(self.payment, amount=1150)

    def test_what_was_used_since_it_was_asked_for_is_not_given_back(self):
        self._cancelled(self.visit)
        refund = self._ask_refund(self.payment)
        # The accountant may enter in the books what is true.
        self.payment.action_draft()
        with self.assertRaisesRegex(UserError, "0.00 can be given back now"):
            self._approve(refund)

    def test_by_transfer(self):
        self._cancelled(self.visit)
        with self.assertRaisesRegex(UserError, "wallet or account"):
            self._ask_refund(self.payment, by_transfer=True, account_number=" ")
        refund = self._approve(self._ask_refund(self.payment, by_transfer=True, account_number="0300 1234567"))
        self.assertEqual((refund.state, refund.money_state, self._ledger()), ("done", "transfer", (-1150, -1150, 1)))
        [task] = self.payment.activity_ids
        self.assertEqual(task.user_id, self.users["accountant"])
        self.assertNotIn("0300", task.summary)
        self.assertEqual(self.payment.clinic_refundable, 0)
        wizard = self.env["clinic.payment.transfer"].with_user(self.users["accountant"])
        wizard = wizard.create({"payment_id": self.payment.id})
        self.assertEqual((wizard.amount, wizard.account_number), (1150, "0300 1234567"))
        wizard.action_transfer()
        self.env.invalidate_all()
        self.assertEqual((refund.money_state, self._ledger()), ("returned", (0, 0, 2)))
        self.assertFalse(self.payment.activity_ids)
        with self.assertRaisesRegex(UserError, "Nothing of this payment"):
            wizard.action_transfer()

    def test_an_online_payment_whose_provider_gives_nothing_back(self):
        visit = self._held(start=self._at(15))
        payment = self._paid(self._transaction(visit))
        self._cancelled(visit)
        ask = self.env["clinic.payment.refund"].with_user(self.users["reception"]).create({"payment_id": payment.id})
        self.assertEqual((ask.can_return, ask.by_transfer), (False, True))
        refund = self._approve(self._ask_refund(payment, account_number="PK00 1234"))
        self.assertEqual((refund.outcome, refund.money_state), ("wallet", "transfer"))

    def test_the_late_payment_of_a_taken_time(self):
        self.branch.clinic_late_money = "refund"
        late = self._held(start=self._at(15))
        tx = self._transaction(late)
        self._expire(late)
        self.book(self.laser, self._at(15), self.doctor, hold_minutes=600)
        payment = self._paid(tx)
        self.assertEqual(payment.clinic_outcome, "refund")
        refund = self._approve(self._ask_refund(payment, account_number="0300 1234567"))
        self.assertEqual((refund.amount, refund.money_state), (1150, "transfer"))

    def test_a_payment_of_nobody_here(self):
        partner = self.env["res.partner"].create({"name": "Supplier"})
        payment = self.payment.copy({"partner_id": partner.id})
        payment.action_post()
        with self.assertRaisesRegex(UserError, "can be given back"):
            self._ask_refund(payment, amount=10)

    def test_refused_leaves_the_money_free(self):
        self._cancelled(self.visit)
        refund = self._ask_refund(self.payment)
        refund.with_user(self.users["manager"]).action_refuse("They come again")
        self.assertEqual((self.payment.clinic_refundable, self._ledger()), (1150, (-1150, -1150, 1)))

    def test_the_page_of_the_link_says_so(self):
        # Asked for before it was cancelled, the link is still in the patient's messages.
        visit = self._held(start=self._at(15))
        link = self.env["clinic.payment.link"]._of(visit)
        payment = self._paid_at_desk(visit)
        self._cancelled(visit)
        refund = self._ask_refund(payment)
        self.assertEqual(link._state(), "refund")
        self._approve(refund)
        self.assertEqual(link._state(), "refunded")


@tagged("post_install", "-at_install")
class TestRefundByRpc(RefundMixin, DeskMixin, PaymentCommon, HttpCase):
    """Nobody gives money back alone, whatever they call."""

    def setUp(self):
        super().setUp()
        self.visit = self._cancelled(self._held_and_paid())

    def _held_and_paid(self):
        visit = self._held()
        self.tx = self._transaction(visit)
        self.payment = self._paid(self.tx)
        return visit

    def test_the_native_ways_are_closed(self):
        for role in ("reception", "accountant", "manager"):
            user = self.users[role]
            with self.subTest(role=role):
                with self.assertRaises(UserError):
                    self.tx.with_user(user).action_refund(100)
                # Odoo's button opens ours.
                if role != "practitioner":
                    action = self.payment.with_user(user).action_refund_wizard()
                    self.assertEqual(action["res_model"], "clinic.payment.refund")
        self.assertEqual(self._ledger(), (-1150, -1150, 1))

    def test_requests_and_parts_are_written_by_nobody(self):
        refund = self._ask_refund(self.payment, account_number="0300")
        values = {
            "amount": 1,
            "amount_money": 1,
            "money_state": "returned",
            "account_number": "0301",
            "advance_id": False,
        }
        for role, user in self.users.items():
            for name, value in values.items():
                with self.subTest(role=role, field=name), self.assertRaises(AccessError):
                    refund.with_user(user).write({name: value})
            for model, vals in (
                ("clinic.refund.part", {"refund_id": refund.id, "payment_id": self.payment.id, "amount": 5}),
                ("clinic.refund", {"patient_id": self.patient.id, "company_id": self.branch.id, "amount": 5}),
            ):
                with self.subTest(role=role, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).create(vals)

    def test_only_accountants_transfer(self):
        self._approve(self._ask_refund(self.payment, account_number="0300"))
        for role in ("reception", "practitioner"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.payment.with_user(self.users[role]).action_clinic_transfer()

    def test_another_branch_asks_for_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        reception = self.users["reception"]
        reception.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            self._ask_refund(self.payment, account_number="0300")
