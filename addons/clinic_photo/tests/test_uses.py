from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

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

    def test_a_permission_ends_with_its_day(self):
        today = fields.Date.context_today(self.permissions)
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
