from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import AgreementCommon


@tagged("post_install", "-at_install")
class TestBreak(AgreementCommon):
    """Whatever is broken, by the owner of the database or by Odoo's own buttons, is named with the way to mend it."""

    def _assert_named(self, check, cause, document=None):
        agreement = self._agree()
        found = self._found(agreement)
        self.assertIn((check, cause), found)
        if document:
            self.assertIn(document, found[check, cause])
        lines = agreement.difference_ids.filtered(lambda line: (line.check, line.cause) == (check, cause))
        for line in lines:
            self.assertTrue(line.mend)
            self.assertIn("res_model", line.with_user(self.users["accountant"]).action_open())
        self.assertEqual(agreement.state, "explained" if lines[0].state == "explained" else "differs")
        [total] = agreement.figure_ids.filtered(lambda line: line.check == check)
        self.assertEqual(total.state, lines[0].state)
        return lines[0]

    def test_a_transaction_without_a_payment(self):
        tx = self._transaction(self._held(start=self._at(14)))
        tx._set_done()
        line = self._assert_named("online", "being_entered", tx.reference)
        self.assertEqual((line.ours, line.ledger, line.difference), (1150, 0, 1150))
        tx.last_state_change = fields.Datetime.now() - timedelta(hours=1)
        self._assert_named("online", "not_entered", tx.reference)
        tx._post_process()
        self.assertEqual(self._agree().state, "ok")

    def test_a_payment_that_is_deleted(self):
        self._sql("UPDATE payment_transaction SET payment_id = NULL, last_state_change = '2026-01-01'")
        self._sql("UPDATE account_move SET origin_payment_id = NULL WHERE id = %s", self.payment.move_id.id)
        self._sql("UPDATE account_move_line SET payment_id = NULL WHERE payment_id = %s", self.payment.id)
        name = self.payment.move_id.name
        self._sql("DELETE FROM account_payment WHERE id = %s", self.payment.id)
        line = self._assert_named("online", "not_entered", self.tx.reference)
        self.assertEqual(line.difference, 1150)
        self._assert_named("credits", "by_hand", name)
        self._assert_named("deposits", "deposit_amount", self.held.name)

    def test_a_payment_that_is_set_back_to_draft(self):
        self.payment.action_draft()
        self._assert_named("online", "taken_back", self.tx.reference)
        self.payment.action_post()
        self.assertEqual(self._agree().state, "ok")

    def test_an_amount_that_is_changed(self):
        self._sql("UPDATE account_payment SET amount = 1000 WHERE id = %s", self.payment.id)
        line = self._assert_named("online", "other_amount", self.tx.reference)
        self.assertEqual((line.ours, line.ledger), (1150, 1000))
        line = self._assert_named("entries", "entry_amount", self.payment.name)
        self.assertEqual((line.ours, line.ledger, line.difference), (1000, 1150, -150))

    def test_an_entry_that_is_gone_or_not_posted(self):
        self._sql("UPDATE account_move SET state = 'draft' WHERE id = %s", self.payment.move_id.id)
        self._assert_named("entries", "entry_not_posted", self.payment.name)
        self._sql("UPDATE account_payment SET move_id = NULL WHERE id = %s", self.payment.id)
        self._assert_named("entries", "no_entry", self.payment.name)

    def test_a_payment_that_is_cancelled_under_its_entry(self):
        self._sql("UPDATE account_payment SET state = 'canceled' WHERE id = %s", self.payment.id)
        line = self._assert_named("entries", "entry_of_none", self.payment.name)
        self.assertEqual((line.ours, line.ledger), (0, 1150))

    def test_a_payment_whose_transaction_is_not_done(self):
        self._sql("UPDATE payment_transaction SET state = 'error' WHERE id = %s", self.tx.id)
        self._assert_named("online", "not_confirmed", self.tx.reference)

    def test_a_payment_that_no_provider_has_reported(self):
        method = self.payment.payment_method_line_id
        self._sql("UPDATE account_payment SET payment_transaction_id = NULL WHERE id = %s", self.payment.id)
        self._sql("UPDATE payment_transaction SET payment_id = NULL, state = 'cancel' WHERE id = %s", self.tx.id)
        self.assertTrue(method.payment_provider_id)
        self._assert_named("online", "no_transaction", self.payment.name)

    def test_a_residual_that_is_changed(self):
        self._sql(
            "UPDATE account_move_line SET amount_residual_currency = amount_residual_currency + 50"
            " WHERE move_id = %s AND amount_residual_currency < 0",
            self.payment.move_id.id,
        )
        self._assert_named("open", "open_amount", self.payment.name)

    def test_a_deposit_that_is_changed(self):
        self._sql("UPDATE clinic_visit SET deposit_paid = 2000 WHERE id = %s", self.held.id)
        line = self._assert_named("deposits", "deposit_amount", self.held.name)
        self.assertEqual((line.ours, line.ledger, line.difference), (2000, 1150, 850))

    def test_an_entry_by_hand_on_deferred_revenue(self):
        deferred = self.branch._clinic_deferred_account()
        move = self._entry(deferred, self.company_data["default_account_revenue"], 777)
        line = self._assert_named("deferred", "deferred_entry", move.name)
        self.assertEqual((line.ours, line.ledger, line.difference), (0, -777, 777))
        [total] = line.agreement_id.figure_ids.filtered(lambda one: one.check == "deferred")
        self.assertEqual((total.ours, total.ledger), (48000, 47223))
        move._reverse_moves(cancel=True)
        # Both entries are there, and are named as long as nobody has explained them.
        self.assertEqual(len(self._found()["deferred", "deferred_entry"]), 2)

    def test_a_credit_by_hand(self):
        receivable, partner = self.company_data["default_account_receivable"], self.patient.partner_id
        move = self._entry(self.company_data["default_account_expense"], receivable, 300, partner)
        line = self._assert_named("credits", "by_hand", move.name)
        self.assertEqual((line.ours, line.ledger), (0, 300))

    def test_a_credit_note_that_is_changed(self):
        refund = self._refund(self.course, self.env["clinic.refund.rule"].create({"name": "Plain"}))
        self._sql(
            "UPDATE account_move SET amount_total = amount_total - 100 WHERE clinic_refund_id = %s"
            " AND move_type = 'out_refund'",
            refund.id,
        )
        self._assert_named("refunds", "refund_note", refund.name)

    def test_sessions_performed_without_an_entry(self):
        self.branch.clinic_package_entries = "day"
        visit = self._visit_of_today()
        visit.action_checkout()
        self._assert_named("deferred", "waiting_entry")
        self.branch.clinic_package_entries = "session"
        self._assert_named("deferred", "session_no_entry")

    def _visit_of_today(self):
        self._open_around_the_clock()
        visit = self.env["clinic.visit"].with_company(self.branch).book_walk_in(self.patient, self.facial, self.doctor)
        visit.procedure_ids.action_start()
        visit.procedure_ids.action_done()
        return visit

    def test_a_provider_that_has_not_decided(self):
        tx = self._transaction(self._held(start=self._at(14)))
        tx._set_pending()
        line = self._assert_named("under_way", "pending", tx.reference)
        self.assertEqual(line.state, "explained")
        tx.last_state_change = fields.Datetime.now() - timedelta(days=8)
        self._assert_named("under_way", "pending_long", tx.reference)

    def test_money_that_waits_for_the_bank_s_statement(self):
        cash = self.company_data["default_journal_cash"]
        cash.inbound_payment_method_line_ids.payment_account_id = False
        payment = self.env["account.payment"].create(
            {
                "amount": 70,
                "partner_id": self.patient.partner_id.id,
                "partner_type": "customer",
                "journal_id": cash.id,
            }
        )
        payment.action_post()
        if move := payment.move_id:
            # As where no account is set in which it waits.
            self._sql(
                "UPDATE account_payment SET move_id = NULL, outstanding_account_id = NULL WHERE id = %s", payment.id
            )
            self._sql("DELETE FROM account_move_line WHERE move_id = %s", move.id)
            self._sql("DELETE FROM account_move WHERE id = %s", move.id)
        line = self._assert_named("entries", "by_statement", payment.name)
        self.assertEqual((line.ours, line.ledger, line.state), (70, 0, "explained"))

    def test_very_many_differences_are_counted_and_some_listed(self):
        self._sql(
            "INSERT INTO payment_transaction (provider_id, payment_method_id, reference, amount, currency_id,"
            " partner_id,"
            " operation, state, company_id, last_state_change)"
            " SELECT provider_id, payment_method_id, reference || '-' || n, amount, currency_id, partner_id, operation,"
            " 'done', company_id, '2026-01-01' FROM payment_transaction, generate_series(1, 120) n WHERE id = %s",
            self.tx.id,
        )
        agreement = self._agree()
        [total] = agreement.figure_ids.filtered(lambda line: line.check == "online")
        self.assertEqual((total.count, total.unlisted, total.difference), (120, 70, 120 * 1150))
        self.assertEqual(len(agreement.difference_ids), 50)
        self.assertEqual(agreement.count, 120)
