from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.clinic_visit.exceptions import GateClosed

from .common import RecordStockCommon


@tagged("post_install", "-at_install")
class TestAllergy(RecordStockCommon):
    """What a patient is allergic to is not used on them, unless somebody says why."""

    def _allergic(self, severity="severe", **vals):
        values = {"patient_id": self.patient.id, "kind_id": self.allergy.id, "severity": severity}
        return self.as_doctor["clinic.risk"].create({**values, **vals})

    def test_a_severe_allergy_refuses_what_contains_the_substance(self):
        self._allergic()
        before = self._on_hand(self.cream)
        with self.assertRaises(GateClosed) as caught, self.env.cr.savepoint():
            self.procedure.consume(self.cream, 1)
        self.assertIn("Test Lidocaine is contained in: Cream", caught.exception.args[0])
        self.assertNotIn("Lidocaine", str(caught.exception))
        self.assertEqual(self._on_hand(self.cream), before)
        self.procedure.consume(self.gloves, 1)

    def test_a_practitioner_overrides_it(self):
        self._allergic()
        [reason] = self.procedure.gate()
        self.assertEqual((reason["level"], reason["can_override"]), ("stop", True))
        self.procedure.override_gate(reason["key"], "Skin test was negative")
        self.assertEqual(self.procedure.consume(self.cream, 1).state, "used")
        self.assertTrue(self.procedure.gate()[0]["overridden"])

    def test_a_mild_allergy_asks(self):
        self._allergic("mild")
        visit = self.book(practitioner=self.cosmetologist, start=self._at(14, days=1))
        procedure = self._treat(visit).with_user(self.users["cosmetologist"])
        with self.assertRaises(GateClosed), self.env.cr.savepoint():
            procedure.consume(self.cream, 1)
        procedure.override_gate(procedure.gate()[0]["key"], "Test spot tolerated")
        self.assertEqual(procedure.consume(self.cream, 1).state, "used")

    def test_it_is_overridden_for_items_logged_afterwards(self):
        self._allergic()
        self.procedure.action_done()
        with self.assertRaises(GateClosed) as caught, self.env.cr.savepoint():
            self.procedure.consume(self.cream, 1)
        [reason] = caught.exception.context["reasons"]
        self.procedure.override_gate(reason["key"], "It had been used before we knew")
        self.assertEqual(self.procedure.consume(self.cream, 1).state, "used")

    def test_other_risks_do_not_concern_items(self):
        self.allergy.type = "medication"
        self._allergic()
        self.assertEqual(self.procedure.consume(self.cream, 1).state, "used")

    def test_a_reaction_to_a_product_refuses_it_and_knows_its_lot(self):
        self.procedure.consume(self.cream, 1)
        kind = self.env["clinic.risk.kind"].create({"name": "Test Urticaria", "type": "reaction"})
        reactions = self.as_doctor["clinic.reaction"]
        values = {
            "procedure_id": self.procedure.id,
            "product_id": self.cream.id,
            "kind_id": kind.id,
            "grade": "3",
            "onset": self.procedure.started_at,
        }
        with freeze_time(self.procedure.stop):
            with self.assertRaisesRegex(ValidationError, "not one of"), self.env.cr.savepoint():
                reactions.create({**values, "lot_id": self.lot_soon.id})
            self.assertEqual(reactions.create(values).lot_id, self.lot_cream)
        [(product, lot, count)] = reactions._read_group(
            [("patient_id", "=", self.patient.id)], ["product_id", "lot_id"], ["__count"]
        )
        self.assertEqual((product, lot, count), (self.cream, self.lot_cream, 1))
        with self.assertRaises(GateClosed) as caught, self.env.cr.savepoint():
            self.procedure.consume(self.cream, 1)
        self.assertIn("It followed the use of Cream", caught.exception.args[0])
