from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ClinicCommon

from .common import RecordMixin

BLIND = ("reception", "warehouse", "accountant", "manager")
MARKER = "Marker-Substance"
MODELS = ("clinic.risk", "clinic.reaction", "clinic.gate.override")


@tagged("post_install", "-at_install")
class TestRiskRpc(RecordMixin, ClinicCommon, HttpCase):
    """By whatever verb they ask over JSON-RPC: who does not treat learns of no risk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kind = cls.env["clinic.risk.kind"].create({"name": MARKER, "type": "allergy", "severity": "severe"})
        cls.env["clinic.risk.rule"].create({"kind_id": kind.id, "level": "absolute", "text": MARKER})
        cls.procedure = cls.start_visit()
        cls.env["clinic.reaction"].create(
            {"procedure_id": cls.procedure.id, "kind_id": kind.id, "grade": "4", "measures": MARKER}
        )
        cls.waiting = cls.arrive()
        cls.key = cls.waiting._gate_reasons()[0]["key"]
        cls.arrive(hours=2).with_user(cls.users["practitioner"]).override_gate(cls.key, f"Tested for {MARKER}")

    def call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def assert_denied(self, model, method, *args, **kwargs):
        # Exporting is refused to all roles in words of its own.
        refusal = "UserError" if method == "export_data" else "AccessError|ValueError"
        with mute_logger("odoo.http"), self.assertRaisesRegex(JsonRpcException, refusal):
            self.call(model, method, *args, **kwargs)

    def test_who_does_not_treat_reads_no_risk_by_any_verb(self):
        for role in BLIND:
            self.authenticate(f"test_{role}", f"test_{role}")
            for model in MODELS:
                ids = self.env[model].search([]).ids
                with self.subTest(role=role, model=model):
                    self.assert_denied(model, "read", ids, ["display_name"])
                    self.assert_denied(model, "search", [])
                    self.assert_denied(model, "search_count", [])
                    self.assert_denied(model, "name_search", "Marker")
                    self.assert_denied(model, "formatted_read_group", [], ["patient_id"], ["__count"])
                    self.assert_denied(model, "export_data", ids, ["display_name"])
                    self.assert_denied(model, "web_search_read", [], {"display_name": {}})

    def test_who_does_not_treat_finds_no_patient_or_procedure_by_their_risks(self):
        searches = {
            "clinic.patient": ("risk_ids.kind_id.name", "reaction_ids.measures", "risk_count"),
            "clinic.procedure": ("override_ids.reason", "reaction_ids.measures", "patient_id.risk_ids.type"),
            "product.template": ("substance_ids.name",),
        }
        for role in ("reception", "warehouse", "accountant"):
            self.authenticate(f"test_{role}", f"test_{role}")
            for model, names in searches.items():
                for name in names:
                    with self.subTest(role=role, model=model, name=name):
                        self.assert_denied(model, "search", [(name, "ilike", "Marker")])
                        if not name.startswith("patient_id"):
                            self.assert_denied(model, "read", [1], [name.split(".")[0]])

    def test_reception_is_told_in_neutral_words(self):
        self.authenticate("test_reception", "test_reception")
        answers = [
            self.call("clinic.procedure", "gate", self.waiting.ids),
            self.call("clinic.board", "load"),
            self.call("clinic.visit", "web_read", self.waiting.visit_id.ids, {"gate_reasons": {}}),
        ]
        self.assertIn("ask the practitioner", str(answers[0]))
        self.assertNotIn(MARKER, str(answers))
        with self.assertLogs("odoo.http", "WARNING") as logs, self.assertRaises(JsonRpcException):
            self.call("clinic.procedure", "action_start", self.waiting.ids)
        self.assertNotIn(MARKER, str(logs.output))
        self.assert_denied("clinic.procedure", "override_gate", self.waiting.ids, self.key, "Please")

    def test_the_log_learns_nothing_when_a_practitioner_is_stopped(self):
        self.authenticate("test_practitioner", "test_practitioner")
        with self.assertLogs("odoo.http", "WARNING") as logs, self.assertRaises(JsonRpcException):
            self.call("clinic.procedure", "action_start", self.waiting.ids)
        self.assertNotIn(MARKER, str(logs.output))
        self.assertIn(MARKER, str(self.call("clinic.procedure", "gate", self.waiting.ids)))

    def test_the_private_search_for_risks_is_not_called_from_outside(self):
        self.authenticate("test_reception", "test_reception")
        self.assert_denied("clinic.risk.check", "_find", [])
