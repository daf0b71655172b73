from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import StockCommon

NOBODY = dict.fromkeys(ROLES, "")
# Of the discard dialog, everybody reads and writes the own ones only.
DIALOG = {"reception": "", "cosmetologist": "crwd", "practitioner": "crwd", "warehouse": "crwd", "accountant": ""}
EXPECTED = {
    "clinic.consumption": {
        "reception": "r",
        "cosmetologist": "crw",
        "practitioner": "crw",
        "warehouse": "",
        "accountant": "",
        "manager": "crw",
    },
    "clinic.open.vial": {
        "reception": "",
        "cosmetologist": "rw",
        "practitioner": "rw",
        "warehouse": "rw",
        "accountant": "",
        "manager": "rw",
    },
    "clinic.open.vial.line": {
        "reception": "",
        "cosmetologist": "r",
        "practitioner": "r",
        "warehouse": "r",
        "accountant": "",
        "manager": "r",
    },
    "clinic.expiry.notice": {
        "reception": "",
        "cosmetologist": "",
        "practitioner": "",
        "warehouse": "r",
        "accountant": "",
        "manager": "r",
    },
    "clinic.vial.discard": {**DIALOG, "manager": "crwd"},
    "clinic.consumption.undo": {**NOBODY, "cosmetologist": "crwd", "practitioner": "crwd", "manager": "crwd"},
    "clinic.wastage": {**NOBODY, "warehouse": "r", "manager": "r"},
    "clinic.discrepancy": {**NOBODY, "warehouse": "r", "manager": "r"},
    "clinic.discrepancy.explanation": {**NOBODY, "warehouse": "r", "manager": "r"},
    "clinic.discrepancy.explain": {**NOBODY, "warehouse": "crwd", "manager": "crwd"},
    "clinic.lot.recall": {**NOBODY, "practitioner": "crwd", "manager": "crwd"},
    "clinic.lot.recall.line": {**NOBODY, "practitioner": "r", "manager": "r"},
    "clinic.lot.recall.unreachable": {**NOBODY, "practitioner": "crw", "manager": "crw"},
    "clinic.lot.correction": {**NOBODY, "warehouse": "r", "manager": "r"},
    "clinic.lot.correct": {**NOBODY, "manager": "crw"},
    "clinic.lot.block": {**NOBODY, "warehouse": "crw", "manager": "crw"},
    "clinic.stock.card": {**NOBODY, "warehouse": "r", "accountant": "r", "manager": "r"},
}


@tagged("post_install", "-at_install")
class TestRights(StockCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

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
        consumptions = self.env["clinic.consumption"].with_user(doctor)
        item = {"procedure_id": self.procedure.id, "product_id": self.gloves.id}
        for forged in ({"user_id": self.users["manager"].id}, {"date": "2020-01-01"}):
            with self.subTest(forged=forged), self.assertRaisesRegex(AccessError, "by hand"):
                consumptions.create({**item, **forged})
        consumption = consumptions.create(item)
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
