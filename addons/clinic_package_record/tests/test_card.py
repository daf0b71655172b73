from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.clinic_package.tests.common import PackageCommon


@tagged("post_install", "-at_install")
class TestCard(PackageCommon):
    def _load(self):
        cards = self.env["clinic.patient.card"].with_user(self.users["practitioner"])
        return cards.with_context(allowed_company_ids=self.branch.ids).load(self.patient.id)

    def test_the_card_shows_where_a_course_stands(self):
        self.book(start=self._at(10, days=1), practitioner=self.doctor)
        self.assertEqual(self._load()["packages"], [])
        course = self._sell()
        [shown] = self._load()["packages"]
        self.assertEqual((shown["name"], shown["progress"], shown["standing"]), ("Six peels", "0 of 6", "booked"))
        self.env["clinic.visit"].search([("patient_id", "=", self.patient.id)]).action_cancel(
            self.env.ref("clinic_visit.cancel_reason_patient")
        )
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=30)):
            self.env.invalidate_all()
            [shown] = self._load()["packages"]
            self.assertEqual((shown["standing"], shown["days_late"], course.standing), ("stalled", 30, "stalled"))

    def test_courses_add_at_most_two_queries_to_the_card(self):
        self.book(start=self._at(10, days=1), practitioner=self.doctor)
        before = self._queries()
        self._sell()
        self._sell()
        self.assertLessEqual(self._queries() - before, 2)

    def _queries(self):
        """Return how many statements the card takes once everything that is always the same is known."""
        self._load()
        self.env.flush_all()
        self.env.invalidate_all()
        count = self.env.cr.sql_log_count
        self._load()
        return self.env.cr.sql_log_count - count
