import io
import json

from odoo import Command
from odoo.http import Request
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_photo.tests.common import picture

from ..const import VARIANT
from .common import DocumentCommon, pdf

RPC = "odoo.http"


@tagged("post_install", "-at_install")
class TestDoors(DocumentCommon, HttpCase):
    """Every way in that somebody has, judged by the bytes that come out."""

    def setUp(self):
        super().setUp()
        self.result = self._document()
        self.identity = self._document(picture(), kind="identity", user=self.users["reception"])
        self.bytes = {
            document: self.env["clinic.vault.file"]._open(document.uuid, VARIANT)
            for document in self.result | self.identity
        }
        self.portal = new_test_user(self.env, login="test_portal_document", groups="base.group_portal")
        self.portal.partner_id = self.patient.partner_id
        self.env.flush_all()

    def _get(self, document):
        return self.url_open(f"/clinic/document/{document.uuid}", allow_redirects=False)

    def _gets(self):
        """Return whether the bytes come out, of the result and of the identity document."""
        return tuple(self._get(document).content == data for document, data in self.bytes.items())

    def _as(self, role):
        login = f"test_{role}" if role in self.users else role
        self.authenticate(login, login)

    def _rpc(self, model, method, args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def test_each_role_gets_the_bytes_of_its_own_and_of_nothing_else(self):
        expected = {
            "practitioner": (True, True),
            "cosmetologist": (True, True),
            "reception": (False, True),
            "manager": (False, True),
            "warehouse": (False, False),
            "accountant": (False, False),
            "test_portal_document": (False, False),
        }
        for role, seen in expected.items():
            self._as(role)
            with self.subTest(role=role):
                self.assertEqual(self._gets(), seen)
                for document, is_seen in zip(self.bytes, seen, strict=True):
                    self.assertEqual(self._get(document).status_code, 200 if is_seen else 404)
        self.authenticate(None, None)
        self.assertEqual(self._gets(), (False, False))

    def test_the_answer_is_kept_by_nobody_and_shown_nowhere_else(self):
        self._as("practitioner")
        for document, mime, name in (
            (self.result, "application/pdf", f"document-{self.result.id}.pdf"),
            (self.identity, "image/jpeg", f"document-{self.identity.id}.jpeg"),
        ):
            headers = self._get(document).headers
            self.assertEqual(headers["Cache-Control"], "private, no-store")
            # Safari shows no PDF in a sandbox; ours has no script left.
            policy = headers["Content-Security-Policy"]
            self.assertEqual(("sandbox" in policy, "default-src 'none'" in policy), (mime != "application/pdf", True))
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Cross-Origin-Resource-Policy"], "same-origin")
            self.assertEqual(headers["Content-Type"], mime)
            self.assertEqual(headers["Content-Disposition"], f'inline; filename="{name}"')

    def test_a_deleted_one_is_seen_by_those_who_may_restore_it_until_it_is_erased(self):
        self.result.with_user(self.users["practitioner"]).delete_document("Wrong patient on it")
        self.env.flush_all()
        for role, seen in (("practitioner", True), ("cosmetologist", False), ("manager", False)):
            self._as(role)
            with self.subTest(role=role):
                self.assertEqual(self._gets()[0], seen)
        self.result._erase()
        self.env.flush_all()
        self._as("practitioner")
        self.assertEqual(self._get(self.result).status_code, 404)

    def test_no_door_of_odoo_gives_a_byte(self):
        self._as("practitioner")
        file = self.env["clinic.vault.file"].search([("owner", "=", self.result.uuid)])
        inside, sealed = self.bytes[self.result][100:200], self._path(file).read_bytes()[100:200]
        for path in (
            f"/web/content/clinic.document/{self.result.id}/note",
            f"/web/content/clinic.vault.file/{file.id}/name",
            f"/web/image/clinic.document/{self.result.id}/uuid",
            f"/web/content?model=clinic.document&id={self.result.id}&field=name",
        ):
            with self.subTest(path=path), mute_logger("odoo.addons.base.models.ir_binary", "odoo.http"):
                content = self.url_open(path).content
                self.assertNotIn(inside, content)
                self.assertNotIn(sealed, content)
        for path in ("x", "..%2f..%2fetc", "%00", "upload/x/0", f"{self.result.uuid}/file", f"upload-{'a' * 20}"):
            with self.subTest(path=path), mute_logger("odoo.http"):
                self.assertIn(self.url_open(f"/clinic/document/{path}").status_code, (400, 404, 405))

    def test_by_rpc_nothing_opens_and_reception_lists_its_own_alone(self):
        for role in ("practitioner", "manager", "reception", "warehouse"):
            self._as(role)
            for model, method, args in (
                ("clinic.document", "_served", [self.result.uuid]),
                ("clinic.document.upload", "search_read", [[]]),
                ("clinic.document.upload", "_take_part", [[1], 0, "x"]),
            ):
                with self.subTest(role=role, method=method), mute_logger(RPC):
                    with self.assertRaises(JsonRpcException):
                        self._rpc(model, method, args)
        self._as("reception")
        rows = self._rpc("clinic.document", "search_read", [[]], fields=["uuid"])
        self.assertEqual([row["uuid"] for row in rows], [self.identity.uuid])
        with mute_logger(RPC), self.assertRaises(JsonRpcException):
            self._rpc("clinic.document", "write", [[self.result.id], {"kind_id": self._kind("identity").id}])
        with mute_logger(RPC), self.assertRaises(JsonRpcException):
            self._rpc("clinic.document.kind", "write", [self._kind("laboratory").ids, {"is_for_reception": True}])
        found = self._rpc("clinic.document.overview", "load", [self.patient.id])
        self.assertNotIn(self.result.uuid, json.dumps(found))

    def test_a_patient_sees_what_is_shared_and_nobody_else_s(self):
        stranger = new_test_user(self.env, login="test_portal_other", groups="base.group_portal")
        self.result.with_user(self.users["practitioner"]).share_document(True)
        self.env.flush_all()
        self._as("test_portal_document")
        self.assertEqual(self._gets(), (True, False))
        page = self.url_open("/my/documents").text
        self.assertIn(self.result.uuid, page)
        self.assertNotIn(self.identity.uuid, page)
        self._as(stranger.login)
        self.assertEqual(self._gets(), (False, False))
        self.assertIn("has not shared any documents", self.url_open("/my/documents").text)
        self.result.with_user(self.users["practitioner"]).share_document(False)
        self.env.flush_all()
        self._as("test_portal_document")
        self.assertEqual(self._gets(), (False, False))

    def test_another_branch_s_patient_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Another Branch"})
        self.users["cosmetologist"].write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.env.flush_all()
        self._as("cosmetologist")
        self.assertEqual(self._gets(), (False, False))

    def _rows(self):
        self.env.cr.execute(
            "SELECT count(*) FROM clinic_log.clinic_access_log WHERE user_id = %s AND patient_id = %s"
            " AND model = 'clinic.document' AND action = 'open'",
            [self.users["practitioner"].id, self.patient.id],
        )
        return self.env.cr.fetchone()[0]

    def test_one_opening_is_one_row_before_the_bytes(self):
        self._as("practitioner")
        before = self._rows()
        for _time in range(3):
            self.assertEqual(self._gets(), (True, True))
        self.assertEqual(self._rows() - before, 1)
        self.patch(type(self.env["clinic.access.log"]), "_log", lambda *args, **kwargs: 1 / 0)
        self.env.cr.execute("SELECT 1")
        self._as("cosmetologist")
        with mute_logger("odoo.http"):
            answer = self._get(self.result)
        self.assertEqual(answer.status_code, 500, "What cannot be logged is not shown")
        self.assertNotIn(self.bytes[self.result][100:200], answer.content)

    def test_damage_is_said_in_words(self):
        self._as("practitioner")
        file = self.env["clinic.vault.file"].search([("owner", "=", self.result.uuid)])
        data = bytearray(self._path(file).read_bytes())
        data[-9] ^= 1
        self._path(file).write_bytes(data)
        with mute_logger("odoo.addons.clinic_vault.models.clinic_vault_file"):
            answer = self._get(self.result)
        self.assertEqual(answer.status_code, 503)
        self.assertIn("was altered", answer.text)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))

    def test_parts_come_in_by_their_route_alone_with_the_page_s_token(self):
        self._as("reception")
        data, key = pdf(), self._key()
        self._rpc("clinic.document.upload", "begin", [key, self._document_about(data)])
        address = f"/clinic/document/upload/{key}/0"
        names = ("../../etc/passwd", "a\r\nb.pdf", "\u202efdp.exe", "n" * 5000)
        for name in names:
            with self.subTest(name=name[:20]), mute_logger("odoo.http"):
                refused = self.url_open(address, files={"part": (name, io.BytesIO(data))})
                self.assertEqual(refused.status_code, 400, "Without the token")
        token = Request.csrf_token(self)
        for name in names:
            answer = self.url_open(address, data={"csrf_token": token}, files={"part": (name, data)})
            self.assertEqual(answer.status_code, 200, answer.text)
        found = self._rpc("clinic.document.upload", "finish", [key])
        self.assertEqual(found["state"], "done")
        self._as("cosmetologist")
        with mute_logger("odoo.http"):
            answer = self.url_open(address, data={"csrf_token": Request.csrf_token(self)}, files={"part": ("a", data)})
        self.assertEqual(answer.status_code, 403)
