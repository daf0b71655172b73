from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ClinicCommon

from .recall_common import RecallCommon, RecallMixin


@tagged("post_install", "-at_install")
class TestRecallRights(RecallCommon):
    def test_lines_are_written_by_nobody(self):
        line = self._line(self._open(), self.patient)
        for attempt in (
            lambda: line.write({"state": "reached"}),
            lambda: line.unlink(),
            lambda: line.copy(),
            lambda: line.recall_id.write({"line_ids": [Command.update(line.id, {"state": "reached"})]}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()

    def test_others_do_nothing_to_a_recall(self):
        recall = self._open()
        line = self._line(recall, self.patient)
        for role in ("reception", "cosmetologist", "warehouse", "accountant"):
            user = self.users[role]
            for attempt in (
                lambda user=user: recall.with_user(user).action_refresh(),
                lambda user=user: recall.with_user(user).action_close(),
                lambda user=user: recall.with_user(user).action_send_all(),
                lambda user=user: recall.with_user(user)._export_patients(),
                lambda user=user: line.with_user(user).action_reached(),
                lambda user=user: line.with_user(user).mark_unreachable("Gone"),
                lambda user=user: line.with_user(user).action_send(),
                lambda user=user: line.with_user(user).action_take_back(),
                lambda user=user: self.lot_late.with_user(user).action_clinic_recall(),
            ):
                with self.subTest(role=role), self.assertRaises(AccessError), self.env.cr.savepoint():
                    attempt()

    # -- branches -----------------------------------------------------------------------------------------------------

    def test_each_branch_sees_its_own_patients_and_all_know_how_many(self):
        recall = self._open()
        self.env.invalidate_all()
        self.assertEqual(recall.line_ids.patient_id, self.patient | self.bilal)
        self.assertEqual((recall.patient_count, recall.elsewhere_count), (3, 1))
        theirs = self._seen_by_other(recall)
        self.assertEqual(theirs.line_ids.patient_id, self.chandni)
        self.assertEqual((theirs.patient_count, theirs.elsewhere_count), (3, 2))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._seen_by_other(self._line(recall, self.patient)).action_reached()

    def test_a_patient_of_two_branches_is_seen_in_both_and_counted_once(self):
        self._use(self.chandni, 2, day=6)
        recall = self._open()
        self.env.invalidate_all()
        self.assertEqual((recall.patient_count, recall.elsewhere_count), (3, 0))
        line = self._line(recall, self.chandni)
        self.assertEqual((line.dose, line.practitioners), (10, "Dr Omar, Dr Sana"))
        self.assertEqual(line.consumption_ids.mapped("quantity"), [2])
        self.assertEqual(line.company_id.sudo(), self.branch)

    def test_a_branch_that_has_nothing_of_it_does_not_see_the_recall(self):
        third = self.env["res.company"].create({"name": "Third Branch"})
        stranger = new_test_user(
            self.env,
            login="test_third_manager",
            groups="clinic.group_manager",
            company_id=third.id,
            company_ids=[Command.set(third.ids)],
        )
        recalls = self.env["clinic.lot.recall"].with_user(stranger).with_context(allowed_company_ids=third.ids)
        recall = self._open()
        self.assertFalse(recalls.search([("lot_id", "=", self.lot_late.id)]))
        with self.assertRaises(AccessError):
            recalls.browse(recall.id).read(["reason"])

    def test_the_managers_are_told_by_the_number_once(self):
        recall = self._open("practitioner")
        managers = self.users["manager"] | self.other_manager
        activities = recall.sudo().activity_ids.filtered(lambda activity: activity.user_id in managers)
        self.assertEqual(activities.user_id, managers)
        self.assertEqual(set(activities.mapped("summary")), {f"Inform the patients of your branch: {recall.name}"})
        self.assertEqual(set(activities.mapped("res_name")), {recall.name})
        count = len(recall.sudo().activity_ids)
        recall.action_refresh()
        self.assertEqual(len(recall.sudo().activity_ids), count)
        self._lines(recall).action_reached()
        recall.action_close()
        self.assertFalse(recall.sudo().activity_ids)

    def test_who_opens_it_need_not_be_told(self):
        self.assertNotIn(self.users["manager"], self._open().sudo().activity_ids.user_id)

    # -- the stock app ------------------------------------------------------------------------------------------------

    def test_the_warehouse_blocks_and_releases_with_a_reason(self):
        lot = self.lot_soon.with_user(self.users["warehouse"])
        wizards = self.env["clinic.lot.block"].with_user(self.users["warehouse"])
        action = lot.action_clinic_block()
        wizard = wizards.with_context(**action["context"]).create({"reason": "Box damaged"})
        self.assertFalse(wizard.release)
        wizard.action_block()
        self.assertEqual((lot.clinic_blocked, lot.clinic_block_reason), (True, "Box damaged"))
        wizard = wizards.create({"lot_ids": lot.ids, "reason": "Looked at, all good"})
        self.assertTrue(wizard.release)
        wizard.action_block()
        self.assertEqual((lot.clinic_blocked, lot.clinic_block_reason), (False, False))
        self.assertIn("Released: Looked at, all good", lot.message_ids[0].body)
        for reason in (None, " "):
            with self.assertRaisesRegex(UserError, "Say why"):
                lot.clinic_block(reason)

    def test_a_lot_that_is_being_recalled_stays_blocked(self):
        recall = self._open()
        lot = self.lot_late.with_user(self.users["warehouse"])
        with self.assertRaisesRegex(UserError, f"LATE is being recalled .{recall.name}."):
            lot.clinic_release("Nothing found")
        with self.assertRaisesRegex(AccessError, "by hand"):
            lot.clinic_blocked = False
        self._lines(recall).action_reached()
        recall.action_close()
        lot.clinic_release("False alarm")
        self.assertFalse(lot.clinic_blocked)

    def test_the_lot_s_log_tells_of_no_patient(self):
        self.env["mail.message"].search([("model", "=", "stock.lot")]).unlink()
        self._open()
        self.env.flush_all()
        self.env.cr.precommit.run()
        [message] = self.env["mail.message"].search([("model", "=", "stock.lot")])
        told = f"{message.body} {message.tracking_value_ids.read()}"
        self.assertIn("Recall LR/", told)
        for word in ("Ayesha", "Bilal", "Particles", "Facial"):
            self.assertNotIn(word, told)


@tagged("post_install", "-at_install")
class TestRecallRpc(RecallMixin, ClinicCommon, HttpCase):
    """What a browser, or a program, of the warehouse or the accountant gets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_recall()
        cls.recall = cls._open()

    def _call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        with mute_logger("odoo.http"):
            return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def test_warehouse_and_accountant_reach_no_patient_by_any_verb(self):
        lines = self._lines(self.recall).ids
        attempts = []
        for model, ids in (("clinic.lot.recall", self.recall.ids), ("clinic.lot.recall.line", lines)):
            attempts += [
                (model, "search_read", [], ["display_name"]),
                (model, "web_search_read", [], {"display_name": {}}),
                (model, "search_count", []),
                (model, "name_search", "a"),
                (model, "formatted_read_group", [], ["state"], ["__count"]),
                (model, "read", ids, ["display_name"]),
                (model, "web_read", ids, {"display_name": {}}),
                (model, "export_data", ids, ["display_name"]),
                (model, "create", {}),
                (model, "write", ids, {}),
                (model, "unlink", ids),
            ]
        attempts += [("clinic.lot.recall.line", name, lines) for name in ("action_reached", "action_send")]
        attempts += [("clinic.lot.recall", name, self.recall.ids) for name in ("action_refresh", "action_send_all")]
        attempts.append(("stock.lot", "action_clinic_recall", self.lot_late.ids))
        refusals = {"export_data": "UserError"}
        for role in ("warehouse", "accountant"):
            self.authenticate(f"test_{role}", f"test_{role}")
            for model, method, *args in attempts:
                with self.subTest(role=role, model=model, method=method):
                    with self.assertRaisesRegex(JsonRpcException, refusals.get(method, "AccessError")):
                        self._call(model, method, *args)

    def test_no_path_leads_from_the_lot_to_a_patient(self):
        self.authenticate("test_warehouse", "test_warehouse")
        fields = self._call("stock.lot", "fields_get")
        self.assertFalse([name for name, field in fields.items() if field.get("relation", "").startswith("clinic.")])
        [lot] = self._call("stock.lot", "read", self.lot_late.ids)
        self.assertEqual(lot["clinic_block_reason"], f"Recall {self.recall.name}")
        for word in ("Ayesha", "Bilal", "Chandni", "Particles"):
            self.assertNotIn(word, str(lot))
        for activity in self._call("mail.activity", "search_read", [], ["res_model"]):
            self.assertNotEqual(activity["res_model"], "clinic.lot.recall")

    def test_helpers_are_not_callable(self):
        self.authenticate("test_manager", "test_manager")
        for method in ("_find_patients", "_write_facts", "_all_lines", "_export_patients"):
            with self.subTest(method=method), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self._call("clinic.lot.recall", method, self.recall.ids)
