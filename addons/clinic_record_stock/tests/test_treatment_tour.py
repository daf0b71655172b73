from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic.tests.common import ClinicCommon

from .test_scan import ScanMixin


@tagged("post_install", "-at_install")
class TestTreatmentTour(ScanMixin, ClinicCommon, HttpCase):
    """On a tablet: a whole treatment, from My Day to its end, and a vial that must go."""

    browser_size = "1024x768"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_scanning()
        kind = cls.env["clinic.risk.kind"].create({"name": "Test penicillin", "type": "allergy", "severity": "severe"})
        cls.env["clinic.risk"].create({"patient_id": cls.patient.id, "kind_id": kind.id})
        cls._expect_more()
        visits = cls.env["clinic.visit"].with_company(cls.branch)
        cls._open_vial(visits)
        cls.visit = visits.book_walk_in(cls.patient, cls.facial, cls.doctor)

    @classmethod
    def _expect_more(cls):
        """Let the protocol expect some cream and a needle as well."""
        cls.needle = cls._create_item("Needle", cls.env.ref("uom.product_uom_unit"), tracking="none")
        cls._receive(cls.needle, 5)
        protocol = cls.env["clinic.protocol"].search([("treatment_id", "=", cls.facial.id)]).copy()
        protocol.item_ids = [
            Command.create({"product_id": cls.cream.id, "quantity": 0.5, "sequence": 1}),
            Command.create({"product_id": cls.needle.id, "sequence": 2}),
        ]
        protocol.action_publish()

    @classmethod
    def _open_vial(cls, visits):
        """Let a colleague have opened a vial for another patient."""
        cls._setup_vials()
        other = cls.env["clinic.patient"].create({"name": "Bilal Test"})
        visit = visits.book_walk_in(other, cls.facial, cls.cosmetologist)
        visit.action_start()
        visit.procedure_ids.consume(cls.toxin, 20, lot=cls.lot_late)
        cls.vial_open = cls.env["clinic.open.vial"].search([("procedure_id", "=", visit.procedure_ids.id)])

    def test_a_whole_treatment(self):
        self.start_tour("/odoo/my-day", "clinic_treatment", login="test_practitioner")
        procedure = self.visit.procedure_ids
        self.assertEqual((procedure.state, self.visit.state), ("done", "done"))
        self.assertEqual(procedure.step_ids.done_by_id, self.users["practitioner"])
        self.assertEqual(procedure.parameter_ids.value, 3)
        used = {used.product_id: (used.lot_id, used.quantity) for used in procedure.consumption_ids}
        nothing = self.env["stock.lot"]
        self.assertEqual(
            used, {self.toxin: (self.lot_late, 20), self.cream: (self.lot_cream, 2), self.gloves: (nothing, 2)}
        )
        self.assertEqual({item.product_id: item.state for item in procedure.item_ids}.pop(self.needle), "unused")
        # The vial's own ledger says that this dose came out of it, after the colleague's.
        self.assertEqual(self.vial_open.line_ids.mapped("quantity"), [100, -20, -20])
        self.assertEqual(self.vial_open.line_ids[-1].consumption_id.procedure_id, procedure)
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 60)
        self.assertIn("Even result", procedure.signed_note_ids.body)
        self.assertLessEqual(procedure.signed_note_ids.signed_at, fields.Datetime.now())

    def test_what_is_typed_is_never_lost(self):
        self.visit.with_user(self.users["practitioner"]).action_start()
        procedure = self.visit.procedure_ids
        url = f"/odoo/patient-record/{self.patient.id}"
        self.start_tour(url, "clinic_treatment_unsaved", login="test_practitioner")
        self.assertEqual(procedure.parameter_ids.value, 1.5)
        self.assertIn("Written elsewhere", procedure.note_ids.body)

    def test_from_items_used_to_closed_in_eight_taps(self):
        self._expect_a_step_of_each_phase()
        doctor = self.users["practitioner"]
        first = self._perform(self.visit.with_user(doctor).procedure_ids)
        self.be_earlier(first, days=60)
        visit = self.env["clinic.visit"].with_company(self.branch).book_walk_in(self.patient, self.facial, self.doctor)
        procedure = visit.with_user(doctor).procedure_ids
        procedure.action_start()
        procedure.action_use_expected()
        self.start_tour(f"/odoo/patient-record/{self.patient.id}", "clinic_treatment_taps", login="test_practitioner")
        self.assertEqual((procedure.state, visit.state), ("done", "done"))
        self.assertEqual(procedure.parameter_ids.value, 3)
        self.assertEqual(len(procedure.pin_ids), 1)
        self.assertIn("Forehead", procedure.signed_note_ids.body)
        self.assertTrue(all(procedure.step_ids.mapped("done")))

    def _expect_a_step_of_each_phase(self):
        draft = self.env["clinic.protocol"].search([("treatment_id", "=", self.facial.id)], limit=1).copy()
        names = {"access": 2, "preparation": 2, "procedure": 2, "result": 1, "advice": 1}
        draft.step_ids = [
            Command.clear(),
            *[
                Command.create({"name": f"{phase} {number}", "phase": phase})
                for phase, count in names.items()
                for number in range(count)
            ],
        ]
        draft.action_publish()

    def _perform(self, procedure):
        """Record the whole of ``procedure``, and return it."""
        procedure.action_start()
        procedure.action_use_expected()
        procedure.step_ids.done = True
        procedure.parameter_ids.value = 3
        procedure.env["clinic.body.pin"].create({"procedure_id": procedure.id, "x": 0.5, "y": 0.3, "kind": "treated"})
        procedure.env["clinic.note"].create({"procedure_id": procedure.id, "body": "<p>Forehead, even</p>"})
        procedure.action_sign_and_finish()
        return procedure

    def test_a_vial_is_discarded(self):
        self.vial_open.sudo().discard_after = fields.Datetime.now() + timedelta(hours=1)
        self.start_tour("/odoo/my-day", "clinic_my_day_vials", login="test_practitioner")
        self.assertEqual(self.vial_open.state, "discarded")
        self.assertEqual(self.vial_open.line_ids[-1].user_id, self.users["practitioner"])
