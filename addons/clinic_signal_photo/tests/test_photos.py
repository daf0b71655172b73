from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.clinic_photo.intake.process import _turn
from odoo.addons.clinic_photo.tests.common import PhotoMixin, picture
from odoo.addons.clinic_signal.tests.test_pages import PageCommon

from ..models.clinic_signal_photo import MOST_PHOTOS, MOST_TRIES


@tagged("post_install", "-at_install")
class TestPhotos(PhotoMixin, PageCommon):
    """Photos that come with a report, by the way that a patient's browser goes."""

    def setUp(self):
        super().setUp()
        self.setup_photos()

    def _add(self, data=None, path=None):
        headers = {"Content-Type": "application/octet-stream"}
        data = picture() if data is None else data
        return self.url_open(f"{path or self.path}/photo?lang=en", data=data, headers=headers, timeout=90)

    def _photos(self):
        self.env.invalidate_all()
        return self.env["clinic.photo"].with_context(active_test=False).search([("patient_id", "=", self.patient.id)])

    def test_a_photo_is_made_anew_and_filed_once_the_report_is_sent(self):
        data = picture(exif=b"Exif\x00\x00Zq7Where")
        uuid = self._add(data).json()["photo"]
        self.assertFalse(self._photos(), "of no record yet")
        self.assertIn(uuid, self.url_open(self.path).text, "after a reload it is still there")
        stored = self.files._open(uuid, "original")
        self.assertTrue(stored.startswith(b"\xff\xd8"))
        self.assertNotIn(b"Zq7Where", stored)
        self._post(self._said(self.procedure))
        photo = self._photos()
        self.assertEqual((photo.uuid, photo.procedure_id, photo.kind), (uuid, self.procedure, "after"))
        [row] = self._reports()._prepare_rows()
        self.assertEqual(row["photos"], [uuid])
        self.authenticate("test_practitioner", "test_practitioner")
        self.assertEqual(self.url_open(f"/clinic/photo/{uuid}/preview").status_code, 200)
        self.authenticate("test_reception", "test_reception")
        self.assertEqual(self.url_open(f"/clinic/photo/{uuid}/preview").status_code, 404)

    def test_it_is_for_care_alone_whatever_was_permitted(self):
        permissions = self.env["clinic.photo.permission"]
        permissions._decide(self.patient, "marketing", True, "Form signed")
        self._add()
        self._post(self._said(self.procedure))
        self.assertEqual(len(self._photos()), 1)
        self.assertFalse(permissions._permitted(self._photos(), "marketing"))

    def test_what_is_no_picture_is_refused_in_words(self):
        for data in (b"MZ\x90\x00", b"<svg/>", picture()[:200]):
            answer = self._add(data)
            self.assertEqual(answer.status_code, 422)
            self.assertIn("could not be read", answer.json()["error"])
        self.assertFalse(self.env["clinic.signal.photo"].search([("link_id", "=", self.link.id)]))

    def test_so_many_and_no_more_until_one_is_removed(self):
        uuids = [self._add().json()["photo"] for _number in range(MOST_PHOTOS)]
        self.assertIn("as many photos", self._add().json()["error"])
        self.assertEqual(self._post({}, f"{self.path}/photo/{uuids[0]}/drop").status_code, 200)
        self.assertIsNone(self.files._open(uuids[0], "original"))
        self.assertEqual(self._add().status_code, 200)

    def test_a_link_that_leads_nowhere_takes_no_photo(self):
        _link, other = self._link()
        self.assertEqual(self._add(path=self.path).status_code, 404, "another one took its place")
        self._post(self._said(self.procedure), other)
        for path in (other, f"/clinic/report/{'0' * 32}"):
            self.assertEqual(self._add(path=path).status_code, 404)
            self.assertEqual(self._post({}, f"{path}/photo/x/drop").status_code, 404)

    def test_a_busy_server_uses_up_no_try(self):
        with _turn(self.env["clinic.photo.upload"]._turn_file()):
            for _number in range(MOST_TRIES):
                self.assertEqual(self._add().status_code, 503)
        self.assertEqual(self._add().status_code, 200)
        for _number in range(MOST_TRIES):
            self._add(b"MZ")
        self.assertIn("as many photos", self._add(b"MZ").json()["error"], "what is refused does")

    def test_what_is_never_sent_is_erased(self):
        uuid = self._add().json()["photo"]
        with freeze_time(fields.Datetime.now() + timedelta(days=15)):
            self.env["clinic.signal.photo"]._gc_never_sent()
        self.assertIsNone(self.files._open(uuid, "original"))
        self.assertFalse(self.env["clinic.signal.photo"].search([("uuid", "=", uuid)]))
