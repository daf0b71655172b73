from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_package.tests.common import PackageMixin


@tagged("post_install", "-at_install")
class TestCommissionPackage(PackageMixin, AccountTestInvoicingCommon):
    """Six sessions at 48,000, 8,000 each: who performs them and who sold them, by what remains of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_packages()
        rules = cls.env["clinic.commission.rule"]
        rules.search([]).active = False
        rules.create({"name": "Performer", "percent": 40})
        rules.create({"name": "Assistant", "percent": 5, "role": "assistant"})
        rules.create({"name": "Seller", "percent": 3, "role": "seller", "product_id": cls.package.id})
        cls.entries = cls.env["clinic.commission.entry"]

    def _sold(self):
        """Let the manager sell the package, and the patient pay it."""
        course = self._sell(user=self.manager)
        self._pay(course.invoice_line_id.move_id)
        return course

    def _amounts(self, practitioner):
        return self.entries.search([("practitioner_id", "=", practitioner.id)], order="id").mapped("amount")

    def _make_manager_sell(self):
        """Let the manager be a practitioner, who then is the seller of what the manager sells."""
        return self._create_practitioner("Seller", self.manager)

    def test_who_performs_a_session_earns_with_its_share_of_the_price(self):
        course = self._sold()
        self._perform(self.doctor)
        self._perform(self.cosmetologist, days=1)
        # 40 % of 8,000.
        self.assertEqual((self._amounts(self.doctor), self._amounts(self.cosmetologist)), ([3200], [3200]))
        entry = self.entries.search([("practitioner_id", "=", self.doctor.id)])
        self.assertEqual((entry.base_amount, entry.explanation), (8000, "40 % of 8,000.00 net of discount"))
        self.assertFalse(entry.move_id)
        self.assertEqual(course.left_count, 4)

    def test_a_session_that_is_given_back_takes_it_back(self):
        course = self._sold()
        visit = self._perform(self.doctor)
        visit.procedure_ids.session_use_id._give_back("By mistake")
        self.assertEqual(self._amounts(self.doctor), [3200, -3200])
        self.assertEqual(course.left_count, 6)

    def test_six_are_sold_four_done_by_two_and_two_refunded(self):
        """By hand: 3,200 a session for who performs it; the seller's 3 % of what each rule leaves of 48,000."""
        table = [
            ("pro rata", {}, 16000, 960),
            ("list", {"basis": "list"}, 8000, 1200),
            ("list less bank charges", {"basis": "list", "bank_charges": 500}, 7500, 1215),
            ("swap", {"outcome": "swap", "credit_days": 90}, 16000, 960),
            ("none", {"basis": "nothing"}, 0, 1440),
            ("10 % of the price", {"fee_kind": "percent", "fee_percent": 10}, 11200, 1104),
        ]
        seller = self._make_manager_sell()
        approver = new_test_user(
            self.env,
            login="test_approver",
            groups="clinic.group_manager",
            company_id=self.branch.id,
            company_ids=[Command.set(self.branch.ids)],
        )
        for name, terms, credited, kept in table:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                course = self._sold()
                for number in range(4):
                    self._perform([self.doctor, self.cosmetologist][number % 2], days=1 + 14 * number)
                refund = self._ask(course, self._rule(name, **terms))
                refund.with_user(approver).action_approve()
                self.assertEqual(refund.amount_credit, credited)
                self.assertEqual(round(sum(self._amounts(seller)), 2), kept)
                self.assertEqual(self._amounts(self.doctor), [3200, 3200])
                self.assertEqual(self._amounts(self.cosmetologist), [3200, 3200])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_sale_that_is_credited_by_hand_leaves_nothing(self):
        seller = self._make_manager_sell()
        course = self._sell(user=self.manager)
        self._credit(course.invoice_line_id.move_id)
        self.assertEqual(self._amounts(seller), [1440, -1440])

    def test_a_sale_that_is_taken_back_leaves_nothing_and_earns_again(self):
        seller = self._make_manager_sell()
        course = self._sell(user=self.manager)
        invoice = course.invoice_line_id.move_id
        invoice.button_draft()
        self.assertEqual(sum(self._amounts(seller)), 0)
        invoice.action_post()
        self.assertEqual(sum(self._amounts(seller)), 1440)

    def test_the_seller_earns_as_the_patient_pays(self):
        seller = self._make_manager_sell()
        self.branch.clinic_commission_earned = "received"
        course = self._sell(user=self.manager)
        self.assertEqual(sum(self._amounts(seller)), 0)
        self._pay(course.invoice_line_id.move_id, 16000)
        self.assertEqual(sum(self._amounts(seller)), 480)
        self._pay(course.invoice_line_id.move_id)
        self.assertEqual(sum(self._amounts(seller)), 1440)

    def test_who_took_part_may_be_said_after_the_session(self):
        self._sold()
        visit = self._perform(self.doctor)
        participants = self.env["clinic.procedure.participant"].with_user(self.reception)
        helper = participants.create(
            {"procedure_id": visit.procedure_ids.id, "practitioner_id": self.cosmetologist.id, "role": "assistant"}
        )
        self.assertEqual(sum(self._amounts(self.doctor)), 3200)
        self.assertEqual(sum(self._amounts(self.cosmetologist)), 400)
        helper.unlink()
        self.assertEqual(sum(self._amounts(self.cosmetologist)), 0)
        visit.procedure_ids.with_user(self.reception).is_redo = True
        self.assertEqual(sum(self._amounts(self.doctor)), 0)

    def test_the_session_is_no_line_of_the_visit_and_earns_once(self):
        self._sold()
        visit = self._perform(self.doctor)
        try:
            visit.action_checkout()
        except UserError:
            self.assertFalse(visit.invoice_id, "there may be nothing to charge")
        self.assertEqual(self._amounts(self.doctor), [3200])

    def test_a_report_of_a_month_knows_sessions_and_sales(self):
        self._make_manager_sell()
        self._sold()
        visit = self._perform(self.doctor)
        first = self.branch._clinic_today().replace(day=1)
        last = visit.start.date()
        with freeze_time(visit.start):
            found = self.entries.sudo()._occasions_between(self.branch, first, last)
        self.assertEqual(sorted(round(occasion.charged.net) for occasion in found), [8000, 48000])
