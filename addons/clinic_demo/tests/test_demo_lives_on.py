from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import TransactionCase, tagged

from ..demo import demand
from ..demo.clock import ANALYZE, to_local, to_utc
from ..demo.loader import load
from ..demo.places import DHA, GULBERG
from ..demo.present import follow

# A Friday at three in the night, in the clinic; both deliveries of lots before it are in months of their own.
NIGHT = datetime(2026, 12, 10, 22, 0)
TODAY = to_local(NIGHT).date()
A_WEEK = timedelta(days=7)
OPEN_STATES = ("booked", "arrived", "in_progress")


@tagged("post_install", "-at_install")
class TestDemoLivesOn(TransactionCase):
    """The demo clinic is alive whenever it is opened, and what is past stays as it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Just so many that the first delivery comes before the first of its lots expires.
        cls.startClassPatcher(patch.object(demand, "PAST_DAYS", 14))
        load(cls.env, NIGHT)

    def setUp(self):
        super().setUp()
        self._analyze()

    def _analyze(self):
        """Let PostgreSQL plan for what there is: its autovacuum does not see what is not committed."""
        self.env.cr.execute(ANALYZE)

    def _visits(self, branch=None, since=None, until=None):
        domain = [("start", ">=", since)] if since else []
        domain += [("start", "<", until)] if until else []
        domain += [("company_id.name", "=", branch)] if branch else []
        return self.env["clinic.visit"].search(domain)

    def _assert_in_progress(self, now):
        """Assert that at ``now`` people are treated, wait, have gone and are still to come, in both branches."""
        for branch, waiting in ((GULBERG, 2), (DHA, 1)):
            near = self._visits(branch, now - timedelta(hours=4), now + timedelta(hours=4))
            today = near.filtered(lambda visit: to_local(visit.start).date() == to_local(now).date())
            states = today.mapped("state")
            self.assertGreaterEqual(states.count("in_progress"), 1, branch)
            self.assertGreaterEqual(states.count("arrived"), waiting, branch)
            self.assertGreaterEqual(states.count("done"), 1, branch)
            self.assertIn("booked", near.filtered(lambda visit: visit.start > now).mapped("state"), branch)
        for login in ("practitioner", "cosmetologist"):
            user = self.env["res.users"].search([("login", "=", login)])
            mine = self._visits(None, now - timedelta(hours=4), now + timedelta(hours=4)).procedure_ids.filtered(
                lambda procedure, user=user: procedure.practitioner_id.user_id == user
            )
            here = mine.visit_id.filtered(lambda visit: visit.state in ("arrived", "in_progress"))
            self.assertEqual(here.company_id, user.company_id, f"{login}'s home shows who is here")

    def _assert_nothing_forgotten(self, now):
        """Assert that anyone who should have been seen long ago has been."""
        self.assertFalse(
            self._visits(None, None, now - timedelta(hours=4)).filtered(lambda visit: visit.state in OPEN_STATES)
        )

    def test_in_progress_at_any_hour(self):
        """At 03:00, when the clinic is made, and at 12:00 and 23:50 of the same day."""
        self._assert_in_progress(NIGHT)
        for now in (to_utc(TODAY, 12), to_utc(TODAY, 23, 50)):
            follow(self.env, now)
            self._assert_in_progress(now)
            self._assert_nothing_forgotten(now)

    def test_somebody_is_here_a_quarter_of_an_hour_later(self):
        """Whom the first moment brought is not gone all at once, and others are still to come."""
        now = NIGHT + timedelta(minutes=16)
        follow(self.env, now)
        for branch in (GULBERG, DHA):
            near = self._visits(branch, now - timedelta(hours=2), now + timedelta(hours=2))
            states = set(near.mapped("state"))
            self.assertLessEqual({"arrived", "in_progress"}, states, branch)
            self.assertIn("booked", self._visits(branch, now, now + timedelta(hours=12)).mapped("state"), branch)

    def test_right_after_midnight(self):
        now = to_utc(TODAY, 24, 10)
        follow(self.env, now)
        here = self._visits(GULBERG, to_utc(TODAY, 24), now + timedelta(hours=1))
        self.assertLessEqual({"in_progress", "arrived"}, set(here.mapped("state")))
        self._assert_nothing_forgotten(now)

    def test_usual_hours_by_day(self):
        """The hours around the present are open; a day within the usual hours needs no others."""
        hours = self.env["res.company"].search([("name", "=", GULBERG)]).resource_calendar_id
        friday = str(TODAY.weekday())
        self.assertEqual(min(hours.attendance_ids.filtered(lambda a: a.dayofweek == friday).mapped("hour_from")), 0)
        follow(self.env, to_utc(TODAY, 14))
        self.assertEqual({(a.hour_from, a.hour_to) for a in hours.attendance_ids}, {(10, 20)})

    def test_a_week_later(self):
        before = self._visits(None, None, NIGHT)
        past = before.filtered(lambda visit: visit.state not in OPEN_STATES)
        facts = past.read(["start", "state", "write_date"])
        now = NIGHT + A_WEEK
        follow(self.env, now)
        self._assert_in_progress(now)
        self._assert_nothing_forgotten(now)
        self.assertEqual(past.read(["start", "state", "write_date"]), facts)
        # The last days were lived as all others; before that the clinic was closed.
        for visit in self._visits(None, NIGHT + timedelta(days=4), now).filtered(lambda visit: visit.state == "done"):
            self.assertEqual(to_local(visit.done_at).date(), to_local(visit.start).date())
            self.assertEqual(visit.invoice_id.state, "posted")
        closed = self._visits(None, NIGHT + timedelta(days=1), NIGHT + timedelta(days=2))
        self.assertEqual(set(closed.mapped("state")), {"cancelled"})
        ahead = self._visits(None, now + timedelta(days=1))
        self.assertEqual(to_local(max(ahead.mapped("start"))).date(), to_local(now).date() + timedelta(days=14))
        with freeze_time(now):
            self._analyze()
            self.assertFalse(self.env["clinic.discrepancy"].sudo().search([("explained", "=", False)]))

    def test_a_till_that_somebody_counts_is_left_alone(self):
        now = NIGHT + timedelta(hours=5)
        follow(self.env, now)
        journal = self.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id.parent_id", "!=", False)], order="id", limit=1
        )
        tills = self.env["clinic.till.closing"].with_company(journal.company_id)
        till = tills.create({"journal_id": journal.id, "company_id": journal.company_id.id})
        follow(self.env, now + timedelta(days=1))
        self.assertEqual(till.state, "counting")

    def test_again_changes_nothing(self):
        now = NIGHT + timedelta(hours=5)
        follow(self.env, now)
        visits = self._visits()
        facts = visits.read(["start", "state"])
        follow(self.env, now + timedelta(minutes=5))
        self.assertEqual(self._visits().read(["start", "state"]), facts)
