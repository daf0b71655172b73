from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.clinic_record.exceptions import EditConflict

from ..exceptions import UnusualQuantity
from .test_scan import ScanCommon


@tagged("post_install", "-at_install")
class TestDose(ScanCommon):
    """The kit expects 24 U of toxin, the protocol allows a total dose of 100 U; dose, items and map are one fact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        protocol = cls.procedure.protocol_id.sudo().copy()
        protocol.item_ids.filtered(lambda item: item.product_id == cls.toxin).quantity = 24
        protocol.parameter_ids = [
            Command.create(
                {"name": "Total dose", "unit": "U", "minimum": 4, "maximum": 100, "dose_product_ids": cls.toxin.ids}
            )
        ]
        protocol.action_publish()
        quants = cls.env["stock.quant"]
        quants._update_available_quantity(cls.toxin, cls.location, 900, lot_id=cls.lot_late)
        cls.procedure = cls.start_visit(practitioner=cls.cosmetologist).with_user(cls.users["cosmetologist"])
        cls.item = cls.procedure.item_ids.filtered(lambda item: item.product_id == cls.toxin)
        cls.dose = cls.procedure.parameter_ids.filtered(lambda line: line.name == "Total dose")
        cls.gaps = cls.env["clinic.discrepancy"].with_user(cls.users["warehouse"])

    def _refused(self, call):
        with self.assertRaises(UnusualQuantity) as refused, self.env.cr.savepoint():
            call()
        return refused.exception

    def _confirm(self, records, quantity, reason=None):
        answer = {"quantity": quantity, **({"reason": reason} if reason else {})}
        return records.with_context(clinic_confirmed={str(self.toxin.id): answer})

    def _pin(self, quantity):
        return self.procedure.env["clinic.body.pin"].create(
            {"procedure_id": self.procedure.id, "x": 0.5, "y": 0.3, "product_id": self.toxin.id, "quantity": quantity}
        )

    def _record_the_rest(self):
        self.procedure.step_ids.done = True
        (self.procedure.parameter_ids - self.dose).value = 2
        (self.procedure.item_ids - self.item).filtered(lambda item: item.state == "expected").action_not_used()

    def _found(self, kind):
        self.env.flush_all()
        self.gaps.invalidate_model()
        return self.gaps.search([("kind", "=", kind), ("reference", "=", self.procedure.visit_id.name)])

    # -- proposed -----------------------------------------------------------------------------------------------------

    def test_dose_dilution_and_map_are_proposed_as_the_items_say(self):
        self._setup_vials()
        self.toxin.product_tmpl_id.clinic_dilution = 2.5
        self._perform_with_map(24)
        draft = self.procedure.protocol_id.sudo().copy()
        draft.parameter_ids.filtered(lambda line: line.name == "Dilution").dilution_product_id = self.toxin
        draft.action_publish()
        self.be_earlier(self.procedure, days=60)
        procedure = self.start_visit(practitioner=self.cosmetologist).with_user(self.users["cosmetologist"])

        def proposed():
            return {line.protocol_parameter_id.name: value for line, value in procedure._propose_values().items()}

        vial = (2.5, "as the vial is diluted")
        self.assertEqual(proposed(), {"Dilution": vial, "Total dose": (24, "as the kit has it")})
        self.assertTrue(procedure._propose_map()["fits"])
        procedure.item_ids.filtered(lambda item: item.product_id == self.toxin).action_use(22)
        self.assertEqual(proposed(), {"Dilution": vial, "Total dose": (22, "as used")})
        # The last map's doses are not today's: it is not confirmed with the rest.
        self.assertFalse(procedure._propose_map()["fits"])

    def _perform_with_map(self, dose):
        self.item.action_use(dose)
        self._pin(dose)
        self.dose.value = dose
        self._record_the_rest()
        self.procedure.env["clinic.note"].create({"procedure_id": self.procedure.id, "body": "<p>Even</p>"})
        self.procedure.action_sign_and_finish()

    # -- far off the kit ----------------------------------------------------------------------------------------------

    def test_a_quantity_near_the_kit_is_not_asked_about(self):
        self.item.action_use(96)
        self.assertEqual(self.procedure.consumption_ids.quantity, 96)

    def test_a_quantity_far_off_the_kit_is_asked_about_once(self):
        for ways in (
            lambda procedure: procedure.item_ids[0].action_use(98),
            lambda procedure: procedure.consume(self.toxin, 0.98, self.vial),
            lambda procedure: procedure.scan("TOXIN-LATE", quantity=98),
            lambda procedure: procedure.action_use_expected({str(self.item.id): 98}),
        ):
            self.toxin.barcode = "TOXIN-LATE"
            asked = self._refused(lambda ways=ways: ways(self.procedure))
            self.assertIn("98 U in this treatment, where the protocol expects 24 U", asked.args[0])
            self.assertEqual(asked.context, {"product_id": self.toxin.id, "quantity": 98, "needs_reason": False})
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 1000)
        # The answer is about this very quantity.
        self._refused(lambda: self._confirm(self.item, 99).action_use(98))
        self._confirm(self.item, 98).action_use(98)
        self.assertEqual(self.item.used_quantity, 98)

    def test_a_tenth_of_the_kit_is_asked_about_unless_it_comes_on_top(self):
        self._refused(lambda: self.item.action_use(2.4))
        self.item.action_use(24)
        self.procedure.consume(self.toxin, 1)
        self.assertEqual(self.item.used_quantity, 25)

    def test_what_was_logged_before_counts(self):
        self.procedure.consume(self.toxin, 90)
        self._refused(lambda: self.procedure.consume(self.toxin, 8))

    def test_above_the_limit_of_the_protocol_a_reason_is_needed(self):
        asked = self._refused(lambda: self.item.action_use(200))
        self.assertIn("200 U in this treatment, where the protocol allows up to 100 U", asked.args[0])
        self.assertTrue(asked.context["needs_reason"])
        self._refused(lambda: self._confirm(self.item, 200).action_use(200))
        self._refused(lambda: self._confirm(self.item, 200, "  ").action_use(200))
        used = self._confirm(self.item, 200, "Both masseters and platysma").action_use(200)
        self.assertEqual(sum(used.mapped("quantity")), 200)
        self.assertEqual(set(used.mapped("excess_reason")), {"Both masseters and platysma"})

    def test_an_answer_that_is_none_is_no_answer(self):
        for nonsense in (True, [], "98", {str(self.toxin.id): 98}, {str(self.toxin.id): {"quantity": "98"}}):
            self._refused(lambda nonsense=nonsense: self.item.with_context(clinic_confirmed=nonsense).action_use(98))

    def test_the_dialog_asks_and_another_quantity_is_another_question(self):
        model = self.procedure.env["clinic.consumption"].with_context(
            form_view_ref="clinic_record_stock.clinic_consumption_view_form_log",
            default_procedure_id=self.procedure.id,
            default_product_id=self.toxin.id,
            default_quantity=24,
        )
        dialog = Form(model)
        dialog.lot_id = self.lot_late
        self.assertFalse(dialog.question)
        dialog.quantity = 97
        self.assertIn("expects 24 U", dialog.question)
        dialog.is_confirmed = True
        dialog.quantity = 98
        self.assertFalse(dialog.is_confirmed)
        dialog.is_confirmed = True
        self.assertEqual(dialog.save().quantity, 98)

    # -- one fact -----------------------------------------------------------------------------------------------------

    def test_a_dose_that_is_not_what_was_used_is_not_signed_without_a_reason(self):
        self._record_the_rest()
        self.dose.value = 60
        self.assertFalse(self.procedure.dose_differences, "as long as the item is still expected")
        self.procedure.consume(self.toxin, 4.5)
        [difference] = self.procedure.dose_differences
        self.assertEqual(difference["text"], "Total dose: 60 U; items used: 4.5 U")
        note = self.procedure.env["clinic.note"].create({"procedure_id": self.procedure.id, "body": "<p>Even</p>"})
        with self.assertRaisesRegex(UserError, "Total dose differs from the items used"), self.env.cr.savepoint():
            note.action_sign()
        [missing] = [one for one in self.procedure.missing if one["key"] == "dose"]
        self.assertEqual(missing["text"], "Reason: Total dose differs from the items used")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.procedure.action_sign_and_finish()
        self.procedure.dose_reason = "  55.5 U were spilled  "
        self.procedure.action_sign_and_finish()
        self.assertEqual((self.procedure.state, self.procedure.dose_reason), ("done", "55.5 U were spilled"))
        [gap] = self._found("dose")
        self.assertEqual((gap.product_id, gap.quantity, gap.uom_id), (self.toxin, 55.5, self.unit_u))
        self.assertEqual(gap.value, 5550)
        self.assertEqual(gap.action_mend()["res_model"], "clinic.discrepancy.explain")

    def test_a_dose_that_is_what_was_used_asks_nothing(self):
        self._record_the_rest()
        self.procedure.consume(self.toxin, 0.24, self.vial)
        self.dose.value = 24
        # Each pin is rounded: 24 U in seven of them.
        for _pin in range(7):
            self._pin(3.43)
        self.assertFalse(self.procedure.dose_differences)
        note = self.procedure.env["clinic.note"].create({"procedure_id": self.procedure.id, "body": "<p>Even</p>"})
        note.action_sign()
        self.procedure.action_done()
        self.assertFalse(self._found("dose") | self._found("map"))
        # What is taken back afterwards is found.
        self.procedure.consumption_ids.action_undo()
        self.assertEqual(self._found("dose").quantity, 24)
        self.assertEqual(self._found("map").quantity, 24.01)

    def test_the_body_map_is_compared_as_well(self):
        self._record_the_rest()
        self.item.action_use()
        self.dose.value = 24
        pin = self._pin(10)
        [difference] = self.procedure.dose_differences
        self.assertEqual(difference["text"], "Body map, Toxin: 10 U; items used: 24 U")
        self.procedure.dose_reason = "Only one side is drawn"
        self.assertNotIn("dose", [one["key"] for one in self.procedure.missing])
        with self.assertRaisesRegex(EditConflict, "Another reason was saved meanwhile"):
            self.procedure.enter_dose_reason("Typed in another tab", False)
        self.assertEqual(self.procedure.enter_dose_reason("Left side only", "Only one side is drawn"), "Left side only")
        # Another difference is another question.
        pin.quantity = 12
        self.assertIn("dose", [one["key"] for one in self.procedure.missing])
        pin.active = False
        self.assertFalse(self.procedure.dose_differences)
        # What is not kept as an item is not logged as used.
        pin.write({"active": True, "product_id": self.env["product.product"].create({"name": "Serum"}).id})
        self.assertFalse(self.procedure.dose_differences)

    def test_not_used_is_no_dose(self):
        self.item.action_not_used()
        self.dose.value = 20
        self.assertEqual(self.procedure.dose_differences[0]["text"], "Total dose: 20 U; items used: 0 U")

    def test_the_reason_is_of_those_who_treat_and_of_the_open_record(self):
        with self.assertRaises(UserError):
            self.procedure.dose_reason_for = "[]"
        for role in ("reception", "warehouse", "accountant", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.procedure.with_user(self.users[role]).write({"dose_reason": "I say so"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.procedure.with_user(self.users["practitioner"]).dose_reason = "Not mine"
        self._record_the_rest()
        self.item.action_not_used()
        self.dose.value = 20
        self.procedure.dose_reason = "Given from a sample"
        self.procedure.env["clinic.note"].create({"procedure_id": self.procedure.id, "body": "<p>Even</p>"})
        self.procedure.action_sign_and_finish()
        with self.assertRaisesRegex(UserError, "closed"):
            self.procedure.dose_reason = "Later"

    def test_a_dose_is_of_items_that_are_measured_alike(self):
        draft = self.procedure.protocol_id.sudo().copy()
        parameter = draft.parameter_ids.filtered(lambda parameter: parameter.name == "Total dose")
        self.assertEqual(parameter.dose_product_ids, self.toxin)
        with self.assertRaisesRegex(ValidationError, "measured in ml"):
            parameter.dose_product_ids += self.cream
