import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged

from .common import OnlineCommon

SITE = "https://www.example.com"
FRAMES = re.compile(r"frame-ancestors ([^;]*)")


class EmbedCommon(OnlineCommon):
    """A branch whose pages another site may show."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.clinic_online_origins = f"{SITE}\nhttps://Shop.example.com:8443"
        cls.env.flush_all()


@tagged("post_install", "-at_install")
class TestEmbedded(EmbedCommon, HttpCase):
    """The pages in another site's frame, whose browser keeps no cookie of ours."""

    def _open(self, path, **data):
        """Open a page, or send a form, as a browser that has kept no cookie."""
        self.opener.cookies.pop("session_id", None)
        return self.url_open(path, data=data or None, timeout=60)

    def _embedded(self, step="", *treatments, **words):
        return self._open(self._path(step, *treatments, embed=1, **words))

    def _fields(self, page):
        """Return what the last form of ``page`` sends along."""
        return dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', page.text))

    def _kept(self, start=None, treatment=None):
        """Choose a time as an embedded visitor does; return the page that follows."""
        start, treatment = start or self._at(10), treatment or self.facial
        times = self._embedded("when", treatment, d=start.date().isoformat())
        key = self._fields(times)["visitor"]
        values = {"t": treatment.id, "start": fields.Datetime.to_string(start), "embed": "1", "visitor": key}
        return self._open(f"/book/{self.branch.id}/hold", **values)

    def _send_details(self, page, **words):
        contact = {"name": "Sara New", "phone": "0301 7654321", "email": "sara@example.com", "agreed": "yes"}
        return self._open("/book/confirm", **{**self._fields(page), **contact, **words})

    # -- who may show it -----------------------------------------------------------------------------------------------

    def test_only_named_sites_show_it_and_only_what_is_embedded(self):
        for path in (self._path(embed=1), self._path("who", self.facial, embed=1)):
            page = self._open(path)
            self.assertEqual(
                FRAMES.search(page.headers["Content-Security-Policy"]).group(1), f"{SITE} https://shop.example.com:8443"
            )
            self.assertNotIn("X-Frame-Options", page.headers)
        for path in (self._path(), self._path("who", self.facial), "/book", "/book/99999?embed=1", "/web/login"):
            page = self._open(path)
            self.assertIn(FRAMES.search(page.headers["Content-Security-Policy"]).group(1), ("'none'", "'self'"))
            self.assertIn("X-Frame-Options", page.headers)
        self.branch.clinic_online_origins = False
        self.env.flush_all()
        page = self._embedded()
        self.assertIn("frame-ancestors 'none'", page.headers["Content-Security-Policy"])
        self.assertEqual(page.headers["X-Frame-Options"], "DENY")

    def test_what_is_named_is_an_address_of_a_site(self):
        for text in ("*", "https://*.example.com", "example.com", f"{SITE}/path", "http://www.example.com", "'self'"):
            with self.subTest(text), self.assertRaisesRegex(ValidationError, "no address of a site"):
                self.branch.clinic_online_origins = text
        with self.assertRaisesRegex(ValidationError, "no address of a site"):
            self.branch.clinic_online_origins = f"{SITE}; script-src *"
        with self.assertRaisesRegex(ValidationError, "At most 20"):
            self.branch.clinic_online_origins = "\n".join(f"https://{number}.example.com" for number in range(21))
        self.branch.clinic_online_origins = "http://localhost:8080"

    def test_the_script_is_there_for_every_site(self):
        script = self._open("/clinic_website/embed.js")
        self.assertIn("text/javascript", script.headers["Content-Type"])
        self.assertEqual(script.headers["Cross-Origin-Resource-Policy"], "cross-origin")
        self.assertIn("clinic_book_height", script.text)
        # Caches keep it for everybody.
        self.assertNotIn("session_id", script.headers.get("Set-Cookie", ""))

    # -- booking without a cookie --------------------------------------------------------------------------------------

    def test_the_whole_booking_without_a_cookie(self):
        page = self._kept()
        self.assertEqual(page.status_code, 200)
        self.assertIn("Kept for you", page.text)
        done = self._send_details(page)
        self.assertIn("You are booked", done.text)
        visit = self.env["clinic.visit"].search([("is_booked_online", "=", True), ("company_id", "=", self.branch.id)])
        self.assertEqual((visit.state, visit.start, visit.patient_id.name), ("booked", self._at(10), "Sara New"))
        again = self._send_details(page)
        self.assertIn(visit.name, again.text, "a second press shows the same visit")
        key = self._fields(page)["visitor"]
        self.assertNotIn(key, self.env["clinic.online.hold"].sudo().search([]).mapped("token_hash"))
        self.assertNotIn(key, page.url)

    def test_back_and_forth_keeps_the_own_time(self):
        page = self._kept()
        key = self._fields(page)["visitor"]
        day = self._at(10).date().isoformat()
        mine = {"embed": "1", "visitor": key}
        times = self._open(self._path("when", self.facial, d=day), **mine)
        self.assertIn("aria-pressed", times.text)
        self.assertIn(key, times.text, "the same visitor")
        details = self._open(self._path("details", self.facial), **mine)
        self.assertIn("Kept for you", details.text)
        self.assertEqual(self._open("/book/leave", **mine).status_code, 204)
        freed = self._open("/book/free", **mine)
        self.assertIn("What would you like to book?", freed.text)
        self.assertFalse(self.holds.search([("reservation_ids", "!=", False), ("company_id", "=", self.branch.id)]))

    def test_wrong_details_and_a_lost_time_are_told_in_the_same_frame(self):
        page = self._kept()
        wrong = self._send_details(page, name="", phone="x")
        self.assertEqual(wrong.status_code, 422)
        self.assertIn("Please write your full name", wrong.text)
        hold = self.holds.search([("reservation_ids", "!=", False), ("company_id", "=", self.branch.id)])
        hold._let_go()
        for person in (self.doctor, self.cosmetologist):
            self.book(start=self._at(10), practitioner=person)
        self.env.flush_all()
        lost = self._send_details(page)
        self.assertIn("just taken", lost.text)
        self.assertIn('name="start"', lost.text, "other times are offered at once")

    def test_a_deposit_is_paid_on_a_page_of_its_own(self):
        done = self._send_details(self._kept(treatment=self.laser))
        self.assertIn("Pay the deposit", done.text)
        link = re.search(r'<a[^>]*target="_top"[^>]*href="([^"]+)"', done.text).group(1)
        self.assertTrue(link.startswith("/clinic/pay/"))
        self.assertIn("1,150.00", self._open(link).text)

    def test_the_waitlist_in_a_frame(self):
        page = self._embedded("wait", self.facial)
        contact = {"name": "Sara New", "phone": "0301 7654321", "email": "sara@example.com", "part": "any"}
        done = self._open(f"/book/{self.branch.id}/wait", **{**self._fields(page), "t": self.facial.id, **contact})
        self.assertIn("You are on the waitlist", done.text)
        self.assertEqual(
            self.env["clinic.waitlist"].search([("company_id", "=", self.branch.id)]).treatment_id, self.facial
        )

    # -- who is who ----------------------------------------------------------------------------------------------------

    def test_nobody_acts_without_a_key_of_ours(self):
        page = self._kept()
        values = self._fields(page)
        secret, moment, signature = values["visitor"].split("-")
        later = f"{int(moment, 16) + 9:x}"
        forged = [
            "",
            "x",
            "0" * 80,
            f"{secret}-{later}-{signature}",
            f"{'0' * 32}-{moment}-{signature}",
            f"{secret}-{moment}-",
        ]
        for key in forged:
            for path in ("/book/confirm", "/book/free", "/book/leave", f"/book/{self.branch.id}/hold"):
                with self.subTest(key=key, path=path):
                    self.assertEqual(self._open(path, **{**values, "visitor": key}).status_code, 400)
        hold = self.holds.search([("reservation_ids", "!=", False), ("company_id", "=", self.branch.id)])
        self.assertTrue(hold._is_live())

    def test_another_key_keeps_nothing_of_it(self):
        self._kept()
        other = self._fields(self._embedded("when", self.facial))["visitor"]
        page = self._open(self._path("details", self.facial), embed="1", visitor=other)
        self.assertNotIn("Kept for you", page.text)
        self._open("/book/free", embed="1", visitor=other)
        hold = self.holds.search([("reservation_ids", "!=", False), ("company_id", "=", self.branch.id)])
        self.assertTrue(hold._is_live())

    def test_a_key_is_good_for_a_day(self):
        key = self._fields(self._kept())["visitor"]
        with freeze_time(fields.Datetime.now() + timedelta(days=1, minutes=1)):
            for path in ("/book/free", self._path("when", self.facial)):
                page = self._open(path, embed="1", visitor=key, branch=self.branch.id)
                self.assertEqual(page.status_code, 400)
                self.assertIn("This form is too old", page.text)
                self.assertIn(SITE, page.headers["Content-Security-Policy"], "told within the other site")
                self.assertNotIn("X-Frame-Options", page.headers)

    def test_a_key_is_no_way_around_the_token_of_a_session(self):
        page = self._kept()
        values = {name: value for name, value in self._fields(page).items() if name != "embed"}
        self.assertEqual(self._open("/book/free", **values).status_code, 400)
        self.assertEqual(self._open(self._path("when", self.facial), t=self.facial.id).status_code, 400)
