from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_visit.exceptions import GateClosed

from .test_scan import GTIN, ScanCommon


@tagged("post_install", "-at_install")
class TestKit(ScanCommon):
    """What the protocol expects is used, whatever of it, or said not to have been; else nothing is closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctor_user = cls.users["practitioner"]
        cls.toxin_item, cls.gloves_item = cls.procedure.item_ids

    def _finish_the_rest(self):
        self.procedure.step_ids.done = True
        self.procedure.parameter_ids.value = 2
        note = (
            self.env["clinic.note"]
            .with_user(self.doctor_user)
            .create({"procedure_id": self.procedure.id, "body": "<p>Even</p>"})
        )
        note.action_sign()

    def _states(self):
        return self.procedure.item_ids.mapped("state")

    # -- from the protocol --------------------------------------------------------------------------------------------

    def test_the_kit_is_made_at_the_start_from_the_version_in_force(self):
        self.assertEqual(
            [(item.product_id, item.quantity, item.uom_id) for item in self.procedure.item_ids],
            [(self.toxin, 20, self.unit_u), (self.gloves, 2, self.gloves.uom_id)],
        )
        draft = self.procedure.protocol_id.copy()
        draft.item_ids.filtered(lambda item: item.product_id == self.toxin).quantity = 50
        draft.action_publish()
        self.assertEqual(self.toxin_item.quantity, 20)
        later = self.start_visit(practitioner=self.cosmetologist)
        self.assertEqual(later.item_ids.mapped("quantity"), [50, 2])

    def test_what_is_not_kept_for_procedures_is_not_asked_for(self):
        leaflet = self.env["product.product"].create({"name": "Leaflet"})
        draft = self.procedure.protocol_id.copy({"item_ids": [Command.create({"product_id": leaflet.id})]})
        draft.action_publish()
        self.assertFalse(self.start_visit(practitioner=self.cosmetologist).item_ids)

    def test_an_item_stands_once_in_a_protocol_and_in_a_kit(self):
        draft = self.procedure.protocol_id.copy()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            draft.item_ids = [Command.create({"product_id": self.toxin.id})]
        values = {"procedure_id": self.procedure.id, "protocol_item_id": self.toxin_item.protocol_item_id.id}
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.env["clinic.procedure.item"].create(values)

    # -- closing ------------------------------------------------------------------------------------------------------

    def test_closing_names_what_is_neither_used_nor_unused(self):
        self._finish_the_rest()
        missing = self.procedure.missing
        self.assertEqual([one["key"] for one in missing], [f"item-{item.id}" for item in self.procedure.item_ids])
        for way in (self.procedure.action_done, self.procedure.visit_id.action_done):
            with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
                way()
            self.assertIn("Item: Toxin 20 U, used or not?", str(refused.exception))
            self.assertIn("Item: Gloves 2 Units, used or not?", str(refused.exception))
        self.toxin_item.action_use()
        self.gloves_item.action_not_used()
        self.assertFalse(self.procedure.missing)
        self.procedure.action_done()
        self.assertEqual(self._states(), ["used", "unused"])

    def test_reception_learns_no_item(self):
        [missing] = self.procedure.with_user(self.users["reception"]).missing_record()
        self.assertNotIn("Toxin", missing["text"])

    # -- used ---------------------------------------------------------------------------------------------------------

    def test_used_as_expected(self):
        consumption = self.toxin_item.action_use()
        self.assertRecordValues(consumption, [{"product_id": self.toxin.id, "quantity": 20, "uom_id": self.unit_u.id}])
        self.assertEqual((self.toxin_item.state, self.toxin_item.used_quantity), ("used", 20))
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 10)

    def test_used_in_another_quantity(self):
        self.toxin_item.action_use(24)
        self.assertEqual((self.toxin_item.state, self.toxin_item.used_quantity), ("used", 24))

    def test_used_in_another_unit_and_from_another_lot(self):
        self.procedure.consume(self.toxin, 0.5, self.vial, self.lot_late)
        self.assertEqual((self.toxin_item.state, self.toxin_item.used_quantity), ("used", 50))

    def test_used_twice_is_logged_once(self):
        self.toxin_item.action_use()
        with self.assertRaisesRegex(UserError, "logged already"):
            self.toxin_item.action_use()
        self.assertEqual(len(self.procedure.consumption_ids), 1)

    def test_taken_back_it_is_expected_again(self):
        self.toxin_item.action_use().action_undo()
        self.assertEqual((self.toxin_item.state, self.toxin_item.used_quantity), ("expected", 0))
        self.assertIn(f"item-{self.toxin_item.id}", [one["key"] for one in self.procedure.missing])

    def test_another_item_in_its_place(self):
        self.procedure.consume(self.cream, 1)
        self.toxin_item.action_not_used()
        self.gloves_item.action_use()
        self._finish_the_rest()
        self.procedure.action_done()
        self.assertEqual(self._states(), ["unused", "used"])

    # -- all as expected ----------------------------------------------------------------------------------------------

    def test_all_as_expected(self):
        self.toxin_item.action_use(24)
        self.assertEqual(self.procedure.expected_count, 1)
        self.procedure.action_use_expected()
        self.assertEqual(self._states(), ["used", "used"])
        self.assertEqual(self.procedure.consumption_ids.mapped("quantity"), [24, 2])

    def test_all_as_it_was_entered(self):
        for wrong in (None, 0, "24", True):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(UserError, "above zero"):
                self.procedure.action_use_expected({str(self.toxin_item.id): wrong})
        for nonsense in ("24", [24], 24):
            with self.subTest(nonsense=nonsense), self.assertRaisesRegex(UserError, "quantities by item"):
                self.procedure.action_use_expected(nonsense)
        self.assertEqual(self._states(), ["expected", "expected"])
        self.procedure.action_use_expected({str(self.toxin_item.id): 24})
        self.assertEqual(self.procedure.consumption_ids.mapped("quantity"), [24, 2])

    def test_all_or_nothing(self):
        self._count(self.gloves, 1, self.env["stock.lot"])
        with self.assertRaisesRegex(UserError, "Not enough Gloves"):
            self.procedure.action_use_expected()
        self.assertEqual(self._states(), ["expected", "expected"])
        self.assertFalse(self.procedure.consumption_ids)
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 30)

    def test_what_the_patient_is_allergic_to_is_refused_like_any_item(self):
        substance = self.env["clinic.substance"].create(
            {"name": "Test Protein", "product_ids": self.toxin.product_tmpl_id.ids}
        )
        kind = self.env["clinic.risk.kind"].create(
            {"name": "Test Allergy", "type": "allergy", "substance_id": substance.id}
        )
        self.env["clinic.risk"].create({"patient_id": self.patient.id, "kind_id": kind.id, "severity": "severe"})
        with self.assertRaises(GateClosed):
            self.procedure.action_use_expected()
        self.assertEqual(self._states(), ["expected", "expected"])

    # -- not used -----------------------------------------------------------------------------------------------------

    def test_who_said_that_it_was_not_used_and_when_are_facts(self):
        self.toxin_item.action_not_used()
        self.assertEqual((self.toxin_item.state, self.toxin_item.unused_by_id), ("unused", self.doctor_user))
        self.assertTrue(self.toxin_item.unused_at)
        manager = self.users["manager"]
        for vals in ({"unused_at": "2020-01-01 10:00:00"}, {"unused_by_id": manager.id}, {"sequence": 9}):
            with self.assertRaisesRegex(AccessError, "by hand"):
                self.toxin_item.write(vals)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE clinic_procedure_item SET unused_by_id = NULL WHERE id = %s", [self.toxin_item.id]
            )

    def test_expected_again(self):
        self.toxin_item.action_not_used()
        self.toxin_item.action_expect()
        self.assertRecordValues(self.toxin_item, [{"state": "expected", "unused_at": False, "unused_by_id": False}])

    def test_what_is_logged_was_used_after_all(self):
        self.toxin_item.action_not_used()
        logged = self.procedure.scan(f"01{GTIN}10LATE")
        self.assertEqual(self.toxin_item.state, "used")
        self.assertFalse(self.toxin_item.unused_at or self.toxin_item.unused_by_id)
        self.procedure.consumption_ids.browse(logged[0]["id"]).action_undo()
        self.assertEqual(self.toxin_item.state, "expected")

    def test_what_was_used_is_not_said_to_be_unused(self):
        self.toxin_item.action_use()
        with self.assertRaisesRegex(UserError, "Take it back first"):
            self.procedure.item_ids.action_not_used()
        self.assertEqual(self._states(), ["used", "expected"])

    # -- afterwards ---------------------------------------------------------------------------------------------------

    def test_a_closed_record_keeps_no_question(self):
        self._finish_the_rest()
        self.procedure.action_use_expected()
        self.procedure.action_done()
        for attempt in (self.gloves_item.action_not_used, self.gloves_item.action_expect, self.gloves_item.unlink):
            with self.assertRaises(UserError):
                attempt()
        self.procedure.consumption_ids.filtered(lambda used: used.product_id == self.gloves).action_undo()
        self.assertEqual((self.gloves_item.state, self.gloves_item.unused_by_id), ("unused", self.doctor_user))
        self.procedure.consume(self.gloves, 1)
        self.assertEqual((self.gloves_item.state, self.gloves_item.used_quantity), ("used", 1))

    # -- rights -------------------------------------------------------------------------------------------------------

    def test_colleagues_read_it_and_do_not_change_it(self):
        other = self.users["cosmetologist"]
        self.assertEqual(self.toxin_item.with_user(other).state, "expected")
        for method in ("action_use", "action_not_used"):
            with self.subTest(method), self.assertRaises(AccessError), self.env.cr.savepoint():
                getattr(self.toxin_item.with_user(other), method)()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.procedure.with_user(other).action_use_expected()
        self.assertEqual(self._states(), ["expected", "expected"])

    def test_a_cosmetologist_records_the_own_kit(self):
        procedure = self.start_visit(practitioner=self.cosmetologist).with_user(self.users["cosmetologist"])
        procedure.item_ids[0].action_use(4)
        procedure.item_ids[1].action_not_used()
        self.assertEqual(procedure.item_ids.mapped("state"), ["used", "unused"])

    def test_others_reach_nothing_of_it(self):
        for role in ("reception", "warehouse", "accountant", "manager"):
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    self.toxin_item.with_user(self.users[role]).read(["product_id"])
                with self.assertRaises(AccessError):
                    self.procedure.with_user(self.users[role]).read(["item_ids"])

    def test_a_manager_logs_what_was_forgotten(self):
        self.gloves_item.action_not_used()
        self.procedure.with_user(self.users["manager"]).consume(self.gloves, 1)
        self.assertEqual(self.gloves_item.state, "used")

    # -- on the form --------------------------------------------------------------------------------------------------

    def test_the_form_and_the_dialog(self):
        with Form(self.procedure) as form:
            self.assertEqual([line["state"] for line in form.item_ids._records], ["expected", "expected"])
        model = (
            self.env["clinic.consumption"]
            .with_user(self.doctor_user)
            .with_context(
                form_view_ref="clinic_record_stock.clinic_consumption_view_form_log",
                default_procedure_id=self.procedure.id,
                default_product_id=self.toxin.id,
                default_quantity=24,
            )
        )
        dialog = Form(model)
        self.assertEqual((dialog.lot_id, dialog.uom_id), (self.lot_soon, self.unit_u))
        dialog.lot_id = self.lot_late
        dialog.save()
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 76)
        self.assertEqual(self.toxin_item.used_quantity, 24)
