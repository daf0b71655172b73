from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .protocol_common import ProtocolCommon

OUTSIDERS = ("reception", "warehouse", "accountant", "manager")
# What of the record hangs on models that others read.
PATHS = {
    "clinic.procedure": ("protocol_id", "step_ids", "parameter_ids", "note_ids", "note_draft", "missing", "aftercare"),
    "clinic.patient": ("note_ids",),
}


@tagged("post_install", "-at_install")
class TestRecordRights(ProtocolCommon, HttpCase):
    """Reception, warehouse, accountant and manager read nothing of the record by any verb."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # So that an export is refused because of what is exported.
        exporters = cls.env.ref("base.group_allow_export")
        exporters.user_ids = [Command.link(user.id) for user in cls.users.values()]
        cls.procedure = cls.start()
        cls.note = cls.sign_note(cls.procedure, "<p>Marker</p>")
        cls.records = (cls.note, cls.procedure.step_ids[0], cls.procedure.parameter_ids)

    def test_over_json_rpc_the_record_is_shut(self):
        for role in OUTSIDERS:
            self.authenticate(f"test_{role}", f"test_{role}")
            for record in self.records:
                for verb, args in (
                    ("read", [record.ids, ["display_name"]]),
                    ("search_read", [[], ["display_name"]]),
                    ("name_search", ["a"]),
                    ("formatted_read_group", [[], ["patient_id"], ["__count"]]),
                    ("export_data", [record.ids, ["display_name"]]),
                    ("write", [record.ids, {}]),
                    ("unlink", [record.ids]),
                ):
                    with self.subTest(role=role, model=record._name, verb=verb):
                        self.assertEqual(self._refusal(record._name, verb, args), "odoo.exceptions.AccessError")
            for model, verb, args in (
                ("clinic.note", "amend", [self.note.ids, "<p>x</p>", "Why"]),
                ("clinic.note", "action_sign", [self.note.ids]),
                ("clinic.procedure.step", "action_toggle", [self.procedure.step_ids.ids]),
            ):
                with self.subTest(role=role, verb=verb):
                    self.assertEqual(self._refusal(model, verb, args), "odoo.exceptions.AccessError")

    def test_over_json_rpc_no_path_leads_into_the_record(self):
        for role in OUTSIDERS:
            self.authenticate(f"test_{role}", f"test_{role}")
            for model, names in PATHS.items():
                record = self.procedure if model == "clinic.procedure" else self.patient
                for name in names:
                    attempts = {
                        "read": [record.ids, [name]],
                        "search": [[(name, "!=", False)]],
                        "formatted_read_group": [[], [name], ["__count"]],
                        "export_data": [record.ids, [name]],
                    }
                    for verb, args in attempts.items():
                        with self.subTest(role=role, model=model, field=name, verb=verb):
                            self.assertIsNotNone(self._refusal(model, verb, args))

    def test_a_colleague_of_another_branch_reads_nothing(self):
        other = self.env["res.company"].create({"name": "Other Branch"})
        stranger = self.users["cosmetologist"]
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for record in self.records:
            theirs = record.with_user(stranger).with_context(allowed_company_ids=other.ids)
            with self.subTest(record._name):
                self.assertFalse(theirs.search([("id", "=", record.id)]))
                with self.assertRaises(AccessError):
                    theirs.read(["patient_id"])

    def _refusal(self, model, verb, args):
        """Return the name of the exception that the server answers with, or None."""
        params = {"model": model, "method": verb, "args": args, "kwargs": {}}
        try:
            with mute_logger("odoo.http"):
                self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{verb}", params)
        except JsonRpcException as error:
            return str(error)
        return None
