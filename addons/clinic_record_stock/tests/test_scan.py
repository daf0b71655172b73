from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ClinicCommon
from odoo.addons.clinic_record.tests.common import RecordMixin
from odoo.addons.clinic_stock.tests.common import StockMixin

from ..exceptions import QuantityNeeded

GTIN = "04012345678901"
GLOVES_GTIN, VIAL_GTIN = "04012345678918", "04012345678925"


class ScanMixin(StockMixin, RecordMixin):
    """A toxin with a GTIN, in treatment by a protocol that expects 20 U of it."""

    @classmethod
    def setup_scanning(cls):
        cls.setup_stock()
        cls.toxin.barcode = GTIN.lstrip("0")
        cls.gloves.barcode = "GLOVES-M"
        protocol = cls.env["clinic.protocol"].create(
            {
                "treatment_id": cls.facial.id,
                "step_ids": [Command.create({"name": "Check the patient's name", "phase": "access"})],
                "parameter_ids": [Command.create({"name": "Dilution", "unit": "ml", "minimum": 1, "maximum": 4})],
                "item_ids": [
                    Command.create({"product_id": cls.toxin.id, "quantity": 20, "uom_id": cls.unit_u.id}),
                    Command.create({"product_id": cls.gloves.id, "quantity": 2}),
                ],
            }
        )
        protocol.action_publish()


class ScanCommon(ScanMixin, ClinicCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_scanning()
        cls.procedure = cls.start_visit(practitioner=cls.doctor).with_user(cls.users["practitioner"])


@tagged("post_install", "-at_install")
class TestScan(ScanCommon):
    def _scanned(self, barcode, **kwargs):
        [logged] = self.procedure.scan(barcode, **kwargs)
        return logged

    def _give_barcode(self, product, unit, barcode):
        """Let ``product`` be packed in ``unit`` under a barcode of its own."""
        product.uom_ids |= unit
        self.env["product.uom"].create({"product_id": product.id, "uom_id": unit.id, "barcode": barcode})

    def _pack_gloves(self):
        values = {"name": "Pack of 4", "relative_uom_id": self.gloves.uom_id.id, "relative_factor": 4}
        self._give_barcode(self.gloves, self.env["uom.uom"].create(values), GLOVES_GTIN)

    def test_a_gs1_code_logs_product_and_lot_with_the_expected_quantity(self):
        [logged] = self.procedure.scan(f"01{GTIN}17290100" + "10LATE")
        self.assertEqual(
            (logged["product"], logged["quantity"], logged["uom"], logged["lot"]), ("Toxin", 20, "U", "LATE")
        )
        [consumption] = self.procedure.consumption_ids
        self.assertEqual((consumption.id, consumption.lot_id), (logged["id"], self.lot_late))
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 80)

    def test_the_count_of_the_code_and_the_given_quantity_come_before_the_expected_one(self):
        self.gloves.barcode = GLOVES_GTIN
        self.assertEqual(self._scanned(f"01{GLOVES_GTIN}304")["quantity"], 4)
        self.assertEqual(self._scanned(f"01{GLOVES_GTIN}376", quantity=3)["quantity"], 3)

    def test_a_vials_label_says_nothing_about_the_dose(self):
        self._setup_vials()
        code = f"01{GTIN}10LATE\x1d301"
        logged = self._scanned(code)
        self.assertEqual((logged["quantity"], logged["uom"]), (20, "U"))
        with self.assertRaisesRegex(UserError, "Toxin is logged already"):
            self.procedure.scan(code)
        self.assertEqual(self._scanned(code, quantity=5)["quantity"], 5)
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 75)

    def test_the_vials_own_barcode_means_the_dose_as_well(self):
        self._setup_vials()
        self._give_barcode(self.toxin, self.vial, VIAL_GTIN)
        logged = self._scanned(f"01{VIAL_GTIN}10LATE\x1d301")
        self.assertEqual((logged["quantity"], logged["uom"]), (20, "U"))

    def test_the_count_on_a_box_counts_boxes(self):
        self._pack_gloves()
        logged = self._scanned(f"01{GLOVES_GTIN}302")
        self.assertEqual((logged["quantity"], logged["uom"]), (8, "Units"))

    def test_a_box_without_a_count_means_what_is_expected(self):
        self._pack_gloves()
        self.assertEqual(self._scanned(GLOVES_GTIN)["quantity"], 2)

    def test_what_was_entered_before_the_scan_counts(self):
        toxin, gloves = self.procedure.item_ids
        entered = {str(toxin.id): 24, str(gloves.id): 5}
        self.assertEqual(self._scanned(f"01{GTIN}10LATE\x1d3012", entered=entered)["quantity"], 24)
        self.assertEqual(self._scanned("GLOVES-M", entered=entered)["quantity"], 5)

    def test_what_was_entered_and_is_no_quantity_logs_nothing(self):
        toxin, _gloves = self.procedure.item_ids
        for wrong in (None, 0, -1, "24"):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(UserError, "above zero"):
                self.procedure.scan(f"01{GTIN}10LATE", entered={str(toxin.id): wrong})
        self.assertFalse(self.procedure.consumption_ids)
        self.assertEqual(self._scanned("GLOVES-M", entered={str(toxin.id): None})["quantity"], 2)

    def test_the_item_of_the_procedures_own_branch_is_meant(self):
        north = self.env["res.company"].create({"name": "North", "parent_id": self.branch.id})
        self.users["practitioner"].company_ids |= north
        self._create_item("Other Gloves", self.gloves.uom_id, tracking="none", company_id=north.id, barcode="NORTH-M")
        elsewhere = self.procedure.with_context(allowed_company_ids=(north | self.branch).ids)
        with self.assertRaisesRegex(UserError, "No item has the barcode"):
            elsewhere.scan("NORTH-M")

    def test_scanned_twice_the_expected_dose_is_logged_once(self):
        self.procedure.scan(f"01{GTIN}10LATE")
        with self.assertRaisesRegex(UserError, "Toxin is logged already"):
            self.procedure.scan(f"01{GTIN}10LATE")
        self.assertEqual(self._scanned(f"01{GTIN}10LATE", quantity=5)["quantity"], 5)
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 75)

    def test_all_is_told_when_vials_of_two_lots_are_used_up(self):
        self._setup_vials()
        colleague = self.start_visit(practitioner=self.cosmetologist)
        confirmed = {str(self.toxin.id): {"quantity": 85}}
        colleague.with_context(clinic_confirmed=confirmed).consume(self.toxin, 85, lot=self.lot_late)
        logged = self.procedure.scan(GTIN.lstrip("0"))
        self.assertEqual([(one["lot"], one["quantity"]) for one in logged], [("LATE", 15), ("SOON", 5)])

    def test_a_plain_barcode_takes_the_first_lot_to_expire(self):
        logged = self._scanned(GTIN.lstrip("0"))
        self.assertEqual((logged["lot"], logged["quantity"]), ("SOON", 20))
        self.assertEqual(self._scanned("GLOVES-M")["quantity"], 2)

    def test_the_barcode_of_a_lot(self):
        self.assertEqual(self._scanned("LATE")["lot"], "LATE")

    def test_what_cannot_be_used_is_refused_in_words(self):
        cases = {
            "": "Scan the barcode",
            "99999": "No item has the barcode",
            f"01{GTIN}10NEVER": "was never received",
            f"01{GTIN}10OLD": "expired",
            f"01{GTIN}17200101" + "10LATE": "expired on",
        }
        for barcode, words in cases.items():
            with self.subTest(barcode=barcode), self.assertRaisesRegex(UserError, words):
                self.procedure.scan(barcode)
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 100)

    def test_an_item_that_nobody_expects_asks_for_its_quantity(self):
        self.cream.barcode = "CREAM-50"
        with self.assertRaises(QuantityNeeded) as asked:
            self.procedure.scan("CREAM-50")
        self.assertEqual(asked.exception.context, {"product": "Cream", "uom": self.cream.uom_id.name})
        self.assertFalse(self.procedure.consumption_ids)
        self.assertEqual(self._scanned("CREAM-50", quantity=1.5)["quantity"], 1.5)

    def test_taken_back(self):
        logged = self._scanned(f"01{GTIN}10LATE")
        self.env["clinic.consumption"].browse(logged["id"]).with_user(self.users["practitioner"]).action_undo()
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 100)
        self.assertFalse(self._treatment()["items"])

    def test_others_do_not_scan_here(self):
        for role in ("warehouse", "accountant", "cosmetologist"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.procedure.with_user(self.users[role]).scan("GLOVES-M")

    # -- on the card --------------------------------------------------------------------------------------------------

    def _cards(self):
        return self.env["clinic.patient.card"].with_user(self.users["practitioner"])

    def _treatment(self):
        return self._cards().load_treatment(self.procedure.id)

    def test_the_treatment_shows_what_is_expected_until_it_is_used(self):
        states = [(item["product"], item["state"]) for item in self._treatment()["kit"]]
        self.assertEqual(states, [("Toxin", "expected"), ("Gloves", "expected")])
        self.procedure.scan(f"01{GTIN}10LATE")
        treatment = self._treatment()
        self.assertEqual([item["state"] for item in treatment["kit"]], ["used", "expected"])
        self.assertEqual([(item["product"], item["lot"]) for item in treatment["items"]], [("Toxin", "LATE")])

    def test_the_history_shows_items_and_lots(self):
        self.registry_enter_test_mode()
        self.procedure.scan(f"01{GTIN}10LATE")
        [entry] = self._cards().load(self.patient.id)["entries"]
        self.assertEqual([(item["quantity"], item["lot"]) for item in entry["items"]], [(20, "LATE")])

    def test_my_day_shows_what_was_used_last(self):
        self.procedure.scan(f"01{GTIN}10LATE")
        [patient] = self.env["clinic.my.day"].with_user(self.users["practitioner"]).load()["procedures"]
        self.assertEqual(patient["last_items"]["text"], "Toxin 20 U")

    def test_what_was_used_in_the_procedure_is_suspected_first_then_the_latest(self):
        older = self.start_visit(practitioner=self.cosmetologist)
        older.consume(self.gloves, 1)
        self.be_earlier(older, days=60)
        treated = self.start_visit(practitioner=self.cosmetologist)
        treated.consume(self.cream, 1)
        self.procedure.scan(f"01{GTIN}10LATE")
        context = {"used_in_procedure": treated.id, "used_on_patient": self.patient.id}
        products = self.env["product.product"].with_user(self.users["practitioner"]).with_context(**context)
        found = [id_ for id_, _name in products.name_search("", [("clinic_item", "=", True)])]
        self.assertEqual(found[:3], [self.cream.id, self.toxin.id, self.gloves.id])
        self.assertEqual(len(found), len(set(found)))
        [(first, _name)] = products.name_search("toxi", [("clinic_item", "=", True)], limit=1)
        self.assertEqual(first, self.toxin.id)

    def test_what_was_used_last_is_of_the_latest_day_however_late_it_was_entered(self):
        self.procedure.scan(f"01{GTIN}10LATE", 12)
        older = self.start_visit(practitioner=self.cosmetologist)
        older.consume(self.toxin, 30)
        self.be_earlier(older, days=400)
        last = self.env["clinic.my.day"]._load_last_items(self.patient.ids)[self.patient.id]
        self.assertEqual(last, {"date": fields.Datetime.to_string(self.procedure.start), "text": "Toxin 12 U"})
