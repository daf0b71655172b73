"""What is written about a patient's health stays in the clinic's own tables: marked, then searched for everywhere."""

import logging
import secrets
from pathlib import Path

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL, config

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_account.tests.common import AccountMixin
from odoo.addons.clinic_document.tests.common import pdf
from odoo.addons.clinic_intake.tests.common import IntakeMixin
from odoo.addons.clinic_record_stock.tests.test_scan import GTIN, ScanMixin
from odoo.addons.clinic_signal.tests.common import SignalMixin
from odoo.addons.mail.tests.common import MockEmail

MARK = "Zq7Marker"
# Where health data belongs, and what a catalogue says without saying it of anybody.
OWN_TABLES = "clinic\\_%"
SEARCHED_TYPES = ("character varying", "text", "json", "jsonb", "bytea")


class MarkerLog(logging.Handler):
    """Keeps what the server logs."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@tagged("post_install", "-at_install")
class TestHealthMarkers(SignalMixin, IntakeMixin, ScanMixin, AccountMixin, MockEmail, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_accounting()
        cls.setup_scanning()
        cls.patient.email = "ayesha@patients.example"

    def setUp(self):
        super().setUp()
        self.count = 0
        self.log = MarkerLog()
        logging.getLogger().addHandler(self.log)
        self.addCleanup(logging.getLogger().removeHandler, self.log)

    def _mark(self):
        self.count += 1
        return f"{MARK}{self.count:03}"

    def test_no_marker_leaves_the_clinic(self):
        doctor = self.users["practitioner"]
        env = self.env(user=doctor)
        procedure = self._treat_marked(env)
        visit = procedure.visit_id
        self.assertEqual(procedure.state, "done")
        self._report_marked(env, procedure)
        visit.with_user(self.users["manager"]).read()
        self._check_out(visit.with_user(self.users["reception"]))
        self._answer_feedback(visit)
        self.env["clinic.procedure"].search([("calendar_stale", "=", True)])._sync_calendar()
        self._send_campaign(env)
        self.env["mail.mail"].search([]).mapped("body_html")
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertGreater(self.count, 20)
        self.assertGreaterEqual(len(self._own_hits()), 8)
        self.assertEqual(self._foreign_hits(), [])
        self.assertEqual([line for line in self.log.lines if MARK in line], [])
        self.assertEqual(self._files_with_markers(), [])

    def _treat_marked(self, env):
        """Live a whole visit; whatever can be said of the patient's health is marked. Return its procedure."""
        patient = self.patient.with_env(env)
        self._add_risks(env)
        visit = self.env["clinic.visit"].with_company(self.branch).book_walk_in(self.patient, self.facial, self.doctor)
        self._answer_marked(env, visit)
        self._sign_marked(visit)
        procedure = visit.procedure_ids.with_env(env)
        for reason in procedure.gate():
            if reason["can_override"]:
                procedure.override_gate(reason["key"], f"Tested for {self._mark()}")
        procedure.action_start()
        procedure.scan(f"01{GTIN}10LATE")
        procedure.action_use_expected()
        procedure.step_ids.write({"skipped_reason": self._mark()})
        procedure.parameter_ids.write({"value": 9, "reason": self._mark()})
        self._add_skin(env, patient, procedure)
        self._add_reaction(env, procedure)
        self._file_document(env)
        note = env["clinic.note"].create({"procedure_id": procedure.id, "body": f"<p>{self._mark()}</p>"})
        note.action_sign()
        note.amend(f"<p>{self._mark()}</p>", self._mark())
        procedure.action_done()
        return procedure

    def _report_marked(self, env, procedure):
        """Let the patient report problems after the procedure, twice about one lot, and settle what that brings."""
        self.branch.clinic_medical_lead_id = self.users["practitioner"]
        symptom = self.env["clinic.signal.symptom"].create({"name": self._mark()})
        today = str(self.branch._clinic_today())
        call = {"call": True, "number": "0300 7654321", "when": "any", "since": today}
        reports = [
            self._report(procedure, symptoms=symptom.ids, words=self._mark(), **call).with_env(env)
            for _time in range(2)
        ]
        self.assertEqual(reports[0].sudo().activity_ids.user_id, self.users["practitioner"])
        kind = self.env["clinic.risk.kind"].create({"name": self._mark(), "type": "reaction"})
        context = reports[0].action_reaction()["context"]
        env["clinic.reaction"].with_context(**context).create({"kind_id": kind.id})
        dialog = env["clinic.signal.close"].with_context(**reports[1].action_close()["context"])
        dialog.create({"outcome": "advice", "finding": self._mark()}).action_close()
        alert = env["clinic.lot.alert"].search([("signal_ids", "in", reports[0].ids)], limit=1)
        self.assertEqual(alert.report_count, 2)
        env["clinic.lot.alert.dismiss"].create(
            {"alert_id": alert.id, "reason": f"Not of the lot, says {self._mark()}"}
        ).action_dismiss()

    def _sign_marked(self, visit):
        """Let the patient sign a consent that asks, and withdraw it and sign again."""
        question = {"label": self._mark(), "kind": "text"}
        form = self._publish(self._mark(), body=f"<p>{self._mark()}</p>", questions=[question])
        asked = str(form.version_ids.question_ids.id)
        self._sign(visit, answers={asked: self._mark()})._withdraw(f"On the phone, because of {self._mark()}")
        self._sign(visit, answers={asked: self._mark()})

    def _answer_marked(self, env, visit):
        """Let the patient fill in an intake, half of it first, and take into the record what it says."""
        said = {"section": "allergies", "kind": "lines", "about": "allergy"}
        questions = [
            {**said, "code": "allergy", "label": self._mark()},
            {"section": "wishes", "kind": "text", "code": "wishes", "label": self._mark()},
        ]
        self._publish_intake(questions=questions, name=self._mark())
        request, _path = self._request(visit)
        request._keep_draft({"draft": {"wishes": self._mark()}})
        answers = {"allergy": f"{self._mark()}\n{self._mark()}", "wishes": self._mark()}
        request._sign(self._intake_data(request, answers))
        accepted, refused = env["clinic.intake"].search([("request_id", "=", request.id)]).proposal_ids
        accepted.with_env(env).action_accept()
        refused.with_env(env).action_refuse()

    def _file_document(self, env):
        """File a document whose name, note and text are marked."""
        uploads, data, key = env["clinic.document.upload"], pdf(text=self._mark()), secrets.token_hex(16)
        kind = self.env["clinic.document.kind"].create({"name": self._mark()})
        about = {"patient_id": self.patient.id, "kind_id": kind.id, "name": f"{self._mark()}.pdf", "size": len(data)}
        uploads.begin(key, {**about, "note": self._mark()})
        uploads._own(key)._take_part(0, data)
        document = env["clinic.document"].browse(uploads.finish(key)["document"])
        document.share_document(True)
        document.delete_document(f"Filed twice, says {self._mark()}")
        document.restore_document()

    def _answer_feedback(self, visit):
        """Let the patient say how it was, and the manager follow it up."""
        kind = self.env.ref("clinic_feedback.kind_feedback")
        message = self.env["clinic.message"]._queue(kind, visit)
        said = {"score": 1, "comment": self._mark(), "wants_contact": True, "page_key": "page"}
        task = self.env["clinic.feedback"]._store(message, said).task_ids.with_user(self.users["manager"])
        task.note = f"Called because of {self._mark()}"
        task.action_close()
        message._filled()

    def _check_out(self, visit):
        """Bill and pay the visit, and write to the patient about it."""
        visit.action_checkout()
        self._pay(visit.sudo().invoice_id)
        visit.sudo().invoice_id.message_post(
            body="Your invoice", subject="Invoice", partner_ids=self.patient.partner_id.ids, message_type="comment"
        )
        visit.activity_schedule("mail.mail_activity_data_call", summary="Ask how it went")

    def _send_campaign(self, env):
        """Write to the patient in a campaign, chosen by what was done and by what else is marked."""
        self.env["ir.config_parameter"].set_param("clinic_message.trial", "False")
        self.branch.write({"email": "desk@test.clinic", "clinic_quiet_from": 0, "clinic_quiet_to": 0})
        consent = {"patient_id": self.patient.id, "channel": "email", "purpose": "marketing", "is_given": True}
        self.env["clinic.message.consent"].create(consent)
        segment = env["clinic.segment"].create(
            {"name": self._mark(), "done_treatment_ids": [Command.set(self.facial.ids)], "done_days": 30}
        )
        campaign = env["clinic.campaign"].create({"segment_id": segment.id})
        campaign.action_draw()
        campaign.sudo().mailing_id.action_launch()
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").method_direct_trigger()
        self.assertEqual([mail["email_to"] for mail in self._mails], [[self.patient.email]])
        said = [self.facial.name, segment.name, MARK]
        self.assertEqual([word for mail in self._mails for word in said if word in str(mail)], [])

    def _add_risks(self, env):
        kinds = self.env["clinic.risk.kind"].create(
            [{"name": self._mark(), "type": kind} for kind in ("allergy", "pregnancy", "medication", "implant")]
        )
        self.env["clinic.risk.rule"].create(
            {"kind_id": kinds[0].id, "level": "relative", "text": self._mark(), "treatment_id": self.facial.id}
        )
        env["clinic.risk"].create(
            [
                {"patient_id": self.patient.id, "kind_id": kind.id, "severity": "severe", "description": self._mark()}
                for kind in kinds
            ]
        )

    def _add_skin(self, env, patient, procedure):
        kind = self.env["clinic.problem.kind"].create({"name": self._mark()})
        problem = env["clinic.problem"].create(
            {
                "patient_id": patient.id,
                "kind_id": kind.id,
                "onset": "2024-01-01",
                "description": self._mark(),
                "area_ids": [Command.link(self.env["clinic.body.area"].search([], limit=1).id)],
            }
        )
        env["clinic.problem.response"].create(
            {
                "problem_id": problem.id,
                "procedure_id": procedure.id,
                "response": "worse",
                "note": self._mark(),
            }
        )
        pin = {"view": "face_front", "x": 0.5, "y": 0.5, "kind": "lesion", "note": self._mark()}
        env["clinic.body.pin"].create({"procedure_id": procedure.id, "problem_id": problem.id, **pin})

    def _add_reaction(self, env, procedure):
        kind = self.env["clinic.risk.kind"].create({"name": self._mark(), "type": "reaction"})
        env["clinic.reaction"].create(
            {
                "patient_id": procedure.patient_id.id,
                "procedure_id": procedure.id,
                "product_id": self.toxin.id,
                "kind_id": kind.id,
                "grade": "2",
                "description": self._mark(),
                "measures": self._mark(),
            }
        )

    # -- searching ----------------------------------------------------------------------------------------------------

    def _columns(self, own):
        """Return (table, column) of all texts and files, in the clinic's own tables or in all others."""
        self.env.cr.execute(
            "SELECT columns.table_name, columns.column_name FROM information_schema.columns columns"
            "  JOIN information_schema.tables tables USING (table_schema, table_name)"
            " WHERE columns.table_schema = current_schema AND tables.table_type = 'BASE TABLE'"
            "   AND columns.data_type = ANY(%s) AND (columns.table_name LIKE %s) = %s",
            [list(SEARCHED_TYPES), OWN_TABLES, own],
        )
        return self.env.cr.fetchall()

    def _hits(self, own):
        hits = []
        for table, column in self._columns(own):
            self.env.cr.execute(
                SQL(
                    "SELECT count(*) FROM %(table)s"
                    " WHERE position(%(mark)s in %(column)s::text) > 0 OR position(%(hex)s in %(column)s::text) > 0",
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    mark=MARK,
                    hex=MARK.encode().hex(),
                )
            )
            [found] = self.env.cr.fetchone()
            if found:
                hits.append((table, column, found))
        return hits

    def _own_hits(self):
        return self._hits(True)

    def _foreign_hits(self):
        return self._hits(False)

    def _files_with_markers(self):
        """Return the attachments' files of this test that hold a marker."""
        store = Path(config.filestore(self.env.cr.dbname))
        names = self.env["ir.attachment"].sudo().search([("store_fname", "!=", False)]).mapped("store_fname")
        files = [store / name for name in set(names)]
        return [path.name for path in files if path.is_file() and MARK.encode() in path.read_bytes()]
