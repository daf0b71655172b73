from datetime import timedelta

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestGuardian(ClinicCommon):
    """Who acts for whom on the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mother = new_test_user(cls.env, login="test_mother", groups="base.group_portal")
        cls._age(10)

    def _wards(self, user=None):
        return (user or self.mother)._clinic_portal_patients().sudo(False).with_env(self.env)

    def test_nobody_acts_for_a_stranger(self):
        self.assertFalse(self._wards())

    def test_one_acts_for_oneself(self):
        own = new_test_user(self.env, "test_own", "base.group_portal", partner_id=self.patient.partner_id.id)
        self.assertEqual(self._wards(own), self.patient)
        self.patient.active = False
        self.assertFalse(self._wards(own))

    def test_a_parent_acts_until_the_child_comes_of_age(self):
        self._name_guardian(self.mother.partner_id)
        for years, is_seen in ((17, True), (18, False)):
            self._age(years)
            self.assertEqual(bool(self._wards()), is_seen, years)
        self.patient.birth_date = False
        self.assertFalse(self._wards(), "of an unknown age")

    def test_a_guardian_of_an_adult_is_named_as_one(self):
        self._age(40)
        with self.assertRaisesRegex(ValidationError, "of age"), self.env.cr.savepoint():
            self._name_guardian(self.mother.partner_id)
        self._name_guardian(self.mother.partner_id, is_for_adult=True, reason="Court, 3 May")
        self.assertEqual(self._wards(), self.patient)

    def test_it_begins_and_ends_by_the_day_of_the_branch(self):
        today = self.branch._clinic_today()
        later = self._name_guardian(self.mother.partner_id, date_from=today + timedelta(days=1))
        self.assertFalse(self._wards())
        later.action_end()
        self._name_guardian(self.mother.partner_id, date_to=today)
        self.assertEqual(self._wards(), self.patient)
        self.env["clinic.guardian"].sudo().search([("ended_at", "=", False)]).date_to = today - timedelta(days=1)
        self.assertFalse(self._wards())

    def test_a_birth_date_that_changes_later_makes_it_no_longer(self):
        guardian = self._name_guardian(self.mother.partner_id)
        self.assertEqual(guardian.date_to, self.patient.birth_date + relativedelta(years=18, days=-1))
        self.env["clinic.guardian"].sudo().search([]).date_to = self.branch._clinic_today() - timedelta(days=1)
        self._age(3)
        self.assertFalse(self._wards())

    def test_who_ended_it_is_known_and_it_may_begin_again(self):
        guardian = self._name_guardian(self.mother.partner_id)
        guardian.with_user(self.users["manager"]).action_end()
        self.assertEqual((bool(guardian.ended_at), guardian.ended_by_id), (True, self.users["manager"]))
        self.assertFalse(self._wards())
        self._name_guardian(self.mother.partner_id)
        self.assertEqual(self._wards(), self.patient)

    def test_a_manager_names_them_and_nobody_rewrites_who_was_named(self):
        values = {"patient_id": self.patient.id, "partner_id": self.mother.partner_id.id, "reason": "Mother"}
        guardians = self.env["clinic.guardian"]
        for role in ("reception", "cosmetologist", "practitioner", "accountant", "warehouse"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                guardians.with_user(self.users[role]).create(values)
        guardian = guardians.with_user(self.users["manager"]).create(values)
        for role in ("reception", "manager"):
            mine = guardian.with_user(self.users[role])
            for name, value in (("date_to", "2999-01-01"), ("is_for_adult", True), ("ended_at", False)):
                with self.subTest(role=role, name=name), self.assertRaises(AccessError):
                    mine.write({name: value})
        with self.assertRaises(AccessError):
            guardian.with_user(self.users["reception"]).action_end()
        with self.assertRaises(UserError):
            guardian.sudo().unlink()

    def test_the_database_keeps_it_from_being_said_twice(self):
        guardian = self._name_guardian(self.mother.partner_id)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            guardian.copy({"reason": "Again"})
            self.env.flush_all()
        with self.assertRaisesRegex(ValidationError, "own guardian"):
            self._name_guardian(self.patient.partner_id)

    def test_staff_see_nobody_on_the_portal(self):
        self._name_guardian(self.users["reception"].partner_id)
        self.assertFalse(self._wards(self.users["reception"]))

    def test_a_merged_child_is_the_one_who_is_kept(self):
        self._name_guardian(self.mother.partner_id)
        kept = self.env["clinic.patient"].create({"name": "Ayesha Again", "birth_date": self.patient.birth_date})
        self._name_guardian(self.mother.partner_id, kept)
        self.env["clinic.patient.merge"]._merge(kept, self.patient)
        self.assertEqual(self._wards(), kept)

    def test_a_guardian_who_was_merged_acts_as_the_one_who_is_kept(self):
        twin = self.env["clinic.patient"].create({"name": "Mother Twice"})
        kept = self.env["clinic.patient"].create({"name": "Mother", "partner_id": self.mother.partner_id.id})
        self._name_guardian(twin.partner_id)
        self.env["clinic.patient.merge"]._merge(kept, twin)
        self.assertEqual(self._wards(), kept | self.patient)
