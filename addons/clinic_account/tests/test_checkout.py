import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AccountCommon


@tagged("post_install", "-at_install")
class TestCheckout(AccountCommon):
    def test_one_posted_invoice_of_what_was_performed(self):
        visit = self._done(self.facial | self.laser, practitioner=self.doctor)
        visit.procedure_ids[1].discount = 10
        action = visit.action_checkout()
        invoice = visit.invoice_id
        self.assertEqual(action["res_model"], "account.payment.register")
        self.assertEqual((invoice.state, invoice.move_type), ("posted", "out_invoice"))
        self.assertEqual(invoice.partner_id, self.patient.partner_id)
        self.assertEqual(invoice.invoice_origin, visit.name)
        lines = invoice.invoice_line_ids
        self.assertRecordValues(
            lines,
            [
                {"name": "Treatment", "quantity": 1, "price_unit": 1000, "discount": 0, "price_subtotal": 1000},
                {"name": "Treatment", "quantity": 1, "price_unit": 5000, "discount": 10, "price_subtotal": 4500},
            ],
        )
        self.assertEqual(lines.tax_ids, self.tax)
        self.assertEqual(invoice.amount_untaxed, 5500)
        self.assertEqual(invoice.amount_tax, 825)
        self.assertEqual(invoice.amount_total, 6325)
        self.assertEqual((visit.amount_total, visit.amount_due, visit.payment_state), (6325, 6325, "not_paid"))
        self.assertTrue(visit.checked_out_at)

    def test_an_invoice_is_no_change_of_the_contact(self):
        logged = [("model", "=", "res.partner"), ("res_id", "=", self.patient.partner_id.id)]
        self.env.flush_all()
        before = self.env["clinic.change"].search_count(logged)
        self._done().action_checkout()
        self.assertGreater(self.patient.partner_id.customer_rank, 0)
        self.env.flush_all()
        self.assertEqual(self.env["clinic.change"].search_count(logged), before)

    def test_the_defaults_of_the_board_do_not_reach_the_invoice(self):
        visit = self._done().with_context(default_state="done", default_name="X", default_partner_id=1)
        visit.action_checkout()
        self.assertEqual((visit.invoice_id.state, visit.invoice_id.partner_id), ("posted", self.patient.partner_id))

    def test_the_total_is_told_before_checkout(self):
        visit = self.book(self.facial)
        self.assertEqual((visit.amount_total, visit.payment_state), (1150, "none"))

    def test_payments_show_on_the_visit(self):
        visit = self._done()
        visit.action_checkout()
        self.assertEqual(self.patient.amount_due, 1150)
        self._pay(visit.invoice_id, 500)
        self.assertEqual((visit.payment_state, visit.amount_due), ("partial", 650))
        self._pay(visit.invoice_id)
        self.assertEqual((visit.payment_state, visit.amount_due), ("paid", 0))
        self.patient.invalidate_recordset(["amount_due"])
        self.assertEqual(self.patient.amount_due, 0)

    def test_what_a_merged_patient_owes_is_owed_by_the_one_who_is_kept(self):
        visit = self._done()
        visit.action_checkout()
        kept = self.env["clinic.patient"].create({"name": "Ayesha Again"})
        merge = self.env["clinic.patient.merge"]._merge(kept, self.patient)
        invoice = visit.invoice_id
        # A posted invoice stays with the contact for whom it was made.
        self.assertEqual((visit.patient_id, invoice.partner_id), (kept, self.patient.partner_id))
        self.assertEqual(kept.amount_due, 1150)
        self.assertEqual(self.env["account.move"].search(kept.action_view_invoices()["domain"]), invoice)
        cards = self.env["clinic.board"].load(self.branch._clinic_local(visit.start).date().isoformat())["procedures"]
        self.assertEqual([card["amount_due"] for card in cards if card["visit_id"] == visit.id], [1150])
        self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": kept.partner_id.id, "invoice_line_ids": []}
        )
        with self.assertRaisesRegex(UserError, "added to Ayesha Again since: an invoice"):
            merge.action_undo()

    def test_a_second_click_opens_the_one_invoice(self):
        visit = self._done()
        visit.action_checkout()
        action = visit.action_checkout()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", visit.invoice_id.id))
        self.assertEqual(len(visit.invoice_ids), 1)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_invoice(self):
        visit = self._done()
        visit.action_checkout()
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            visit._create_invoice()

    def test_only_a_visit_that_is_done(self):
        visit = self.book()
        with self.assertRaisesRegex(UserError, "“Booked”. Only a visit that is done"):
            visit.action_checkout()
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        with self.assertRaisesRegex(UserError, "“Cancelled”"):
            visit.action_checkout()
        self.assertFalse(visit.invoice_ids)

    def test_cancelled_procedures_cost_nothing(self):
        visit = self.book(self.facial | self.laser, practitioner=self.doctor)
        first, second = visit.procedure_ids
        self._perform(visit, first, second)
        self.assertEqual(visit.state, "done")
        visit.action_checkout()
        self.assertEqual(visit.invoice_id.invoice_line_ids.clinic_procedure_id, first)

    def test_an_empty_visit_is_refused(self):
        visit = self.book(self.facial)
        self._perform(visit, visit.procedure_ids.browse(), visit.procedure_ids)
        self.assertEqual(visit.state, "in_progress")
        visit.action_done()
        with self.assertRaisesRegex(UserError, "nothing to charge"):
            visit.action_checkout()

    def _perform(self, visit, done, cancelled):
        from freezegun import freeze_time

        with freeze_time(visit.start):
            visit.action_arrive()
            done.action_start()
            done.action_done()
            cancelled.action_cancel()
            if visit.state == "arrived":
                visit.state = "in_progress"

    def test_the_invoice_carries_the_neutral_name(self):
        self.laser.neutral_name = "Skin care"
        visit = self._done(self.laser)
        visit.action_checkout()
        self.assertEqual(visit.invoice_id.invoice_line_ids.name, "Skin care")

    def test_a_neutral_product_stands_for_confidential_treatments(self):
        other = self.env["account.account"].create({"name": "Laser income", "code": "400777", "account_type": "income"})
        self.laser.property_account_income_id = other
        visits = [self._done(self.facial | self.laser, practitioner=self.doctor, start=self._at(9 + n)) for n in (0, 6)]
        for visit in visits:
            visit.with_user(self.users["reception"]).action_checkout()
        lines = [visit.invoice_id.invoice_line_ids for visit in visits]
        # One for each income account and set of taxes, found again by the next checkout.
        self.assertEqual(lines[0].product_id, lines[1].product_id)
        self.assertEqual(len(lines[0].product_id), 2)
        self.assertFalse(lines[0].product_id & (self.facial | self.laser).product_variant_id)
        self.assertEqual(lines[0].mapped("account_id"), self.company_data["default_account_revenue"] | other)
        self.assertEqual(lines[0].product_id.mapped("taxes_id"), self.tax)
        self.assertEqual(lines[0].product_id.mapped("name"), ["Treatment", "Treatment"])
        self.assertEqual(lines[0].clinic_procedure_id, visits[0].procedure_ids)

    def test_what_is_not_confidential_stands_on_the_invoice(self):
        self.facial.is_confidential = False
        visit = self._done()
        visit.action_checkout()
        line = visit.invoice_id.invoice_line_ids
        self.assertEqual((line.name, line.product_id), ("Facial", self.facial.product_variant_id))

    def test_a_credit_note_belongs_to_visit_and_procedure(self):
        visit = self._done()
        visit.action_checkout()
        note = self._credit(visit.invoice_id)
        self.assertEqual(note.clinic_visit_id, visit)
        self.assertEqual(note.invoice_line_ids.clinic_procedure_id, visit.procedure_ids)
        duplicate = visit.invoice_id.copy()
        self.assertFalse(duplicate.clinic_visit_id | duplicate.invoice_line_ids.clinic_procedure_id.visit_id)

    def test_a_visit_whose_invoice_is_credited_in_full_is_checked_out_again(self):
        visit = self._done()
        visit.action_checkout()
        first = visit.invoice_id
        self._pay(first)
        self.assertTrue(visit.is_checked_out)
        note = self._credit(first)
        self.assertEqual((visit.payment_state, visit.is_checked_out), ("credited", False))
        visit.action_checkout()
        second = visit.invoice_id
        self.assertNotEqual(second, first)
        self.assertEqual((second.state, second.amount_total, visit.is_checked_out), ("posted", 1150, True))
        # A third one is refused, and so is the credit note's end: two invoices would charge the visit.
        visit.action_checkout()
        self.assertEqual(len(visit.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")), 2)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            note.button_draft()
            self.env.flush_all()

    def test_a_part_that_was_credited_leaves_the_visit_checked_out(self):
        visit = self._done()
        visit.action_checkout()
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=visit.invoice_id.ids
        )
        wizard = wizard.create({"journal_id": visit.invoice_id.journal_id.id})
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.invoice_line_ids.price_unit = 400
        note.action_post()
        self.assertTrue(visit.is_checked_out)
        self.assertFalse(visit.invoice_id.clinic_credited)

    def test_a_cancelled_invoice_leaves_the_visit_to_be_checked_out(self):
        visit = self._done()
        visit.action_checkout()
        visit.invoice_id.button_draft()
        visit.invoice_id.button_cancel()
        self.assertEqual((visit.is_checked_out, visit.payment_state), (False, "none"))
        visit.action_checkout()
        self.assertEqual((visit.is_checked_out, visit.payment_state), (True, "not_paid"))

    def test_without_a_sales_journal_it_says_so(self):
        visit = self._done()
        self.env["account.journal"].search([("company_id", "=", self.branch.id), ("type", "=", "sale")]).active = False
        with self.assertRaisesRegex(UserError, "has no sales journal"):
            visit.action_checkout()
