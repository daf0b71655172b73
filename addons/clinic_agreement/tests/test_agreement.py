from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ALL, AgreementCommon


@tagged("post_install", "-at_install")
class TestAgreement(AgreementCommon):
    """A clinic in which everything went through the suite's own steps agrees, figure by figure."""

    def test_all_agrees(self):
        agreement = self._agree()
        self.assertEqual(agreement.state, "ok", self._found(agreement))
        self.assertEqual(agreement.figure_ids.mapped("check"), ALL)
        self.assertFalse(agreement.difference_ids)
        figures = {line.check: (line.ours, line.ledger) for line in agreement.figure_ids}
        self.assertEqual(figures["online"], (1150, 1150))
        self.assertEqual(figures["deposits"], (1150, 1150))
        self.assertEqual(figures["entries"], (21650, 21650))
        self.assertEqual(figures["deferred"], (48000, 48000))

    def test_after_checkout_the_deposit_is_no_liability(self):
        visit = self.held
        with freeze_time(visit.start):
            visit.action_arrive()
            visit.procedure_ids.action_start()
            visit.procedure_ids.action_done()
        visit.action_checkout()
        agreement = self._agree()
        self.assertEqual(agreement.state, "ok", self._found(agreement))
        [deposits] = agreement.figure_ids.filtered(lambda line: line.check == "deposits")
        self.assertEqual((deposits.ours, deposits.ledger), (0, 0))

    def test_what_was_paid_for_a_cancelled_visit_is_the_patient_s_credit(self):
        self.held.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        agreement = self._agree()
        self.assertEqual(agreement.state, "ok", self._found(agreement))
        figures = {line.check: (line.ours, line.ledger) for line in agreement.figure_ids}
        self.assertEqual((figures["deposits"], figures["credits"]), ((0, 0), (1150, 1150)))

    def test_a_refund_by_the_provider_counts_on_both_sides(self):
        child = self.tx._create_child_transaction(400, is_refund=True)
        self._paid(child)
        agreement = self._agree()
        self.assertEqual(agreement.state, "ok", self._found(agreement))
        figures = {line.check: (line.ours, line.ledger) for line in agreement.figure_ids}
        self.assertEqual(figures["online"], (750, 750))
        self.assertEqual(figures["deposits"], (750, 750))

    def test_a_refunded_course_agrees(self):
        refund = self._refund(self.course, self._refund_rule())
        self.assertEqual(refund.state, "done")
        agreement = self._agree()
        self.assertEqual(agreement.state, "ok", self._found(agreement))

    def _refund_rule(self):
        return self.env["clinic.refund.rule"].create({"name": "Plain"})

    def test_money_of_another_branch_is_not_this_one_s(self):
        other = self.env["res.company"].create({"name": "Other", "parent_id": self.branch.id})
        agreement = self.agreements._agree(other)
        self.assertEqual(agreement.state, "ok")
        self.assertFalse([line for line in agreement.figure_ids if line.ours or line.ledger])

    def test_a_provider_of_the_whole_clinic_is_compared_by_the_visit_s_branch(self):
        other = self.env["res.company"].create({"name": "Whole"})
        for state in ("done", "pending"):
            self._sql("UPDATE payment_transaction SET company_id = %s, state = %s", other.id, state)
            figures = {
                company: {line.check: line.ours for line in self.agreements._agree(company).figure_ids}
                for company in (self.branch, other)
            }
            check = "online" if state == "done" else "under_way"
            self.assertEqual((figures[self.branch][check], figures[other][check]), (1150, 0))

    def test_one_a_branch_and_day_also_when_it_is_asked_for_twice(self):
        first = self._agree()
        self.assertEqual(self._agree(), first)
        self.assertEqual(len(first.figure_ids), len(ALL))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(
                "INSERT INTO clinic_agreement (company_id, day, made_at, state) VALUES (%s, %s, now(), 'ok')",
                [self.branch.id, first.day],
            )

    def test_a_constant_number_of_statements(self):
        self._agree()
        self.env.invalidate_all()

        def count():
            before = self.env.cr.sql_log_count
            self._agree()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = count()
        for hour in range(9, 14):
            self._paid(self._transaction(self._held(start=self._at(hour, days=9))))
        self.assertLessEqual(count(), few)
        self.assertLess(few, 60)

    def test_foreign_money_is_compared_in_its_own_currency(self):
        other = self.env.ref("base.EUR" if self.branch.currency_id.name != "EUR" else "base.USD")
        other.active = True
        payment = self.env["account.payment"].create(
            {
                "amount": 100,
                "currency_id": other.id,
                "partner_id": self.patient.partner_id.id,
                "partner_type": "customer",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        agreement = self._agree()
        self.assertEqual(agreement.state, "ok", self._found(agreement))
