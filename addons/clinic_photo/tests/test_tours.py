from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_vault.kernel.errors import StorageError
from odoo.addons.clinic_vault.kernel.storage import FolderStorage
from odoo.addons.web.tests.test_js import unit_test_error_checker

from ..const import STANDARD_VIEWS
from .common import PhotoCommon, picture


class TourCommon(PhotoCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        protocol = cls.env["clinic.protocol"].create(
            {
                "treatment_id": cls.laser.id,
                "photo_plan_ids": [Command.create({"kind": "before", "view": view}) for view in STANDARD_VIEWS],
            }
        )
        protocol.action_publish()
        cls.procedure.visit_id.action_done()
        cls.be_earlier(cls.procedure)
        cls.treated = cls.start_visit(cls.laser)
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        now = fields.Datetime.now()
        for number, weeks in enumerate((24, 12, 4)):
            taken = fields.Datetime.to_string(now - timedelta(weeks=weeks))
            self._photo(picture((900, 1200), colour=(200 + 10 * number, 160, 140)), taken_at=taken, kind="after")

    def _tour(self, name, action="patient-record", login="test_practitioner"):
        self.start_tour(f"/odoo/{action}/{self.patient.id}", name, login=login, timeout=120)


@tagged("post_install", "-at_install")
class TestToursAtTheDesk(TourCommon):
    browser_size = "1366x768"

    def test_two_dates_are_compared(self):
        self.start_tour("/odoo/my-day", "clinic_photo_compare", login="test_practitioner", timeout=120)
        self.assertEqual(len(self.env["clinic.photo.pair"].search([("patient_id", "=", self.patient.id)])), 1)

    def test_photos_are_corrected_and_a_use_is_permitted(self):
        self._tour("clinic_photo_gallery", "patient-photos")
        newest = self.env["clinic.photo"].search([("patient_id", "=", self.patient.id)], limit=1)
        self.assertEqual((newest.view, newest.kind, newest.note), ("left_45", "after", "After two weeks"))
        decision = self.env["clinic.photo.permission"].search([("patient_id", "=", self.patient.id)])
        self.assertEqual((decision.use, decision.evidence), ("teaching", "Form signed today"))

    def test_the_desk_records_what_a_patient_withdraws(self):
        self.env["clinic.photo.permission"]._decide(self.patient, "marketing", True, "Form signed today")
        self._tour("clinic_photo_withdraw", "patient-photos", "test_reception")
        last = self.env["clinic.photo.permission"].search([("patient_id", "=", self.patient.id)], limit=1)
        self.assertEqual((last.decision, last.evidence), ("withdrawn", "Said so by phone"))

    def test_an_upload_that_failed_is_tried_again_or_discarded(self):
        put, troubles = FolderStorage.put, [StorageError("There is no room left where the files are kept.")]

        def put_later(storage, *args):
            if troubles:
                raise troubles.pop()
            return put(storage, *args)

        with patch.object(FolderStorage, "put", put_later):
            self._tour("clinic_photo_trouble", "patient-photos")
        self.assertEqual(self.env["clinic.photo"].search_count([("patient_id", "=", self.patient.id)]), 4)
        self.assertFalse(self.env["clinic.photo.upload"].search([("photo_id", "=", False)]))

    def test_units_in_the_browser(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&filter=/^@clinic_photo/",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )


@tagged("post_install", "-at_install")
class TestToursOnATablet(TourCommon):
    browser_size = "1024x768"
    touch_enabled = True

    def test_five_views_are_taken(self):
        self._tour("clinic_photo_capture")
        photos = self.env["clinic.photo"].search([("procedure_id", "=", self.treated.id)])
        self.assertEqual(set(photos.mapped("view")), set(STANDARD_VIEWS))
        self.assertEqual(len(photos), 5)
        self.assertEqual(set(photos.mapped("kind")), {"before"})
        self.assertEqual(photos.treatment_id, self.laser)


@tagged("post_install", "-at_install")
class TestToursOnAPhone(TourCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_film_is_shown(self):
        self._tour("clinic_photo_film", "patient-photos")
