from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_package.tests.common import PackageMixin


@tagged("post_install", "-at_install")
class TestSession(PackageMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_packages()
        cls.package.package_missed_counts = True
        cls.env["clinic.deposit.rule"].search([]).active = False
        rules = cls.env["clinic.fee.rule"]
        rules.search([]).active = False
        cls.rule = rules.create(
            {
                "name": "All",
                "no_show_kind": "percent",
                "no_show_percent": 50,
                "late_kind": "percent",
                "late_percent": 20,
                "late_takes_session": True,
            }
        )
        cls.branch.clinic_cancel_cutoff = 24
        cls.sick = cls.env.ref("clinic_visit.cancel_reason_patient")

    def _course(self):
        course = self._sell()
        self._pay(course.invoice_line_id.move_id)
        return course

    def _cancel(self, visit, hours):
        with freeze_time(visit.start - timedelta(hours=hours)):
            visit.action_cancel(self.sick)

    def _states(self, course):
        return set(course.session_ids.mapped("state"))

    def test_who_cancels_too_late_loses_the_session_and_pays_nothing_else(self):
        course = self._course()
        visit = self.book(start=self._at(11))
        self.assertIn("a session of your course is used", visit.fee_text)
        self.assertEqual(visit.late_fee_kind, "none")
        self._cancel(visit, 2)
        self.assertEqual((self._states(course), visit.fee_state), ({"missed", "open"}, "none"))

    def test_in_time_nothing_is_lost(self):
        course = self._course()
        self._cancel(self.book(start=self._at(11)), 30)
        self.assertEqual(self._states(course), {"open"})

    def test_a_waived_fee_takes_no_session(self):
        course = self._course()
        visit = self.book(start=self._at(11))
        visit.action_waive_fee("A friend of the house")
        self._cancel(visit, 2)
        self.assertEqual(self._states(course), {"open"})

    def test_without_a_course_the_percentage_counts(self):
        visit = self.book(self.laser, start=self._at(11))
        self.assertEqual((visit.late_fee_kind, visit.late_fee > 0), ("fixed", True))
        self._cancel(visit, 2)
        self.assertEqual(visit.fee_state, "due")
