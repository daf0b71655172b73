from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import StockCommon

EXPECTED = {
    "reception": "r",
    "cosmetologist": "crw",
    "practitioner": "crw",
    "warehouse": "",
    "accountant": "",
    "manager": "crw",
}


@tagged("post_install", "-at_install")
class TestRights(StockCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for role, operations in EXPECTED.items():
            with self.subTest(role=role):
                model = self.env["clinic.consumption"]
                self.assertEqual(allowed_operations(model, self.users[role]), operations)

    def test_a_practitioner_logs_in_the_own_procedure_only(self):
        doctor, cosmetologist = self.users["practitioner"], self.users["cosmetologist"]
        consumption = self.procedure.with_user(doctor).consume(self.toxin, 5)
        self.assertEqual(consumption.user_id, doctor)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.procedure.with_user(cosmetologist).consume(self.toxin, 5)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            consumption.with_user(cosmetologist).action_undo()
        consumption.with_user(doctor).action_undo()

    def test_who_and_when_are_not_taken_from_the_caller(self):
        doctor = self.users["practitioner"]
        consumption = (
            self.env["clinic.consumption"]
            .with_user(doctor)
            .create(
                {
                    "procedure_id": self.procedure.id,
                    "product_id": self.gloves.id,
                    "user_id": self.users["manager"].id,
                    "date": "2020-01-01",
                }
            )
        )
        self.assertEqual(consumption.user_id, doctor)
        self.assertGreater(consumption.date.year, 2020)

    def test_the_warehouse_sees_the_visits_number_and_no_patient(self):
        consumption = self.procedure.consume(self.toxin, 5)
        move = consumption.move_id.with_user(self.users["warehouse"])
        self.assertEqual(move.origin, self.procedure.visit_id.name)
        values = str(move.read() + move.move_line_ids.read())
        self.assertNotIn("Ayesha", values)
        self.assertNotIn("Facial", values)
        with self.assertRaises(AccessError):
            consumption.with_user(self.users["warehouse"]).read(["quantity"])
