from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic.tests.common import ClinicCommon

from .test_scan import ScanMixin


@tagged("post_install", "-at_install")
class TestTreatmentTour(ScanMixin, ClinicCommon, HttpCase):
    """A whole treatment on a tablet: My Day, record, start, scan, step, parameter, note, finish."""

    browser_size = "1024x768"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_scanning()
        kind = cls.env["clinic.risk.kind"].create({"name": "Test penicillin", "type": "allergy", "severity": "severe"})
        cls.env["clinic.risk"].create({"patient_id": cls.patient.id, "kind_id": kind.id})
        visits = cls.env["clinic.visit"].with_company(cls.branch)
        cls.visit = visits.book_walk_in(cls.patient, cls.facial, cls.doctor)

    def test_a_whole_treatment(self):
        self.start_tour("/odoo/my-day", "clinic_treatment", login="test_practitioner")
        procedure = self.visit.procedure_ids
        self.assertEqual((procedure.state, self.visit.state), ("done", "done"))
        self.assertEqual(procedure.step_ids.done_by_id, self.users["practitioner"])
        self.assertEqual(procedure.parameter_ids.value, 2.5)
        self.assertEqual((procedure.consumption_ids.lot_id, procedure.consumption_ids.quantity), (self.lot_late, 20))
        self.assertIn("Even result", procedure.signed_note_ids.body)
        self.assertLessEqual(procedure.signed_note_ids.signed_at, fields.Datetime.now())
