from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import RecordCommon

NOBODY = dict.fromkeys(ROLES, "")
CATALOGUE = {**NOBODY, "cosmetologist": "r", "practitioner": "crw", "manager": "crwd"}
CATALOGUE_LINE = {**CATALOGUE, "practitioner": "crwd"}
RECORDED = {**NOBODY, "cosmetologist": "crw", "practitioner": "crw"}
FROM_PROTOCOL = {**NOBODY, "cosmetologist": "rw", "practitioner": "rw"}
WRITTEN_ONCE = {**NOBODY, "cosmetologist": "cr", "practitioner": "cr"}
EXPECTED = {
    "clinic.substance": CATALOGUE,
    "clinic.risk.kind": CATALOGUE,
    "clinic.risk.rule": CATALOGUE,
    "clinic.risk": RECORDED,
    "clinic.reaction": RECORDED,
    "clinic.gate.override": WRITTEN_ONCE,
    "clinic.protocol": CATALOGUE,
    "clinic.protocol.step": CATALOGUE_LINE,
    "clinic.protocol.parameter": CATALOGUE_LINE,
    "clinic.protocol.range": CATALOGUE_LINE,
    "clinic.protocol.item": CATALOGUE_LINE,
    "clinic.protocol.followup": CATALOGUE_LINE,
    "clinic.note.template": CATALOGUE,
    "clinic.procedure.step": FROM_PROTOCOL,
    "clinic.procedure.parameter": FROM_PROTOCOL,
    "clinic.procedure.times": {**NOBODY, "cosmetologist": "crw", "practitioner": "crw", "manager": "crw"},
    "clinic.note": RECORDED,
    "clinic.note.amend": {**NOBODY, "cosmetologist": "crwd", "practitioner": "crwd"},
    "clinic.problem.kind": CATALOGUE,
    "clinic.body.area": CATALOGUE,
    "clinic.problem": RECORDED,
    "clinic.problem.response": RECORDED,
    "clinic.score": RECORDED,
    "clinic.body.pin": RECORDED,
}


@tagged("post_install", "-at_install")
class TestRights(RecordCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_risks_of_a_patient_in_no_branch_of_ones_own_are_out_of_sight(self):
        other = self.env["res.company"].create({"name": "Other Branch"})
        stranger = self.env["clinic.patient"].create({"name": "Stranger", "branch_id": other.id})
        kind = self.env["clinic.risk.kind"].create({"name": "Test Pregnancy", "type": "pregnancy"})
        risk = self.env["clinic.risk"].create({"patient_id": stranger.id, "kind_id": kind.id})
        doctor = self.users["practitioner"]
        with self.assertRaises(AccessError):
            risk.with_user(doctor).read(["kind_id"])
        with self.assertRaises(AccessError):
            self.env["clinic.risk"].with_user(doctor).create({"patient_id": stranger.id, "kind_id": kind.id})
        stranger.with_user(doctor).break_glass("Emergency at the front desk")
        self.assertTrue(risk.with_user(doctor).read(["kind_id"]))
