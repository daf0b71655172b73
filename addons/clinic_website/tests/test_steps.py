import doctest
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..models import clinic_online_step
from .common import OnlineCommon

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"


@tagged("post_install", "-at_install")
class TestSteps(OnlineCommon, HttpCase):
    """How far visitors get is counted, and nobody is known."""

    def setUp(self):
        super().setUp()
        self.opener.headers["User-Agent"] = PHONE
        self.steps = self.env["clinic.online.step"].sudo()
        self.steps.search([]).unlink()

    def _counted(self, **words):
        found = self.steps.search([("company_id", "=", self.branch.id)], order="id")
        return [[one[name] for name in words.get("names", ("step",))] for one in found]

    def test_the_examples_are_right(self):
        results = doctest.testmod(clinic_online_step)
        self.assertGreater(results.attempted, 0)
        self.assertEqual(results.failed, 0)

    def test_each_step_of_a_visit_is_counted_once(self):
        self._get(self._path("", utm_source="Instagram", utm_medium="story", utm_campaign="spring-26"))
        self._get(self._path("", utm_source="other"))
        self._get(self._path("who", self.facial))
        done = self._confirm(self._choose())
        self.assertIn("You are booked", done.text)
        names = ("step", "source", "medium", "campaign", "device", "is_embedded")
        self.assertEqual(
            self._counted(names=names),
            [
                [step, "instagram", "story", "spring-26", "phone", False]
                for step in ("1_treatments", "2_practitioner", "3_time", "4_details", "5_booked")
            ],
        )
        local = self.branch._clinic_local(fields.Datetime.now())
        self.assertLessEqual(abs((self.steps.search([], limit=1).day - local.date()).days), 1)

    def test_nothing_of_a_person_is_kept(self):
        for word in (
            "sara@example.com",
            "0301 7654321",
            "923017654321",
            "0301-765-4321",
            "<script>",
            "x" * 41,
            "Sara New",
        ):
            self.opener.cookies.pop("clinic_book_visit", None)
            self.url_open(f"/book/{self.branch.id}", params={"utm_source": word, "utm_campaign": word})
        self.assertEqual({one.source or one.campaign for one in self.steps.search([])}, {False})
        self._confirm(self._choose())
        self.env.cr.execute("SELECT * FROM clinic_online_step")
        self.assertNotRegex(str(self.env.cr.fetchall()), "(?i)sara|7654321|127.0.0.1")
        self.assertNotIn("create_uid", self.steps._fields)

    def test_where_somebody_comes_from(self):
        self.url_open(f"/book/{self.branch.id}", headers={"Referer": "https://www.example.com/page?name=sara"})
        self.assertEqual(self._counted(names=("source",)), [["example.com"]])

    def test_nobody_fills_the_list(self):
        with (
            patch.object(clinic_online_step, "MOST_SOURCES", 3),
            patch.object(clinic_online_step, "MOST_OF_HOUR", 6),
        ):
            for number in range(9):
                words = {"source": f"site{number}", "campaign": "spring"}
                self.steps._reach(f"key{number}", "1_treatments", self.branch, "phone", words)
        found = self._counted(names=("source", "campaign"))
        self.assertEqual(found, [[f"site{number}", "spring"] for number in range(3)] + [["other", False]] * 3)

    def test_no_session_begins_for_it(self):
        page = self._get(self._path())
        self.assertIn("clinic_book_visit=", page.headers["Set-Cookie"])
        self.assertNotIn("clinic_book_counted", page.text)

    def test_programs_are_no_visitors(self):
        for agent in ("Googlebot/2.1 (+http://www.google.com/bot.html)", ""):
            self.opener.headers["User-Agent"] = agent
            self._get(self._path())
        self.assertFalse(self._counted())

    def test_the_waitlist_is_a_step(self):
        page = self._get(self._path("wait", self.facial))
        contact = {"name": "Sara New", "phone": "0301 7654321", "email": "", "part": "any"}
        self._send(f"/book/{self.branch.id}/wait", page, t=self.facial.id, **contact)
        self.assertIn(["6_waitlist"], self._counted())

    def test_the_key_is_forgotten_after_a_day_and_the_step_after_a_year(self):
        self._get(self._path())
        self.assertTrue(self.steps.search([]).visit_key)
        for days, kept, known in ((0, 1, True), (3, 1, False), (403, 0, False)):
            with freeze_time(fields.Datetime.now() + timedelta(days=days)):
                self.steps._gc_steps()
            steps = self.steps.search([])
            self.assertEqual((len(steps), bool(steps.visit_key)), (kept, known))

    def test_managers_read_what_is_of_their_branches(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        for branch in (self.branch, other):
            self.steps._reach(branch.name, "1_treatments", branch, "desk", {})
        steps = self.env["clinic.online.step"]
        self.assertEqual(steps.with_user(self.users["manager"]).search([]).company_id, self.branch)
        with self.assertRaises(AccessError):
            steps.with_user(self.users["manager"]).search([]).mapped("visit_key")
        for role in ("reception", "practitioner"):
            with self.assertRaises(AccessError):
                steps.with_user(self.users[role]).search([])
