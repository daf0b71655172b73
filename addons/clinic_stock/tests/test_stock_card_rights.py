import json
from io import BytesIO

from openpyxl import load_workbook

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES, ClinicCommon

from .card_common import CardMixin

READERS = ("warehouse", "accountant", "manager")
ACCESS_ERROR = "odoo.exceptions.AccessError"
REFUSALS = {ACCESS_ERROR, "odoo.exceptions.UserError"}


class CardHttpCommon(CardMixin, ClinicCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_card()
        cls.rows = cls.tell()
        cls.used = cls.rows.filtered(lambda row: row.kind == "visit")
        cls.mine = [("product_id", "=", cls.filler.id)]

    def last_logged(self):
        return self.env["clinic.access.log"].search([], limit=1).sequence or 0

    def sign_in(self, role):
        self.authenticate(f"test_{role}", f"test_{role}")

    def call(self, method, *args, **kwargs):
        """Call ``method`` of the stock card over JSON-RPC and return its result."""
        params = {"model": "clinic.stock.card", "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/clinic.stock.card/{method}", params)

    def refusal(self, method, *args, **kwargs):
        """Return the name of the exception that the server answers with, or None."""
        try:
            with mute_logger("odoo.http"):
                self.call(method, *args, **kwargs)
        except JsonRpcException as error:
            return str(error)
        return None


@tagged("post_install", "-at_install")
class TestStockCardRights(CardHttpCommon):
    def test_the_warehouse_and_the_accountant_reach_no_patient(self):
        ids = self.used.ids
        for role in ("warehouse", "accountant"):
            self.sign_in(role)
            for name in ("patient_id", "visit_id"):
                attempts = {
                    "read": ("read", [ids, [name]], {}),
                    "web_read": ("web_read", [ids, {name: {"fields": {"display_name": {}}}}], {}),
                    "list": ("web_search_read", [[], {name: {"fields": {"display_name": {}}}}], {}),
                    "search_read": ("search_read", [[], [name]], {}),
                    "search": ("search", [[(name, "!=", False)]], {}),
                    "path": ("search", [[(f"{name}.display_name", "ilike", "a")]], {}),
                    "through the move": ("search", [[("move_id.clinic_visit_id", "!=", False)]], {}),
                    "further through it": ("search", [[("move_id.clinic_visit_id.patient_id", "!=", False)]], {}),
                    "count": ("search_count", [[(name, "=", self.patient.id)]], {}),
                    "order": ("search", [[]], {"order": name}),
                    "group": ("formatted_read_group", [[], [name], ["__count"]], {}),
                    "list of groups": ("web_read_group", [[], [name], ["__count"]], {}),
                    "aggregate": ("formatted_read_group", [[], [], [f"{name}:count_distinct"]], {}),
                    "export": ("export_data", [ids, [name]], {}),
                    "export along a path": ("export_data", [ids, [f"{name}/display_name"]], {}),
                }
                for title, (method, args, kwargs) in attempts.items():
                    with self.subTest(role=role, field=name, attempt=title):
                        self.assertIn(self.refusal(method, *args, **kwargs), REFUSALS)

    def test_all_that_the_warehouse_reads_tells_no_patient(self):
        for role in ("warehouse", "accountant"):
            self.sign_in(role)
            values = self.call("search_read", self.mine)
            self.assertEqual(len(values), len(self.rows))
            text = json.dumps(values)
            for secret in (self.patient.name, self.facial.name, "patient_id", "visit_id"):
                self.assertNotIn(secret, text)
            self.assertFalse({"patient_id", "visit_id"} & set(self.call("fields_get")))

    def test_a_try_at_a_patient_stands_in_the_access_log(self):
        row = self.used[0].with_user(self.users["warehouse"])
        last = self.last_logged()
        row.read(["document"])
        row.read()
        # Without a savepoint, which the log's row would not survive in a test.
        try:
            row.read(["patient_id"])
        except AccessError:
            self.env.invalidate_all()
        log = self.env["clinic.access.log"].search([("sequence", ">", last)])
        self.assertEqual((log.action, log.patient_id, log.user_id), ("denied", self.patient, self.users["warehouse"]))

    def test_an_opening_with_its_patient_stands_in_the_access_log(self):
        row = self.used[0].with_user(self.users["manager"])
        last = self.last_logged()
        row.read(["document"])
        self.assertEqual(self.last_logged(), last)
        row.read(["document", "patient_id"])
        log = self.env["clinic.access.log"].search([("sequence", ">", last)])
        self.assertEqual((log.action, log.patient_id, log.model), ("open", self.patient, "clinic.stock.card"))

    def test_the_manager_sees_who_it_was_used_for(self):
        self.sign_in("manager")
        [values] = self.call("read", self.used[:1].ids, ["patient_id", "visit_id"])
        self.assertEqual(values["patient_id"], [self.patient.id, self.patient.display_name])
        self.assertEqual(values["visit_id"][1], self.procedure.visit_id.display_name)
        found = self.call("search", [("patient_id.name", "ilike", "Ayesha"), *self.mine])
        returned = self.rows.filtered(lambda row: row.document == self.used[0].document) - self.used
        self.assertEqual(set(found), {*self.used.ids, *returned.ids})
        self.assertTrue(returned)

    def test_the_books_have_no_visits(self):
        number = self.procedure.visit_id.name
        for role, known in {"warehouse": True, "manager": True, "accountant": False}.items():
            with self.subTest(role=role):
                self.sign_in(role)
                documents = {values["document"] for values in self.call("read", self.used.ids, ["document"])}
                self.assertEqual(documents, {number} if known else {False})
                found = self.call("search", [("document", "=", number), *self.mine])
                self.assertEqual(bool(found), known)
                others = self.call("read", (self.rows - self.used).ids, ["document"])
                self.assertTrue([values for values in others if values["document"]])

    def test_only_who_keeps_the_books_sees_values(self):
        for role in READERS:
            self.sign_in(role)
            refused = self.refusal("read", self.rows.ids, ["value"])
            self.assertEqual(refused, ACCESS_ERROR if role == "warehouse" else None, role)

    def test_nobody_else_reads_and_nobody_writes(self):
        for role in ROLES:
            self.sign_in(role)
            self.assertEqual(self.refusal("search", []), None if role in READERS else ACCESS_ERROR, role)
            for method, args in (
                ("create", [{"document": "X"}]),
                ("write", [self.rows.ids, {"document": "X"}]),
                ("unlink", [self.rows.ids]),
            ):
                with self.subTest(role=role, method=method):
                    self.assertEqual(self.refusal(method, *args), ACCESS_ERROR)
            self.assertNotEqual(self.refusal("balance_at", self.filler.id, "2030-01-01"), None)

    def test_lots_have_names_for_everybody_who_reads_the_card(self):
        columns = {name: {"fields": {"display_name": {}}} for name in ("product_id", "lot_id", "location_id")}
        for role in READERS:
            self.sign_in(role)
            values = self.call("web_search_read", self.mine, columns, order="id")["records"][0]
            self.assertEqual((values["lot_id"]["display_name"], values["product_id"]["display_name"]), ("A", "Filler"))


@tagged("post_install", "-at_install")
class TestStockCardExport(CardHttpCommon):
    COLUMNS = ("date", "lot_id", "document", "quantity_in", "quantity_out", "balance", "lot_balance", "user_id")

    def export(self, *columns, groupby=(), domain=None):
        """Return the rows of the XLSX file as the list's "Export All" gets it."""
        fields = self.env["clinic.stock.card"]._fields
        data = {
            "import_compat": False,
            "context": {"lang": "en_US"},
            "domain": domain or self.mine,
            "fields": [{"name": name, "label": fields[name].string, "type": fields[name].type} for name in columns],
            "groupby": list(groupby),
            "ids": False,
            "model": "clinic.stock.card",
        }
        response = self.url_open(
            "/web/export/xlsx",
            data={"data": json.dumps(data), "csrf_token": http.Request.csrf_token(self)},
        )
        response.raise_for_status()
        return [list(row) for row in load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True)]

    def test_the_list_is_exported_with_its_balances(self):
        written = [list(row) for row in reversed(self.written())]
        for role in READERS:
            self.sign_in(role)
            head, *rows = self.export(*self.COLUMNS)
            self.assertEqual(head[3:7], ["In", "Out", "Balance", "Lot Balance"])
            self.assertEqual([row[1] for row in rows], [row[1] for row in written])
            self.assertEqual([row[3:7] for row in rows], [[*row[2:4], *row[5:]] for row in written])

    def test_groups_have_sums_but_no_sum_of_balances(self):
        self.sign_in("warehouse")
        _head, *rows = self.export("document", "quantity_in", "balance", groupby=["lot_id"])
        group = next(row for row in rows if str(row[0]).startswith("A ("))
        self.assertEqual(group[1:], [212.5, None])

    def test_nothing_but_the_own_columns_is_exported(self):
        rows = self.rows.with_user(self.users["warehouse"])
        for name in ("product_id/standard_price", "user_id/partner_id/email", "id", "move_id/.id", "nothing"):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "not a column of the stock card"):
                rows.export_data([name])
        with self.assertRaises(AccessError):
            rows.export_data(["value"])
        with self.assertRaises(UserError):
            self.patient.partner_id.with_user(self.users["warehouse"]).export_data(["name"])

    def test_rows_of_other_branches_are_not_exported(self):
        others = self.tell(self.OTHER_STORY, self.other_branch)
        with self.assertRaises(AccessError):
            others.with_user(self.users["warehouse"]).export_data(["document"])

    def test_patients_are_exported_with_a_trace(self):
        self.sign_in("manager")
        last = self.last_logged()
        self.export("document", "balance")
        self.assertEqual(self.last_logged(), last)
        rows = self.export("document", "patient_id")
        self.assertIn([self.procedure.visit_id.name, self.patient.display_name], rows)
        log = self.env["clinic.access.log"].search([("sequence", ">", last)])
        self.assertEqual((log.action, log.patient_id, log.model), ("export", self.patient, "clinic.stock.card"))
