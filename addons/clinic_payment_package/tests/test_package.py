from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_package.tests.common import PackageMixin


@tagged("post_install", "-at_install")
class TestPackage(PackageMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_packages()
        rules = cls.env["clinic.deposit.rule"]
        rules.search([]).active = False
        rules.create({"name": "All", "percent": 20})

    def test_what_a_session_pays_needs_no_deposit(self):
        self.assertEqual(self.book(start=self._at(9)).state, "held")
        self._sell(self._create_package("Two", 15000, count=2))
        # The one that is held may take a session, too.
        states = [self.book(start=self._at(hour)).state for hour in (11, 13, 15)]
        self.assertEqual(states, ["booked", "held", "held"])

    def test_another_treatment_needs_one(self):
        self._sell()
        self.assertEqual(self.book(start=self._at(11)).state, "booked")
        self.assertEqual(self.book(self.laser, start=self._at(13)).state, "held")

    def test_another_patient_s_sessions_count_for_nobody_else(self):
        other = self.env["clinic.patient"].create({"name": "Other", "phone": "0300 9999999"})
        self._sell(patient=other)
        self.assertEqual(self.book(start=self._at(11)).state, "held")

    def test_a_session_that_a_cancelled_visit_would_have_used_is_there(self):
        self._sell(self._create_package("One", 8000, count=1))
        first = self.book(start=self._at(11))
        self.assertEqual(first.state, "booked")
        first.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self.assertEqual(self.book(start=self._at(13)).state, "booked")

    def test_a_deposit_of_what_a_session_pays_in_the_end_is_a_task(self):
        visit = self.book(start=self._at(11))
        visit.take_deposit(self.company_data["default_journal_cash"].inbound_payment_method_line_ids[:1].id)
        course = self._sell(self._create_package("One", 8000, count=1))
        self._pay(course.invoice_line_id.move_id)
        with freeze_time(visit.start):
            visit.action_arrive()
            visit.procedure_ids.action_start()
            visit.procedure_ids.action_done()
        visit.action_checkout()
        self.assertTrue(visit.is_checked_out)
        self.assertIn("nothing was charged", visit.activity_ids.summary)
