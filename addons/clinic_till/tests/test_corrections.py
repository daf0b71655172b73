from datetime import timedelta

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import CLOSED, TillCommon, WordsMixin


@tagged("post_install", "-at_install")
class TestCorrections(WordsMixin, TillCommon, HttpCase):
    """What was counted stays, and what was not is expected by the next count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.branch._clinic_today()
        cls.yesterday = str(cls.today - timedelta(days=1))
        cls.income = cls.company_data["default_account_revenue"]
        cls.receivable = cls.company_data["default_account_receivable"]

    def test_counted_cash_is_corrected_and_not_changed(self):
        payment = self._take(100)
        till = self._close(100)
        move = payment.move_id
        cash, owed = move.line_ids.sorted(lambda line: line.account_id != self.cash.default_account_id)
        self.assertEqual(cash.account_id, self.cash.default_account_id)
        both = [Command.update(cash.id, {"debit": 7}), Command.update(owed.id, {"credit": 7})]
        reversed_move = move._reverse_moves()
        for login in ("accountant", "manager"):
            for model, method, *args in (
                ("account.payment", "action_draft", payment.ids),
                ("account.payment", "action_cancel", payment.ids),
                ("account.payment", "action_reject", payment.ids),
                ("account.payment", "unlink", payment.ids),
                ("account.payment", "write", payment.ids, {"amount": 50}),
                ("account.payment", "write", payment.ids, {"date": self.yesterday}),
                ("account.payment", "write", payment.ids, {"journal_id": self.bank.id}),
                ("account.payment", "write", payment.ids, {"move_id": reversed_move.id}),
                ("account.move", "button_draft", move.ids),
                ("account.move", "button_cancel", move.ids),
                ("account.move", "write", move.ids, {"date": self.yesterday}),
                ("account.move", "write", move.ids, {"state": "draft"}),
                ("account.move", "write", move.ids, {"line_ids": both}),
                ("account.move.line", "write", cash.ids, {"account_id": self.receivable.id}),
                ("account.move.line", "write", owed.ids, {"account_id": self.income.id}),
                ("account.move.line", "write", move.line_ids.ids, {"balance": 0}),
            ):
                with self.subTest(login=login, model=model, method=method, args=args):
                    self.assert_words(CLOSED, login, model, method, *args)
            for model, records in (("account.payment", payment), ("account.move", move)):
                self.assert_refused(login, model, "write", records.ids, {"clinic_till_id": False})
            for model, records, vals in (
                ("clinic.till.closing", till, {"deposit": 5}),
                ("clinic.till.closing", till, {"state": "counting"}),
                ("clinic.till.count", till.line_ids, {"quantity": 3}),
            ):
                self.assert_refused(login, model, "write", records.ids, vals)
            self.assert_refused(login, "clinic.till.closing", "unlink", till.ids)
            late = {"amount": 5, "journal_id": self.cash.id, "payment_type": "inbound", "date": self.yesterday}
            self.assert_words("no cash is entered before", login, "account.payment", "create", [late])
        self.assertEqual((payment.amount, move.state, payment.clinic_till_id), (100, "posted", till))
        # Guards of the database's own rows, which Odoo refuses for reasons of its own as well.
        self.assert_refused("accountant", "account.move", "unlink", move.ids)
        self._take(100, payment_type="outbound")
        self.assertEqual(self._till().expected, 0)

    def test_the_reversal_of_counted_cash_is_expected_next_time(self):
        payment = self._take(100)
        self._close(100)
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=payment.move_id.ids
        )
        wizard.create({"journal_id": self.cash.id, "date": self.today}).refund_moves()
        payment.move_id.reversal_move_ids.filtered(lambda move: move.state == "draft").action_post()
        self.assertEqual(self._till().expected, 0)

    def test_a_card_payment_that_becomes_cash_is_expected(self):
        card = self._take(100, self.bank)
        first = self._close(0)
        self.assertEqual(card.clinic_till_id, first)
        self.assert_done("accountant", "account.payment", "action_draft", card.ids)
        self.assertEqual(card.clinic_till_id, first)
        cash = {"journal_id": self.cash.id}
        self.assert_words(
            "no cash is entered before",
            "accountant",
            "account.payment",
            "write",
            card.ids,
            {**cash, "date": self.yesterday},
        )
        self.assert_done("accountant", "account.payment", "write", card.ids, cash)
        self.assertFalse(card.clinic_till_id)
        self.assert_done("accountant", "account.payment", "action_post", card.ids)
        till = self._till(100)
        self.assertEqual(till.expected, 100)
        till.action_close()
        self.assert_words(CLOSED, "accountant", "account.payment", "action_draft", card.ids)

    def test_an_entry_that_becomes_cash_is_expected(self):
        """The entry of a card payment alone is moved to the cash journal."""
        card = self._take(100, self.bank)
        self._close(0)
        move = card.move_id
        liquidity = move.line_ids.filtered(lambda line: line.account_id == card.outstanding_account_id)
        self.assert_done("accountant", "account.move", "button_draft", move.ids)
        lines = [Command.update(liquidity.id, {"account_id": self.cash.default_account_id.id})]
        self.assert_done("accountant", "account.move", "write", move.ids, {"line_ids": lines})
        self.assert_done("accountant", "account.move", "write", move.ids, {"name": "/", "journal_id": self.cash.id})
        self.assert_done("accountant", "account.move", "action_post", move.ids)
        self.assertEqual(self._till().expected, 100)

    def test_a_statement_line_is_matched_after_the_closing(self):
        """Its cash stays as it is; against what it stands is the accountant's work, often of a later day."""
        # Odoo's right to reconcile, which is given to an accountant where statements are matched.
        self.users["accountant"].group_ids += self.env.ref("account.group_account_user")
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": self.cash.id, "amount": 100, "date": self.today, "payment_ref": "Found in the box"}
        )
        other = self._take(20)
        self.assertEqual(self._till().expected, 120)
        self.tills.search([("state", "=", "counting")]).unlink()
        till = self._close(120)
        move = line.move_id
        self.assertEqual(move.clinic_till_id, till)
        cash = move.line_ids.filtered(lambda one: one.account_id == self.cash.default_account_id)
        suspense = move.line_ids - cash
        write = ("account.bank.statement.line", "write", line.ids)
        match = {"line_ids": [Command.update(suspense.id, {"account_id": self.income.id})]}
        self.assert_done("accountant", *write, match)
        self.assertEqual(suspense.account_id, self.income)
        self.assert_done("accountant", "account.bank.statement.line", "action_undo_reconciliation", line.ids)
        cash = move.line_ids.filtered(lambda one: one.account_id == self.cash.default_account_id)
        suspense = move.line_ids - cash
        self.assertEqual((cash.balance, suspense.account_id), (100, self.cash.suspense_account_id))
        half = [Command.update(cash.id, {"debit": 50}), Command.update(suspense.id, {"credit": 50})]
        # A client may name any line in the command.
        foreign = [Command.update(other.move_id.line_ids.ids[-1], {"account_id": self.income.id})]
        for model, method, *args in (
            (*write, {"line_ids": half}),
            (*write, {"line_ids": foreign}),
            (*write, {"amount": 50}),
            (*write, {"date": self.yesterday}),
            ("account.bank.statement.line", "unlink", line.ids),
            ("account.move", "button_draft", move.ids),
            ("account.move.line", "write", cash.ids, {"account_id": self.receivable.id}),
        ):
            with self.subTest(model=model, method=method, args=args):
                self.assert_words(CLOSED, "accountant", model, method, *args)
        # A second line of cash is no statement line for Odoo either.
        self.assert_refused(
            "accountant", "account.move.line", "write", suspense.ids, {"account_id": self.cash.default_account_id.id}
        )
        self.assert_done("accountant", "account.move.line", "write", suspense.ids, {"account_id": self.income.id})

    def test_cash_of_before_the_first_count_is_not_taken_back(self):
        """Confirmed again it would be cash of a day before the closing, and a draft would hold back the next one."""
        old = self._take(30, date=self.yesterday)
        self._close(0)
        for model, method, records in (
            ("account.payment", "action_draft", old),
            ("account.move", "button_draft", old.move_id),
        ):
            self.assert_words("no cash is entered before", "accountant", model, method, records.ids)
        self._close(0)

    def test_an_entry_that_becomes_cash_before_the_closing_is_counted_once(self):
        card = self._take(100, self.bank)
        move = card.move_id
        liquidity = move.line_ids.filtered(lambda line: line.account_id == card.outstanding_account_id)
        move.button_draft()
        move.write({"line_ids": [Command.update(liquidity.id, {"account_id": self.cash.default_account_id.id})]})
        move.write({"name": "/", "journal_id": self.cash.id})
        move.action_post()
        till = self._till(100)
        self.assertEqual(till.expected, 100)
        till.action_close()
        self.assertEqual(move.clinic_till_id, till)
        self.assertEqual(self._till().expected, till.float_left)

    def test_cash_without_an_entry_is_not_settled(self):
        payment = self._take(100)
        move = payment.move_id
        move.button_draft()
        move.write({"name": "/", "journal_id": self.bank.id})
        move.action_post()
        self.assertEqual(payment.journal_id, self.cash)
        till = self._till(100)
        words = "have no entry in"
        self.assert_words(words, "reception", "clinic.till.closing", "action_close", till.ids)
        payment.action_draft()
        payment.action_cancel()
        again = self._take(100)
        self.assert_done("reception", "clinic.till.closing", "action_close", till.ids)
        self.assertEqual((till.state, again.clinic_till_id), ("closed", till))
        self.assertFalse(payment.clinic_till_id)
