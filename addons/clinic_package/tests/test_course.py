from itertools import pairwise

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import PackageCommon


@tagged("post_install", "-at_install")
class TestCourse(PackageCommon):
    def _standing(self, course, days):
        """Return where ``course`` stands ``days`` from today."""
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=days)):
            self.env.invalidate_all()
            found = self.env["clinic.course"].search([("standing", "=", course.standing), ("id", "=", course.id)])
            self.assertEqual(found, course, "The search and the field say the same")
            return course.standing, course.days_late

    def test_where_a_course_stands(self):
        course = self._sell()
        course.sudo().beyond_paid = True
        self.assertEqual(self._standing(course, 0), ("new", 0))
        visit = self._perform(days=0)
        day = visit.procedure_ids._local_day()
        self.env.invalidate_all()
        self.assertEqual((course.last_on, course.next_date), (day, fields.Date.add(day, days=14)))
        # Performed tomorrow: recommended on day 15, late after a week more, stalled after three.
        for days, expected in [(15, "on_time"), (22, "on_time"), (23, "late"), (36, "late"), (37, "stalled")]:
            self.assertEqual(self._standing(course, days)[0], expected, days)
        self.assertEqual(self._standing(course, 37)[1], 22)
        self.book(start=self._at(10, days=60), practitioner=self.doctor)
        self.assertEqual(self._standing(course, 37), ("booked", 0))

    def test_a_stalled_course_is_an_alert_for_the_manager(self):
        course = self._sell()
        course.sudo().beyond_paid = True
        self._perform()
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=60)):
            self.env.invalidate_all()
            home = self.env["clinic.home"].with_user(self.manager).with_context(allowed_company_ids=self.branch.ids)
            alert = next(alert for alert in home.load()["alerts"] if alert["key"] == "courses")
        self.assertEqual(alert["count"], 1)

    def test_book_the_rest_proposes_all_dates(self):
        course = self._sell()
        course.sudo().beyond_paid = True
        self._perform()
        context = course.with_user(self.reception).action_book_rest()["context"]
        self.assertEqual((context["default_count"], context["default_treatment_id"]), (5, self.facial.id))
        series = Form(self.env["clinic.visit.series"].with_user(self.reception).with_context(**context)).save()
        series.action_propose()
        series.action_book_all()
        self.env.invalidate_all()
        self.assertEqual(len(course._planned()), 5)
        days = sorted(procedure._local_day() for procedure in course._planned())
        self.assertEqual({(later - former).days for former, later in pairwise(days)}, {14})
        with self.assertRaisesRegex(UserError, "are booked"):
            course.with_user(self.reception).action_book_rest()

    def test_the_statement_on_any_day(self):
        course = self._sell()
        invoice = course.invoice_line_id.move_id
        self._pay(invoice, 24000)
        course.sudo().beyond_paid = True
        first, second = self._perform(days=2), self._perform(days=20)
        days = [visit.procedure_ids._local_day() for visit in (first, second)]
        names = ("sold", "used", "left", "total", "paid", "due", "recognised", "deferred")
        expected = {
            fields.Date.subtract(self.branch._clinic_today(), days=1): (0, 0, 0, 0, 0, 0, 0, 0),
            fields.Date.subtract(days[0], days=1): (6, 0, 6, 48000, 24000, 24000, 0, 48000),
            days[0]: (6, 1, 5, 48000, 24000, 24000, 8000, 40000),
            days[1]: (6, 2, 4, 48000, 24000, 24000, 16000, 32000),
        }
        for day, values in expected.items():
            statement = course.with_user(self.reception)._statement(day)
            self.assertEqual(tuple(statement[name] for name in names), values, day)
        wizard = self.env["clinic.course.statement"].with_user(self.reception).create({"course_id": course.id})
        self.assertEqual((wizard.amount_total, wizard.amount_due), (48000, 24000))
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "clinic_package.report_course_statement", wizard.ids
        )
        self.assertIn(b"Six peels", html)

    def test_the_statement_is_in_the_patients_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.patient.lang = "ar_001"
        course = self._sell()
        wizard = self.env["clinic.course.statement"].with_user(self.reception).create({"course_id": course.id})
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "clinic_package.report_course_statement", wizard.ids
        )
        self.assertIn('data-oe-lang="ar_001"', html.decode())

    def test_the_board_shows_the_session(self):
        course = self._sell()
        visit = self.book(start=self._at(10, days=2), practitioner=self.doctor)
        day = visit.procedure_ids._local_day().isoformat()
        board = self.env["clinic.board"].with_user(self.reception).with_context(allowed_company_ids=self.branch.ids)

        def flags():
            self.env.invalidate_all()
            [card] = board.load(day)["procedures"]
            return {flag["kind"]: flag["label"] for flag in card["flags"]}

        self.assertEqual(flags().get("session_unpaid"), "Six peels, session 1 of 6: not paid yet")
        self._pay(course.invoice_line_id.move_id)
        self.assertEqual(flags().get("session"), "Six peels, session 1 of 6")
