from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import TillCommon, WordsMixin


@tagged("post_install", "-at_install")
class TestClosing(WordsMixin, TillCommon, HttpCase):
    def test_what_was_taken_is_expected_and_settled(self):
        payments = self._take(300) + self._take(50, payment_type="outbound") + self._take(900, self.bank)
        till = self._till(350, float_first=100)
        self.assertEqual([(row["in"], row["out"]) for row in till.takings], [(300, 50), (900, 0)])
        self.assertEqual((till.expected, till.counted, till.difference), (350, 350, 0))
        self.assertFalse(payments.clinic_till_id)
        till.action_close()
        self.assertEqual(till.state, "closed")
        self.assertEqual(payments.clinic_till_id, till)
        self.assertFalse(till.sudo().move_ids - payments.move_id)
        self._take(20)
        self.assertEqual(self._till().expected, 370)

    def test_a_difference_is_explained_posted_and_decided(self):
        self.branch.clinic_till_limit = 10
        self._take(100)
        till = self._till(95)
        with self.assertRaisesRegex(UserError, "differs by"):
            till.action_close()
        till.note = "Wrong change"
        till.action_close()
        self.assertEqual((till.state, till.difference), ("closed", -5))
        loss = till.sudo().move_ids.line_ids.filtered(lambda line: line.account_id == self.cash.loss_account_id)
        self.assertEqual(loss.balance, 5)
        more = self._till(195, note="Found")
        more.action_close()
        self.assertEqual((more.state, more.difference), ("review", 100))
        self.assertFalse(more.sudo().move_ids)
        with self.assertRaises(AccessError):
            more.action_accept()
        alerts = {
            a["key"]: a["count"] for a in self.env["clinic.home"].with_user(self.users["manager"]).load()["alerts"]
        }
        self.assertEqual(alerts.get("till_differences"), 1)
        more.with_user(self.users["manager"]).action_accept()
        gain = more.sudo().move_ids.line_ids.filtered(lambda line: line.account_id == self.cash.profit_account_id)
        self.assertEqual((more.state, gain.balance), ("closed", -100))

    def test_the_deposit_is_on_its_way_to_the_bank(self):
        self._take(100)
        till = self._till(100, deposit=80)
        till.action_close()
        moved = till.sudo().move_ids.line_ids.filtered(lambda line: line.account_id == self.branch.transfer_account_id)
        self.assertEqual((moved.balance, till.float_left), (80, 20))
        self.assertEqual(self._till().expected, 20)

    def test_bad_input_says_the_way_out_and_posts_nothing(self):
        self.branch.clinic_till_limit = 1000
        payment = self._take(100)
        till = self._till()
        with self.assertRaisesRegex(UserError, "Nothing was counted"):
            till.action_close()
        till.line_ids.filtered(lambda one: one.value == 1).quantity = 100
        draft = self._take(5, post=False)
        with self.assertRaisesRegex(UserError, "drafts"):
            till.action_close()
        draft.unlink()
        till.deposit = 101
        with self.assertRaisesRegex(UserError, "More goes to the bank"):
            till.action_close()
        till.write({"deposit": 50, "kind": "handover"})
        with self.assertRaisesRegex(UserError, "handed over"):
            till.action_close()
        till.kind = "closing"
        self.branch.transfer_account_id = False
        with self.assertRaisesRegex(UserError, "transfers between cash and bank"), self.cr.savepoint():
            till.action_close()
        till.invalidate_recordset()
        till.write({"deposit": 0, "other": 1, "note": "One more"})
        self.cash.profit_account_id = False
        with self.assertRaisesRegex(UserError, "no Profit Account"), self.cr.savepoint():
            till.action_close()
        till.invalidate_recordset()
        self.branch.sudo().fiscalyear_lock_date = self.branch._clinic_today()
        with self.assertRaisesRegex(UserError, "locked by the accountant"):
            till.action_close()
        self.branch.sudo().fiscalyear_lock_date = False
        payment.invalidate_recordset()
        self.assertFalse(payment.clinic_till_id)
        till.other = 0
        till.action_close()
        with self.assertRaisesRegex(UserError, "closed already"):
            till.action_close()

    def test_a_till_is_counted_once_at_a_time(self):
        self._till()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self._till()

    def test_a_hand_over_splits_the_day(self):
        self._take(100)
        till = self._till(100, kind="handover", handed_to_id=self.users["reception"].id)
        with self.assertRaisesRegex(UserError, "somebody else"):
            till.action_close()
        till.handed_to_id = self.users["manager"]
        till.action_close()
        self.assertEqual((till.kind, till.float_left), ("handover", 100))
        self._take(10)
        self.assertEqual(self._till().expected, 110)

    def test_reception_opens_its_till(self):
        action = self.tills.action_open_till()
        self.assertEqual(action["res_id"], self.tills.action_open_till()["res_id"])

    def test_a_cash_journal_as_odoo_sets_it_up_is_not_counted(self):
        """Else the deposit and the difference would be booked on an account on which no taking has arrived."""
        self._pay_into(self.cash, False)
        words = f"The till “{self.cash.name}” cannot be counted"
        self.assert_words(words, "reception", "clinic.till.closing", "create", {"journal_id": self.cash.id})
        self._pay_into(self.cash, self.cash.default_account_id)
        till = self._till(0, is_empty=True)
        self.cash.outbound_payment_method_line_ids.payment_account_id = False
        self.assert_words("(outgoing)", "reception", "clinic.till.closing", "action_close", till.ids)
        self.assert_words(
            f"choose “{self.cash.default_account_id.name}”",
            "reception",
            "clinic.till.closing",
            "action_close",
            till.ids,
        )
        self._pay_into(self.cash, self.cash.default_account_id)
        self.assert_done("reception", "clinic.till.closing", "action_close", till.ids)

    def test_cash_that_waited_elsewhere_is_counted_once(self):
        """Taken before the accountant set the journal up, and moved to the cash account afterwards."""
        self._pay_into(self.cash, False)
        payment = self._take(100)
        self.assertNotEqual(payment.outstanding_account_id, self.cash.default_account_id)
        self._pay_into(self.cash, self.cash.default_account_id)
        self._enter(payment.outstanding_account_id, 100)
        self.assertEqual(self._till().expected, 100)

    def test_a_reversed_payment_is_not_expected(self):
        payment = self._take(100)
        self._take(30)
        payment.move_id._reverse_moves(cancel=True)
        self.assertEqual(self._till().expected, 30)

    def test_what_is_not_in_the_books_holds_the_closing_back(self):
        payment = self._take(100)
        till = self._till(100)
        close = ("reception", "clinic.till.closing", "action_close", till.ids)
        # The entry alone: its payment looks as if nothing had happened.
        self.assert_done("accountant", "account.move", "button_draft", payment.move_id.ids)
        self.assertIn(payment.state, ("in_process", "paid"))
        self.assert_words("are drafts: Ayesha Test", *close)
        self.assert_done("accountant", "account.move", "action_post", payment.move_id.ids)
        entry = self._enter(self.cash.loss_account_id, -5, post=False, ref="Stamps")
        self.assert_words("are drafts: Stamps", *close)
        entry.unlink()
        self.assert_done(*close)
        self.assertEqual(till.state, "closed")
