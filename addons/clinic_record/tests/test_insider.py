from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_risk import RiskCommon
from .protocol_common import ProtocolCommon

FORGED = "2020-01-01 10:00:00"


def _is_refused(attempt):
    try:
        attempt()
    except (UserError, ValueError):
        return True
    return False


@tagged("post_install", "-at_install")
class TestForgery(ProtocolCommon):
    """Defaults of a caller's context are input, as values are."""

    def _log_of(self, user, **values):
        domain = [("user_id", "=", user.id), *[(name, "=", value) for name, value in values.items()]]
        return self.env["clinic.access.log"].sudo().search(domain)

    def _exporting(self, role):
        self.users[role].group_ids += self.env.ref("base.group_allow_export")
        return self.users[role]

    def test_a_note_is_not_signed_by_a_default(self):
        procedure = self.start()
        signed = self.sign_note(procedure)
        forged = {
            "default_state": "signed",
            "default_signed_at": FORGED,
            "default_amends_id": signed.id,
            "default_amendment_reason": "x",
        }
        notes = self.env["clinic.note"].with_user(self.users["practitioner"]).with_context(**forged)
        note = notes.create({"procedure_id": procedure.id, "body": "<p>Forged</p>"})
        self.assertEqual((note.state, note.signed_at), ("draft", False))
        self.assertFalse(note.amends_id or note.amendment_reason)
        amendment = signed.with_context(**forged, default_template_id=self.template.id).amend("<p>y</p>", "Typo")
        self.assertEqual((amendment.amends_id, amendment.amendment_reason), (signed, "Typo"))

    def test_a_protocol_is_not_published_by_a_default(self):
        protocols = self.env["clinic.protocol"].with_user(self.users["practitioner"])
        draft = protocols.with_context(default_state="published").create({"treatment_id": self.laser.id})
        self.assertEqual(draft.state, "draft")

    def test_every_page_of_a_card_and_every_treatment_is_an_opening(self):
        self.registry_enter_test_mode()
        doctor, procedure = self.users["practitioner"], self.start()
        card = self.env["clinic.patient.card"].with_user(doctor)
        with self.subTest("later page"):
            card.load(self.patient.id, offset=1)
            self.assertTrue(self._log_of(doctor, action="open", model="clinic.patient"))
        with self.subTest("treatment"):
            card.load_treatment(procedure.id)
            self.assertTrue(self._log_of(doctor, action="open", model="clinic.procedure"))

    def test_a_note_opened_or_exported_stands_in_the_access_log(self):
        self.registry_enter_test_mode()
        note = self.sign_note(self.start())
        cosmetologist = self._exporting("cosmetologist")
        note.with_user(cosmetologist).read(["body"])
        note.with_user(cosmetologist).export_data(["body"])
        # Not in a savepoint, which would take the log's row back.
        self.assertTrue(_is_refused(lambda: note.with_user(self.users["reception"]).read(["body"])))
        log = self._log_of(cosmetologist, model="clinic.note")
        self.assertEqual(set(log.mapped("action")), {"open", "export"})
        self.assertTrue(self._log_of(self.users["reception"], action="denied"))

    def test_what_else_is_clinical_stands_in_the_access_log_when_it_is_exported(self):
        self.registry_enter_test_mode()
        procedure, cosmetologist = self.start(), self._exporting("cosmetologist")
        pin = procedure.env["clinic.body.pin"].create({"procedure_id": procedure.id, "x": 0.5, "y": 0.5})
        for records in (procedure.step_ids, procedure.parameter_ids, pin):
            records.with_user(cosmetologist).export_data(["patient_id/name"])
            with self.subTest(model=records._name):
                self.assertTrue(self._log_of(cosmetologist, model=records._name, action="export"))


@tagged("post_install", "-at_install")
class TestInsider(RiskCommon):
    """What somebody tries who may enter the building, but not every room."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env["res.company"].create({"name": "Other branch", "country_id": cls.env.ref("base.pk").id})
        cls.stranger = new_test_user(
            cls.env,
            "test_stranger",
            "clinic.group_practitioner",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        cls.as_stranger = cls.env(user=cls.stranger, context={"allowed_company_ids": company.ids})
        cls.patient.branch_id = cls.branch

    def test_an_amendment_shows_no_note_of_another_branch(self):
        procedure = self.start_visit().with_env(self.as_doctor)
        note = self.as_doctor["clinic.note"].create({"procedure_id": procedure.id, "body": "<p>MARKER</p>"})
        note.action_sign()
        with self.assertRaises(AccessError):
            wizard = self.as_stranger["clinic.note.amend"].create({"note_id": note.id, "reason": "x"})
            self.assertNotIn("MARKER", wizard.body or "")

    def test_the_booking_dialog_hides_the_risks_of_another_branch_s_patient(self):
        self._rule()
        self._risk()
        start = fields.Datetime.now() + timedelta(days=1)
        values = {"patient_id": self.patient.id, "treatment_ids": self.facial.ids, "start": start}
        for env, told in ((self.as_doctor, True), (self.as_stranger, False)):
            warnings = " ".join(env["clinic.visit.book"].new(values)._warn_risks())
            self.assertEqual("Pregnancy" in warnings, told)
            self.assertIn("risk" if not told else "Pregnancy", warnings)

    def test_the_skin_type_of_another_branch_s_patient_is_not_changed(self):
        patient = self.patient.with_env(self.as_stranger)
        with self.assertRaises(AccessError):
            patient.set_skin_type("3")
        patient.break_glass("Burn on the left cheek")
        patient.set_skin_type("3")
        self.assertEqual(self.patient.sudo().skin_type, "3")

    def test_a_procedure_does_not_begin_before_it_is_booked(self):
        self._rule()
        self._risk()
        visit = self.book(practitioner=self.doctor).with_env(self.as_doctor)
        values = {"visit_id": visit.id, "treatment_id": self.facial.id, "practitioner_id": self.doctor.id}
        values["start"] = self._at(12)
        forged = {"default_state": "in_progress", "default_started_at": FORGED, "default_done_at": FORGED}
        procedure = self.as_doctor["clinic.procedure"].with_context(**forged).create(values)
        self.assertEqual((procedure.state, procedure.started_at, procedure.done_at), ("planned", False, False))

    def test_a_visit_does_not_begin_before_it_is_booked(self):
        procedure = {"treatment_id": self.facial.id, "practitioner_id": self.doctor.id, "start": self._at(12)}
        values = {"patient_id": self.patient.id, "company_id": self.branch.id}
        visits = self.env["clinic.visit"].with_user(self.users["reception"]).with_context(default_state="done")
        self.assertEqual(visits.create({**values, "procedure_ids": [Command.create(procedure)]}).state, "booked")

    def test_the_times_of_a_procedure_are_facts(self):
        procedure = self._arrived()
        with self.assertRaisesRegex(AccessError, "by hand"):
            procedure.write({"state": "in_progress", "started_at": FORGED})
        procedure.action_start()
        with self.assertRaisesRegex(AccessError, "by hand"):
            procedure.write({"started_at": FORGED, "done_at": FORGED})
        self.assertGreater(procedure.started_at, fields.Datetime.to_datetime(FORGED))
        self.assertFalse(procedure.done_at)

    def test_an_override_stays_with_its_patient(self):
        self._rule()
        self._risk()
        procedure = self._arrived()
        override = procedure.override_gate(procedure.gate()[0]["key"], "Agreed with the patient")
        other = self.patient.copy({"name": "Other"})
        reception = self.users["reception"]
        with self.assertRaises(UserError):
            procedure.visit_id.with_user(reception).patient_id = other
        visit = self.env["clinic.visit"].with_company(self.branch).book(other, self.facial, self._at(15), self.doctor)
        with self.assertRaises(UserError):
            procedure.with_user(reception).visit_id = visit
        self.assertEqual(override.patient_id, self.patient)

    def test_reception_finds_no_patient_by_the_record(self):
        hidden = {
            "clinic.patient": ("skin_type", "risk_ids", "note_ids", "problem_ids", "risk_count"),
            "clinic.procedure": ("problem_ids", "skin_type", "override_ids", "note_draft", "aftercare", "protocol_id"),
            "clinic.visit": ("patient_id.skin_type", "procedure_ids.note_ids", "procedure_ids.protocol_id"),
        }
        for model, names in hidden.items():
            records = self.env[model].with_user(self.users["reception"])
            for name in names:
                for verb, attempt in {
                    "search": lambda records=records, name=name: records.search([(name, "!=", False)]),
                    "group": lambda records=records, name=name: records.formatted_read_group([], [name], ["__count"]),
                    "sort": lambda records=records, name=name: records.search([], order=name),
                }.items():
                    with self.subTest(model=model, name=name, verb=verb):
                        self.assertTrue(_is_refused(attempt))

    def test_a_note_s_history_tells_its_values_to_who_may_read_it_alone(self):
        procedure = self.start_visit().with_env(self.as_doctor)
        note = self.as_doctor["clinic.note"].create({"procedure_id": procedure.id, "body": "<p>MARKER</p>"})
        note.action_sign()
        amendment = note.amend("<p>CORRECTED</p>", "Wrong cheek")
        self.env.flush_all()
        manager = self.users["manager"]
        changes = self.env["clinic.change"].with_user(manager)
        domain = changes._history_domain(self.env["clinic.note"].browse(amendment.id))
        rows = changes.search(domain)
        self.assertEqual(set(rows.mapped("res_id")), {note.id, amendment.id})
        self.assertIn(self.as_doctor.user, rows.user_id)
        self.assertEqual(set(rows.mapped("changes")), {"Not shown: you may not read this record."})
        self.assertFalse(any(rows.mapped("record_name")))
        manager.group_ids += self.env.ref("clinic.group_practitioner")
        self.env.invalidate_all()
        self.assertIn("CORRECTED", "".join(rows.mapped("changes")))
        self.assertIn("Draft → Signed", "".join(rows.mapped("changes")))
        # Reading it there is reading it.
        self.registry_enter_test_mode()
        self.env.cr.precommit.run()
        log = self.env["clinic.access.log"].sudo().search([("user_id", "=", manager.id)], limit=1)
        self.assertEqual((log.model, log.patient_id, log.action), ("clinic.note", self.patient, "list"))
