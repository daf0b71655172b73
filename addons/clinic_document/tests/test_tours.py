from odoo.tests import HttpCase, tagged

from .common import DocumentCommon


class TourCommon(DocumentCommon, HttpCase):
    def _tour(self, name, path, login):
        self.env.flush_all()
        self.start_tour(f"/odoo/{path}/{self.patient.id}", name, login=login, timeout=120)


@tagged("post_install", "-at_install")
class TestToursAtTheDesk(TourCommon):
    browser_size = "1366x768"

    def test_reception_files_what_is_handed_in(self):
        self._tour("clinic_document_desk", "patients", "test_reception")
        found = self.env["clinic.document"].search([("patient_id", "=", self.patient.id)])
        filed = {document.name: (document.kind_id, document.file_type) for document in found}
        expected = {
            "blood count": (self._kind("laboratory"), "pdf"),
            "Passport Ayesha": (self._kind("identity"), "jpeg"),
        }
        self.assertEqual(filed, expected)


@tagged("post_install", "-at_install")
class TestToursOnATablet(TourCommon):
    browser_size = "1024x768"
    touch_enabled = True

    def test_a_practitioner_names_and_shares_one(self):
        document = self._document(name="Blood count")
        self._tour("clinic_document_care", "patient-record", "test_practitioner")
        self.assertEqual((document.name, document.is_shared), ("Blood count, City Laboratory", True))
