import ast
from datetime import timedelta

import psycopg2
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AccountCommon

COLUMNS = ("is_checked_out", "payment_state", "amount_due")


@tagged("post_install", "-at_install")
class TestOneTruth(AccountCommon):
    """Whether a visit is checked out and paid: stored once, whatever is done to its invoices by Odoo's own ways."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls._done()
        cls.visit.action_checkout()
        cls.invoice = cls.visit.invoice_id

    def _stored(self, visit=None):
        """Return what the database has of the visit."""
        self.env.flush_all()
        query = "SELECT is_checked_out, payment_state, amount_due FROM clinic_visit WHERE id = %s"
        self.env.cr.execute(query, [(visit or self.visit).id])
        return self.env.cr.fetchone()

    def _reversal(self, **values):
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        return wizard.create({"journal_id": self.invoice.journal_id.id, **values})

    def _renew(self):
        """Return the invoice that comes in the place of the first by Odoo's own "Reverse and Create Invoice"."""
        return self.env["account.move"].browse(self._reversal().modify_moves()["res_id"])

    def _filtered(self, name):
        """Return whether the list's filter ``name`` shows the visit, as reception sees it."""
        visits = self.env["clinic.visit"].with_user(self.users["reception"])
        arch = etree.fromstring(visits.get_view(view_type="search")["arch"])
        [domain] = arch.xpath(f"//filter[@name='{name}']/@domain")
        return self.visit in visits.search(ast.literal_eval(domain))

    def test_stored_from_booking_to_payment(self):
        visit = self._done(start=self._at(15))
        self.assertEqual(self._stored(visit), (False, "none", 0))
        visit.action_checkout()
        self.assertEqual(self._stored(visit), (True, "not_paid", 1150))
        payment = self._pay(visit.invoice_id, 500)
        self.assertEqual(self._stored(visit), (True, "partial", 650))
        self._pay(visit.invoice_id)
        self.assertEqual(self._stored(visit), (True, "paid", 0))
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self._stored(visit), (True, "partial", 500))

    def test_a_blocked_payment_pays_nothing(self):
        self.invoice.action_toggle_block_payment()
        self.assertEqual(self.invoice.payment_state, "blocked")
        self.assertEqual(self._stored(), (True, "not_paid", 1150))
        self.assertTrue(self._filtered("unpaid"))
        self._pay(self.invoice, 150)
        self.assertEqual(self._stored(), (True, "partial", 1000))
        self.invoice.action_toggle_block_payment()
        self.assertEqual(self._stored(), (True, "partial", 1000))

    def test_an_invoice_in_draft_is_opened_by_the_checkout(self):
        self.invoice.button_draft()
        self.assertEqual(self._stored(), (True, "draft", 0))
        self.assertEqual(self.visit.action_checkout()["res_id"], self.invoice.id)
        self.invoice.action_post()
        self.assertEqual(self._stored(), (True, "not_paid", 1150))

    def test_a_renewed_invoice_is_the_visits(self):
        self._pay(self.invoice)
        renewed = self._renew()
        self.assertEqual((renewed.clinic_visit_id, renewed.state), (self.visit, "draft"))
        self.assertEqual(renewed.invoice_line_ids.clinic_procedure_id, self.visit.procedure_ids)
        self.assertEqual(renewed.invoice_origin, self.visit.name)
        self.assertEqual(self._stored(), (True, "draft", 0))
        self.assertEqual(self.visit.with_user(self.users["reception"]).action_checkout()["res_id"], renewed.id)
        renewed.invoice_line_ids.price_unit = 800
        renewed.action_post()
        self.assertEqual(self._stored(), (True, "not_paid", 920))
        self.assertEqual(self.visit.invoice_id, renewed)
        self.assertEqual(self.visit.action_checkout()["res_id"], renewed.id)
        charged = self.visit.invoice_ids.filtered(lambda move: move.state == "posted")
        self.assertEqual(sum(charged.mapped("amount_total_signed")), 920)

    @mute_logger("odoo.sql_db")
    def test_a_renewal_of_a_later_day_waits_for_its_credit_note(self):
        later = fields.Date.context_today(self.env.user) + timedelta(days=3)
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            self._reversal(date=later).modify_moves()
            self.env.flush_all()

    def test_a_credit_note_is_the_visits(self):
        note = self.env["account.move"].browse(self._reversal().refund_moves()["res_id"])
        self.assertEqual(note.clinic_visit_id, self.visit)
        self.assertEqual(self._stored(), (True, "not_paid", 1150))
        note.invoice_line_ids.price_unit = 400
        note.action_post()
        self.assertEqual(self._stored(), (True, "partial", 690))

    def test_a_duplicate_charges_nobody_twice(self):
        duplicate = self.invoice.copy({"invoice_date": self.invoice.invoice_date})
        self.assertFalse(duplicate.clinic_visit_id | duplicate.invoice_line_ids.clinic_procedure_id.visit_id)
        duplicate.action_post()
        self.assertEqual(self._stored(), (True, "not_paid", 1150))
        self.assertEqual(self.visit.invoice_id, self.invoice)

    def test_a_debit_note_charges_the_visit_further(self):
        # As Odoo's debit note does it, whose addon need not be installed.
        note = self.invoice._clinic_writing().with_context(include_business_fields=True)
        [values] = note.copy_data({"debit_origin_id": self.invoice.id})
        self.assertEqual((values["clinic_visit_id"], values["clinic_supplement"]), (self.visit.id, True))
        values.pop("debit_origin_id")
        further = self.env["account.move"].sudo().create({**values, "invoice_date": self.invoice.invoice_date})
        further.action_post()
        self.assertEqual(self.visit.invoice_id, self.invoice)
        self.assertEqual((self._stored(), self.visit.amount_total), ((True, "not_paid", 2300), 2300))
        self._pay(self.invoice)
        self.assertEqual(self._stored(), (True, "partial", 1150))

    def test_a_draft_that_is_deleted_leaves_the_visit_to_be_checked_out(self):
        self.invoice.button_draft()
        self.invoice.with_context(force_delete=True).unlink()
        self.assertEqual(self._stored(), (False, "none", 0))
        self.assertTrue(self._filtered("to_check_out"))
        self.visit.action_checkout()
        self.assertEqual(self._stored(), (True, "not_paid", 1150))

    def test_a_line_that_is_deleted_leaves_the_visit_charged(self):
        visit = self._done(self.facial | self.laser, practitioner=self.doctor, start=self._at(15))
        visit.action_checkout()
        visit.invoice_id.button_draft()
        visit.invoice_id.invoice_line_ids[1].unlink()
        visit.invoice_id.action_post()
        self.assertEqual(self._stored(visit), (True, "not_paid", 1150))

    def test_what_came_from_a_paper_record_was_charged_there(self):
        visit = self._done(start=self._at(15))
        visit.sudo().checked_out_at = visit.done_at
        self.assertEqual(self._stored(visit), (True, "elsewhere", 0))
        with self.assertRaisesRegex(UserError, "before the visit came into this system"):
            visit.action_checkout()

    def test_nobody_says_it_but_invoices_and_payments(self):
        accountant, reception = self.users["accountant"], self.users["reception"]
        other = self._done(start=self._at(15))
        for vals in (
            {"is_checked_out": False},
            {"payment_state": "paid", "amount_due": 0},
            {"checked_out_at": False},
            {"invoice_id": False},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "by hand"):
                self.visit.with_user(reception).write(vals)
        invoice = self.invoice.with_user(accountant)
        for vals in ({"clinic_visit_id": other.id}, {"clinic_supplement": True}, {"clinic_credited": True}):
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "by hand"):
                invoice.write(vals)
        with self.assertRaisesRegex(AccessError, "by hand"):
            invoice.invoice_line_ids.write({"clinic_procedure_id": other.procedure_ids.id})
        self.assertEqual(self._stored(), (True, "not_paid", 1150))
        self.assertEqual(self._stored(other), (False, "none", 0))
        forged = self.env["account.move"].with_user(accountant).with_context(clinic_link=True)
        values = {**other._prepare_invoice(), "invoice_user_id": accountant.id}
        with self.assertRaisesRegex(AccessError, "by hand"):
            forged.create(values)
        values.pop("clinic_visit_id")
        with self.assertRaisesRegex(AccessError, "by hand"):
            forged.create(values)
        # Odoo's own key, which anyone can put into the context, makes a mere duplicate.
        copied = invoice.with_context(include_business_fields=True).copy({"invoice_date": invoice.invoice_date})
        self.assertFalse(copied.clinic_visit_id | copied.invoice_line_ids.clinic_procedure_id.visit_id)
        self.assertEqual(invoice.invoice_line_ids.clinic_procedure_id, self.visit.procedure_ids)
