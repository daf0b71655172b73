from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import AccountCommon, DeskMixin


@tagged("post_install", "-at_install")
class TestPayment(DeskMixin, AccountCommon, HttpCase):
    """Checked out and paid at the desk by one tap."""

    def _at_the_desk(self, visit=None):
        return (visit or self._done()).with_user(self.users["reception"])

    def _payments(self, visit):
        return visit.sudo().invoice_ids.matched_payment_ids

    def test_one_tap_checks_out_and_takes_the_payment(self):
        for kind, start in (("card", 9), ("cash", 12)):
            with self.subTest(kind=kind):
                visit = self._at_the_desk(self._done(start=self._at(start)))
                self.assertEqual(visit.payment_offer()["kinds"], ["card", "cash"])
                self.assertIn("1,150", visit.payment_offer()["amount"])
                action = getattr(visit, f"action_pay_{kind}")()
                self.assertEqual((visit.payment_state, visit.amount_due), ("paid", 0))
                journal = self.company_data[f"default_journal_{'bank' if kind == 'card' else 'cash'}"]
                payment = self._payments(visit)
                self.assertEqual((payment.journal_id, payment.amount), (journal, 1150))
                self.assertEqual(action["params"]["title"], "Ayesha Test")
                self.assertIn("1,150", action["params"]["message"])
                self.assertTrue(action["params"]["receipt"].endswith(f"/{visit.invoice_id.id}"))

    def test_a_second_tap_takes_nothing(self):
        visit = self._at_the_desk()
        visit.action_pay_card()
        for again in (visit.action_pay_card, visit.action_pay_cash):
            self.assertEqual(again()["params"]["message"], "Paid already")
        self.assertEqual(len(self._payments(visit)), 1)
        self.assertEqual(len(visit.invoice_ids), 1)

    def test_a_payment_that_was_discarded_is_taken_later(self):
        visit = self._at_the_desk()
        dialog = visit.action_pay_other()
        self.assertEqual(dialog["res_model"], "account.payment.register")
        self.assertEqual((visit.is_checked_out, visit.payment_state), (True, "not_paid"))
        self.assertEqual(visit.action_pay_other()["res_model"], "account.payment.register")
        self.assertIn("1,150", visit.payment_offer()["amount"])
        visit.action_pay_cash()
        self.assertEqual((visit.payment_state, len(visit.invoice_ids)), ("paid", 1))

    def test_what_is_left_of_a_part_is_taken(self):
        visit = self._at_the_desk()
        visit.action_checkout()
        self._pay(visit.sudo().invoice_id.with_env(self.env), 150)
        self.assertIn("1,000", visit.payment_offer()["amount"])
        visit.action_pay_card()
        self.assertEqual(sorted(self._payments(visit).mapped("amount")), [150, 1000])

    def test_a_draft_is_opened_and_not_paid(self):
        visit = self._done()
        visit.action_checkout()
        visit.invoice_id.button_draft()
        visit = self._at_the_desk(visit)
        self.assertEqual(visit.payment_offer(), {"amount": "", "kinds": [], "draft": True})
        with self.assertRaisesRegex(UserError, "The invoice of Ayesha Test is a draft"):
            visit.action_pay_card()
        self.assertEqual(visit.action_pay_other()["res_id"], visit.invoice_id.id)

    def test_a_visit_that_is_not_done_is_not_paid(self):
        with self.assertRaisesRegex(UserError, "Only a visit that is done"):
            self._at_the_desk(self.book()).action_pay_card()

    def test_without_a_journal_it_says_so(self):
        self.company_data["default_journal_cash"].active = False
        visit = self._at_the_desk()
        self.assertEqual(visit.payment_offer()["kinds"], ["card"])
        with self.assertRaisesRegex(UserError, "has no journal for cash"):
            visit.action_pay_cash()

    def test_who_treats_takes_no_payment(self):
        visit = self._done(practitioner=self.doctor).with_user(self.users["practitioner"])
        for attempt in (visit.action_pay_card, visit.action_pay_other, visit.payment_offer):
            with self.assertRaises(AccessError):
                attempt()

    def test_two_taps_on_the_board(self):
        visit = self._done()
        day = self.branch._clinic_local(visit.start).date().isoformat()
        self.start_tour(f"/odoo/board?day={day}", "clinic_account_pay", login="test_reception")
        self.assertEqual((visit.payment_state, len(self._payments(visit))), ("paid", 1))

    # -- what the desk leaves alone -----------------------------------------------------------------------------------

    def _dialog(self, login, visit, **values):
        """Pay ``visit`` by Odoo's own dialog over JSON-RPC; return the error, if any."""
        context = {"active_model": "account.move", "active_ids": visit.invoice_id.ids}
        [dialog], error = self._ask(login, "account.payment.register", "create", [values], context=context)
        self.assertFalse(error)
        return self._ask(login, "account.payment.register", "action_create_payments", [dialog], context=context)[1]

    def test_a_payment_of_nothing_is_refused(self):
        visit = self._done()
        visit.action_checkout()
        for login in ("reception", "accountant", "manager"):
            for amount in (0, -5):
                self.assertIn("UserError", self._dialog(login, visit, amount=amount) or "", (login, amount))
            values = {"amount": 0, "partner_id": self.patient.partner_id.id, "payment_type": "inbound"}
            self.assert_refused(login, "account.payment", "create", [values])
        self.assertFalse(self._payments(visit))
        self.assertFalse(self.env["account.payment"].search([("partner_id", "=", self.patient.partner_id.id)]))

    def test_a_visit_that_costs_nothing_is_settled_without_a_payment(self):
        for start, tap in ((9, "action_checkout"), (12, "action_pay_cash"), (15, "action_pay_card")):
            with self.subTest(tap=tap):
                visit = self._done(start=self._at(start))
                visit.procedure_ids.discount = 100
                self._ask("reception", "clinic.visit", tap, visit.ids)
                self.assertEqual((visit.is_checked_out, visit.payment_state), (True, "paid"))
                self.assertFalse(self._payments(visit))

    def test_the_desk_takes_payments_of_today_and_writes_nothing_off(self):
        visit = self._done()
        visit.action_checkout()
        account = self.company_data["default_account_expense"].id
        for values in (
            {"payment_date": "2020-01-01"},
            {"payment_date": "2099-01-01"},
            {"amount": 1, "payment_difference_handling": "reconcile", "writeoff_account_id": account},
        ):
            self.assertIn("UserError", self._dialog("reception", visit, **values) or "", values)
        paid = {"amount": 10, "partner_id": self.patient.partner_id.id, "partner_type": "customer"}
        for more in (
            {"payment_type": "inbound", "date": "2020-01-01"},
            {"payment_type": "outbound"},
            {"payment_type": "inbound", "state": "paid"},
            {"payment_type": "inbound", "write_off_line_vals": [{"account_id": account, "balance": -1140}]},
        ):
            self.assert_refused("reception", "account.payment", "create", [{**paid, **more}])
        self.assertEqual(visit.amount_due, 1150)
        # Not even of what stays on Odoo's own screen: a payment in advance of today is taken.
        advance, error = self._ask("reception", "account.payment", "create", [{**paid, "payment_type": "inbound"}])
        self.assertFalse(error)
        self.assertFalse(self._ask("reception", "account.payment", "action_post", advance)[1])
        self.assertEqual(self.patient.amount_due, 1140)

    def test_the_desk_changes_nothing_that_stands_in_the_books(self):
        visit = self._done()
        visit.with_user(self.users["reception"]).action_pay_cash()
        invoice, payment = visit.invoice_id, self._payments(visit)
        partial = invoice.line_ids.matched_credit_ids
        receivable = invoice.line_ids.filtered("matched_credit_ids")
        draft = self._done(start=self._at(12))
        draft.action_checkout()
        draft.invoice_id.button_draft()
        reversal = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        reversal = reversal.with_user(self.users["reception"]).sudo().create({"journal_id": invoice.journal_id.id})
        before = (self._read(invoice), self._read(payment), self._read(draft.invoice_id))
        day = "2020-01-01"
        tries = [
            ("account.move", "button_draft", invoice.ids),
            ("account.move", "button_cancel", invoice.ids),
            ("account.move", "write", invoice.ids, {"state": "draft"}),
            ("account.move", "write", invoice.ids, {"invoice_date": day}),
            ("account.move", "write", invoice.ids, {"ref": "Forged", "payment_reference": "Forged"}),
            ("account.move", "write", invoice.ids, {"matched_payment_ids": [(5,)]}),
            ("account.move", "write", invoice.ids, {"partner_id": self.partner_a.id}),
            ("account.move", "js_remove_outstanding_partial", invoice.ids, partial.id),
            ("account.move", "unlink", draft.invoice_id.ids),
            ("account.move", "write", draft.invoice_id.ids, {"invoice_date": day}),
            ("account.move", "write", draft.invoice_id.ids, {"state": "posted"}),
            ("account.move", "button_cancel", draft.invoice_id.ids),
            ("account.move.line", "write", draft.invoice_id.invoice_line_ids.ids, {"price_unit": 1}),
            ("account.move.line", "write", draft.invoice_id.invoice_line_ids.ids, {"discount": 100}),
            ("account.move.line", "unlink", draft.invoice_id.invoice_line_ids.ids),
            ("account.move.line", "write", invoice.invoice_line_ids.ids, {"name": "Forged"}),
            ("account.move.line", "remove_move_reconcile", receivable.ids),
            ("account.move.reversal", "refund_moves", reversal.ids),
            ("account.move.reversal", "modify_moves", reversal.ids),
            ("account.move", "create", [{"move_type": "out_refund", "partner_id": self.patient.partner_id.id}]),
            ("account.partial.reconcile", "unlink", partial.ids),
            ("account.payment", "write", payment.ids, {"date": day}),
            ("account.payment", "write", payment.ids, {"amount": 1}),
            ("account.payment", "write", payment.ids, {"memo": "Forged"}),
            ("account.payment", "action_draft", payment.ids),
            ("account.payment", "action_cancel", payment.ids),
            ("account.payment", "action_reject", payment.ids),
            ("account.payment", "unlink", payment.ids),
        ]
        for model, method, *args in tries:
            with self.subTest(model=model, method=method, args=args):
                self.assert_refused("reception", model, method, *args)
        self.env.invalidate_all()
        self.assertEqual((self._read(invoice), self._read(payment), self._read(draft.invoice_id)), before)
        # What the accountant has prepared is confirmed at the desk as it is.
        self.assertFalse(self._ask("reception", "account.move", "action_post", draft.invoice_id.ids)[1])
        self.assertEqual(draft.payment_state, "not_paid")

    def _read(self, record):
        """Return what is money of a document."""
        names = (
            "state",
            "date",
            "partner_id",
            "amount_total",
            "payment_state",
            "invoice_date",
            "ref",
            "amount",
            "memo",
        )
        return [record[name] for name in names if name in record._fields]

    def test_over_the_counter_the_desk_sells_at_the_list_price(self):
        product = self.env["product.product"].create({"name": "Sun cream", "list_price": 100, "taxes_id": []})
        for line, works in (
            ({"price_unit": 100}, True),
            ({"price_unit": 100, "discount": 10}, True),
            ({"price_unit": 100, "discount": 50}, False),
            ({"price_unit": 1}, False),
            ({"price_unit": -100}, False),
            ({"price_unit": 100, "quantity": -1}, False),
        ):
            values = {
                "move_type": "out_invoice",
                "partner_id": self.patient.partner_id.id,
                "invoice_line_ids": [(0, 0, {"product_id": product.id, **line})],
            }
            created, error = self._ask("reception", "account.move", "create", [values])
            self.assertFalse(error)
            error = self._ask("reception", "account.move", "action_post", created)[1]
            with self.subTest(line=line):
                self.assertEqual(not error, works, error)
        dated = {**values, "invoice_date": "2020-01-01", "invoice_line_ids": [(0, 0, {"product_id": product.id})]}
        created, _error = self._ask("reception", "account.move", "create", [dated])
        self.assert_refused("reception", "account.move", "action_post", created)
