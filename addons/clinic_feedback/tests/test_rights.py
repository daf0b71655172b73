from odoo import Command
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import FeedbackCommon

NOBODY = dict.fromkeys(ROLES, "")
TREAT = {"cosmetologist": "r", "practitioner": "r"}
EXPECTED = {
    "clinic.feedback": {**NOBODY, **TREAT, "manager": "r"},
    "clinic.feedback.task": {**NOBODY, "manager": "rw"},
    "clinic.feedback.question": {**NOBODY, "manager": "rw"},
    "clinic.feedback.report": {**NOBODY, **TREAT, "manager": "r"},
    "clinic.nps": {**NOBODY, **TREAT, "accountant": "r", "manager": "r"},
}


@tagged("post_install", "-at_install")
class TestRights(FeedbackCommon, HttpCase):
    def call(self, role, model, method, *args, **kwargs):
        self.authenticate(f"test_{role}", f"test_{role}")
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def assert_refused(self, pattern, role, model, method, *args):
        with mute_logger("odoo.http", "odoo.sql_db"), self.assertRaisesRegex(JsonRpcException, pattern):
            self.call(role, model, method, *args)

    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_a_comment_is_read_by_managers_and_who_treated(self):
        answer = self._answer(score=3, comment="It burns")
        for role in ("manager", "practitioner"):
            [row] = self.call(role, "clinic.feedback", "read", answer.ids, ["comment", "score"])
            self.assertEqual((row["comment"], row["score"]), ("It burns", 3))
        # Another one, who has not treated.
        self.assertEqual(self.call("cosmetologist", "clinic.feedback", "search_read", [], ["comment"]), [])
        self.assert_refused("AccessError", "cosmetologist", "clinic.feedback", "read", answer.ids, ["comment"])
        for role in ("reception", "warehouse", "accountant"):
            for model in ("clinic.feedback", "clinic.feedback.task", "clinic.feedback.report"):
                self.assert_refused("AccessError", role, model, "search_read", [], ["visit_id"])
            self.assert_refused("AccessError", role, "clinic.feedback", "read", answer.ids, ["comment"])
            # Nor past the visit that they may read.
            self.assert_refused("AccessError", role, "clinic.feedback", "search_count", [["comment", "ilike", "burns"]])

    def test_it_is_logged_who_has_read_a_comment(self):
        answer = self._answer(score=3, comment="It burns")
        self.call("manager", "clinic.feedback", "web_read", answer.ids, {"comment": {}})
        logged = self.env["clinic.access.log"].sudo().search([("model", "=", "clinic.feedback")])
        self.assertIn(self.users["manager"], logged.user_id)

    def test_nobody_answers_changes_or_deletes_for_a_patient(self):
        answer = self._answer(score=3, comment="It burns")
        values = {"visit_id": answer.visit_id.id, "score": 10, "segment": "promoter"}
        for role in ROLES:
            with self.subTest(role=role):
                self.assert_refused("AccessError", role, "clinic.feedback", "create", [values])
                self.assert_refused(
                    "AccessError|UserError", role, "clinic.feedback", "write", answer.ids, {"score": 10}
                )
                self.assert_refused("AccessError|UserError", role, "clinic.feedback", "unlink", answer.ids)
                self.assert_refused("AccessError|private", role, "clinic.feedback", "_store", [], {})
        self.assertEqual((answer.score, answer.comment), (3, "It burns"))

    def test_only_a_manager_follows_up_and_by_the_button(self):
        task = self._answer(score=3).task_ids
        for role in ("reception", "practitioner", "accountant"):
            self.assert_refused("AccessError", role, "clinic.feedback.task", "write", task.ids, {"note": "Nothing"})
            self.assert_refused("AccessError", role, "clinic.feedback.task", "action_close", task.ids)
        for vals in (
            {"state": "done"},
            {"closed_at": "2030-01-01 10:00:00"},
            {"reason": "contact"},
            {"feedback_id": 1},
        ):
            self.assert_refused("AccessError", "manager", "clinic.feedback.task", "write", task.ids, vals)
        self.assert_refused("AccessError", "manager", "clinic.feedback.task", "unlink", task.ids)
        self.assert_refused("UserError", "manager", "clinic.feedback.task", "action_close", task.ids)
        self.call("manager", "clinic.feedback.task", "write", task.ids, {"note": "Called"})
        self.call("manager", "clinic.feedback.task", "action_close", task.ids)
        task.invalidate_recordset()
        self.assertEqual((task.state, task.closed_by_id), ("done", self.users["manager"]))
        self.assert_refused("UserError", "manager", "clinic.feedback.task", "write", task.ids, {"note": "Else"})

    def test_another_branch_sees_none_of_it(self):
        answer = self._answer(score=3, comment="It burns")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        new_test_user(
            self.env,
            login="test_far",
            groups="clinic.group_manager",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        for model in EXPECTED.keys() - {"clinic.feedback.question"}:
            self.assertEqual(self.call("far", model, "search_read", [], ["display_name"]), [], model)
        self.assert_refused("AccessError", "far", "clinic.feedback", "read", answer.ids, ["comment"])

    def test_patients_and_other_employees_have_no_rights(self):
        for login, group in (("test_portal", "base.group_portal"), ("test_employee", "base.group_user")):
            user = new_test_user(self.env, login=login, groups=group)
            for model in EXPECTED:
                self.assertFalse(self.env[model].with_user(user).has_access("read"), (login, model))

    def test_questions_are_changed_and_their_places_are_not(self):
        [question] = self.env["clinic.feedback.question"].search([("part", "=", "passive")])
        self.call("manager", "clinic.feedback.question", "write", question.ids, {"text": "What was missing?"})
        self.assert_refused(
            "AccessError", "manager", "clinic.feedback.question", "write", question.ids, {"part": "score"}
        )
        self.assert_refused(
            "AccessError", "manager", "clinic.feedback.question", "create", [{"part": "score", "text": "x"}]
        )
        self.assert_refused("AccessError", "manager", "clinic.feedback.question", "unlink", question.ids)
        self.assertEqual(self.env["clinic.feedback.question"]._texts()["passive"], "What was missing?")
