from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..const import VARIANT
from .common import DocumentCommon

REASON = "Document of another patient"


@tagged("post_install", "-at_install")
class TestLife(DocumentCommon):
    def setUp(self):
        super().setUp()
        self.document = self._document()
        self.as_doctor = self.document.with_user(self.users["practitioner"])

    def _file(self):
        return self.env["clinic.vault.file"].search([("owner", "=", self.document.uuid)])

    def test_a_document_is_deleted_with_a_reason_and_brought_back(self):
        for reason in ("", "x", False):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                self.as_doctor.delete_document(reason)
        self.as_doctor.share_document(True)
        self.as_doctor.delete_document(REASON)
        self.assertEqual((self.document.active, self.document.is_shared), (False, False))
        self.assertEqual((self.document.delete_reason, self.document.deleted_by_id), (REASON, self.as_doctor.env.user))
        with self.assertRaisesRegex(UserError, "is deleted"):
            self.as_doctor.share_document(True)
        self.as_doctor.restore_document()
        self.assertTrue(self.document.active)

    def test_who_deletes_and_who_shares(self):
        with self.assertRaisesRegex(AccessError, "deleted by a practitioner"):
            self.document.with_user(self.users["cosmetologist"]).delete_document(REASON)
        for role in ("reception", "manager", "accountant", "warehouse"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.document.with_user(self.users[role]).delete_document(REASON)
        own = self._document(user=self.users["reception"], kind="identity").with_user(self.users["reception"])
        with self.assertRaisesRegex(AccessError, "Practitioners decide"):
            own.share_document(True)
        own.delete_document(REASON)
        own.restore_document()
        own.sudo()._clinic_writing().received_at = fields.Datetime.now() - timedelta(days=2)
        with self.assertRaisesRegex(AccessError, "deleted by a practitioner"):
            own.delete_document(REASON)

    def test_what_is_held_is_not_deleted(self):
        self.patient.with_user(self.users["manager"]).photo_hold_reason = "Court case 12"
        with self.assertRaisesRegex(UserError, "under legal hold"):
            self.as_doctor.delete_document(REASON)

    def test_it_is_kept_as_long_as_its_type_says_and_then_destroyed(self):
        self.assertEqual(self.document.retain_until, self.document.date + relativedelta(years=10))
        identity = self._document(kind="identity", date="1900-01-01")
        added = identity.received_at.date()
        self.assertEqual(identity.retain_until, added + relativedelta(years=2), "from the day on which it was added")
        identity.kind_id = self._kind("laboratory")
        self.assertEqual(identity.retain_until, added + relativedelta(years=10))
        identity.kind_id = self._kind("identity")
        self.assertEqual(identity.retain_until, added + relativedelta(years=10), "a correction shortens nothing")
        self.as_doctor.delete_document(REASON)
        values = {"retain_until": fields.Date.today() - timedelta(days=1)}
        self.document._clinic_writing().write({**values, "deleted_at": fields.Datetime.now() - relativedelta(days=31)})
        path = self._path(self._file())
        documents = self.env["clinic.document"]
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60):
            self.patient.photo_hold_reason = "Court case 12"
            documents._cron_erase()
            self.assertFalse(self.document.erased_at)
            self.patient.photo_hold_reason = False
            documents._cron_erase()
        self.assertTrue(self.document.erased_at)
        self.assertEqual((self.document.name, self.document.note), ("Erased document", False))
        self.env.cr.postcommit.run()
        self.assertFalse(path.exists())
        with self.assertRaisesRegex(UserError, "was erased"):
            self.as_doctor.restore_document()

    def test_documents_go_along_when_patients_are_merged(self):
        kept = self.env["clinic.patient"].create({"name": "Ayesha Kept", "phone": "0300 1234568"})
        self.env["clinic.patient.merge"]._merge(kept, self.patient)
        self.assertEqual(self.document.patient_id, kept)
        self.assertTrue(self.env["clinic.vault.file"]._open(self.document.uuid, VARIANT))

    def test_the_check_of_the_vault_knows_them(self):
        self.env.flush_all()
        found = self.env["clinic.vault.file"]._check()
        self.assertEqual([found[fault] for fault in ("missing", "altered", "key")], [0, 0, 0])
        self._path(self._file()).unlink()
        self.registry_enter_test_mode()
        self.assertEqual(self.env["clinic.vault.file"]._check()["missing"], 1)
