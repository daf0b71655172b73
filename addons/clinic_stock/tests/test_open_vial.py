from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import StockCommon


@tagged("post_install", "-at_install")
class TestOpenVial(StockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._setup_vials()

    def _vials(self, **domain):
        return self.env["clinic.open.vial"].search([("product_id", "=", self.toxin.id)])

    def _ledger(self, vial):
        return [(line.kind, line.quantity) for line in vial.line_ids]

    def _later(self, hours):
        return freeze_time(fields.Datetime.now() + timedelta(hours=hours))

    def test_an_item_stays_a_multi_dose_vial_while_one_is_open(self):
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        vial = self.env["clinic.open.vial"].search([("product_id", "=", self.toxin.id)])
        template = self.toxin.product_tmpl_id
        for values in ({"clinic_vial_uom_id": False}, {"clinic_item": False, "clinic_billable": False}):
            with self.assertRaisesRegex(ValidationError, f"{vial.name} of Toxin is open"), self.env.cr.savepoint():
                template.write(values)
        vial.discard(self.env.ref("clinic_stock.scrap_reason_leftover"))
        template.clinic_vial_uom_id = False

    def test_the_first_dose_opens_a_vial_and_starts_its_clock(self):
        consumption = self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        vial = self._vials()
        self.assertRecordValues(
            vial,
            [
                {
                    "lot_id": self.lot_late.id,
                    "size": 100,
                    "remaining": 80,
                    "state": "open",
                    "dilution": 2.5,
                    "concentration": 40,
                    "procedure_id": self.procedure.id,
                    "location_id": self.location.id,
                }
            ],
        )
        self.assertEqual(vial.discard_after - vial.opened_at, timedelta(hours=24))
        self.assertEqual(self._ledger(vial), [("open", 100), ("draw", -20)])
        self.assertEqual(consumption.vial_line_ids.move_id, consumption.move_id)
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 80)

    def test_draws_take_from_the_open_one_first_and_open_the_next_for_the_rest(self):
        self.procedure.consume(self.toxin, 90, lot=self.lot_late)
        first = self._vials()
        self._receive_more(self.lot_late, 100)
        consumption = self.procedure.consume(self.toxin, 25, lot=self.lot_late)
        second = self._vials() - first
        self.assertEqual((first.remaining, first.state), (0, "empty"))
        self.assertEqual((second.remaining, second.state), (85, "open"))
        self.assertEqual(consumption.vial_line_ids.mapped("quantity"), [-10, -15])

    def _receive_more(self, lot, quantity):
        self.env["stock.quant"]._update_available_quantity(lot.product_id, self.location, quantity, lot_id=lot)

    def test_an_open_vial_comes_before_a_lot_that_expires_sooner(self):
        self.procedure.consume(self.toxin, 60, lot=self.lot_late)
        parts = self.procedure.consume(self.toxin, 50)
        self.assertEqual([(part.lot_id, part.quantity) for part in parts], [(self.lot_late, 40), (self.lot_soon, 10)])
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 20)
        self.assertEqual(sum(self._vials().mapped("remaining")), 20)

    def test_two_patients_on_the_same_vial_are_both_traceable(self):
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        other = self.env["clinic.patient"].create({"name": "Bilal Test"})
        visits = self.env["clinic.visit"].with_company(self.branch)
        visit = visits.book(other, self.facial, self._at(12, days=1), self.cosmetologist)
        second = self._treat(visit)
        second.consume(self.toxin, 30, lot=self.lot_late)
        [vial] = self._vials()
        drawn = vial.line_ids.filtered(lambda line: line.kind == "draw")
        self.assertEqual(drawn.consumption_id.patient_id, self.patient | other)
        self.assertEqual(vial.remaining, 50)

    def test_taking_back_puts_it_back_into_the_vial(self):
        self.procedure.consume(self.toxin, 10, lot=self.lot_late)
        self.procedure.consume(self.toxin, 20, lot=self.lot_late).action_undo()
        [vial] = self._vials()
        self.assertEqual((vial.remaining, vial.state), (90, "open"))
        self.assertEqual(self._ledger(vial), [("open", 100), ("draw", -10), ("draw", -20), ("undo", 20)])
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 90)

    def test_a_vial_that_only_the_dose_taken_back_opened_is_sealed_again(self):
        self._receive_more(self.lot_late, 100)
        consumption = self.procedure.consume(self.toxin, 200, lot=self.lot_late)
        vials = self._vials()
        consumption.action_undo()
        self.assertEqual(vials.mapped("state"), ["sealed", "sealed"])
        self.assertEqual(
            [self._ledger(vial) for vial in vials],
            [[("open", 100), ("draw", -100), ("undo", 100), ("close", -100)]] * 2,
        )
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 200)
        with self._later(25):
            self.env.invalidate_all()
            self.assertFalse(self.env["clinic.open.vial"].search([("is_due", "=", True)]) & vials)
        # The next dose opens one of its own, with a clock of its own.
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        self.assertRecordValues(self._vials() - vials, [{"size": 100, "remaining": 80, "state": "open"}])

    def test_a_vial_that_is_open_all_the_same_keeps_its_clock(self):
        doctor = self.users["practitioner"]
        consumption = self.procedure.with_user(doctor).consume(self.toxin, 20, lot=self.lot_late)
        [vial] = self._vials()
        action = consumption.action_ask_undo()
        self.assertEqual(consumption.state, "used")
        dialog = Form(self.env[action["res_model"]].with_user(doctor).with_context(**action["context"])).save()
        self.assertEqual(dialog.vials, vial.name)
        dialog.action_opened()
        self.assertEqual((consumption.state, vial.state, vial.remaining), ("undone", "open", 100))
        # Later it turns out that it was not.
        vial.with_user(doctor).action_close_untouched()
        self.assertEqual((vial.state, vial.remaining), ("sealed", 0))
        with self.assertRaisesRegex(UserError, "has been opened"):
            vial.action_close_untouched()

    def test_taking_back_asks_nothing_where_others_drew_from_the_vial(self):
        self.procedure.consume(self.toxin, 10, lot=self.lot_late)
        [vial] = self._vials()
        consumption = self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        consumption.action_ask_undo()
        self.assertEqual((consumption.state, vial.state, vial.remaining), ("undone", "open", 90))
        with self.assertRaisesRegex(UserError, "has been opened"):
            vial.action_close_untouched()

    def test_an_open_vial_of_a_blocked_or_recalled_lot_says_so_and_gives_nothing(self):
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        [vial] = self._vials()
        self.assertEqual(vial.status, "open")
        self.lot_late.clinic_block("Labels mixed up")
        self.assertEqual(vial.status, "blocked")
        recall = self.env["clinic.lot.recall"].create({"lot_id": self.lot_late.id, "reason": "Recalled by its maker"})
        recall.action_open()
        vial.invalidate_recordset(["status"])
        for user in ("practitioner", "warehouse"):
            self.assertEqual(vial.with_user(self.users[user]).status, "recalled")
        vials = self.env["clinic.open.vial"].search([("product_id", "=", self.toxin.id)])
        for status, found in (("recalled", vials), ("blocked", vials.browse()), ("open", vials.browse())):
            self.assertEqual(vials.search([("status", "=", status), ("id", "in", vials.ids)]), found)
        with self.assertRaisesRegex(UserError, "is blocked"):
            self.procedure.consume(self.toxin, 5, lot=self.lot_late)
        self.assertEqual(self.procedure.consume(self.toxin, 5).lot_id, self.lot_soon)

    def test_a_thousand_draws_drift_by_nothing(self):
        self.cream.product_tmpl_id.uom_ids += self.env["uom.uom"].create(
            {"name": "Bottle 10 ml", "relative_uom_id": self.ml.id, "relative_factor": 10}
        )
        bottle = self.cream.product_tmpl_id.uom_ids
        self.cream.product_tmpl_id.write({"clinic_vial_uom_id": bottle.id, "clinic_open_hours": 672})
        self._receive_more(self.lot_cream, 90)
        for _draw in range(1000):
            self.procedure.consume(self.cream, 0.1)
        vials = self.env["clinic.open.vial"].search([("product_id", "=", self.cream.id)])
        self.assertEqual((len(vials), set(vials.mapped("state"))), (10, {"empty"}))
        self.assertEqual(self._on_hand(self.cream), 0)

    def test_nothing_is_drawn_from_a_vial_past_its_time(self):
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        with self._later(25):
            self.env.invalidate_all()
            self.assertTrue(self._vials().is_over)
            self.assertEqual(self.env["clinic.open.vial"].search([("is_over", "=", True)]), self._vials())
            with self.assertRaisesRegex(UserError, "80 U are in open vials past their time"), self.env.cr.savepoint():
                self.procedure.consume(self.toxin, 5, lot=self.lot_late)
            self.assertEqual(self.procedure.consume(self.toxin, 5).lot_id, self.lot_soon)

    def test_what_is_left_is_discarded_as_a_native_scrap(self):
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        vial = self._vials().with_user(self.users["practitioner"])
        reason = self.env.ref("clinic_stock.scrap_reason_open_time")
        [scrap] = vial.discard(reason)
        self.assertEqual((vial.remaining, vial.state), (0, "discarded"))
        self.assertEqual((scrap.state, scrap.scrap_qty, scrap.lot_id), ("done", 80, self.lot_late))
        self.assertEqual((scrap.scrap_reason_tag_ids, scrap.clinic_vial_id.id), (reason, vial.id))
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 0)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            vial.discard(reason)

    def test_the_wastage_says_what_who_why_and_for_which_treatment(self):
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        reason = self.env.ref("clinic_stock.scrap_reason_open_time")
        self._vials().with_user(self.users["practitioner"]).discard(reason)
        self._scrap(self.cream, 2, self.lot_cream)
        self.env.flush_all()
        wasted = self.env["clinic.wastage"].with_user(self.users["manager"])
        toxin, cream = (wasted.search([("product_id", "=", product.id)]) for product in (self.toxin, self.cream))
        self.assertRecordValues(
            toxin,
            [
                {
                    "quantity": 80,
                    "value": 8000,
                    "reason_id": reason.id,
                    "user_id": self.users["practitioner"].id,
                    "treatment_id": self.facial.id,
                    "practitioner_id": self.doctor.id,
                }
            ],
        )
        self.assertEqual((cream.quantity, cream.value, cream.treatment_id.id), (2, 200, False))
        with self.assertRaises(AccessError):
            toxin.with_user(self.users["warehouse"]).read(["treatment_id"])
        with self.assertRaises(AccessError):
            wasted.with_user(self.users["warehouse"]).search([("treatment_id.name", "=", "Facial")])

    def test_the_costly_needs_a_witness_who_is_somebody_else(self):
        self.branch.clinic_witness_value = 8000
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        doctor = self.users["practitioner"]
        vial = self._vials().with_user(doctor)
        action = vial.action_discard()
        wizard = Form(self.env["clinic.vial.discard"].with_user(doctor).with_context(**action["context"]))
        self.assertTrue(wizard.needs_witness)
        with self.assertRaises(AssertionError):
            wizard.save()
        wizard.witness_id = self.users["manager"]
        wizard.save().action_discard()
        self.assertEqual(vial.state, "discarded")
        scrap = self.env["stock.scrap"].search([("clinic_vial_id", "=", vial.id)])
        self.assertEqual(scrap.clinic_witness_id, self.users["manager"])

    def test_without_the_witness_nothing_is_thrown_away(self):
        self.branch.clinic_witness_value = 8000
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        reason = self.env.ref("clinic_stock.scrap_reason_leftover")
        doctor = self.users["practitioner"]
        vial = self._vials().with_user(doctor)
        with self.assertRaisesRegex(UserError, "name a colleague"), self.env.cr.savepoint():
            vial.discard(reason)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            vial.discard(reason, doctor)
        self.branch.clinic_witness_value = 8000.01
        vial.discard(reason)

    def test_a_count_takes_what_is_missing_off_the_open_vials(self):
        self._receive_more(self.lot_late, 100)
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        [vial] = self._vials()
        self._count(self.toxin, 100, self.lot_late)
        self.assertEqual(vial.remaining, 80)
        self._count(self.toxin, 70, self.lot_late)
        self.assertEqual(self._ledger(vial)[-1], ("count", -10))
        self.assertEqual(vial.remaining, 70)
        self._count(self.toxin, 0, self.lot_late)
        self.assertEqual((vial.remaining, vial.state), (0, "empty"))

    def test_a_scrap_of_the_lot_takes_the_open_vials_along(self):
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        self._scrap(self.toxin, 80, self.lot_late, reason="recalled")
        self.assertEqual(self._vials().state, "discarded")

    def test_an_open_vial_is_not_transferred(self):
        self._receive_more(self.lot_late, 100)
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        with self.assertRaisesRegex(UserError, "80 U of Toxin, lot LATE, are in open vials"), self.env.cr.savepoint():
            self._move(self.toxin, 101, self.lot_late, self.location, self.store)
        self._move(self.toxin, 100, self.lot_late, self.location, self.store)
        self.assertEqual(self._vials().remaining, 80)

    def test_facts_are_not_edited(self):
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        vial = self._vials().with_user(self.users["practitioner"])
        vial.dilution = 4
        self.assertEqual(vial.concentration, 25)
        for values in ({"remaining": 100}, {"discard_after": "2040-01-01"}, {"state": "empty"}):
            with self.subTest(values=values), self.assertRaisesRegex(AccessError, "by hand"):
                vial.write(values)
        with self.assertRaises(AccessError):
            vial.unlink()
        with self.assertRaises(AccessError):
            vial.line_ids.write({"quantity": -1})
        with self.assertRaisesRegex(UserError, "only grows"):
            vial.sudo().line_ids.write({"quantity": -1})

    def test_the_database_keeps_what_is_left_between_nothing_and_all(self):
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        self.env.flush_all()
        for remaining in (-1, 101):
            with self.subTest(remaining=remaining), mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
                with self.env.cr.savepoint():
                    self.env.cr.execute("UPDATE clinic_open_vial SET remaining = %s", [remaining])

    def test_a_multi_dose_vial_says_when_it_is_discarded(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.toxin.product_tmpl_id.clinic_open_hours = 0
            self.env.flush_all()
