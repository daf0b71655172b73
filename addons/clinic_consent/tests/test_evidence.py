import base64
import io
import json
import shutil

import psycopg2
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.printing import read, squeezed

from ..evidence import canonical, digest
from .common import ConsentCommon

VAULT = "odoo.addons.clinic_vault.models.clinic_vault_file"

# language: (the text, a question)
# Poppler takes a page for one of the direction that most of its letters have; those of a seal are what chance makes
# them, so the texts are long enough.
PRINTED = {
    "en": (
        "<p>I, {patient}, agree to ({treatment}) on {date} (Botox® 20 U). Questions: +92 300 1234567.</p>"
        "<p>Laser Alexandrite 755 nm, 18 J/cm², 16% discount, text [v2.1] since 12/03/1988.</p>",
        "Pregnant (12 weeks)?",
    ),
    "ur": (
        "<p>میں، {patient}، علاج ({treatment}) پر {date} کو رضامند ہوں (Botox® 20 U)۔ سوال ہو تو +92 300 1234567 پر فون کریں۔</p>"  # noqa: E501
        "<p>لیزر Alexandrite 755 nm, 18 J/cm² ہے، رعایت 16%، نسخہ [v2.1]، آغاز 12/03/1988۔</p>"
        "<p>میں نے یہ متن پڑھا اور سمجھا، اور علاج سے پہلے میرے سوالوں کے جواب دیے گئے۔</p>",
        "کیا آپ حاملہ ہیں (12 ہفتے)؟",
    ),
    "fa": (
        "<p>اینجانب {patient} با درمان ({treatment}) در تاریخ {date} موافقم (Botox® 20 U). پرسش: +98 912 1234567.</p>"
        "<p>لیزر Alexandrite 755 nm, 18 J/cm² است، تخفیف 16%، نسخه [v2.1]، از 12/03/1988 تا ۱۴۰۵/۰۹/۰۷ معتبر است.</p>"
        "<p>این متن را خواندم و فهمیدم و پیش از درمان پاسخ همه پرسش هایم را شنیدم.</p>",
        "آیا باردار هستید (12 هفته)؟",
    ),
    "ar": (
        "<p>أنا {patient} أوافق على العلاج ({treatment}) في {date} (Botox® 20 U). للأسئلة: +971 50 1234567.</p>"
        "<p>الليزر Alexandrite 755 nm, 18 J/cm²، خصم 16%، إصدار [v2.1]، منذ 12/03/1988.</p>"
        "<p>قرأت هذا النص وفهمت ما فيه، وسمعت الجواب عن كل سؤال قبل العلاج.</p>",
        "هل أنت حامل (12 أسبوعًا)؟",
    ),
}


@tagged("post_install", "-at_install")
class TestEvidence(ConsentCommon):
    """What proves that a consent was signed as it is kept, and that finds whatever was changed."""

    def setUp(self):
        super().setUp()
        self.form = self._publish(questions=[{"label": "Pregnant?", "stop_answer": "yes"}])
        self.consent = self._sign(self.arrive().visit_id)
        self.env.flush_all()

    def _flaws(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.consent.sudo()._flaws() + self.consent.sudo()._flaws_of_log()

    def _tamper(self, statement, *values):
        """Run ``statement`` as a superuser of the database would, who has put the triggers to sleep."""
        for table in ("clinic_consent", "clinic_consent_document", "clinic_consent_version", "clinic_consent_question"):
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # pylint: disable=sql-injection
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()

    def test_the_evidence_is_canonical_and_says_it_all(self):
        evidence = self.consent._evidence()
        facts = json.loads(evidence)
        self.assertEqual(canonical(facts), evidence)
        self.assertEqual(digest(evidence), self.consent.evidence_hash)
        self.assertEqual(facts["patient"]["name"], "Ayesha Test")
        self.assertIn("I, <span", facts["text"])
        self.assertEqual(facts["answers"][0]["answer"], "no")
        self.assertGreater(len(facts["signature"]["strokes"][0]), 30)
        self.assertTrue(base64.b64decode(facts["signature"]["png"]).startswith(b"\x89PNG"))
        self.assertEqual(facts["identified"]["by"], self.users["reception"].name)
        self.assertEqual(facts["version"]["sha256"], self.form.version_ids.text_hash)
        self.assertEqual(self._flaws(), [])

    def test_it_lies_in_the_vault_alone(self):
        stored = self.files.search([("owner", "=", self.consent.uuid)])
        self.assertEqual(stored.mapped("variant"), ["evidence"])
        self.assertNotIn(b"Ayesha", self._path(stored).read_bytes())
        self.assertFalse(self.env["ir.attachment"].search([("res_model", "like", "clinic.consent")]))

    def test_the_chain_of_the_change_log_has_its_hash(self):
        self.env.cr.execute(
            "SELECT new ->> 'evidence_hash' FROM clinic_log.clinic_change"
            " WHERE model = 'clinic.consent' AND action = 'create' AND res_id = %s",
            [self.consent.id],
        )
        self.assertEqual(self.env.cr.fetchall(), [(self.consent.evidence_hash,)])

    @mute_logger("odoo.sql_db")
    def test_nobody_changes_or_deletes_it(self):
        consent = self.consent.with_user(self.users["practitioner"])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            consent.write({"signer_name": "Other"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            consent.unlink()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            consent.create({"patient_id": self.patient.id})
        for owner in (self.consent, self.consent.sudo()):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                owner.write({"signer_name": "Other"})
            with self.assertRaises(UserError), self.env.cr.savepoint():
                owner.unlink()
        for statement in (
            "UPDATE clinic_consent SET signer_name = 'Other'",
            "DELETE FROM clinic_consent",
            "TRUNCATE clinic_consent CASCADE",
            "DELETE FROM clinic_consent_document",
        ):
            with (
                self.subTest(statement),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_each_change_behind_the_back_is_named(self):
        for statement, what in (
            ("UPDATE clinic_consent SET answers = '{}' WHERE id = %s", "“Answers”? was changed"),
            ("UPDATE clinic_consent SET signer_name = 'Bya' WHERE id = %s", "“Signed By” was changed"),
            ("UPDATE clinic_consent SET signed_at = signed_at - interval '1 day' WHERE id = %s", "“Date” was changed"),
            ("UPDATE clinic_consent SET valid_until = valid_until + 400 WHERE id = %s", "“Valid Until” was changed"),
            (
                "UPDATE clinic_consent_version SET body = replace(body, 'agree', 'agrea') WHERE id = "
                "(SELECT version_id FROM clinic_consent WHERE id = %s)",
                "the text of .* is not what was published",
            ),
            (
                "UPDATE clinic_consent_question SET stop_answer = NULL WHERE version_id = "
                "(SELECT version_id FROM clinic_consent WHERE id = %s)",
                "the text of .* is not what was published",
            ),
            (
                "UPDATE clinic_consent SET evidence_hash = repeat('0', 64) WHERE id = %s",
                "the evidence is not what was signed",
            ),
        ):
            with self.subTest(statement):
                savepoint = self.env.cr.savepoint(flush=False)
                self._tamper(statement, self.consent.id)
                self.assertRegex("\n".join(self._flaws()), what)
                savepoint.close(rollback=True)
                self.env.invalidate_all()
        self.assertEqual(self._flaws(), [])

    def test_a_deleted_one_and_one_that_was_put_in_are_named(self):
        self._tamper("DELETE FROM clinic_consent WHERE id = %s", self.consent.id)
        [flaw] = self.env["clinic.consent"]._flaws_of_log()
        self.assertRegex(flaw, f"Consent {self.consent.id}: it was deleted")

    def test_a_deleted_pdf_and_one_that_was_put_in_are_named(self):
        self._document()
        self.env.flush_all()
        row = "SELECT * FROM clinic_consent_document"
        self._tamper("CREATE TEMPORARY TABLE kept ON COMMIT DROP AS " + row)
        self._tamper("DELETE FROM clinic_consent_document WHERE consent_id = %s", self.consent.id)
        self.assertIn(f"Consent {self.consent.id}: its PDF was deleted", self._flaws())
        self._tamper("UPDATE kept SET id = id + 1000")
        self._tamper("INSERT INTO clinic_consent_document SELECT * FROM kept")
        flaws = [flaw for flaw in self._flaws() if "does not know that its PDF was printed" in flaw]
        self.assertEqual(len(flaws), 1)

    def test_the_part_of_the_evidence_that_was_changed_is_named(self):
        """By who has the keys of the vault; the row's hash stays, or is changed as well."""
        document, good = self._document(), self.consent._evidence()
        facts = json.loads(good)
        stroke = [[facts["signature"]["strokes"][0][0], *facts["signature"]["strokes"][0][2:]]]
        changes = (
            ({"text": facts["text"].replace("agree", "agrea")}, "in the evidence was changed: the text that was read"),
            ({"answers": [{**facts["answers"][0], "answer": "yes"}]}, "in the evidence was changed: the answers"),
            ({"signature": {**facts["signature"], "strokes": stroke}}, "in the evidence was changed: the signature"),
            ({"signer": {"name": "Bya", "relation": None}}, "“Signed By” was changed"),
        )
        for printed in (True, False):
            for change, what in changes:
                if not printed and "answers" in change:
                    # Then the row tells it.
                    what = "“Answers”? was changed"
                with self.subTest(what, printed=printed):
                    forged = canonical({**facts, **change})
                    self._put("evidence", forged)
                    flaws = "\n".join(self._flaws())
                    self.assertIn("the evidence is not what was signed", flaws)
                    self.assertRegex(flaws, what)
                    savepoint = self.env.cr.savepoint(flush=False)
                    self._tamper("UPDATE clinic_consent SET evidence_hash = %s", digest(forged))
                    self.assertIn("its hash is not the one that was sealed", "\n".join(self._flaws()))
                    savepoint.close(rollback=True)
            self._put("evidence", good)
            self.assertEqual(self._flaws(), [] if printed else [f"Consent {self.consent.id}: its PDF was deleted"])
            self._tamper("DELETE FROM clinic_consent_document")
        self.assertIn(good, PdfReader(io.BytesIO(document)).attachments["consent.json"])

    def _put(self, variant, data):
        """Put ``data`` in the place of what is stored, as who has the keys of the vault."""
        self.files.search([("owner", "=", self.consent.uuid), ("variant", "=", variant)])._erase()
        self.files._store(self.consent.uuid, variant, data)

    @mute_logger(VAULT)
    def test_what_sql_does_to_the_stored_files_is_named(self):
        self._publish("Other")
        other = self._sign(self.arrive(hours=3).visit_id)
        self._document()
        of_one = "variant = %s AND owner = (SELECT uuid FROM clinic_consent WHERE id = %s)"
        for action, variant, what in (
            ("DELETE FROM clinic_vault_file", "evidence", "the evidence is missing"),
            ("DELETE FROM clinic_vault_file", "pdf", "the PDF does not open"),
            ("UPDATE clinic_vault_file SET owner = 'x'", "evidence", "the evidence is missing"),
        ):
            with self.subTest(what):
                savepoint = self.env.cr.savepoint(flush=False)
                self._tamper(f"{action} WHERE {of_one}", variant, self.consent.id)
                self.assertIn(what, "\n".join(self._flaws()))
                savepoint.close(rollback=True)
        # The evidence of another consent in its place.
        self._tamper("DELETE FROM clinic_vault_file WHERE owner = %s", other.uuid)
        self._tamper("UPDATE clinic_vault_file SET owner = %s WHERE owner = %s", other.uuid, self.consent.uuid)
        self.assertRegex("\n".join(other.sudo()._flaws()), "the evidence does not open")

    def test_a_lock_that_the_database_lost_is_named(self):
        verify = self.env["clinic.consent"].with_user(self.users["manager"]).verify
        for statement, table in (
            ("ALTER TABLE clinic_consent DISABLE TRIGGER clinic_consent_append_only", "clinic_consent"),
            (
                "ALTER TABLE clinic_consent_document ENABLE TRIGGER clinic_consent_document_append_only",
                "clinic_consent_document",
            ),
            ("DROP TRIGGER clinic_consent_version_is_locked ON clinic_consent_version", "clinic_consent_version"),
            (
                "CREATE OR REPLACE FUNCTION clinic_consent_question_is_locked() RETURNS trigger AS"
                " 'BEGIN RETURN NEW; END' LANGUAGE plpgsql",
                "clinic_consent_question",
            ),
        ):
            with self.subTest(table):
                savepoint = self.env.cr.savepoint(flush=False)
                self.env.cr.execute(statement)
                result = verify()
                self.assertFalse(result["ok"])
                self.assertIn(f"The database does not lock the table {table} any more", result["text"])
                savepoint.close(rollback=True)
        self.assertTrue(verify()["ok"])

    @mute_logger(VAULT)
    def test_a_byte_of_the_stored_evidence_or_document_is_named(self):
        for variant, what in (("evidence", "the evidence does not open"), ("pdf", "the PDF does not open")):
            if variant == "pdf":
                self._document()
            path = self._path(self.files.search([("owner", "=", self.consent.uuid), ("variant", "=", variant)]))
            data = path.read_bytes()
            path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
            self.assertRegex("\n".join(self._flaws()), what)
            path.write_bytes(data)
        self.assertEqual(self._flaws(), [])

    def test_another_document_in_its_place_is_named(self):
        self._document()
        self._tamper("UPDATE clinic_consent_document SET sha256 = repeat('1', 64)")
        self.assertRegex("\n".join(self._flaws()), "the PDF is not what was printed")

    def test_a_withdrawal_is_a_record_with_evidence(self):
        withdrawal = self.consent.with_user(self.users["practitioner"])._withdraw("By letter of this morning")
        facts = json.loads(withdrawal.sudo()._evidence())
        self.assertEqual(facts["withdraws"]["sha256"], self.consent.evidence_hash)
        self.assertEqual((facts["reason"], withdrawal.standing), ("By letter of this morning", "withdrawal"))
        self.assertEqual(self.consent.standing, "withdrawn")
        self.consent |= withdrawal
        self.assertEqual(self._flaws(), [])
        with self.assertRaisesRegex(UserError, "not in force"):
            withdrawal._withdraw("Again and again")

    def test_verify_tells_the_manager_and_nobody_else(self):
        consents = self.env["clinic.consent"]
        result = consents.with_user(self.users["manager"]).verify()
        self.assertEqual((result["ok"], result["count"] >= 1), (True, True), result["text"])
        for role in ("reception", "practitioner"):
            with self.assertRaises(AccessError):
                consents.with_user(self.users[role]).verify()
        shown = consents.with_user(self.users["manager"]).action_verify()
        found = self.env[shown["res_model"]].browse(shown["res_id"])
        self.assertTrue(found.with_user(self.users["manager"]).is_whole, found.text)
        for role in ("reception", "practitioner"):
            with self.assertRaises(AccessError):
                found.with_user(self.users[role]).read(["text"])

    # -- the document -------------------------------------------------------------------------------------------------

    def _document(self):
        return self.env["clinic.consent.document"]._of(self.consent)

    def test_the_pdf_is_printed_once_and_holds_the_evidence(self):
        data = self._document()
        self.assertEqual(data, self._document())
        self.assertEqual(self.consent.document_ids.sha256, digest(data))
        reader = PdfReader(io.BytesIO(data))
        [embedded] = reader.attachments["consent.json"]
        self.assertEqual(embedded, self.consent._evidence())
        text = " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u200e", "").split())
        for part in ("Facial consent (en)", "I, Ayesha Test, agree.", "Pregnant?", self.consent.evidence_hash):
            self.assertIn(part, text)
        self.assertLess(text.index("I, Ayesha Test"), text.index("Pregnant?"))
        self.assertLess(text.index("Pregnant?"), text.index("Signed by"))

    def test_what_is_printed_is_read_in_the_right_order(self):
        """Of phone numbers, amounts with units, brackets and dates, in a text of either direction."""
        self.assertTrue(shutil.which("pdftotext"), "Debian: apt-get install poppler-utils")
        visit = self.arrive(self.laser, hours=3).visit_id
        for lang, (body, question) in PRINTED.items():
            with self.subTest(lang=lang):
                form = self._publish(f"Form {lang}", self.laser, [{"label": question}], body, lang)
                consent = self._sign(visit)
                facts = json.loads(consent._evidence())
                text = squeezed(read(self.env["clinic.consent.document"]._of(consent)))
                for part in (facts["plain"], question, facts["values"]["date"]):
                    self.assertIn(squeezed(part), text)
                form.version_ids.action_retire()
