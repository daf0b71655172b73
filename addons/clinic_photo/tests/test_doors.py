import json

from odoo import Command
from odoo.http import Request
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import PhotoCommon, picture

VARIANTS = ("original", "preview", "thumb")
RPC = "odoo.http"


@tagged("post_install", "-at_install")
class TestDoors(PhotoCommon, HttpCase):
    """Every way in that somebody has, judged by the bytes that come out."""

    def setUp(self):
        super().setUp()
        self.photo = self._photo()
        self.document = self._photo(picture(colour=(250, 250, 250)), kind="document", user=self.users["reception"])
        self.pictures = {
            (photo.uuid, variant): self.env["clinic.vault.file"]._open(photo.uuid, variant)
            for photo in self.photo | self.document
            for variant in VARIANTS
        }
        self.portal = new_test_user(self.env, login="test_portal_photo", groups="base.group_portal")
        self.portal.partner_id = self.patient.partner_id
        self.env.flush_all()

    def _get(self, photo, variant="thumb"):
        return self.url_open(f"/clinic/photo/{photo.uuid}/{variant}", allow_redirects=False)

    def _gets(self, photo):
        """Return the variants of which the bytes come out."""
        return {
            variant for variant in VARIANTS if self._get(photo, variant).content == self.pictures[photo.uuid, variant]
        }

    def _as(self, role):
        self.authenticate(
            f"test_{role}" if role in self.users else role, f"test_{role}" if role in self.users else role
        )

    def test_each_role_gets_the_bytes_of_its_own_and_of_nothing_else(self):
        every = set(VARIANTS)
        expected = {
            "practitioner": (every, every),
            "cosmetologist": (every, every),
            "reception": (set(), every),
            "manager": (set(), every),
            "warehouse": (set(), set()),
            "accountant": (set(), set()),
            "test_portal_photo": (set(), set()),
        }
        for role, (photos, documents) in expected.items():
            self._as(role)
            with self.subTest(role=role):
                self.assertEqual((self._gets(self.photo), self._gets(self.document)), (photos, documents))
        self.authenticate(None, None)
        self.assertEqual((self._gets(self.photo), self._gets(self.document)), (set(), set()))

    def test_a_deleted_photo_is_seen_by_those_who_may_restore_it_until_it_is_erased(self):
        self.photo.with_user(self.users["practitioner"]).delete_photo("Wrong patient on it")
        self.env.flush_all()
        for role, seen in (("practitioner", set(VARIANTS)), ("cosmetologist", set()), ("manager", set())):
            self._as(role)
            with self.subTest(role=role):
                self.assertEqual(self._gets(self.photo), seen)
        self.photo._erase()
        self.env.flush_all()
        self._as("practitioner")
        self.assertEqual(self._gets(self.photo), set())

    def test_the_answer_is_kept_by_nobody_and_shown_nowhere_else(self):
        self._as("practitioner")
        headers = self._get(self.photo).headers
        self.assertEqual(headers["Cache-Control"], "private, no-store")
        self.assertEqual(headers["Content-Security-Policy"], "default-src 'none'; sandbox")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(headers["Cross-Origin-Resource-Policy"], "same-origin")
        self.assertEqual(headers["Content-Type"], "image/jpeg")

    def test_what_is_not_there_is_not_found(self):
        self._as("practitioner")
        for path in (f"{self.photo.uuid}/secret", f"{self.photo.uuid}/0", "x/thumb", "..%2f..%2fetc/thumb", "%/thumb"):
            with self.subTest(path=path):
                self.assertEqual(self.url_open(f"/clinic/photo/{path}").status_code, 404)
        upload = f"upload-{self.photo.uuid}"
        self.assertEqual(self.url_open(f"/clinic/photo/{upload}/0").status_code, 404)

    def test_no_door_of_odoo_gives_a_byte(self):
        self._as("practitioner")
        file = self.env["clinic.vault.file"].search([("owner", "=", self.photo.uuid), ("variant", "=", "thumb")])
        inside = self.pictures[self.photo.uuid, "thumb"][100:200]
        sealed = self._path(file).read_bytes()[100:200]
        for path in (
            f"/web/image/clinic.photo/{self.photo.id}/uuid",
            f"/web/image/clinic.vault.file/{file.id}/name",
            f"/web/content/clinic.photo/{self.photo.id}/marks",
            f"/web/content/clinic.vault.file/{file.id}/name",
            f"/web/content?model=clinic.vault.file&id={file.id}&field=name",
            f"/web/content/{file.id}",
            f"/report/html/base.report_irmodulereference/{self.photo.id}",
        ):
            with self.subTest(path=path), mute_logger("odoo.addons.base.models.ir_binary", "odoo.http"):
                content = self.url_open(path).content
                self.assertNotIn(inside, content)
                self.assertNotIn(sealed, content)
        self.assertFalse(
            self.env["ir.attachment"].sudo().search([("res_model", "in", ("clinic.photo", "clinic.vault.file"))])
        )

    def test_by_rpc_nothing_opens(self):
        for role in ("practitioner", "manager", "reception", "warehouse"):
            self._as(role)
            for model, method, args in (
                ("clinic.vault.file", "search_read", [[]]),
                ("clinic.vault.file", "_open", [self.photo.uuid, "thumb"]),
                ("clinic.vault.file", "read", [[1]]),
                ("clinic.photo", "_served", [self.photo.uuid, "thumb"]),
                ("clinic.photo.upload", "search_read", [[]]),
                ("clinic.photo.upload", "_take_part", [[1], 0, "x"]),
                ("clinic.photo.pair", "search_read", [[]]),
            ):
                with self.subTest(role=role, model=model, method=method), mute_logger(RPC):
                    with self.assertRaises(JsonRpcException):
                        self._rpc(model, method, args)

    def _rpc(self, model, method, args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def test_reception_sees_no_clinical_photo_by_any_list(self):
        self._as("reception")
        rows = self._rpc("clinic.photo", "search_read", [[]], fields=["uuid", "kind"])
        self.assertEqual([row["uuid"] for row in rows], [self.document.uuid])
        gallery = self._rpc("clinic.photo.gallery", "load", [self.patient.id])
        self.assertEqual([photo["uuid"] for photo in gallery["photos"]], [self.document.uuid])
        self.assertNotIn(self.photo.uuid, json.dumps(gallery))

    def test_what_is_withdrawn_from_marketing_is_refused_in_the_next_request(self):
        permissions = self.env["clinic.photo.permission"]
        permissions._decide(self.patient, "marketing", True, "Form signed today", self.photo)
        self.env.flush_all()
        self._as("manager")
        self.assertEqual(self._gets(self.photo), {"preview", "thumb"}, "Never the original")
        permissions._decide(self.patient, "marketing", False, "Said so by phone", self.photo)
        self.env.flush_all()
        self.assertEqual(self._gets(self.photo), set())

    def test_a_patient_sees_what_is_shared_and_nobody_else_s(self):
        stranger = new_test_user(self.env, login="test_portal_other", groups="base.group_portal")
        self.photo.with_user(self.users["practitioner"]).share_photo(True)
        self.env.flush_all()
        self._as("test_portal_photo")
        self.assertEqual(self._gets(self.photo), {"preview", "thumb"})
        self.assertIn(self.photo.uuid, self.url_open("/my/photos").text)
        self.assertNotIn(self.document.uuid, self.url_open("/my/photos").text)
        self._as(stranger.login)
        self.assertEqual(self._gets(self.photo), set())
        self.assertNotIn(self.photo.uuid, self.url_open("/my/photos").text)
        self.photo.with_user(self.users["practitioner"]).share_photo(False)
        self.env.flush_all()
        self._as("test_portal_photo")
        self.assertEqual(self._gets(self.photo), set())
        self.assertIn("has not shared any photos", self.url_open("/my/photos").text)

    def test_another_branch_s_patient_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Another Branch"})
        self.users["cosmetologist"].write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.env.flush_all()
        self._as("cosmetologist")
        self.assertEqual(self._gets(self.photo), set())
        with mute_logger(RPC), self.assertRaises(JsonRpcException):
            self._rpc("clinic.photo.gallery", "load", [self.patient.id])

    def _rows(self):
        self.env.cr.execute(
            "SELECT count(*) FROM clinic_log.clinic_access_log WHERE user_id = %s AND patient_id = %s"
            " AND model = 'clinic.photo' AND action = 'open'",
            [self.users["practitioner"].id, self.patient.id],
        )
        return self.env.cr.fetchone()[0]

    def test_one_opening_is_one_row_before_the_bytes(self):
        self._as("practitioner")
        before = self._rows()
        for variant in VARIANTS * 3:
            self._get(self.photo, variant)
        self.assertEqual(self._rows() - before, 1)

    def test_what_cannot_be_logged_is_not_shown(self):
        self._as("practitioner")
        self.patch(type(self.env["clinic.access.log"]), "_log", lambda *args, **kwargs: 1 / 0)
        with mute_logger("odoo.http"):
            answer = self._get(self.photo)
        self.assertEqual(answer.status_code, 500)
        self.assertNotIn(self.pictures[self.photo.uuid, "thumb"][100:200], answer.content)

    def test_damage_is_said_in_words_and_never_a_blank_picture(self):
        self._as("practitioner")
        file = self.env["clinic.vault.file"].search([("owner", "=", self.photo.uuid), ("variant", "=", "thumb")])
        data = bytearray(self._path(file).read_bytes())
        data[-9] ^= 1
        self._path(file).write_bytes(data)
        with mute_logger("odoo.addons.clinic_vault.models.clinic_vault_file"):
            answer = self._get(self.photo)
        self.assertEqual(answer.status_code, 503)
        self.assertIn("was altered", answer.text)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))
        self.assertTrue(self._alarms())

    def test_parts_come_in_by_their_route_alone_with_the_page_s_token(self):
        self._as("practitioner")
        data, key = picture(), self._key()
        self._rpc("clinic.photo.upload", "begin", [key, self._about(data)])
        address = f"/clinic/photo/upload/{key}/0"
        names = ("../../etc/passwd", "a\r\nb.jpg", "\u202egpj.exe", "n" * 5000)
        for name in names:
            with self.subTest(name=name[:20]), mute_logger("odoo.http"):
                refused = self.url_open(address, files={"part": (name, data)})
                self.assertEqual(refused.status_code, 400, "Without the token")
        token = Request.csrf_token(self)
        for name in names:
            answer = self.url_open(address, data={"csrf_token": token}, files={"part": (name, data)})
            self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(self._rpc("clinic.photo.upload", "finish", [key])["state"], "done")
        self._as("cosmetologist")
        with mute_logger("odoo.http"):
            answer = self.url_open(address, data={"csrf_token": Request.csrf_token(self)}, files={"part": ("a", data)})
        self.assertEqual(answer.status_code, 403)
