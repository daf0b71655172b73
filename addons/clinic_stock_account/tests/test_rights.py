from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import CostCommon

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.margin": {**NOBODY, "manager": "r"},
    "clinic.item.cost": {**NOBODY, "accountant": "r", "manager": "r"},
}
# What names a patient or a treatment, from a stock move on.
HIDDEN = (
    "clinic_visit_id",
    "clinic_visit_id.patient_id",
    "clinic_visit_id.patient_id.name",
    "clinic_visit_id.procedure_ids.treatment_id",
    "clinic_visit_id.treatment_summary",
    "origin_returned_move_id.clinic_visit_id",
)


@tagged("post_install", "-at_install")
class TestRights(CostCommon, HttpCase):
    """What an accountant's browser gets to know of what was used: values, and neither patient nor treatment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.used = cls.procedure.consume(cls.dear, 10, lot=cls.lot_100)
        cls.procedure.consume(cls.dear, 12.5, lot=cls.lot_120)
        cls.undone = cls.procedure.consume(cls.dear, 5, lot=cls.lot_120)
        cls.undone.action_undo()
        cls._finish(cls.visit)
        cls.patient.name = "Zubaida Unmistakable"
        cls.facial.name = "Unmistakable Facial"
        # Exporting is a right of its own.
        cls.users["accountant"].group_ids += cls.env.ref("base.group_allow_export")
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.authenticate("test_accountant", "test_accountant")

    def _call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        with mute_logger("odoo.http"):
            return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def _reads(self, model, ids, name):
        try:
            return self._call(model, "read", ids, [name])
        except JsonRpcException:
            return False

    def assert_refused(self, model, method, *args, **kwargs):
        with self.assertRaises(JsonRpcException) as error:
            self._call(model, method, *args, **kwargs)
        self.assertEqual(str(error.exception), "odoo.exceptions.AccessError", f"{model}.{method}{args}")

    def assert_neutral(self, answer):
        self.assertNotIn("Unmistakable", str(answer))

    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    # -- the cost of items --------------------------------------------------------------------------------------------

    def test_the_accountant_reads_costs_by_item_lot_and_month(self):
        domain = [("product_id", "=", self.dear.id)]
        names = ["product_id", "lot_name", "quantity", "cost", "month", "company_id"]
        rows = self._call("clinic.item.cost", "search_read", domain, names, order="lot_name")
        month = self.branch._clinic_local(self.used.date).date().replace(day=1)
        # 10 x 100 and 12.5 x 120; the 5 U that were taken back are in neither.
        self.assertEqual(
            [(row["lot_name"], row["quantity"], row["cost"], row["month"]) for row in rows],
            [("AT100", 10, 1000, str(month)), ("AT120", 12.5, 1500, str(month))],
        )
        aggregates = ["cost:sum", "quantity:sum"]
        [group] = self._call("clinic.item.cost", "formatted_read_group", domain, ["product_id"], aggregates)
        self.assertEqual((group["cost:sum"], group["quantity:sum"]), (2500, 22.5))
        exported = self._call("clinic.item.cost", "export_data", [row["id"] for row in rows], ["lot_name", "cost"])
        self.assertEqual(exported["datas"], [["AT100", 1000], ["AT120", 1500]])
        self.assert_neutral(self._call("clinic.item.cost", "search_read", domain))

    def test_costs_of_items_lead_to_no_visit(self):
        known = set(self._call("clinic.item.cost", "fields_get", attributes=["relation"]))
        self.assertFalse(known & {"visit_id", "procedure_id", "patient_id", "practitioner_id", "treatment_id"})
        relations = self._call("clinic.item.cost", "fields_get", attributes=["relation"]).values()
        self.assertFalse([field for field in relations if field.get("relation", "").startswith("clinic.")])

    # -- margins ------------------------------------------------------------------------------------------------------

    def test_margins_are_refused_by_every_way(self):
        fact = self.env["clinic.margin"].search([("procedure_id", "=", self.procedure.id)])
        self.assertTrue(fact)
        for method, args in {
            "read": (fact.ids, ["margin"]),
            "web_read": (fact.ids, {"margin": {}}),
            "search_read": ([], ["margin"]),
            "web_search_read": ([], {"margin": {}}),
            "search_count": ([("treatment_id.name", "ilike", "Unmistakable")],),
            "name_search": ("V",),
            "formatted_read_group": ([], ["treatment_id"], ["margin:sum"]),
            "web_read_group": ([], ["treatment_id"]),
            "export_data": (fact.ids, ["treatment_id/name"]),
            "action_open_visit": (fact.ids,),
        }.items():
            with self.subTest(method=method):
                self.assert_refused("clinic.margin", method, *args)

    def test_consumptions_procedures_and_visits_stay_closed(self):
        for record in (self.used, self.procedure, self.visit, self.patient):
            for method, args in {
                "read": (record.ids, ["display_name"]),
                "search_count": ([],),
                "export_data": (record.ids, ["id"]),
            }.items():
                with self.subTest(model=record._name, method=method):
                    self.assert_refused(record._name, method, *args)

    # -- stock moves --------------------------------------------------------------------------------------------------

    def test_stock_moves_tell_their_value(self):
        [move] = self._call("stock.move", "read", self.used.move_id.ids, ["value", "product_id"])
        self.assertEqual(move["value"], 1000)
        # The visit's number would lead from the item to the patient on the invoice.
        lines = self.used.move_id.move_line_ids
        for model, ids in (("stock.move", self.used.move_id.ids), ("stock.move.line", lines.ids)):
            self.assert_refused(model, "read", ids, ["origin"])
            self.assert_refused(model, "search_count", [("origin", "=", self.visit.name)])
            names = ["display_name", "reference", "product_id", "location_dest_id", "state", "quantity"]
            self.assertNotIn(self.visit.name, str(self._call(model, "read", ids, names)))
        domain = [("product_id", "=", self.dear.id), ("is_out", "=", True)]
        [group] = self._call("stock.move", "formatted_read_group", domain, ["product_id"], ["value:sum"])
        # 10 x 100 + 12.5 x 120, and the 5 U whose return is a move of its own
        self.assertEqual(group["value:sum"], 3100)
        [product] = self._call("product.product", "read", self.dear.ids, ["total_value"])
        self.assertEqual(product["total_value"], 13500)

    def test_stock_moves_tell_neither_patient_nor_treatment(self):
        ids = (self.used.move_id | self.undone.undo_move_id).ids
        names = self._call("stock.move", "fields_get", attributes=[])
        self.assertNotIn("clinic_visit_id", names)
        # One by one, as Odoo itself keeps some of them from accountants.
        readable = [name for name in names if self._reads("stock.move", ids, name)]
        self.assertLessEqual({"value", "product_id", "partner_id", "display_name"}, set(readable))
        self.assert_neutral(self._call("stock.move", "read", ids, readable))
        for path in HIDDEN:
            with self.subTest(path=path):
                self.assert_refused("stock.move", "search_count", [(path, "!=", False)])
                self.assert_refused("stock.move", "search_read", [(path, "ilike", "Unmistakable")], ["value"])
                self.assert_refused("stock.move", "formatted_read_group", [], [path], ["value:sum"])
                self.assert_refused("stock.move", "export_data", ids, [path.replace(".", "/")])
        self.assert_refused("stock.move", "search_read", [], ["value"], order="clinic_visit_id desc")
        self.assert_refused("stock.move", "read", ids, ["clinic_visit_id"])
        self.assert_refused("stock.move", "web_read", ids, {"clinic_visit_id": {"fields": {"display_name": {}}}})

    def test_invoice_lines_lead_to_no_consumption(self):
        for path in ("clinic_consumption_id.cost", "clinic_consumption_id.lot_id", "clinic_consumption_id.patient_id"):
            with self.subTest(path=path), self.assertRaises(AccessError):
                self.env["account.move.line"].with_user(self.users["accountant"]).search([(path, "!=", False)])
