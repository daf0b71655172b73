from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ROLES, ClinicCommon

# What each role may do: c(reate) r(ead) w(rite) d(elete).
STAFF_READS = {"reception": "r", "cosmetologist": "r", "practitioner": "r", "warehouse": "", "accountant": ""}
SET_UP = {**STAFF_READS, "manager": "crwd"}
EXPECTED = {
    "clinic.patient": {**STAFF_READS, "reception": "crw", "manager": "crw"},
    "clinic.patient.merge": {**dict.fromkeys(ROLES, ""), "manager": "r"},
    "clinic.patient.merge.wizard": {**dict.fromkeys(ROLES, ""), "manager": "crwd"},
    "clinic.patient.merge.choice": {**dict.fromkeys(ROLES, ""), "manager": "crwd"},
    "clinic.guardian": {**STAFF_READS, "manager": "cr"},
    "clinic.practitioner": {**SET_UP, "accountant": "r"},
    "clinic.authorization": SET_UP,
    "clinic.licence": SET_UP,
    "clinic.licence.kind": SET_UP,
    "clinic.break.glass": {**dict.fromkeys(ROLES, ""), "cosmetologist": "cr", "practitioner": "cr"},
    "clinic.break.glass.review": dict.fromkeys(ROLES, ""),
    "clinic.access.log": dict.fromkeys(ROLES, ""),
    "clinic.access.alarm": {**dict.fromkeys(ROLES, ""), "manager": "rw"},
    "clinic.change": {**dict.fromkeys(ROLES, ""), "manager": "r"},
    "clinic.room": SET_UP,
    "clinic.device": SET_UP,
    "clinic.room.kind": {**dict.fromkeys(ROLES, "r"), "manager": "crwd"},
    "clinic.device.kind": {**dict.fromkeys(ROLES, "r"), "manager": "crwd"},
}
LETTERS = {"create": "c", "read": "r", "write": "w", "unlink": "d"}


def allowed_operations(model, user):
    """Return the letters of what ``user`` may do with records of ``model``."""
    return "".join(letter for verb, letter in LETTERS.items() if model.with_user(user).has_access(verb))


@tagged("post_install", "-at_install")
class TestRights(ClinicCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_warehouse_and_accountant_reach_no_patient_by_any_verb(self):
        for role in ("warehouse", "accountant"):
            patients = self.env["clinic.patient"].with_user(self.users[role])
            attempts = [
                lambda p: p.search([]),
                lambda p: p.search_read([], ["name"]),
                lambda p: p.name_search("Ayesha"),
                lambda p: p.formatted_read_group([], ["sex"]),
                lambda p: p.browse(self.patient.id).read(["birth_date"]),
                lambda p: p.browse(self.patient.id).export_data(["name"]),
                lambda p: p.browse(self.patient.id).write({"name": "X"}),
                lambda p: p.create({"name": "X"}),
                lambda p: p.browse(self.patient.id).unlink(),
            ]
            for number, attempt in enumerate(attempts):
                with self.subTest(role=role, attempt=number), self.assertRaises(UserError):
                    attempt(patients)

    def test_reception_registers_a_patient(self):
        patient = (
            self.env["clinic.patient"].with_user(self.users["reception"]).create({"name": "New", "phone": "0300 1"})
        )
        self.assertEqual(patient.branch_id, self.branch)

    def test_a_branch_does_not_see_the_rooms_of_another(self):
        other = self.env["res.company"].create({"name": "Other Branch"})
        self.env.user.company_ids = [Command.link(other.id)]
        room = self.env["clinic.room"].create(
            {"name": "Far room", "kind_id": self.room_kind.id, "company_id": other.id}
        )
        for role in ("reception", "practitioner", "manager"):
            rooms = self.env["clinic.room"].with_user(self.users[role])
            self.assertNotIn(room, rooms.search([]))
            with self.assertRaises(AccessError):
                rooms.browse(room.id).read(["name"])
