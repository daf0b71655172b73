import io
import json
import unicodedata
from datetime import timedelta
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from pyhanko.pdf_utils.generic import NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from ..certificate import OPTION
from ..evidence import digest
from ..seal import seal_of
from .common import ConsentCommon

LOGGER = "odoo.addons.clinic_consent.models.clinic_consent_seal"
END = b"-----END PRIVATE KEY-----\n"


@tagged("post_install", "-at_install")
class TestSeal(ConsentCommon):
    """PDFs are sealed with the clinic's certificate, which may be missing or expire without a consent being lost."""

    def setUp(self):
        super().setUp()
        # Alarms are raised in a transaction of their own.
        self.registry_enter_test_mode()
        self._publish(validity="procedure")
        self.consent = self._sign(self.arrive().visit_id)
        self.documents = self.env["clinic.consent.document"]
        self.env.flush_all()

    def _flaws(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return "\n".join(self.consent.sudo()._flaws())

    def _put(self, data):
        """Put ``data`` in the place of the PDF, hash and all, as who has the keys of the vault and the database."""
        self.files.search([("owner", "=", self.consent.uuid), ("variant", "=", "pdf")])._erase()
        self.files._store(self.consent.uuid, "pdf", data)
        self.env.cr.execute("ALTER TABLE clinic_consent_document DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE clinic_consent_document SET sha256 = %s WHERE consent_id = %s", [digest(data), self.consent.id]
        )

    def test_the_pdf_is_sealed_and_says_by_whom(self):
        self._certify(self._make_certificate(key=rsa.generate_private_key(public_exponent=65537, key_size=3072)))
        data = self.documents._of(self.consent)
        document = self.consent.document_ids
        self.assertEqual((document.seal_name, document.is_self_signed), ("Test Clinic", True))
        found = seal_of(data)
        self.assertEqual(found, (document.seal_fingerprint, "Test Clinic", True, True))
        self.assertEqual((len(found.fingerprint), self._flaws()), (64, ""))
        reader = PdfFileReader(io.BytesIO(data))
        [signature] = reader.embedded_signatures
        self.assertEqual(signature.sig_object["/SubFilter"], "/ETSI.CAdES.detached")
        self.assertEqual(reader.root["/Perms"]["/DocMDP"].raw_get("/Type"), "/Sig")
        self.assertEqual(signature.sig_object["/Reference"][0]["/TransformParams"]["/P"], 1, "no change is allowed")
        pages = PdfReader(io.BytesIO(data))
        self.assertEqual(pages.attachments["consent.json"], [self.consent._evidence()])
        text = unicodedata.normalize("NFKC", " ".join(page.extract_text() for page in pages.pages))
        text = " ".join(text.replace("\u200e", "").split())
        self.assertIn("Sealed with the certificate: Test Clinic", text)
        self.assertIn("self-signed: the clinic itself has made it", text)
        self.assertIn("self-signed", self.consent.with_user(self.users["practitioner"]).seal_text)
        [note] = self.consent.sudo()._notes()
        self.assertIn("PDFs sealed with the certificate “Test Clinic”: 1. It is self-signed", note)

    def test_one_that_was_issued_is_sealed_with_its_issuers(self):
        authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = x509.load_pem_x509_certificate(self._make_certificate("Authority", key=authority).partition(END)[2])
        own = self._make_certificate("Clinic Ltd", key=key)
        plain = x509.load_pem_x509_certificate(own.partition(END)[2])
        issued = (
            x509.CertificateBuilder()
            .subject_name(plain.subject)
            .issuer_name(root.subject)
            .public_key(key.public_key())
            .serial_number(plain.serial_number)
            .not_valid_before(plain.not_valid_before_utc)
            .not_valid_after(plain.not_valid_after_utc)
            .sign(authority, SHA256())
        )
        chain = [certificate.public_bytes(Encoding.PEM) for certificate in (issued, root)]
        self._certify(b"".join([own.partition(END)[0], END, *chain]))
        data = self.documents._of(self.consent)
        document = self.consent.document_ids
        self.assertEqual((document.seal_name, document.is_self_signed), ("Clinic Ltd", False))
        [signature] = PdfFileReader(io.BytesIO(data)).embedded_signatures
        names = [certificate.subject.native["common_name"] for certificate in signature.other_embedded_certs]
        self.assertEqual((names, self._flaws()), (["Authority"], ""))
        self.assertEqual(self.consent.sudo()._notes(), ["PDFs sealed with the certificate “Clinic Ltd”: 1."])

    def test_without_a_certificate_there_is_no_seal(self):
        data = self.documents._of(self.consent)
        self.assertIsNone(seal_of(data))
        self.assertIn("without a seal", self.consent.seal_text)
        self.assertEqual((self._flaws(), self.consent.sudo()._notes()), ("", ["PDFs without a seal: 1."]))

    def test_whatever_is_done_to_a_sealed_pdf_is_named(self):
        self._certify()
        data = self.documents._of(self.consent)
        place = data.index(b"/Title") + 10
        flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        turned = IncrementalPdfFileWriter(io.BytesIO(data))
        page = turned.root["/Pages"]["/Kids"][0]
        page[pdf_name("/Rotate")] = NumberObject(90)
        turned.update_container(page)
        output = io.BytesIO()
        turned.write(output)
        self._certify(self._make_certificate("Somebody else"))
        other = self.documents._seal(self._unsealed(), self.documents._certificate(self.branch), self.branch)
        for changed, what in (
            (flipped, "the seal of the PDF is broken: the PDF was changed"),
            (output.getvalue(), "something was added to the PDF after it was sealed"),
            (other, "the PDF is sealed with another certificate, of “Somebody else”"),
            (self._unsealed(), "the seal of the PDF is missing"),
            (b"%PDF-1.4 no more", "the seal of the PDF is missing or cannot be read"),
        ):
            with self.subTest(what):
                self._put(changed)
                self.assertIn(what, self._flaws())
        self._put(data)
        self.assertEqual(self._flaws(), "")

    def _unsealed(self):
        certificates, self.certificates = self.certificates.copy(), {}
        try:
            consent, documents = self.consent.sudo(), self.documents
            evidence = consent._evidence()
            return documents._embed(documents._print(consent, json.loads(evidence)), evidence)
        finally:
            self.certificates.update(certificates)

    @mute_logger(LOGGER)
    def test_a_certificate_that_cannot_seal_is_told_and_nothing_is_lost(self):
        good, other = self._make_certificate(), self._make_certificate()
        key, certificate = good.partition(END)[0] + END, good.partition(END)[2]
        secret = load_pem_private_key(key, None).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"passphrase")
        )
        for data, why in (
            (b"", "is empty"),
            (b"nonsense", "is no PEM file"),
            (good[:-60], "There is no certificate in"),
            (key, "There is no certificate in"),
            (certificate, "There must be one private key in"),
            (secret + certificate, "asks for a passphrase"),
            (key + other.partition(END)[2], "does not go with the first certificate"),
            (self._make_certificate(begun=timedelta(days=-9), lasts=timedelta(days=8)), "expired on"),
            (self._make_certificate(begun=timedelta(days=1)), "is valid from"),
        ):
            with self.subTest(why):
                self._certify(data)
                self._assert_not_printed(why)
        self.certificate_file.unlink()
        self._assert_not_printed("cannot be read: No such file or directory")
        self._certify(good)
        with patch.dict(config.options, {"data_dir": str(self.certificate_file.parent)}):
            self._assert_not_printed("must be outside of the data folder")
        self.assertTrue(seal_of(self.documents._of(self.consent)).is_intact)

    def _assert_not_printed(self, why):
        """The user reads words, the managers why; what was signed is there."""
        # Not assertRaises, which rolls back: the alarm is raised in a transaction of its own.
        try:
            self.documents._of(self.consent)
        except UserError as error:
            self.assertIn("What was signed is stored", str(error))
        else:
            self.fail("It was printed.")
        self.env.invalidate_all()
        alarm = self.env["clinic.access.alarm"].search([("kind", "=", "seal"), ("state", "=", "open")])
        self.assertIn(why, alarm.details.splitlines()[-1])
        self.assertIn(self.users["manager"], alarm.activity_ids.user_id)
        self.assertNotIn("Ayesha", alarm.details)
        self.assertFalse(self.consent.document_ids)
        self.assertTrue(self.consent._evidence())
        self.assertEqual(self.consent.seal_text, "Not printed yet")
        result = self.consent.sudo()._verify_chosen()
        self.assertTrue(result["ok"], result["text"])
        self.assertIn(why, result["text"])

    @mute_logger(LOGGER)
    def test_consents_are_signed_without_it_and_printed_when_it_is_back(self):
        self._certify(b"")
        second = self._sign(self.arrive(hours=3).visit_id)
        with self._run_cron():
            self.documents._cron_print()
        self.assertFalse((self.consent | second).document_ids)
        self._certify()
        with self._run_cron():
            self.documents._cron_print()
        self.assertEqual((self.consent | second).document_ids.mapped("seal_name"), ["Test Clinic"] * 2)

    def _run_cron(self):
        return patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60)

    @mute_logger(LOGGER, "odoo.addons.clinic_consent.models.clinic_consent_document")
    def test_one_that_cannot_be_printed_keeps_no_other_from_it(self):
        second = self._sign(self.arrive(hours=3).visit_id)
        self.env.flush_all()
        self.files.search([("owner", "=", self.consent.uuid)])._erase()
        with self._run_cron():
            self.documents._cron_print()
        self.assertFalse(self.consent.document_ids)
        self.assertTrue(second.document_ids)

    def test_the_managers_are_notified_once_before_it_expires(self):
        alarms = self.env["clinic.access.alarm"]
        self._certify(self._make_certificate(lasts=timedelta(days=32)))
        self.documents._watch_certificates()
        self.assertFalse(alarms.search([("kind", "=", "seal")]))
        self._certify(self._make_certificate(lasts=timedelta(days=30)))
        self.documents._watch_certificates()
        alarm = alarms.search([("kind", "=", "seal")])
        self.assertIn("expires on", alarm.details)
        alarm.with_user(self.users["manager"]).finding = "A new one is ordered."
        alarm.with_user(self.users["manager"]).action_review()
        self.documents._watch_certificates()
        self.assertEqual(alarms.search([("kind", "=", "seal")]), alarm)

    def test_a_branch_may_have_one_of_its_own(self):
        other = self.env["res.company"].create({"name": "Other", "parent_id": self.branch.id})
        self._certify()
        self._certify(
            self._make_certificate("Own"), f"{OPTION}_{self.branch.id}", self.certificate_file.with_suffix(".own")
        )
        for company, name in ((self.branch, "Own"), (other, "Own"), (self.env.ref("base.main_company"), "Test Clinic")):
            self.assertEqual(self.documents._certificate(company).name, name)

    def test_a_trial_clinic_s_certificate_is_made_and_says_that_it_is_one(self):
        folder = self.certificate_file.parent
        with patch.dict(config.options, {"data_dir": str(folder / "data")}):
            self.certificates[OPTION] = "development"
            made = self.documents._certificate(self.branch)
            self.assertEqual((made.name, made.is_self_signed), ("Development certificate, made by this machine", True))
            self.assertEqual(self.documents._certificate(self.branch).fingerprint, made.fingerprint)
        self.assertEqual((folder / "consent.pem").stat().st_mode & 0o777, 0o600)
        self.assertEqual(repr(made), "<Certificate of Development certificate, made by this machine>")

    def test_no_role_reads_or_changes_the_row_of_a_pdf(self):
        self.documents._of(self.consent)
        for role, user in self.users.items():
            document = self.consent.sudo().document_ids.with_user(user)
            for call in (document.read, document.unlink, lambda document=document: document.write({"size": 1})):
                with self.subTest(role), self.assertRaises(UserError), self.env.cr.savepoint():
                    call()
