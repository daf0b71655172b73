from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PhotoCommon

REASON = "Wrong patient on it"


@tagged("post_install", "-at_install")
class TestLife(PhotoCommon):
    def setUp(self):
        super().setUp()
        self.photo = self._photo()
        self.as_doctor = self.photo.with_user(self.users["practitioner"])

    def _files(self):
        return self.env["clinic.vault.file"].search([("owner", "=", self.photo.uuid)])

    def test_a_photo_is_deleted_with_a_reason_and_brought_back(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.as_doctor.delete_photo("")
        self.as_doctor.delete_photo(REASON)
        self.assertFalse(self.photo.active)
        self.assertEqual((self.photo.delete_reason, self.photo.deleted_by_id), (REASON, self.users["practitioner"]))
        self.assertFalse(
            self.env["clinic.photo"].with_user(self.users["practitioner"]).search([("uuid", "=", self.photo.uuid)])
        )
        self.as_doctor.restore_photo()
        self.assertTrue(self.photo.active)

    def test_who_deletes(self):
        as_other = self.photo.with_user(self.users["cosmetologist"])
        with self.assertRaisesRegex(AccessError, "deleted by a practitioner"):
            as_other.delete_photo(REASON)
        own = self._photo(user=self.users["cosmetologist"]).with_user(self.users["cosmetologist"])
        own.delete_photo(REASON)
        for role in ("reception", "manager", "accountant"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.photo.with_user(self.users[role]).delete_photo(REASON)

    def test_what_is_held_is_not_deleted(self):
        self.patient.with_user(self.users["manager"]).photo_hold_reason = "Court case 12"
        with self.assertRaisesRegex(UserError, "under legal hold"):
            self.as_doctor.delete_photo(REASON)
        with self.assertRaises(AccessError):
            self.patient.with_user(self.users["practitioner"]).read(["photo_hold_reason"])

    def _let_pass(self, **span):
        self.photo._clinic_writing().write(
            {
                "retain_until": fields.Date.today() - timedelta(days=1),
                "deleted_at": fields.Datetime.now() - relativedelta(**span),
            }
        )

    def test_it_is_kept_as_long_as_the_law_asks_and_then_destroyed(self):
        self.assertEqual(self.photo.retain_until, self.photo.taken_at.date() + relativedelta(years=10))
        self.as_doctor.delete_photo(REASON)
        photos = self.env["clinic.photo"].with_context(active_test=False)
        self.assertNotIn(self.photo, photos.search(photos._due_domain()))
        self._let_pass(days=29)
        self.assertNotIn(self.photo, photos.search(photos._due_domain()))
        self._let_pass(days=31)
        self.assertIn(self.photo, photos.search(photos._due_domain()))
        self.patient.photo_hold_reason = "Court case 12"
        self.assertNotIn(self.photo, photos.search(photos._due_domain()))
        paths = [self._path(file) for file in self._files()]
        self.photo._erase()
        self.env.cr.postcommit.run()
        self.assertFalse(any(path.exists() for path in paths))
        self.assertTrue(self.photo.exists().erased_at)
        with self.assertRaisesRegex(UserError, "was erased"):
            self.as_doctor.restore_photo()

    def test_what_is_due_is_erased_unless_it_is_held_by_then(self):
        self.as_doctor.delete_photo(REASON)
        self._let_pass(days=31)
        photos = self.env["clinic.photo"]
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60):
            self.patient.photo_hold_reason = "Court case 12"
            photos._cron_erase()
            self.assertFalse(self.photo.erased_at)
            self.patient.photo_hold_reason = False
            photos._cron_erase()
        self.assertTrue(self.photo.erased_at)

    def test_photos_and_decisions_go_along_when_patients_are_merged(self):
        kept = self.env["clinic.patient"].create({"name": "Ayesha Kept", "phone": "0300 1234568"})
        self.env["clinic.photo.permission"].decide(self.patient.id, "marketing", False, "Said so by phone")
        self.patient.photo_hold_reason = "Court case 12"
        kept.photo_hold_reason = "Insurance claim 7"
        merge = self.env["clinic.patient.merge"]._merge(kept, self.patient)
        self.assertEqual(self.photo.patient_id, kept)
        self.assertEqual(kept.photo_hold_reason, "Insurance claim 7; Court case 12")
        self.env["clinic.photo.permission"].decide(kept.id, "marketing", True, "Form signed today", [self.photo.id])
        self.assertFalse(self.env["clinic.photo.permission"]._permitted(self.photo, "marketing"))
        self.assertTrue(self.env["clinic.vault.file"]._open(self.photo.uuid, "thumb"))
        self.assertTrue(merge)

    def test_two_photos_are_aligned_and_what_is_left_is_said(self):
        other = self._photo(kind="after")
        pairs = self.env["clinic.photo.pair"].with_user(self.users["practitioner"])

        def points(move):
            places = ((0.2, 0.3), (0.8, 0.3), (0.5, 0.7))
            return [
                {"first_x": x, "first_y": y, "second_x": x * 0.9 + 0.02, "second_y": y * 0.9 + (move if n == 2 else 0)}
                for n, (x, y) in enumerate(places)
            ]

        self.assertEqual(pairs.save(self.photo.id, other.id, points(0)), 0)
        self.assertGreater(pairs.save(self.photo.id, other.id, points(0.05)), 0.5)
        self.assertEqual(len(pairs.sudo().search([("first_id", "=", self.photo.id)])), 1)
        with self.assertRaisesRegex(UserError, "Two points at least"):
            pairs.save(self.photo.id, other.id, points(0)[:1])
        self.assertFalse(pairs.save(self.photo.id, other.id, []))
        self.assertFalse(pairs.sudo().search([("first_id", "=", self.photo.id)]))
        with self.assertRaises(AccessError):
            pairs.with_user(self.users["reception"]).save(self.photo.id, other.id, points(0))

    def test_marks_are_a_layer_that_changes_no_byte(self):
        before = [self._path(file).read_bytes() for file in self._files()]
        self.as_doctor.save_marks([{"kind": "arrow", "x": 0.1, "y": 0.2, "to_x": 0.4, "to_y": 0.5}])
        self.assertEqual(self.photo.marks[0]["kind"], "arrow")
        self.assertEqual([self._path(file).read_bytes() for file in self._files()], before)
        pin = {"kind": "pin", "x": 0.5, "y": 0.5, "text": "Mole"}
        known = self.photo.marks
        self.as_doctor.save_marks([*known, pin], known)
        with self.assertRaisesRegex(UserError, "Somebody else has marked this photo"):
            self.as_doctor.save_marks([], known)
        self.assertEqual(len(self.photo.marks), 2)
        for marks in ([{"kind": "circle", "x": 0, "y": 0}], [{"kind": "pin", "x": 2, "y": 0}], "x"):
            with self.subTest(marks=marks), self.assertRaises(UserError):
                self.as_doctor.save_marks(marks)
