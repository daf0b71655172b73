from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import OnlineCommon

EXPECTED = {
    **dict.fromkeys(("clinic.online.code", "clinic.online.hold"), dict.fromkeys(ROLES, "")),
    "clinic.online.step": {**dict.fromkeys(ROLES, ""), "manager": "r"},
}


@tagged("post_install", "-at_install")
class TestRights(OnlineCommon):
    def test_nobody_reads_or_changes_what_is_being_booked(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_only_managers_say_what_is_booked_online(self):
        for record in (self.facial, self.doctor):
            record.with_user(self.users["manager"]).is_online = False
            with self.assertRaises(AccessError):
                record.with_user(self.users["reception"]).is_online = True
        # As all settings, those of a branch are the administrator's.
        with self.assertRaises(AccessError):
            self.branch.with_user(self.users["reception"]).clinic_is_online = True

    def test_nobody_says_that_a_visit_was_booked_online(self):
        visit = self.book()
        for role in ("reception", "manager"):
            with self.assertRaises(AccessError):
                visit.with_user(self.users[role]).is_booked_online = True
        visits = self.env["clinic.visit"].with_user(self.users["reception"]).with_context(default_is_booked_online=True)
        values = {
            "patient_id": self.patient.id,
            "procedure_ids": [Command.create({"treatment_id": self.facial.id, "start": self._at(12)})],
        }
        self.assertFalse(visits.create(values).is_booked_online)
