import io

from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PhotoCommon, picture

PURPOSE = "Talk at the skin congress"


@tagged("post_install", "-at_install")
class TestExport(PhotoCommon):
    def setUp(self):
        super().setUp()
        self.before, self.after = self._photo(), self._photo(picture(colour=(240, 200, 180)), kind="after")
        self.exports = self.env["clinic.photo.export"].with_user(self.users["practitioner"])
        self.permissions = self.env["clinic.photo.permission"].with_user(self.users["practitioner"])

    def _grant(self, granted=True, use="teaching"):
        self.permissions.decide(self.patient.id, use, granted, "Form signed today")

    def _make(self, use="teaching", **values):
        return self.exports.make([self.before.id, self.after.id], use, PURPOSE, **values)

    def test_only_within_what_is_permitted_and_written_down_with_its_purpose(self):
        with self.assertRaisesRegex(UserError, "has not permitted this use"):
            self._make()
        self._grant()
        made = self.exports.search([("uuid", "=", self._make()["uuid"])])
        self.assertEqual((made.use, made.purpose, made.masked), ("teaching", PURPOSE, False))
        self.assertEqual(made.photo_ids, self.before | self.after)
        with self.assertRaisesRegex(UserError, "has not permitted this use"):
            self._make("marketing")
        with self.assertRaises(UserError):
            self.exports.make([self.before.id], "teaching", "")
        with self.assertRaises(AccessError):
            made.write({"purpose": "x"})

    def test_the_picture_is_drawn_again_with_its_mask(self):
        self._grant()
        mask = {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5}
        found = self._make(masks=[[mask], [mask]])
        data = self.exports._served(found["uuid"])
        with Image.open(io.BytesIO(data)) as image:
            self.assertEqual(image.size, (3212, 1264))
            # Under the watermark it is dark still.
            self.assertLess(sum(image.getpixel((800, 600))), 330)
            self.assertEqual(dict(image.getexif()), {})

    def test_masks_stay_with_their_photo(self):
        self._grant()
        mask = {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5}
        ids = [self.before.id, self.before.id, self.after.id]
        for given, masks in ((ids, [[mask], [], [mask]]), (ids[1:], [[mask]]), (ids[1:], [[], [mask], [mask]])):
            with self.subTest(given=given, masks=len(masks)), self.assertRaisesRegex(UserError, "its own masks"):
                self.exports.make(given, "teaching", PURPOSE, masks=masks)
        found = self._make(masks=[[], [mask]])
        with Image.open(io.BytesIO(self.exports._served(found["uuid"]))) as image:
            # Between the letters of the watermark.
            first, second = (
                min(sum(image.getpixel((x, 600))) for x in range(left, left + 200, 4)) for left in (700, 2300)
            )
            self.assertGreater(first, 330)
            self.assertLess(second, 200, "The second one is covered")

    def test_what_is_withdrawn_is_not_fetched_any_more(self):
        self._grant()
        uuid = self._make()["uuid"]
        self.assertTrue(self.exports._served(uuid))
        self.assertIsNone(self.exports.with_user(self.users["manager"])._served(uuid), "It is its maker's alone")
        self._grant(False)
        self.assertIsNone(self.exports._served(uuid))

    def test_who_exports(self):
        self._grant()
        for role in ("cosmetologist", "reception", "manager", "warehouse"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.exports.with_user(self.users[role]).make([self.before.id], "teaching", PURPOSE)

    def test_the_picture_goes_and_the_row_stays(self):
        self._grant()
        uuid = self._make()["uuid"]
        self.env.flush_all()
        self.env.cr.execute("UPDATE clinic_photo_export SET exported_at = exported_at - interval '2 hours'")
        self.env.invalidate_all()
        self.assertIsNone(self.exports._served(uuid))
        self.env["clinic.photo.export"]._cron_forget()
        self.assertFalse(self.env["clinic.vault.file"].search([("owner", "=", uuid)]))
        self.assertTrue(self.exports.search([("uuid", "=", uuid)]))
