from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestHome(PortalCommon):
    """The first page and the visits: by the same rules as the link in a message."""

    def setUp(self):
        super().setUp()
        self.branch.write({"clinic_portal_bring": "Your identity card", "clinic_portal_directions": "Second floor"})
        self._sign_in()

    def _facts(self):
        return self.env["clinic.portal"].sudo()

    def test_my_is_the_own_page(self):
        page = self.url_open("/my")
        self.assertIn("Ayesha Test", page.text)
        self.assertIn("I will come", page.text)
        self.assertIn("Content-Security-Policy", page.headers)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("o_portal", self.url_open("/my/home").text, "Odoo's own page is still there")

    def test_others_see_what_odoo_shows(self):
        self.env["clinic.patient"].search([]).active = False
        self.env.flush_all()
        self.assertIn("o_portal", self.url_open("/my").text)

    def test_a_visit_is_confirmed(self):
        page = self._post(f"/visits/{self.visit.id}/confirm", start=self._start())
        self.assertIn("Thank you. We expect you.", page.text)
        self.assertTrue(self.visit._is_confirmed())
        page = self._post(f"/visits/{self.visit.id}/confirm", start="2001-01-01 00:00:00")
        self.assertIn("has changed meanwhile", page.text)

    def test_a_visit_is_moved_to_a_time_that_was_offered(self):
        page = self._get(f"/visits/{self.visit.id}/move")
        self.assertIn("Choose another time", page.text)
        start = self.visit.start
        page = self._post(f"/visits/{self.visit.id}/move", start=fields.Datetime.to_string(start + timedelta(days=90)))
        self.assertIn("was just taken", page.text)
        self.env.invalidate_all()
        self.assertEqual(self.visit.start, start)
        self.env.flush_all()
        offered = self.visit.with_context(lang="en_US")._patient_times()[0]["start"]
        self.assertIn("has a new time", self._post(f"/visits/{self.visit.id}/move", start=offered).text)
        self.env.invalidate_all()
        self.assertEqual(fields.Datetime.to_string(self.visit.start), offered)

    def test_a_visit_is_cancelled_before_the_cut_off_alone(self):
        self.branch.clinic_cancel_cutoff = 24 * 30
        self.assertNotIn("Yes, cancel it", self._get(f"/visits/{self.visit.id}").text)
        self.assertIn("call us", self._post(f"/visits/{self.visit.id}/cancel").text)
        self.env.invalidate_all()
        self.assertEqual(self.visit.state, "booked")
        self.branch.clinic_cancel_cutoff = 24
        self.env.flush_all()
        self.assertIn("The visit is cancelled", self._post(f"/visits/{self.visit.id}/cancel").text)
        self.env.invalidate_all()
        self.assertEqual(self.visit.state, "cancelled")
        self.assertEqual(self.visit.cancel_reason_id, self.env.ref("clinic_visit.cancel_reason_patient"))

    def test_to_look_changes_nothing(self):
        for action in ("confirm", "cancel"):
            self.assertEqual(self._get(f"/visits/{self.visit.id}/{action}").status_code, 405)
        self.assertEqual(self.visit.state, "booked")

    def test_the_visit_says_what_to_bring(self):
        page = self._get(f"/visits/{self.visit.id}").text
        for words in ("Second floor", "Your identity card", "Dr Sana", "Facial"):
            self.assertIn(words, page)

    def test_what_was_never_booked_is_no_visit(self):
        held = self.book(start=self._at(16), hold_minutes=10)
        self.assertNotIn(held.name, self._get(f"/visits/{self.visit.id}").text)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            values = self._facts()._prepare_visits(self.patient.sudo(), 1)
        self.assertNotIn(held.id, [row["id"] for row in values["coming"] + values["past"]])

    def test_a_deposit_and_an_invoice_are_paid_by_the_link(self):
        held = self._held(self._at(15))
        self.env.flush_all()
        self.assertIn("Pay a deposit", self._get().text)
        page = self._post(f"/pay/{held.id}")
        self.assertIn("/clinic/pay/", page.url)
        self.assertEqual(page.status_code, 200)
        page = self._post(f"/pay/{self.visit.id}")
        self.assertIn("Nothing is to be paid", page.text)

    def test_invoices_are_listed_sent_and_paid(self):
        visit = self._done(start=self._at(15))
        visit.action_checkout()
        if visit.invoice_id.state == "draft":
            visit.invoice_id.action_post()
        self.env.flush_all()
        page = self._get("/invoices").text
        self.assertIn(visit.invoice_id.name, page)
        self.assertIn("To pay", page)
        answer = self._get(f"/invoices/{visit.invoice_id.id}.pdf")
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "application/pdf"))
        self.assertTrue(answer.content)
        for word in ("acial", "roforma"):
            self.assertNotIn(word, answer.headers["Content-Disposition"])
        self.assertIn("/clinic/pay/", self._post(f"/pay/{visit.id}").url)
        self._pay(visit.invoice_id)
        self.env.flush_all()
        self.assertIn("Everything is paid", self._get("/invoices").text)

    def test_the_first_page_takes_no_more_queries_for_more_visits(self):
        def queries():
            self.env.invalidate_all()
            patient = self.patient.sudo()
            before = self.env.cr.sql_log_count
            self._facts()._prepare_home(patient)
            return self.env.cr.sql_log_count - before

        self.book(start=self._at(9, days=8))
        self.env.flush_all()
        queries()
        few = queries()
        for number in range(9, 21):
            self.book(start=self._at(9, days=number))
        self.env.flush_all()
        self.assertLessEqual(queries(), few)
        self.assertLess(few, 90)

    def test_it_speaks_the_languages_direction(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.me.lang = "ar_001"
        self._sign_in()
        self.assertRegex(self._get().text, r'<html[^>]*dir="rtl"')
