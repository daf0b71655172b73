import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestEntry(CommissionCommon):
    def test_a_percentage_of_the_untaxed_price_after_discount(self):
        self._rule(percent=40)
        visit = self._done(practitioner=self.doctor)
        visit.procedure_ids.discount = 10
        visit.action_checkout()
        self.assertRecordValues(
            self._entries(visit),
            [
                {
                    "practitioner_id": self.doctor.id,
                    "base_amount": 900,
                    "amount": 360,
                    "clinic_amount": 540,
                    "date": visit.invoice_id.invoice_date,
                    "visit_name": visit.name,
                }
            ],
        )

    def test_an_amount_per_session(self):
        self._rule(kind="flat", amount=250)
        visit = self._invoiced()
        self.assertRecordValues(self._entries(visit), [{"base_amount": 1000, "amount": 250, "clinic_amount": 750}])

    def test_each_procedure_by_its_own_rule_and_practitioner(self):
        self._rule("Laser", treatment_id=self.laser.id, percent=50, sequence=1)
        self._rule("General", percent=30)
        visit = self._invoiced(self.facial | self.laser, practitioner=self.doctor)
        self.assertEqual(self._entries(visit).mapped("amount"), [300, 2500])

    def test_without_a_rule_there_is_no_entry(self):
        self.assertFalse(self._entries(self._invoiced()))

    def test_a_later_rule_changes_nothing(self):
        rule = self._rule(percent=40)
        visit = self._invoiced()
        rule.percent = 10
        self.assertEqual(self._entries(visit).amount, 400)

    def test_a_credit_note_negates(self):
        rule = self._rule(percent=40)
        visit = self._invoiced()
        rule.percent = 10
        self._credit(visit.invoice_id)
        entries = self._entries(visit)
        self.assertEqual(entries.mapped("amount"), [400, -400])
        self.assertEqual(entries.mapped("clinic_amount"), [600, -600])

    def test_a_partial_credit_note_negates_in_proportion(self):
        self._rule(kind="flat", amount=250)
        visit = self._invoiced()
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=visit.invoice_id.ids
        )
        wizard = wizard.create({"journal_id": visit.invoice_id.journal_id.id})
        wizard.reverse_moves()
        note = wizard.new_move_ids
        note.invoice_line_ids.price_unit = 400
        note.action_post()
        self.assertRecordValues(
            self._entries(visit), [{"base_amount": 1000, "amount": 250}, {"base_amount": -400, "amount": -100}]
        )

    def test_reset_to_draft_reverses_and_posting_again_earns_again(self):
        self._rule(percent=40)
        visit = self._invoiced()
        visit.invoice_id.button_draft()
        self.assertEqual(sum(self._entries(visit).mapped("amount")), 0)
        visit.invoice_id.invoice_line_ids.price_unit = 2000
        visit.invoice_id.action_post()
        self.assertEqual(self._entries(visit).mapped("amount"), [400, -400, 800])
        visit.invoice_id.button_draft()
        self.assertEqual(sum(self._entries(visit).mapped("amount")), 0)

    def test_a_duplicate_of_the_invoice_earns_nothing(self):
        self._rule(percent=40)
        visit = self._invoiced()
        duplicate = visit.invoice_id.copy({"invoice_date": visit.invoice_id.invoice_date})
        duplicate.action_post()
        self.assertEqual(len(self._entries(visit)), 1)

    def test_a_renewed_invoice_earns_once(self):
        self._rule(percent=50, treatment_id=self.facial.id)
        self.facial.list_price = 15000
        visit = self._invoiced()
        self._pay(visit.invoice_id)
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=visit.invoice_id.ids
        )
        renewed = wizard.create({"journal_id": visit.invoice_id.journal_id.id}).modify_moves()["res_id"]
        self.assertEqual(visit.action_checkout()["res_id"], renewed)
        visit.invoice_id.action_post()
        visit.action_checkout()
        self.assertEqual(self._entries(visit).mapped("amount"), [7500, -7500, 7500])
        self.assertEqual(sum(visit.invoice_ids.mapped("amount_total_signed")), 17250)

    def test_a_further_charge_is_no_session_more(self):
        """An amount per session is earned once, a percentage of all that is charged."""
        flat = self._rule(kind="flat", amount=250)
        first = self._charge_further(self._invoiced())
        self.assertEqual([amount for amount in self._entries(first).mapped("amount") if amount], [250])
        flat.active = False
        self.env.flush_all()
        self._rule(percent=40)
        second = self._charge_further(self._invoiced(start=self._at(15)))
        self.assertEqual(self._entries(second).mapped("amount"), [400, 400])

    def _charge_further(self, visit):
        """Charge the whole visit once more, as Odoo's debit note does, whose addon need not be installed."""
        invoice = visit.invoice_id._clinic_writing().with_context(include_business_fields=True)
        [values] = invoice.copy_data({"debit_origin_id": invoice.id})
        values.pop("debit_origin_id")
        self.env["account.move"].sudo().create({**values, "invoice_date": invoice.invoice_date}).action_post()
        return visit

    def test_parts_that_were_credited_take_back_the_whole(self):
        self._rule(kind="flat", amount=100)
        visit = self._invoiced()
        for price in (333.33, 333.33, 333.34):
            self._credit_part(visit.invoice_id, price)
        self.assertEqual(self._entries(visit).mapped("amount"), [100, -33.33, -33.34, -33.33])
        self.assertEqual(sum(self._entries(visit).mapped("clinic_amount")), 0)

    def _credit_part(self, invoice, price):
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        note = wizard.create({"journal_id": invoice.journal_id.id}).refund_moves()["res_id"]
        note = self.env["account.move"].browse(note)
        note.invoice_line_ids.price_unit = price
        note.action_post()

    def test_entries_are_neither_edited_nor_deleted(self):
        self._rule(percent=40)
        entry = self._entries(self._invoiced())
        with self.assertRaisesRegex(UserError, "is not edited"):
            entry.sudo().amount = 1
        with self.assertRaisesRegex(UserError, "is not deleted"):
            entry.sudo().unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_entries_as_they_were_written(self):
        self._rule(percent=40)
        entry = self._entries(self._invoiced())
        statement = self.env["clinic.commission.statement"]._generate(self.branch._clinic_today(), self.branch)
        statement.action_approve()
        self.env.flush_all()
        for change in (
            "UPDATE clinic_commission_entry SET amount = 1 WHERE id = %s",
            "UPDATE clinic_commission_entry SET statement_id = NULL WHERE id = %s",
            "DELETE FROM clinic_commission_entry WHERE id = %s",
        ):
            with self.assertRaises(psycopg2.errors.RestrictViolation), self.env.cr.savepoint():
                self.env.cr.execute(change, [entry.id])

    @mute_logger("odoo.sql_db")
    def test_the_database_allows_one_entry_per_origin(self):
        self._rule(percent=40)
        entry = self._entries(self._invoiced())
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            entry.sudo().copy()
