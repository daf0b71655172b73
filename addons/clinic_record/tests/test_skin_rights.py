from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES

from .common import RecordCommon

MODELS = ("clinic.problem", "clinic.problem.response", "clinic.score", "clinic.body.pin")
OUTSIDE = ("reception", "warehouse", "accountant", "manager")
PATIENT_FIELDS = ("skin_type", "problem_ids", "score_ids", "pin_ids")
PROCEDURE_FIELDS = ("skin_type", "pin_ids", "problem_ids", "response_ids", "score_ids")


@tagged("post_install", "-at_install")
class TestSkinRights(RecordCommon, HttpCase):
    """Who does not treat learns nothing of the skin, by whatever verb, over JSON-RPC as well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patient.skin_type = "5"
        treating = cls.env(user=cls.users["practitioner"])
        cls.procedure = cls.start_visit().with_env(treating)
        kind = cls.env.ref("clinic_record.problem_kind_acne_vulgaris")
        cls.problem = treating["clinic.problem"].create({"patient_id": cls.patient.id, "kind_id": kind.id})
        cls.rows = {
            "clinic.problem": cls.problem,
            "clinic.problem.response": treating["clinic.problem.response"].create(
                {"problem_id": cls.problem.id, "procedure_id": cls.procedure.id, "response": "better"}
            ),
            "clinic.score": treating["clinic.score"].create(
                {"patient_id": cls.patient.id, "instrument": "iga", "items": {"grade": 3}}
            ),
            "clinic.body.pin": treating["clinic.body.pin"].create(
                {"procedure_id": cls.procedure.id, "x": 0.5, "y": 0.5}
            ),
        }

    def works(self, model, method, *args):
        params = {"model": model, "method": method, "args": list(args), "kwargs": {}}
        try:
            with mute_logger("odoo.http", "odoo.models", "odoo.sql_db"):
                self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)
        except JsonRpcException as error:
            # Another error would be a mistake of the test.
            self.assertRegex(str(error), "AccessError|ValueError|UserError")
            return False
        return True

    def _listed(self, model, method, *args, **kwargs):
        """Return (model, patient, action) of the rows that the call of a practitioner leaves in the access log."""
        logs = self.env["clinic.access.log"].sudo()
        last = logs.search([], limit=1).sequence or 0
        self.authenticate("test_practitioner", "test_practitioner")
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)
        self.env.invalidate_all()
        rows = logs.search([("sequence", ">", last)], order="sequence")
        return [(row.model, row.patient_id, row.action) for row in rows]

    def test_reading_by_whatever_method_leaves_a_row(self):
        notes, patient = "clinic.note", self.patient
        note = self.env[notes].create({"patient_id": patient.id, "body": "<p>Itches</p>"})
        other = note.copy({"body": "<p>Still itches</p>"})
        nested = {"note_ids": {"fields": {"body": {}}}}
        of_patient = [("patient_id", "=", patient.id)]
        for number, (model, method, *args) in enumerate(
            [
                (notes, "search_read", of_patient, ["body"]),
                (notes, "read", (note | other).ids, ["body"]),
                (notes, "web_read", (note | other).ids, {"body": {}}),
                (notes, "web_search_read", of_patient, {"body": {}}),
                (notes, "formatted_read_group", of_patient, ["state"], ["id:array_agg"]),
                (notes, "copy_data", note.ids),
                ("clinic.score", "formatted_read_group", of_patient, [], ["value:max"]),
                ("clinic.score", "search_read", of_patient, ["value"]),
                ("clinic.problem", "web_search_read", of_patient, {"state": {}}),
                ("clinic.patient", "web_search_read", [("id", "=", patient.id)], {"skin_type": {}}),
                ("clinic.patient", "web_search_read", [("id", "=", patient.id)], nested),
                ("clinic.patient", "search_read", [("id", "=", patient.id)], ["skin_type"]),
            ]
        ):
            model_read = notes if args[-1] is nested else model
            # Each in some hours of its own: what repeats a reading is no other one.
            later = fields.Datetime.now() + timedelta(days=30, hours=2 * number)
            with self.subTest(model=model, method=method), freeze_time(later):
                self.assertEqual(self._listed(model, method, *args), [(model_read, patient, "list")])

    def test_lists_of_a_record_that_was_just_opened_and_whose_it_is_leave_no_row(self):
        of_patient = [("patient_id", "=", self.patient.id)]
        with freeze_time(fields.Datetime.now() + timedelta(days=60)):
            self.assertEqual(self._listed("clinic.score", "search_read", of_patient, ["patient_id"]), [])
            self.assertEqual(
                self._listed("clinic.patient", "web_search_read", [("id", "=", self.patient.id)], {"name": {}}), []
            )
            self.assertEqual(
                self._listed("clinic.patient.card", "load", self.patient.id),
                [("clinic.patient", self.patient, "open")],
            )
            self.assertEqual(self._listed("clinic.score", "search_read", of_patient, ["value"]), [])

    def test_a_list_of_many_patients_is_one_statement(self):
        patients = self.env["clinic.patient"].create([{"name": f"Patient {number}"} for number in range(30)])
        kind = self.env["clinic.risk.kind"].create({"name": "Test", "type": "allergy", "severity": "severe"})
        risks = self.env["clinic.risk"].with_user(self.users["practitioner"])
        made = self.env["clinic.risk"].create([{"patient_id": patient.id, "kind_id": kind.id} for patient in patients])
        domain = [("id", "in", made.ids)]
        self.env.flush_all()
        self.env.cr.precommit.clear()
        self.env.invalidate_all()
        self.assertEqual(len(risks.search_read(domain, ["severity"])), 30)
        # Patients, what was read before, who is there for everybody, the head, one INSERT and the head again.
        before = self.env.cr.sql_log_count
        self.env.cr.precommit.run()
        queries = self.env.cr.sql_log_count - before
        rows = self.env["clinic.access.log"].sudo().search([("model", "=", "clinic.risk")], limit=31)
        self.assertEqual(rows.patient_id & patients, patients)
        self.assertLess(queries, 16)

    def test_those_who_treat_read_all_of_it(self):
        for role in ("cosmetologist", "practitioner"):
            for model, row in self.rows.items():
                with self.subTest(role=role, model=model):
                    self.assertEqual(row.with_user(self.users[role]).search([]), row)
                    self.assertTrue(row.with_user(self.users[role]).read())

    def test_others_reach_no_row_by_any_verb(self):
        for role in OUTSIDE:
            self.authenticate(f"test_{role}", f"test_{role}")
            for model, row in self.rows.items():
                for method, args in (
                    ("search_read", ([], ["patient_id"])),
                    ("web_search_read", ([], {"patient_id": {}})),
                    ("search_count", ([],)),
                    ("read", (row.ids, ["patient_id"])),
                    ("web_read", (row.ids, {"patient_id": {}})),
                    ("name_search", ("a",)),
                    ("formatted_read_group", ([], ["patient_id"], ["__count"])),
                    ("web_read_group", ([], ["patient_id"])),
                    ("export_data", (row.ids, ["patient_id"])),
                    ("create", ({"patient_id": self.patient.id},)),
                    ("write", (row.ids, {"active": False})),
                    ("unlink", (row.ids,)),
                ):
                    with self.subTest(role=role, model=model, method=method):
                        self.assertFalse(self.works(model, method, *args))

    def test_others_reach_no_field_of_the_skin_by_any_verb(self):
        targets = [("clinic.patient", self.patient, name) for name in PATIENT_FIELDS]
        targets += [("clinic.procedure", self.procedure, name) for name in PROCEDURE_FIELDS]
        for role in ("reception", "manager"):
            self.authenticate(f"test_{role}", f"test_{role}")
            for model, record, name in targets:
                for method, args in (
                    ("read", (record.ids, [name])),
                    ("search_read", ([(name, "!=", False)], ["id"])),
                    ("search_count", ([(name, "=", "5")],)),
                    ("search_read", ([], ["id"], 0, 1, f"{name} desc")),
                    ("formatted_read_group", ([], [name], ["__count"])),
                    ("export_data", (record.ids, [name])),
                    ("write", (record.ids, {name: False})),
                ):
                    with self.subTest(role=role, model=model, field=name, method=method):
                        self.assertFalse(self.works(model, method, *args))
                self.assertNotIn(name, self.env[model].with_user(self.users[role]).fields_get())
        self.assertEqual(self.patient.skin_type, "5")

    def test_public_methods_ask_for_the_right(self):
        for role in OUTSIDE:
            self.authenticate(f"test_{role}", f"test_{role}")
            for model, record, method, args in (
                ("clinic.patient", self.patient, "set_skin_type", ["1"]),
                ("clinic.procedure", self.procedure, "load_body_map", []),
                ("clinic.procedure", self.procedure, "action_copy_pins", []),
                ("clinic.problem", self.problem, "action_resolve", []),
                ("clinic.problem", self.problem, "action_view_scores", []),
            ):
                with self.subTest(role=role, method=method):
                    self.assertFalse(self.works(model, method, record.ids, *args))
        self.assertEqual(self.problem.state, "active")

    def test_another_branch_reads_nothing_until_it_is_admitted(self):
        other = self.env["res.company"].create({"name": "Other Branch"})
        # Who treats the patient would read the record from there, too.
        stranger = self.users["cosmetologist"]
        stranger.sudo().write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for model, row in self.rows.items():
            there = row.with_user(stranger).with_context(allowed_company_ids=other.ids)
            with self.subTest(model=model):
                self.assertFalse(there.search([]))
                with self.assertRaises(AccessError):
                    there.read(["patient_id"])
        patient = self.patient.with_user(stranger).with_context(allowed_company_ids=other.ids)
        patient.break_glass("Reaction at night")
        for model, row in self.rows.items():
            there = row.with_user(stranger).with_context(allowed_company_ids=other.ids)
            with self.subTest(model=model):
                self.assertEqual(there.search([]), row)

    def test_nothing_clinical_is_deleted(self):
        for model, row in self.rows.items():
            for role in ROLES:
                with self.subTest(model=model, role=role), self.assertRaises(AccessError):
                    row.with_user(self.users[role]).unlink()
