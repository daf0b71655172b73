from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import ILL, IntakeCommon

NOBODY = dict.fromkeys(ROLES, "")
STAFF = {**NOBODY, "reception": "r", "cosmetologist": "r", "practitioner": "r", "manager": "crwd"}
EXPECTED = {
    "clinic.intake": {**NOBODY, "cosmetologist": "r", "practitioner": "r"},
    "clinic.intake.proposal": {**NOBODY, "cosmetologist": "rw", "practitioner": "rw"},
    "clinic.intake.form": STAFF,
    "clinic.intake.version": STAFF,
    "clinic.intake.question": STAFF,
    "clinic.intake.text": STAFF,
    "clinic.intake.draft": NOBODY,
}


@tagged("post_install", "-at_install")
class TestRights(IntakeCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.intake = self._fill_in(self.arrive().visit_id, ILL)

    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_those_who_do_not_care_for_the_patient_read_nothing(self):
        self.assertEqual(self.intake.with_user(self.users["practitioner"]).answers["wishes"], "Fewer lines")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="test_stranger",
            groups="clinic.group_practitioner",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for records in (self.intake, self.intake.proposal_ids):
            mine = records.with_user(stranger).with_context(allowed_company_ids=other.ids)
            self.assertFalse(mine.search([]))
            with self.assertRaises(AccessError):
                mine.read(["patient_id"])
        with self.assertRaises(AccessError):
            self.intake.proposal_ids[:1].with_user(stranger).with_context(allowed_company_ids=other.ids).action_accept()

    def _call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw", {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        )

    @mute_logger("odoo.http")
    def test_over_json_rpc_nobody_answers_for_a_patient_or_decides_without_the_right(self):
        proposal, values = self.intake.proposal_ids[:1], {"patient_id": self.patient.id, "form_id": self.form.id}
        risk = {"patient_id": self.patient.id, "kind_id": self.thinner.id}
        portal = new_test_user(self.env, login="test_portal_intake", groups="base.group_portal")
        people = {**{role: self.users[role].login for role in ROLES}, "portal": portal.login}
        for role, login in people.items():
            self.authenticate(login, login)
            calls = [
                ("clinic.intake", "create", [values]),
                ("clinic.intake", "write", [self.intake.id], {"answers": {}}),
                ("clinic.intake", "unlink", [self.intake.id]),
                ("clinic.intake.proposal", "create", [{**values, "about": "allergy"}]),
                ("clinic.intake.proposal", "write", [proposal.id], {"state": "accepted"}),
                ("clinic.intake.proposal", "write", [proposal.id], {"text": "Nothing"}),
                ("clinic.intake.proposal", "unlink", [proposal.id]),
                ("clinic.intake.draft", "search_read", []),
                ("clinic.risk", "create", [{**risk, "intake_id": self.intake.id}]),
            ]
            if role not in ("practitioner", "cosmetologist"):
                calls += [
                    ("clinic.intake", "read", [self.intake.id], ["answers"]),
                    ("clinic.intake", "search_read", [], ["answers"]),
                    ("clinic.intake.proposal", "search_read", [], ["text"]),
                    ("clinic.intake.proposal", "action_accept", [proposal.id]),
                    ("clinic.intake.proposal", "action_refuse", [proposal.id]),
                ]
            for model, method, *args in calls:
                with self.subTest(role=role, model=model, method=method), self.assertRaises(JsonRpcException):
                    self._call(model, method, *args)
        self.env.invalidate_all()
        self.assertEqual(set(self.intake.proposal_ids.mapped("state")), {"open"})
        self.assertFalse(self.patient.risk_ids)

    def test_a_practitioner_accepts_over_json_rpc(self):
        self.authenticate("test_practitioner", "test_practitioner")
        self.assertTrue(self._call("clinic.intake.proposal", "action_accept", self.intake.proposal_ids[:1].ids))
        self.env.invalidate_all()
        self.assertEqual(self.patient.risk_ids.kind_id, self.lidocaine)
