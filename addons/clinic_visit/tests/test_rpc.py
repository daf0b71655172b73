from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ClinicCommon

from .common import VisitMixin


@tagged("post_install", "-at_install")
class TestRpc(VisitMixin, ClinicCommon, HttpCase):
    """What the browser, or a program, sends over JSON-RPC meets the same rules."""

    def call(self, role, model, method, *args, **kwargs):
        self.authenticate(f"test_{role}", f"test_{role}")
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def assert_refused(self, pattern, role, model, method, *args, **kwargs):
        with mute_logger("odoo.http", "odoo.sql_db"), self.assertRaisesRegex(JsonRpcException, pattern):
            self.call(role, model, method, *args, **kwargs)

    def test_reception_books(self):
        start = self.branch._clinic_local(self._at(10)).isoformat()
        [visit_id] = self.call(
            "reception", "clinic.visit", "book", self.patient.id, [self.facial.id], start, self.doctor.id
        )
        visit = self.env["clinic.visit"].browse(visit_id)
        self.assertEqual((visit.state, visit.start), ("booked", self._at(10)))
        self.assert_refused(
            "SlotTaken",
            "reception",
            "clinic.visit",
            "book",
            self.patient.id,
            [self.facial.id],
            start,
            self.doctor.id,
        )

    def test_bad_input_is_refused_in_words(self):
        book = ("reception", "clinic.visit", "book")
        for args in (
            (None, [self.facial.id], "2030-01-01 10:00"),
            (self.patient.id, [], "2030-01-01 10:00"),
            (self.patient.id, [self.facial.id], "soon"),
            (self.patient.id, [self.facial.id], "0001-01-01 00:00"),
            (self.patient.id, [self.facial.id], "9999-12-31 23:59"),
            (self.patient.id, ["x"], "2030-01-01 10:00"),
        ):
            with self.subTest(args=args):
                self.assert_refused("UserError|ValidationError", *book, *args)

    def test_other_roles_do_not_book(self):
        start = str(self._at(10))
        for role in ("warehouse", "accountant"):
            with self.subTest(role=role):
                self.assert_refused(
                    "AccessError", role, "clinic.visit", "book", self.patient.id, [self.facial.id], start
                )
                self.assert_refused("AccessError", role, "clinic.visit", "search_read", [], ["name"])

    def test_helpers_are_not_callable(self):
        for method in ("_release_expired_holds", "_sync_reservations", "_blocking_between"):
            with self.subTest(method=method):
                self.assert_refused("AccessError|private", "manager", "clinic.visit", method, [])
