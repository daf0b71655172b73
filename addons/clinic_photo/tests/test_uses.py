from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import PhotoCommon


@tagged("post_install", "-at_install")
class TestUses(PhotoCommon):
    def setUp(self):
        super().setUp()
        self.one, self.other = self._photo(), self._photo(view="left_45")
        self.permissions = self.env["clinic.photo.permission"].with_user(self.users["practitioner"])

    def _decide(self, granted, photos=None, use="marketing", **values):
        ids = photos.ids if photos else None
        return self.permissions.decide(self.patient.id, use, granted, "Form signed today", ids, **values)

    def _permitted(self, use="marketing"):
        return self.env["clinic.photo.permission"]._permitted(self.one | self.other, use)

    def test_nothing_is_permitted_by_itself(self):
        for use in ("care", "teaching", "marketing"):
            self.assertFalse(self._permitted(use))

    def test_all_or_one_are_permitted_for_one_use(self):
        self._decide(True, self.one)
        self.assertEqual(self._permitted(), self.one)
        self._decide(True)
        self.assertEqual(self._permitted(), self.one | self.other)
        self.assertFalse(self._permitted("teaching"))
        document = self._photo(kind="document")
        self.assertFalse(self.env["clinic.photo.permission"]._permitted(document, "marketing"), "It is no photo")

    def test_what_was_withdrawn_for_one_stays_so_until_it_is_granted_for_that_one(self):
        self._decide(True)
        self._decide(False, self.one)
        self.assertEqual(self._permitted(), self.other)
        self._decide(True)
        self.assertEqual(self._permitted(), self.other)
        self._decide(True, self.one)
        self.assertEqual(self._permitted(), self.one | self.other)
        self._decide(False)
        self.assertFalse(self._permitted())
        self._decide(True, self.one)
        self.assertFalse(self._permitted(), "Withdrawn for all is withdrawn for each")

    def test_a_photo_that_is_named_twice_is_decided_once(self):
        self.permissions.decide(self.patient.id, "marketing", True, "Form signed today", [self.one.id, self.one.id])
        self.assertEqual(self.permissions.search_count([("patient_id", "=", self.patient.id)]), 1)

    def test_a_permission_ends_with_its_day(self):
        today = self.branch._clinic_today()
        self._decide(True, until=today)
        self.assertEqual(len(self._permitted()), 2)
        self._decide(True, until=today - timedelta(days=1))
        self.assertFalse(self._permitted())

    def test_decisions_are_only_added_with_their_evidence(self):
        row = self.permissions.browse(self._decide(True))
        self.assertEqual(row.user_id, self.users["practitioner"])
        with self.assertRaises(AccessError):
            row.write({"decision": "withdrawn"})
        with self.assertRaises(AccessError):
            row.unlink()
        with self.assertRaises(AccessError):
            self.permissions.create({"patient_id": self.patient.id, "use": "care", "decision": "granted"})
        with self.assertRaisesRegex(UserError, "how the patient said so"):
            self.permissions.decide(self.patient.id, "care", True, " ")
        with self.assertRaises(AccessError):
            self.permissions.with_user(self.users["accountant"]).decide(
                self.patient.id, "care", True, "Form signed today"
            )

    def test_nobody_opens_photos_to_themselves(self):
        other = self.env["res.company"].create({"name": "Another Branch"})
        there = {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        doctor = new_test_user(self.env, login="test_doctor_there", groups="clinic.group_practitioner", **there)
        for role, user in {**self.users, "practitioner": doctor}.items():
            if role not in ("manager", "practitioner", "cosmetologist"):
                continue
            user.write(there)
            permissions = self.permissions.with_user(user).with_context(allowed_company_ids=other.ids)
            with self.subTest(role=role), self.assertRaisesRegex(AccessError, "not in your care"):
                permissions.decide(self.patient.id, "marketing", True, "Form signed today")
            self.assertFalse(self._permitted())
        # The desk takes a withdrawal from a patient of any branch; those who only treat do not.
        self.env["clinic.photo.permission"]._decide(self.patient, "marketing", True, "Form signed today")
        permissions = permissions.with_user(self.users["cosmetologist"])
        with self.assertRaisesRegex(AccessError, "not in your care"):
            permissions.decide(self.patient.id, "marketing", False, "Said so by phone")
        permissions.with_user(self.users["manager"]).decide(self.patient.id, "marketing", False, "Said so by phone")
        self.assertFalse(self._permitted())

    def test_the_desk_records_and_withdraws_and_managers_see_each_decision(self):
        desk = self.permissions.with_user(self.users["reception"])
        gallery = self.env["clinic.photo.gallery"].with_user(self.users["reception"])
        tomorrow = self.branch._clinic_today() + timedelta(days=1)
        desk.decide(self.patient.id, "teaching", True, "Form signed today", until=fields.Date.to_string(tomorrow))
        [teaching] = [one for one in gallery.load(self.patient.id)["permissions"] if one["use"] == "teaching"]
        self.assertEqual((teaching["granted"], teaching["until"]), (True, fields.Date.to_string(tomorrow)))
        desk.decide(self.patient.id, "teaching", False, "Said so by phone")
        [teaching] = [one for one in gallery.load(self.patient.id)["permissions"] if one["use"] == "teaching"]
        self.assertEqual((teaching["granted"], teaching["withdrawn"]), (False, True))
        single = self.permissions.browse(self._decide(True, self.one))
        self.assertIn(single, self.permissions.with_user(self.users["manager"]).search([]))
        self.assertNotIn(single, desk.search([]))

    def test_the_portfolio_comes_in_pages_with_the_changes_first(self):
        self._decide(True)
        after = self._photo(kind="after", view="left_45", taken_at="2020-01-01 10:00:00")
        portfolio = self.env["clinic.photo.portfolio"].with_user(self.users["manager"])
        with patch("odoo.addons.clinic_photo.models.clinic_photo_portfolio.PAGE", 1):
            first, second = portfolio.load(), portfolio.load({}, 1)
        [pair] = first["series"]
        self.assertEqual([photo["uuid"] for photo in pair["photos"]], [after.uuid, self.other.uuid])
        self.assertEqual(pair["photos"][0]["week"], 0)
        self.assertGreater(pair["photos"][1]["week"], 52)
        self.assertEqual((first["has_more"], second["has_more"]), (True, False))
        self.assertEqual([photo["uuid"] for photo in second["series"][0]["photos"]], [self.one.uuid])
        self.assertEqual((first["choices"]["treatment_id"], second["choices"]), ([], None))

    def test_the_portfolio_shows_what_is_permitted_and_no_name(self):
        portfolio = self.env["clinic.photo.portfolio"].with_user(self.users["manager"])
        self.assertEqual(portfolio.load()["series"], [])
        self._decide(True, self.one)
        found = portfolio.load({"view": "front"})
        [series] = found["series"]
        self.assertEqual([photo["uuid"] for photo in series["photos"]], [self.one.uuid])
        self.assertNotIn(self.patient.name, str(found))
        self.assertNotIn(self.patient.number, str(found))
        self._decide(False, self.one)
        self.assertEqual(portfolio.load()["series"], [])
        with self.assertRaises(AccessError):
            portfolio.with_user(self.users["reception"]).load()
