from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestSegment(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._open_around_the_clock()

    def _found(self, **vals):
        segment = self.env["clinic.segment"].create({"name": "Some", "company_id": self.branch.id, **vals})
        found = self.env.execute_query(segment._found_sql())
        self.assertEqual(segment.patient_count, len(found))
        return self.env["clinic.patient"].browse([id_ for (id_,) in found])

    def _treated(self, patient, days, treatment=None):
        """Let ``patient`` have had ``treatment`` so many days ago."""
        with freeze_time(fields.Datetime.now() - timedelta(days=days)):
            visit = self.env["clinic.visit"].book_walk_in(patient, [treatment or self.facial], self.doctor)
            visit.action_start()
            visit.action_done()

    def test_by_the_person(self):
        today = self.branch._clinic_today()
        young = self._person(1, sex="female", birth_date=today - relativedelta(years=20))
        old = self._person(2, sex="male", birth_date=today - relativedelta(years=60, days=1))
        self.assertEqual(self._found(sex="female"), young)
        self.assertEqual(self._found(age_from=20, age_to=20), young)
        self.assertEqual(self._found(age_from=21), old)
        self.assertEqual(self._found(age_to=59), young)
        self.assertEqual(
            self._found(birthday_month=str(today.month)) & (young | old),
            young | (old if old.birth_date.month == today.month else young),
        )
        self.assertIn(young, self._found(new_days=1))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_patient SET create_date = now() - interval '40 days' WHERE id = %s", [young.id]
        )
        self.assertNotIn(young, self._found(new_days=30))
        self.assertIn(young, self._found(new_days=60))

    def test_by_what_was_done_and_who_stays_away(self):
        come, away, never = (self._person(number) for number in (1, 2, 3))
        self._treated(come, 5)
        self._treated(away, 200)
        self.assertEqual(self._found(done_treatment_ids=[Command.set(self.facial.ids)]), come | away)
        self.assertEqual(self._found(done_treatment_ids=[Command.set(self.facial.ids)], done_days=30), come)
        self.assertIn(never, self._found(never_treatment_ids=[Command.set(self.facial.ids)]))
        self.assertFalse(self._found(never_treatment_ids=[Command.set(self.facial.ids)]) & (come | away))
        self.assertEqual(self._found(lapsed_days=90), away)
        self.env["clinic.visit"].book(away, [self.facial], self._at(10), self.doctor)
        self.assertFalse(self._found(lapsed_days=90))

    def test_by_branch_and_without_those_who_were_merged(self):
        other = self.env["res.company"].create({"name": "Other Branch"})
        self.env.user.company_ids = [Command.link(other.id)]
        here, there, twin = self._person(1), self._person(2, branch_id=other.id), self._person(3)
        self._treated(twin, 5)
        self.env["clinic.patient.merge"]._merge(here, twin)
        found = self._found()
        self.assertIn(here, found)
        self.assertFalse(found & (there | twin))
        # What the merged one has had, the one who is left has had.
        self.assertEqual(self._found(done_treatment_ids=[Command.set(self.facial.ids)]), here)
        segment = self.env["clinic.segment"].with_context(allowed_company_ids=(self.branch | other).ids)
        both = segment.create({"name": "Both", "branch_ids": [Command.set((self.branch | other).ids)]})
        ids = {id_ for (id_,) in self.env.execute_query(both._found_sql())}
        self.assertGreaterEqual(ids, {here.id, there.id})
        # Who works in one branch alone draws of no other.
        one = both.with_user(self.users["manager"]).with_context(allowed_company_ids=self.branch.ids)
        self.assertNotIn(there.id, {id_ for (id_,) in self.env.execute_query(one._found_sql())})

    def test_a_segment_is_found_by_one_statement(self):
        for number in range(10):
            self._person(number)
        segment = self.env["clinic.segment"].create({"name": "All", "company_id": self.branch.id, "lapsed_days": 1})
        self.env.invalidate_all()
        segment.read()
        with self.assertQueryCount(3):
            self.env.execute_query(segment._found_sql())

    def test_what_makes_no_sense_is_refused(self):
        for vals in ({"age_from": 50, "age_to": 20}, {"new_days": -1}, {"age_from": -1}):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.env["clinic.segment"].create({"name": "Odd", **vals})
                self.env.flush_all()

    def test_marketing_and_reception_see_no_segment(self):
        segment = self.env["clinic.segment"].create({"name": "Away", "company_id": self.branch.id})
        for user in (self.marketing, self.users["reception"]):
            with self.assertRaises(AccessError):
                segment.with_user(user).read(["name"])
