from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RecordCommon


@tagged("post_install", "-at_install")
class TestBodyMap(RecordCommon):
    """Pins on the body map of a procedure."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.toxin = cls.env["product.product"].create({"name": "Toxin", "type": "consu"})
        cls.treating = cls.users["practitioner"]
        cls.procedure = cls.start_visit().with_user(cls.treating)

    def pin(self, x=0.5, y=0.38, procedure=None, **vals):
        values = {"procedure_id": (procedure or self.procedure).id, "x": x, "y": y, **vals}
        return self.env["clinic.body.pin"].with_user(self.treating).create(values)

    def units(self, x, y, quantity=4, **vals):
        return self.pin(x, y, product_id=self.toxin.id, quantity=quantity, depth="intramuscular", **vals)

    def test_a_pin_knows_its_area_and_unit(self):
        glabella = self.units(0.5, 0.37)
        self.assertEqual(glabella.area_id, self.env.ref("clinic_record.body_area_glabella"))
        self.assertEqual(glabella.uom_id, self.toxin.uom_id)
        self.assertEqual(glabella.patient_id, self.patient)
        glabella.write({"x": 0.29, "y": 0.44})
        self.assertEqual(glabella.area_id.name, "Crow’s feet, right")
        left = self.pin(0.71, 0.44)
        self.assertEqual(left.area_id.name, "Crow’s feet, left")
        back = self.pin(0.5, 0.27, view="body_back", kind="lesion")
        self.assertEqual(back.area_id, self.env.ref("clinic_record.body_area_back"))

    def test_every_area_is_found_where_it_lies(self):
        areas = self.env["clinic.body.area"].search([("spots", "!=", False)])
        self.assertGreater(len(areas), 40)
        for area in areas:
            for view, spots in area.spots.items():
                for x, y in spots:
                    self.assertEqual(areas._nearest(view, x, y), area, (area.code, view))

    def test_the_treatment_screen_shows_the_map_and_opens_it(self):
        card = (
            self.env["clinic.patient.card"].with_user(self.treating).with_context(allowed_company_ids=self.branch.ids)
        )
        self.registry_enter_test_mode()
        self.assertEqual(card.load_treatment(self.procedure.id)["pins"], [])
        self.pin(kind="lesion")
        treatment = card.load_treatment(self.procedure.id)
        self.assertEqual([(pin["kind"], pin["view"]) for pin in treatment["pins"]], [("lesion", "face_front")])
        self.assertFalse(treatment["proposals"]["map"])
        action = self.procedure.action_open_body_map()
        arch = self.procedure.get_view(action["views"][0][0], "form")["arch"]
        self.assertEqual((action["res_id"], action["target"]), (self.procedure.id, "new"))
        self.assertIn("clinic_body_map", arch)

    def test_what_is_no_place_or_quantity_is_refused(self):
        for vals in (
            {"x": 1.01},
            {"y": -0.01},
            {"product_id": self.toxin.id},
            {"product_id": self.toxin.id, "quantity": -1},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.pin(**vals).flush_recordset()
        with self.assertRaisesRegex(ValidationError, "not counted in"):
            self.pin(product_id=self.toxin.id, quantity=1, uom_id=self.env.ref("uom.product_uom_hour").id)

    def test_spots_of_an_area_are_points(self):
        area = self.env.ref("clinic_record.body_area_chin")
        for spots in ({"moon": [[0, 0]]}, {"face_front": [[2, 0]]}, {"face_front": [0.5]}, [1]):
            with self.subTest(spots=spots), self.assertRaises(ValidationError):
                area.spots = spots

    def test_the_map_is_drawn_while_in_treatment_by_its_author(self):
        pin = self.units(0.5, 0.37)
        with self.assertRaises(AccessError):
            pin.with_user(self.users["cosmetologist"]).x = 0.4
        pin.active = False
        self.assertFalse(self.procedure.pin_ids)
        pin.active = True
        with self.assertRaises(AccessError):
            pin.unlink()
        self.procedure.action_done()
        for attempt in (lambda: pin.write({"x": 0.4}), self.pin, lambda: pin.write({"active": False})):
            with self.assertRaisesRegex(UserError, "while the patient is in treatment"):
                attempt()

    def test_pins_are_written_with_the_procedure(self):
        self.procedure.write(
            {"pin_ids": [(0, 0, {"x": 0.2, "y": 0.2}), (0, 0, {"x": 0.4, "y": 0.4, "kind": "lesion"})]}
        )
        self.assertEqual(self.procedure.pin_ids.author_id, self.treating)
        self.assertEqual(self.procedure.pin_ids.patient_id, self.patient)

    def test_a_pin_stays_with_its_procedure_and_patient(self):
        pin = self.pin()
        self.be_earlier(self.procedure)
        other = self.start_visit(self.laser)
        with self.assertRaisesRegex(ValidationError, "stays on the map"):
            pin.procedure_id = other.id
        stranger = self.env["clinic.patient"].create({"name": "Other", "phone": "0300 1"})
        kind = self.env.ref("clinic_record.problem_kind_melasma")
        problem = self.env["clinic.problem"].create({"patient_id": stranger.id, "kind_id": kind.id})
        with self.assertRaisesRegex(ValidationError, "another patient"):
            pin.problem_id = problem

    def test_the_last_map_is_copied_and_corrected(self):
        with self.assertRaisesRegex(UserError, "no earlier body map"):
            self.procedure.action_copy_pins()
        pins = self.units(0.5, 0.37) | self.units(0.29, 0.44, 2) | self.pin(0.4, 0.6, kind="lesion", note="Mole")
        gone = self.units(0.9, 0.9)
        gone.active = False
        self.procedure.action_done()
        self.be_earlier(self.procedure, 2)
        other = self.start_visit(self.laser).with_user(self.treating)
        self.assertFalse(other.previous_map_id, "another treatment")
        other.action_done()
        self.be_earlier(other)
        again = self.start_visit().with_user(self.treating)
        self.assertEqual(again.previous_map_id, self.procedure)
        loaded = again.load_body_map()
        self.assertEqual(len(loaded["previous"]["pins"]), 3)
        self.assertEqual([product["id"] for product in loaded["products"]], self.toxin.ids)
        again.action_copy_pins()
        names = ("view", "x", "y", "kind", "area_id", "product_id", "quantity", "uom_id", "depth", "note")
        self.assertEqual(
            [[pin[name] for name in names] for pin in again.pin_ids], [[pin[name] for name in names] for pin in pins]
        )
        with self.assertRaisesRegex(UserError, "has pins already"):
            again.action_copy_pins()
        again.pin_ids[0].quantity = 6
        self.assertEqual(pins[0].quantity, 4)
        again.action_done()
        with self.assertRaisesRegex(UserError, "in treatment"):
            again.action_copy_pins()
