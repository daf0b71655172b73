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

    def test_entries_are_neither_edited_nor_deleted(self):
        self._rule(percent=40)
        entry = self._entries(self._invoiced())
        with self.assertRaisesRegex(UserError, "is not edited"):
            entry.amount = 1
        with self.assertRaisesRegex(UserError, "is not deleted"):
            entry.sudo().unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_allows_one_entry_per_origin(self):
        self._rule(percent=40)
        entry = self._entries(self._invoiced())
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            entry.sudo().copy()
