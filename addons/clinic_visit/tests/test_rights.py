from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import VisitCommon

NOBODY = dict.fromkeys(ROLES, "")
TREATS = {"cosmetologist": "crw", "practitioner": "crw"}
EXPECTED = {
    "clinic.visit": {**NOBODY, **TREATS, "reception": "crw", "manager": "crw"},
    "clinic.procedure": {**NOBODY, **TREATS, "reception": "crwd", "manager": "crwd"},
    "clinic.reservation": {
        **NOBODY,
        "reception": "r",
        "cosmetologist": "r",
        "practitioner": "r",
        "manager": "r",
    },
    "clinic.block": {
        **NOBODY,
        "reception": "crwd",
        "cosmetologist": "r",
        "practitioner": "r",
        "manager": "crwd",
    },
    "clinic.cancel.reason": {
        **NOBODY,
        "reception": "r",
        "cosmetologist": "r",
        "practitioner": "r",
        "manager": "crwd",
    },
    "clinic.visit.cancel": {**NOBODY, **TREATS, "reception": "crw", "manager": "crw"},
    "clinic.waitlist": {
        **NOBODY,
        "reception": "crw",
        "cosmetologist": "cr",
        "practitioner": "cr",
        "manager": "crwd",
    },
    "clinic.visit.series": {**NOBODY, "reception": "crw", "manager": "crw"},
    "clinic.visit.series.line": {**NOBODY, "reception": "crwd", "manager": "crwd"},
    "clinic.utilisation": {**NOBODY, "manager": "r"},
    "clinic.visit.book": {**NOBODY, **TREATS, "reception": "crw", "manager": "crw"},
}


@tagged("post_install", "-at_install")
class TestRights(VisitCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_a_practitioner_reads_all_visits_and_changes_the_own(self):
        own = self.book(practitioner=self.doctor)
        other = self.book(practitioner=self.cosmetologist)
        doctor = self.users["practitioner"]
        self.assertEqual((own | other).with_user(doctor).mapped("state"), ["booked", "booked"])
        own.with_user(doctor).note = "Bring the chart"
        with self.assertRaises(AccessError):
            other.with_user(doctor).note = "Not mine"
        with self.assertRaises(AccessError):
            other.procedure_ids.with_user(doctor).quantity = 2

    def test_another_branch_is_out_of_sight(self):
        visit = self.book()
        other = self.env["res.company"].create({"name": "Other Branch"})
        stranger = self.users["reception"]
        stranger.sudo().write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        visits = self.env["clinic.visit"].with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(visits.search([("id", "=", visit.id)]))
        with self.assertRaises(AccessError):
            visits.browse(visit.id).read(["state"])

    def test_reservations_are_written_by_nobody(self):
        reservation = self.book().procedure_ids.reservation_ids[0]
        for role in ("reception", "practitioner", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                reservation.with_user(self.users[role]).blocking = False

    def test_roles_without_patients_reach_no_visit(self):
        visit = self.book()
        for role in ("warehouse", "accountant"):
            user = self.users[role]
            for record in (visit, visit.procedure_ids, visit.procedure_ids.reservation_ids):
                with self.subTest(role=role, model=record._name):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])
                    with self.assertRaises(AccessError):
                        record.with_user(user).search([])
                    with self.assertRaises(AccessError):
                        record.with_user(user).formatted_read_group([], ["state"])
