from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations
from odoo.addons.clinic_account.tests.common import DeskMixin

from .common import PackageCommon, PackageMixin

NOBODY = dict.fromkeys(ROLES, "")
READ = {**NOBODY, "reception": "r", "cosmetologist": "r", "practitioner": "r", "manager": "r"}
DESK = {**NOBODY, "reception": "crw", "manager": "crw"}
EXPECTED = {
    "clinic.course": READ,
    "clinic.session": READ,
    "clinic.session.event": READ,
    "clinic.refund": {**NOBODY, "reception": "r", "manager": "r"},
    "clinic.refund.line": {**NOBODY, "reception": "r", "manager": "r"},
    "clinic.refund.rule": {**NOBODY, "reception": "r", "manager": "crwd"},
    "clinic.package.line": {**READ, "manager": "crwd"},
    "clinic.course.statement": {role: operations and "crw" for role, operations in READ.items()},
    "clinic.deferred.proof.line": {**NOBODY, "accountant": "r", "manager": "r"},
    "clinic.package.sell": DESK,
    "clinic.refund.ask": DESK,
    "clinic.session.step": DESK,
    "clinic.deferred.proof": {**NOBODY, "accountant": "crw", "manager": "crw"},
}


@tagged("post_install", "-at_install")
class TestRights(PackageCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_only_the_desk_sells_and_only_managers_change_sessions(self):
        course = self._sell(user=self.reception)
        for role in ("practitioner", "accountant", "warehouse"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env["clinic.package.sell"].with_user(self.users[role]).create(
                    {"patient_id": self.patient.id, "package_id": self.package.id}
                ).action_sell()
        step = self.env["clinic.session.step"].with_user(self.reception)
        step = step.create({"kind": "extend", "course_id": course.id, "valid_to": "2099-01-01", "reason": "x"})
        with self.assertRaises(AccessError):
            step.action_do()

    def test_the_accountant_proves_and_sees_no_treatment(self):
        course = self._sell()
        accountant = self.users["accountant"]
        proof = (
            self.env["clinic.deferred.proof"].with_user(accountant).with_context(allowed_company_ids=self.branch.ids)
        )
        proof = proof.create({"day": self.branch._clinic_today()})
        self.assertTrue(proof.is_proved)
        proof.action_items()
        for record in (course, course.session_ids[0], course.session_ids[0].event_ids):
            with self.assertRaises(AccessError):
                record.with_user(accountant).read(["display_name"])
        # What stands on the invoice is read and credited as before.
        self._credit(course.invoice_line_id.move_id.with_user(accountant))


@tagged("post_install", "-at_install")
class TestDoors(DeskMixin, PackageMixin, AccountTestInvoicingCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_packages()

    def test_nobody_writes_the_ledger_over_rpc(self):
        course = self._sell()
        session, event = course.session_ids[0], course.session_ids[0].event_ids[0]
        refund = self._ask_refund(course)
        values = {
            "clinic.course": (course, {"beyond_paid": True}),
            "clinic.session": (session, {"value": 1, "state": "open"}),
            "clinic.session.event": (event, {"amount": 1}),
            "clinic.refund": (refund, {"state": "done", "amount": 99999}),
        }
        for login in ("reception", "practitioner", "accountant", "manager"):
            for model, (record, vals) in values.items():
                self.assert_refused(login, model, "write", record.ids, vals)
                self.assert_refused(login, model, "create", vals)
                self.assert_refused(login, model, "unlink", record.ids)
        self.assertEqual((session.value, event.amount, refund.state), (8000, 8000, "asked"))

    def test_the_desk_neither_approves_nor_gives_back(self):
        course = self._sell()
        self._pay(course.invoice_line_id.move_id)
        visit = self._perform()
        refund = self._ask_refund(course)
        for login in ("reception", "practitioner", "accountant"):
            self.assert_refused(login, "clinic.refund", "action_approve", refund.ids)
            self.assert_refused(login, "clinic.refund", "action_refuse", refund.ids)
        self.assert_refused(
            "practitioner", "clinic.procedure", "write", visit.procedure_ids.ids, {"session_use_id": False}
        )
        self.assert_refused("reception", "clinic.procedure", "write", visit.procedure_ids.ids, {"session_id": 1})
        self.assertEqual(refund.state, "asked")
        _answer, error = self._ask("manager", "clinic.refund", "action_approve", refund.ids)
        self.assertFalse(error)
        self.env.invalidate_all()
        self.assertEqual(refund.state, "done")

    def _ask_refund(self, course):
        return PackageMixin._ask.__func__(type(self), course, self._rule())
