from contextlib import suppress

from psycopg2 import Error

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .protocol_common import ProtocolCommon


@tagged("post_install", "-at_install")
class TestNote(ProtocolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedure = cls.start()

    def test_a_note_begins_with_the_protocol_s_template(self):
        note = self._draft()
        self.assertIn("Findings", note.body)
        self.assertEqual((note.patient_id, note.state), (self.patient, "draft"))
        self.assertEqual(note.author_id, self.users["practitioner"])
        with self.assertRaisesRegex(UserError, "empty"):
            note.action_sign()

    def test_author_and_signature_are_facts(self):
        notes = self.env["clinic.note"].with_user(self.users["practitioner"])
        other = self.users["cosmetologist"]
        with self.assertRaisesRegex(AccessError, "by hand"):
            notes.create({"patient_id": self.patient.id, "author_id": other.id, "body": "<p>x</p>"})
        note = notes.create({"patient_id": self.patient.id, "body": "<p>x</p>"})
        self.assertEqual(note.author_id, self.users["practitioner"])
        for vals in ({"state": "signed"}, {"signed_at": "2020-01-01 10:00:00"}, {"amends_id": note.id}):
            with self.assertRaises(UserError):
                notes.create({"patient_id": self.patient.id, **vals})
            with self.assertRaises(UserError):
                note.write(vals)
        with self.assertRaises(UserError):
            note.author_id = other

    def test_only_the_author_writes_and_signs_a_draft(self):
        note = self._draft()
        note.body = "<p>Mine</p>"
        colleague = note.with_user(self.users["cosmetologist"])
        self.assertIn("Mine", colleague.body)
        for attempt in (lambda: colleague.write({"body": "x"}), colleague.action_sign, note.sudo(True).unlink):
            with self.assertRaises(UserError):
                attempt()
        with self.assertRaises(AccessError):
            note.with_user(self.env.ref("base.user_root")).sudo().write({"body": "<p>Another's</p>"})

    def test_a_signed_note_is_locked_for_everybody(self):
        note = self.sign_note(self.procedure)
        self.assertTrue(note.signed_at)
        for record in (note, note.sudo(), note.with_user(self.env.ref("base.user_root")).sudo()):
            for attempt in (
                lambda r=record: r.write({"body": "<p>Other</p>"}),
                lambda r=record: r.write({"state": "draft"}),
                record.unlink,
                record.action_sign,
            ):
                with self.assertRaises(UserError):
                    attempt()

    def test_a_signed_note_is_locked_in_the_database(self):
        note = self.sign_note(self.procedure)
        self.env.flush_all()
        for statement in (
            "UPDATE clinic_note SET body = 'x' WHERE id = %s",
            "UPDATE clinic_note SET state = 'draft', signed_at = NULL WHERE id = %s",
            "UPDATE clinic_note SET author_id = 1 WHERE id = %s",
            "UPDATE clinic_note SET signed_at = now() WHERE id = %s",
            "DELETE FROM clinic_note WHERE id = %s",
        ):
            with self.subTest(statement), self.assertRaises(Error), mute_logger("odoo.sql_db"):
                with self.env.cr.savepoint(flush=False):
                    self.env.cr.execute(statement, [note.id])

    def test_an_amendment_leaves_the_old_note_readable(self):
        note = self.sign_note(self.procedure, "<p>Left cheek</p>")
        colleague = self.users["cosmetologist"]
        amendment = note.with_user(colleague).amend("<p>Right cheek</p>", " Wrong side ")
        self.assertEqual((amendment.state, amendment.author_id), ("signed", colleague))
        self.assertEqual((amendment.amends_id, amendment.amendment_reason), (note, "Wrong side"))
        self.assertEqual(amendment.procedure_id, self.procedure)
        self.assertTrue(note.amended)
        self.assertIn("Left", note.body)
        notes = self.env["clinic.note"].with_user(colleague)
        self.assertEqual(notes.search([("patient_id", "=", self.patient.id), ("amended", "=", False)]), amendment)

    def test_a_procedure_that_is_done_gets_amendments_only(self):
        self.record_all(self.procedure)
        note = self.sign_note(self.procedure)
        left = self._draft()
        loose = self._draft(procedure_id=False, patient_id=self.patient.id)
        self.procedure.action_done()
        left.body = "<p>Afterthought</p>"
        for attempt in (
            lambda: self._draft(),
            left.action_sign,
            lambda: loose.write({"procedure_id": self.procedure.id}),
        ):
            with self.assertRaisesRegex(UserError, "Amend"):
                attempt()
        self.assertEqual(note.amend("<p>Afterthought</p>", "Forgotten").state, "signed")

    def test_a_late_note_is_possible_while_none_is_signed(self):
        self.be_earlier(self.procedure)
        procedure = self.start(self.laser)
        procedure.action_done()
        self.assertEqual(self.sign_note(procedure).state, "signed")
        with self.assertRaisesRegex(UserError, "Amend"):
            self.sign_note(procedure)

    def test_amendments_form_a_chain(self):
        note = self.sign_note(self.procedure)
        second = note.amend("<p>Second</p>", "First mistake")
        third = second.amend("<p>Third</p>", "Second mistake")
        self.assertEqual(third.amends_id.amends_id, note)
        with self.assertRaisesRegex(UserError, "already"):
            note.amend("<p>Fork</p>", "Another mistake")

    def test_what_an_amendment_needs(self):
        with self.assertRaises(UserError):
            self._draft().amend("<p>x</p>", "Why")
        note = self.sign_note(self.procedure)
        for body, reason in (("", "Why"), ("<p><br></p>", "Why"), ("<p>x</p>", "  "), ("<p>x</p>", None), (7, "Why")):
            with self.subTest(body=body, reason=reason), self.assertRaises(UserError):
                note.amend(body, reason)

    def test_the_dialog_amends_and_keeps_nothing(self):
        note = self.sign_note(self.procedure, "<p>Left cheek</p>")
        wizard = (
            self.env["clinic.note.amend"]
            .with_user(self.users["practitioner"])
            .create({"note_id": note.id, "reason": "Wrong side"})
        )
        self.assertIn("Left", wizard.body)
        wizard.body = "<p>Right cheek</p>"
        wizard.action_amend()
        self.assertIn("Right", note.amendment_ids.body)
        self.assertFalse(wizard.exists())

    def test_text_is_sanitised(self):
        note = self._draft()
        note.body = "<p>Safe</p><script>alert(1)</script><a href='javascript:alert(1)'>x</a>"
        self.assertNotIn("script", note.body)
        note.body = "<p>Seen<img src='data:image/png;base64,iVBORw0KGgo='/></p>"
        self.assertEqual(note.body, "<div><p>Seen</p></div>")

    def test_a_note_about_another_patient_s_procedure_is_refused(self):
        other = self.env["clinic.patient"].create({"name": "Somebody Else", "phone": "0301 7654321"})
        note = self.env["clinic.note"].with_user(self.users["practitioner"]).create({"patient_id": other.id})
        with self.assertRaises(UserError):
            note.procedure_id = self.procedure

    def test_names_tell_nothing(self):
        note = self._draft()
        note.body = "<p>Secret</p>"
        self.assertNotIn("Secret", note.display_name)

    def test_opening_exporting_and_being_refused_is_in_the_log(self):
        self.users["practitioner"].group_ids += self.env.ref("base.group_allow_export")
        note = self.sign_note(self.procedure)
        pin = note.env["clinic.body.pin"].create({"procedure_id": self.procedure.id, "kind": "treated", "x": 0, "y": 0})
        log = self.env["clinic.access.log"].sudo()
        self.env.flush_all()
        self.registry_enter_test_mode()
        for record in (note, pin, self.procedure.step_ids[0]):
            with self.subTest(model=record._name):
                record.web_read({"create_uid": {}})
                record.export_data(["id", "create_uid/id"])
                # Not assertRaises: its savepoint takes the row back, too.
                with suppress(AccessError):
                    record.with_user(self.users["reception"]).read(["create_uid"])
                rows = log.search([("model", "=", record._name), ("patient_id", "=", self.patient.id)])
                self.assertEqual(set(rows.mapped("action")), {"open", "export", "denied"})

    def _draft(self, **vals):
        return self.procedure.env["clinic.note"].create({"procedure_id": self.procedure.id, **vals})
