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

    # -- until a statement is approved --------------------------------------------------------------------------------

    def test_who_took_part_stays_once_a_statement_is_approved(self):
        self._sold()
        visit = self._perform(self.doctor)
        procedure = visit.procedure_ids
        statement = self.env["clinic.commission.statement"]._generate(visit.start.date(), self.branch)
        self.assertEqual(statement.amount, 3200)
        statement.action_approve()
        row = {"procedure_id": procedure.id, "practitioner_id": self.cosmetologist.id, "role": "performer"}
        for attempt in (
            lambda: self.env["clinic.procedure.participant"].with_user(self.reception).create(row),
            lambda: procedure.with_user(self.reception).write({"is_redo": True}),
        ):
            with self.assertRaisesRegex(UserError, "on the approved statement of"), self.env.cr.savepoint():
                attempt()
        self.assertEqual((self._amounts(self.doctor), self._amounts(self.cosmetologist)), ([3200], []))
        statement.with_user(self.manager).action_take_back()
        procedure.with_user(self.reception).is_redo = True
        self.assertEqual(self._amounts(self.doctor), [3200, -3200])

    # -- taxes --------------------------------------------------------------------------------------------------------

    def _performer_rule(self):
        return self.env["clinic.commission.rule"].search([("name", "=", "Performer")])

    def test_taxes_of_the_sale_count_where_the_rule_says_so(self):
        self.package.taxes_id = self.tax
        self._sold()
        self._perform(self.doctor)
        self._performer_rule().include_tax = True
        self._perform(self.doctor, days=1)
        # 40 % of 8,000, and of 9,200 with the tax of 15 %.
        self.assertEqual(self._amounts(self.doctor), [3200, 3680])

    def test_the_tax_that_is_due_with_the_session_is_none_of_its_price(self):
        self.branch.clinic_package_tax = "session"
        self.facial.taxes_id = self.tax
        seller = self._make_manager_sell()
        self._sold()
        self._perform(self.doctor)
        self._performer_rule().include_tax = True
        self._perform(self.doctor, days=1)
        # 8,000 are 6,956.52 and 15 %: 40 % without and with it.
        self.assertEqual(self._amounts(self.doctor), [2782.61, 3200])
        # 3 % of six times 6,956.52.
        self.assertEqual(self._amounts(seller), [1252.17])

    # -- what is paid, written off and credited -----------------------------------------------------------------------

    def _beyond_paid(self, sessions):
        """Return a course of which nothing is paid and so many ``sessions`` were performed by the doctor."""
        self.package.package_beyond_paid = True
        course = self._sell(user=self.manager)
        for number in range(sessions):
            self._perform(self.doctor, days=number)
        return course

    def _sum(self, practitioner):
        return round(sum(self._amounts(practitioner)), 2)

    def test_who_performs_earns_as_the_patient_pays(self):
        self.branch.clinic_commission_earned = "received"
        course = self._beyond_paid(1)
        invoice = course.invoice_line_id.move_id
        self.assertEqual(self._amounts(self.doctor), [0])
        payment = self._pay(invoice, 24000)
        self.assertEqual(self._sum(self.doctor), 1600)
        # What is performed later has its half at once.
        visit = self._perform(self.doctor, days=1)
        self.assertEqual(self._sum(self.doctor), 3200)
        visit.procedure_ids.session_use_id._give_back("By mistake")
        self.assertEqual(self._sum(self.doctor), 1600)
        self._pay(invoice)
        self.assertEqual(self._sum(self.doctor), 3200)
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self._sum(self.doctor), 1600)

    def test_a_write_off_takes_its_part_from_who_performed(self):
        course = self._beyond_paid(2)
        invoice = course.invoice_line_id.move_id
        self.assertEqual(self._amounts(self.doctor), [3200, 3200])
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        # 48,000 owed, 36,000 paid, a quarter written off.
        wizard.create(
            {
                "amount": 36000,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.company_data["default_account_expense"].id,
            }
        ).action_create_payments()
        self.assertEqual(self._amounts(self.doctor), [3200, 3200, -800, -800])
        # What is performed after it earns no more.
        self._perform(self.doctor, days=2)
        self.assertEqual(self._sum(self.doctor), 7200)

    def test_what_a_refund_waives_is_lost_for_who_performed(self):
        course = self._beyond_paid(4)
        self._pay(course.invoice_line_id.move_id, 12000)
        self.assertEqual(self._sum(self.doctor), 12800)
        refund = self._refund(course, self._rule("Waived", debt="waived"))
        # 32,000 were used and 12,000 paid: the rest is credited, and 40 % of 12,000 are left.
        self.assertEqual((refund.amount_credit, self._sum(self.doctor)), (36000, 4800))
        course.session_ids.filtered(lambda session: session.state == "redeemed")[:2].sudo()._give_back("By mistake")
        # The two that are left still share the 12,000.
        self.assertEqual(self._sum(self.doctor), 4800)

    def test_a_sale_that_is_renewed_earns_the_seller_once(self):
        seller = self._make_manager_sell()
        course = self._sold()
        invoice = course.invoice_line_id.move_id
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        renewed = wizard.create({"journal_id": invoice.journal_id.id}).modify_moves()["res_id"]
        renewed = self.env["account.move"].browse(renewed)
        renewed.action_post()
        self.assertEqual((course.invoice_line_id.move_id, self._amounts(seller)), (renewed, [1440, -1440, 1440]))
        self._pay(renewed)
        self._perform(self.doctor)
        # What happens to the former invoice is nothing to the sessions.
        invoice.line_ids.remove_move_reconcile()
        self.assertEqual((self._sum(self.doctor), self._sum(seller)), (3200, 1440))
        self._credit_price(renewed)
        self.assertEqual(self._sum(seller), 0)

    def _credit_price(self, invoice):
        """Set a credit note that names no invoice against all of ``invoice``, which was paid."""
        invoice.line_ids.remove_move_reconcile()
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": invoice.partner_id.id,
                "invoice_date": invoice.invoice_date,
                "invoice_line_ids": [Command.create({"name": "All", "price_unit": 48000, "tax_ids": []})],
            }
        )
        note.action_post()
        (note | invoice).line_ids.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
