import secrets
from datetime import timedelta
from unittest.mock import patch

import pillow_heif

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.clinic_photo.const import PART_BYTES
from odoo.addons.clinic_photo.intake import Refused
from odoo.addons.clinic_photo.tests.common import picture

from ..const import VARIANT
from .common import DocumentCommon, changed, pdf, text_of

UPLOAD = "odoo.addons.clinic_document.models.clinic_document_upload"


@tagged("post_install", "-at_install")
class TestUpload(DocumentCommon):
    def _uploads(self, role="practitioner"):
        return self.env["clinic.document.upload"].with_user(self.users[role])

    def _bytes(self, document):
        return self.env["clinic.vault.file"]._open(document.uuid, VARIANT)

    def test_a_pdf_is_filed_as_it_was_announced(self):
        visit = self.procedure.visit_id
        document = self._document(
            pdf(2), kind="referral", name="City Clinic.pdf", date="2026-03-31", visit_id=visit.id, note="By hand"
        )
        self.assertEqual((document.patient_id, document.visit_id), (self.patient, visit))
        self.assertEqual((document.kind_id, document.name), (self._kind("referral"), "City Clinic.pdf"))
        self.assertEqual((str(document.date), document.note), ("2026-03-31", "By hand"))
        self.assertEqual((document.file_type, document.pages), ("pdf", 2))
        self.assertEqual(document.author_id, self.users["practitioner"])
        self.assertIn("Haemoglobin 13.1", text_of(self._bytes(document)))
        self.assertEqual(document.size, len(self._bytes(document)))

    def test_a_picture_is_drawn_again(self):
        pillow_heif.register_heif_opener()
        for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
            with self.subTest(kind=kind):
                document = self._document(picture(kind=kind), kind="identity")
                self.assertEqual((document.file_type, document.pages), ("jpeg", 1))
                self.assertTrue(self._bytes(document).startswith(b"\xff\xd8\xff"))

    def test_all_that_lies_on_the_disk_is_sealed_and_nothing_is_an_attachment(self):
        before = self.env["ir.attachment"].search_count([])
        data = pdf(text="ZQMARKER") + secrets.token_bytes(PART_BYTES)
        self._document(data)
        for path in self.root.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                self.assertFalse(content.startswith(b"%PDF"))
                self.assertNotIn(b"ZQMARKER", content)
        self.env.cr.postcommit.run()
        stored = self.env["clinic.vault.file"].search([]).filtered(lambda file: self._path(file).exists())
        self.assertEqual(stored.mapped("variant"), [VARIANT], "No part is left")
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)

    def test_a_broken_connection_goes_on_where_it_was_and_makes_one_document(self):
        data, key, uploads = pdf() + secrets.token_bytes(2 * PART_BYTES), self._key(), self._uploads()
        self.assertEqual(uploads.begin(key, self._document_about(data))["parts"], [])
        upload = uploads._own(key)
        upload._take_part(1, data[PART_BYTES : 2 * PART_BYTES])
        self.assertEqual(uploads.finish(key), {"state": "missing", "parts": [0, 2]})
        upload._take_part(0, data[:PART_BYTES])
        upload._take_part(2, data[2 * PART_BYTES :])
        first = uploads.finish(key)
        self.assertEqual(first["state"], "done")
        self.assertEqual(uploads.finish(key), first)
        self.assertEqual(uploads.begin(key, self._document_about(data))["document"], first["document"])
        self.assertEqual(self.env["clinic.document"].search_count([("patient_id", "=", self.patient.id)]), 1)

    def test_what_is_refused_is_forgotten_and_said(self):
        bad = (
            (b"<html><script>alert(1)</script>" * 9, "neither a PDF nor a picture"),
            (b"MZ\x90\0" + b"\0" * 900, "neither a PDF nor a picture"),
            (b"PK\x03\x04" + b"\0" * 900, "neither a PDF nor a picture"),
            (b"<html>" + pdf(), "neither a PDF nor a picture"),
            (changed(pdf(), lambda writer: writer.encrypt("secret")), "protected by a password"),
            (pdf()[:500], "cannot be read"),
            (pdf(301), "more than 300 pages"),
            (picture((9, 9), kind="PNG"), "too small"),
        )
        for data, words in bad:
            with self.subTest(words=words, data=data[:9]):
                found = self._send_document(data)
                self.assertEqual(found["state"], "refused")
                self.assertIn(words, found["text"])
        self.assertFalse(self.env["clinic.document.upload"].search([]))
        self.assertFalse(self.env["clinic.vault.file"].search([]))
        self.assertFalse(self.env["clinic.document"].search([("patient_id", "=", self.patient.id)]))

    def test_what_may_go_well_the_next_time_is_kept(self):
        data, key, uploads = pdf(), self._key(), self._uploads()
        uploads.begin(key, self._document_about(data))
        uploads._own(key)._take_part(0, data)
        with patch(f"{UPLOAD}.take_in_pdf", side_effect=Refused("slow")):
            found = uploads.finish(key)
        self.assertEqual(found["state"], "failed")
        self.assertIn("took too long", found["text"])
        self.assertEqual(uploads.finish(key)["state"], "done")

    def test_too_much_or_nothing_proper_is_refused_at_the_door(self):
        uploads, about = self._uploads(), self._document_about(b"x")
        with self.assertRaisesRegex(UserError, "larger than 25 MB"):
            uploads.begin(self._key(), {**about, "size": 25 * 1024 * 1024 + 1})
        tomorrow = fields.Date.to_string(self.branch._clinic_today() + timedelta(days=1))
        other = self.env["clinic.patient"].create({"name": "Other", "phone": "0300 7654321"})
        for values, words in (
            ({"size": 0}, "from 1"),
            ({"kind_id": 2**31 - 1}, "does not exist any more"),
            ({"kind_id": "x"}, "existing record"),
            ({"date": tomorrow}, "today or earlier"),
            ({"date": "31.03.2026"}, "not a day"),
            ({"patient_id": other.id, "visit_id": self.procedure.visit_id.id}, "of another patient"),
            ({"patient_id": 2**31 - 1}, "does not exist any more"),
            ({"name": "a\0b"}, "cannot be stored"),
            ({"uuid": "x"}, "by their names"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, words):
                self._uploads("reception" if "visit_id" in values else "practitioner").begin(
                    self._key(), {**about, **values}
                )

    def test_whatever_a_file_is_called_its_title_is_one_line_that_can_be_read(self):
        for name, title in (
            ("../../etc/passwd", "passwd"),
            ("C:\\scans\\count.pdf", "count.pdf"),
            ("a\r\nSet-Cookie: x=1\r\n.pdf", "a Set-Cookie: x=1 .pdf"),
            ("\u202efdp.exe", "fdp.exe"),
            ("\u2066خون\u2069 کا\u200cٹیسٹ", "خون کا\u200cٹیسٹ"),
            ("🙂" * 5000, "🙂" * 120),
            ("n" * 5000, "n" * 120),
            ("...", "Laboratory Result"),
            ("\u200b\u202e", "Laboratory Result"),
            ("<b>x</b>.pdf", "b>.pdf"),
        ):
            with self.subTest(name=name[:20]):
                self.assertEqual(self._document(name=name).name, title)
        document = self._document().with_user(self.users["practitioner"])
        document.name = "\u202eNew\r\nname"
        self.assertEqual(document.name, "New name")
        for name in ("", "\u202e", False, 5):
            with self.subTest(name=name), self.assertRaisesRegex(ValidationError, "a title"):
                document.name = name

    def test_who_adds_what(self):
        for role, allowed in (
            ("practitioner", True),
            ("cosmetologist", True),
            ("reception", True),
            ("manager", True),
            ("warehouse", False),
            ("accountant", False),
        ):
            with self.subTest(role=role):
                if allowed:
                    document = self._document(user=self.users[role])
                    self.assertEqual(document.author_id, self.users[role])
                    seen = document.with_user(self.users[role])._filtered_access("read")
                    self.assertEqual(bool(seen), role in ("practitioner", "cosmetologist"), "A laboratory result")
                else:
                    with self.assertRaises(AccessError):
                        self._send_document(pdf(), self.users[role])
        key = self._key()
        self._uploads().begin(key, self._document_about(b"x" * 9))
        with self.assertRaisesRegex(AccessError, "by somebody else"):
            self._uploads("cosmetologist").finish(key)

    def test_those_who_treat_others_add_nothing(self):
        other = self.env["res.company"].create({"name": "Another Branch"})
        self.users["cosmetologist"].write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        uploads = self._uploads("cosmetologist").with_context(allowed_company_ids=other.ids)
        with self.assertRaisesRegex(AccessError, "those who treat"):
            uploads.begin(self._key(), self._document_about(b"x"))

    def test_what_nobody_goes_on_with_is_forgotten(self):
        key = self._key()
        self._uploads().begin(key, self._document_about(b"x" * 9))
        upload = self._uploads()._own(key)
        upload._take_part(0, b"x" * 9)
        self.env.cr.execute("UPDATE clinic_document_upload SET create_date = create_date - interval '2 days'")
        self.env["clinic.document.upload"]._cron_forget()
        self.assertFalse(upload.exists())
        self.assertFalse(self.env["clinic.vault.file"].search([]))

    def test_by_rpc_nobody_makes_or_changes_what_only_an_upload_does(self):
        documents = self.env["clinic.document"].with_user(self.users["practitioner"])
        with self.assertRaisesRegex(AccessError, "by an upload"):
            documents.create({"patient_id": self.patient.id, "kind_id": self._kind("other").id, "name": "x"})
        document = documents.browse(self._document().id)
        for name, value in (
            ("uuid", "x"),
            ("received_at", "2020-01-01 00:00:00"),
            ("author_id", self.users["reception"].id),
            ("is_shared", True),
            ("active", False),
            ("file_type", "jpeg"),
            ("pages", 9),
            ("patient_id", self.env["clinic.patient"].create({"name": "Another One"}).id),
            ("retain_until", "2000-01-01"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                document.write({name: value})
        document.write({"kind_id": self._kind("referral").id, "note": "Original given back", "date": "2026-01-02"})
        with self.assertRaisesRegex(ValidationError, "today or earlier"):
            document.date = "2199-01-01"
        with self.assertRaises(AccessError):
            document.unlink()
