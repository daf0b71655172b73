import psycopg2
from hypothesis import example, given
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_visit.tests.test_slots_kernel import repeatable

from .common import AccountCommon

# What an accountant does to a visit's documents by Odoo's own buttons.
ACTIONS = (
    "pay",
    "write_off",
    "cancel_payment",
    "unreconcile",
    "draft",
    "post",
    "cancel",
    "credit",
    "credit_part",
    "renew",
    "block",
    "apply_credit",
    "check_out",
)
CENT = 0.005


class NothingThere(Exception):
    """There is no document of the kind that a step asks for."""


@tagged("post_install", "-at_install")
class TestNativeActions(AccountCommon):
    """Whatever an accountant does in whatever order: a visit says what its journal entries say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.company_data["default_account_expense"]
        cls.facial.list_price = 333.33
        cls.before = cls._done()

    # -- what is done -------------------------------------------------------------------------------------------------

    def _moves(self, visit, *types, state=None):
        moves = visit.sudo().invoice_ids.filtered(lambda move: move.move_type in (types or ("out_invoice",)))
        return moves.filtered(lambda move: not state or move.state == state).sorted("id").with_env(self.books)

    def _do(self, visit, action, number):
        """Do ``action`` to one of the documents of ``visit``, as far as Odoo and we let an accountant."""
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                getattr(self, f"_do_{action}")(visit, number)
                self.env.flush_all()
        except (NothingThere, UserError, psycopg2.IntegrityError):
            # A refusal is fine, also by an index, whose message is shown: what counts is what the visit says then.
            self.env.invalidate_all()
            return False
        return True

    def _pick(self, moves, number):
        if not moves:
            raise NothingThere
        return moves[number % len(moves)]

    def _register(self, invoice, **vals):
        dialog = self.books["account.payment.register"]
        dialog.with_context(active_model="account.move", active_ids=invoice.ids).create(vals).action_create_payments()

    def _open(self, visit):
        return self._moves(visit, state="posted").filtered(lambda move: move.amount_residual > 0)

    def _do_pay(self, visit, number):
        invoice = self._pick(self._open(visit), number)
        part = (1, 0.5, 0.31)[number % 3]
        self._register(invoice, amount=invoice.currency_id.round(invoice.amount_residual * part))

    def _do_write_off(self, visit, number):
        invoice = self._pick(self._open(visit), number)
        self._register(
            invoice,
            amount=invoice.currency_id.round(invoice.amount_residual * 0.9),
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )

    def _do_cancel_payment(self, visit, number):
        payment = self._pick(self._moves(visit).matched_payment_ids.filtered(lambda p: p.state != "canceled"), number)
        payment.action_draft()
        payment.action_cancel()

    def _do_unreconcile(self, visit, number):
        lines = self._moves(visit, "out_invoice", "out_refund").line_ids
        lines = lines.filtered(lambda line: line.matched_debit_ids or line.matched_credit_ids)
        self._pick(lines, number).remove_move_reconcile()

    def _do_draft(self, visit, number):
        self._pick(self._moves(visit, "out_invoice", "out_refund", state="posted"), number).button_draft()

    def _do_post(self, visit, number):
        self._pick(self._moves(visit, "out_invoice", "out_refund", state="draft"), number).action_post()

    def _do_cancel(self, visit, number):
        self._pick(self._moves(visit, "out_invoice", "out_refund", state="draft"), number).button_cancel()

    def _reversal(self, visit, number):
        invoice = self._pick(self._moves(visit, state="posted"), number)
        dialog = self.books["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        return dialog.create({"journal_id": invoice.journal_id.id, "reason": "test"})

    def _do_credit(self, visit, number):
        dialog = self._reversal(visit, number)
        dialog.reverse_moves()
        dialog.new_move_ids.filtered(lambda move: move.state == "draft").action_post()

    def _do_credit_part(self, visit, number):
        dialog = self._reversal(visit, number)
        dialog.reverse_moves()
        for line in dialog.new_move_ids.filtered(lambda move: move.state == "draft").invoice_line_ids:
            line.price_unit = line.price_unit * (number % 7 + 1) / 9
        dialog.new_move_ids.filtered(lambda move: move.state == "draft").action_post()

    def _do_renew(self, visit, number):
        self._reversal(visit, number).modify_moves()

    def _do_block(self, visit, number):
        self._pick(self._moves(visit, state="posted"), number).action_toggle_block_payment()

    def _do_apply_credit(self, visit, number):
        invoice = self._pick(self._open(visit), number)
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        credits = self.books["account.move.line"].search(
            [
                ("account_id", "=", receivable.account_id.id),
                ("partner_id", "=", invoice.commercial_partner_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("balance", "<", 0),
            ]
        )
        invoice.js_assign_outstanding_line(self._pick(credits, number).id)

    def _do_check_out(self, visit, _number):
        visit.with_user(self.users["reception"]).action_checkout()

    # -- what is true -------------------------------------------------------------------------------------------------

    def _documents(self, visit):
        """Return {id: (type, state, reversed, total, left)} by the journal items alone."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT move.id, move.move_type, move.state, move.reversed_entry_id,
                   COALESCE(SUM(line.balance), 0),
                   COALESCE(SUM(line.balance
                                - (SELECT COALESCE(SUM(part.amount), 0) FROM account_partial_reconcile part
                                    WHERE part.debit_move_id = line.id)
                                + (SELECT COALESCE(SUM(part.amount), 0) FROM account_partial_reconcile part
                                    WHERE part.credit_move_id = line.id)), 0)
              FROM account_move move
         LEFT JOIN account_move_line line ON line.move_id = move.id
                   AND line.account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable')
             WHERE move.clinic_visit_id = %s
          GROUP BY move.id
            """,
            [visit.id],
        )
        return {row[0]: row[1:] for row in self.env.cr.fetchall()}

    def _expected(self, visit):
        """Return (is_checked_out, payment_state, amount_due) of ``visit`` by its journal items."""
        documents = self._documents(visit)
        notes = [doc for doc in documents.values() if doc[0] == "out_refund" and doc[1] == "posted"]
        invoices = {number: doc for number, doc in documents.items() if doc[0] == "out_invoice" and doc[1] != "cancel"}
        credited = {
            number
            for number, (_type, state, _of, total, _left) in invoices.items()
            if state == "posted" and total and total + sum(n[3] for n in notes if n[2] == number) < CENT
        }
        due = sum(max(doc[4], 0) for doc in invoices.values() if doc[1] == "posted")
        live = {number: doc for number, doc in invoices.items() if number not in credited}
        if not invoices:
            return False, "none", 0.0
        if not live:
            return False, "credited", due
        [(_type, state, _of, total, _left)] = live.values()
        if state == "draft":
            return True, "draft", due
        return True, "paid" if due < CENT else "partial" if due < total - CENT else "not_paid", due

    def _check(self, visit, done):
        is_checked_out, state, due = self._expected(visit)
        self.env.cr.execute(
            "SELECT is_checked_out, payment_state, amount_due FROM clinic_visit WHERE id = %s", [visit.id]
        )
        stored = self.env.cr.fetchone()
        self.assertEqual((stored[0], stored[1]), (is_checked_out, state), done)
        self.assertAlmostEqual(stored[2], due, 2, done)
        for number, (kind, state, _of, total, left) in self._documents(visit).items():
            if kind == "out_invoice" and state == "posted":
                move = self.env["account.move"].browse(number)
                self.assertAlmostEqual(move.amount_residual_signed, left, 2)
                self.assertAlmostEqual(self._paid(number) + left, total, 2, f"paid and credited + due = total: {done}")

    def _paid(self, number):
        """Return what settles the invoice ``number``: payments, credit notes, and what was written off."""
        self.env.cr.execute(
            """
            SELECT COALESCE(SUM(part.amount), 0)
              FROM account_partial_reconcile part JOIN account_move_line line ON line.id = part.debit_move_id
             WHERE line.move_id = %s
            """,
            [number],
        )
        return self.env.cr.fetchone()[0]

    def _run(self, included, drawn):
        self.books = self.env(user=self.users["accountant"])
        self.tax.price_include_override = "tax_included" if included else "tax_excluded"
        self.facial.taxes_id = [Command.set(self.tax.ids)]
        visit = self.before
        visit.action_checkout()
        done = ["check_out"]
        self._check(visit, done)
        for action, number in drawn:
            done.append(f"{action} {number}" if self._do(visit, action, number) else f"({action} {number})")
            self._check(visit, done)
        return done

    def test_a_visit_says_what_its_journal_items_say(self):
        seen = set()

        @repeatable(25)
        @given(st.booleans(), st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 20)), min_size=3, max_size=8))
        @example(False, [("pay", 1), ("unreconcile", 0), ("apply_credit", 0)])
        def run(included, drawn):
            with self.env.cr.savepoint() as savepoint:
                seen.update(step.split()[0] for step in self._run(included, drawn) if not step.startswith("("))
                savepoint.rollback()
            self.env.registry.clear_cache()
            self.env.invalidate_all()

        run()
        self.assertEqual(seen, set(ACTIONS), "each of them was done at least once")
