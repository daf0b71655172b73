from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..exceptions import EditConflict
from .protocol_common import ProtocolCommon


@tagged("post_install", "-at_install")
class TestProcedureRecord(ProtocolCommon):
    def test_the_record_is_made_from_the_version_in_force_at_the_start(self):
        procedure = self.start()
        self.assertEqual(procedure.protocol_id, self.protocol)
        self.assertEqual(procedure.step_ids.mapped("name"), ["Identity checked", "Skin cleaned", "Mask"])
        self.assertEqual(procedure.parameter_ids.range_text, "10–40 kPa")
        self.protocol.copy().action_publish()
        self.assertEqual(procedure.protocol_id, self.protocol)
        for write in ({"protocol_id": False}, {"protocol_id": self.protocol.copy().id}):
            with self.assertRaisesRegex(AccessError, "by hand"):
                procedure.write(write)

    def test_a_half_recorded_procedure_is_closed_by_no_way(self):
        procedure = self.start()
        procedure.step_ids[0].action_toggle()
        ways = {
            "button": procedure.action_done,
            "visit": procedure.visit_id.action_done,
            "state": lambda: procedure.write({"state": "done"}),
            "sign and finish": procedure.action_sign_and_finish,
            "administrator": lambda: procedure.sudo().write({"state": "done"}),
            "visit's state": lambda: procedure.visit_id.write({"state": "done"}),
        }
        for name, way in ways.items():
            with self.subTest(name), self.assertRaises(UserError) as refused:
                way()
            if name != "visit's state":
                for text in ("Skin cleaned", "Suction", "note"):
                    self.assertIn(text, str(refused.exception), name)
                self.assertNotIn("Identity checked", str(refused.exception))
                self.assertNotIn("Mask", str(refused.exception))
        self.assertEqual(procedure.state, "in_progress")

    def test_reception_learns_only_that_something_is_missing(self):
        procedure = self.start().with_user(self.users["reception"])
        [missing] = procedure.missing_record()
        self.assertEqual(missing["key"], "record")
        with self.assertRaises(UserError) as refused:
            procedure.action_done()
        for text in (missing["text"], str(refused.exception)):
            self.assertNotIn("Skin cleaned", text)
            self.assertNotIn("Suction", text)

    def test_fully_recorded_it_closes_and_stays_closed(self):
        procedure = self.start()
        self.record_all(procedure)
        self.sign_note(procedure)
        self.assertFalse(procedure.missing)
        procedure.action_done()
        self.assertEqual(procedure.visit_id.state, "done")
        for attempt in (
            procedure.step_ids[2].action_toggle,
            lambda: procedure.step_ids[0].write({"skipped_reason": "Late"}),
            lambda: procedure.parameter_ids.write({"value": 30}),
            lambda: procedure.sudo().parameter_ids.write({"value": 30}),
            procedure.sudo().step_ids[0].unlink,
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_who_and_when_are_facts(self):
        procedure = self.start()
        step = procedure.step_ids[0]
        step.done = True
        self.assertEqual(step.done_by_id, self.users["practitioner"])
        self.assertTrue(step.done_at)
        manager = self.users["manager"]
        for forged in ({"done_by_id": manager.id}, {"done_at": "2020-01-01 10:00:00"}, {"protocol_step_id": 1}):
            with self.assertRaises(UserError):
                step.write(forged)
        with self.assertRaises(UserError):
            procedure.parameter_ids.write({"recorded_by_id": manager.id})
        step.action_toggle()
        self.assertFalse(step.done_at or step.done_by_id)

    def test_leaving_out_a_mandatory_step_needs_a_reason(self):
        step = self.start().step_ids[0]
        step.skipped_reason = "   "
        self.assertIn(f"step-{step.id}", [entry["key"] for entry in step.procedure_id.missing_record()])
        step.skipped_reason = "Known for years"
        self.assertEqual(step.skipped_by_id, self.users["practitioner"])
        self.assertNotIn(f"step-{step.id}", [entry["key"] for entry in step.procedure_id.missing_record()])
        step.action_toggle()
        self.assertFalse(step.skipped_reason or step.skipped_by_id)
        step.skipped_reason = "After all"
        self.assertFalse(step.done)

    def test_a_value_outside_its_range_needs_a_reason(self):
        procedure = self.start()
        self.record_all(procedure)
        self.sign_note(procedure)
        parameter = procedure.parameter_ids
        for value, outside in ((10, False), (40, False), (40.01, True), (9.99, True), (0, True)):
            parameter.value = value
            self.assertEqual(parameter.outside, outside, value)
        with self.assertRaisesRegex(UserError, "Suction outside 10–40 kPa"):
            procedure.action_done()
        parameter.reason = "Thin skin"
        procedure.action_done()
        self.assertEqual((parameter.value, parameter.reason), (0, "Thin skin"))

    def test_zero_is_a_value_and_nothing_is_not(self):
        parameter = self.start().parameter_ids
        self.assertFalse(parameter.recorded_at)
        parameter.value = 0
        self.assertEqual(parameter.recorded_by_id, self.users["practitioner"])
        parameter.write({"value": False})
        self.assertFalse(parameter.recorded_at or parameter.outside)
        for nonsense in (float("nan"), float("inf"), True, "many"):
            with self.assertRaises(ValidationError):
                parameter.write({"value": nonsense})

    def test_without_a_protocol_nothing_is_asked_for(self):
        procedure = self.start(self.laser)
        self.assertFalse(procedure.protocol_id or procedure.step_ids)
        procedure.action_done()
        self.assertEqual(procedure.state, "done")

    def test_an_unsigned_note_keeps_the_procedure_open(self):
        procedure = self.start(self.laser)
        note = (
            self.env["clinic.note"]
            .with_user(self.users["practitioner"])
            .create({"procedure_id": procedure.id, "body": "<p>To be finished</p>"})
        )
        with self.assertRaises(UserError):
            procedure.action_done()
        note.body = False
        procedure.action_done()

    def test_the_note_is_written_and_signed_with_the_last_tap(self):
        procedure = self.start()
        self.record_all(procedure)
        procedure.action_write_note()
        self.assertTrue(procedure.has_own_draft)
        self.assertIn("Findings", procedure.note_draft)
        with self.assertRaises(UserError):
            procedure.action_sign_and_finish()
        procedure.note_draft = "<h3>Findings</h3><p>Calm skin</p><h3>Treatment</h3><p><br></p>"
        self.assertIn("Note: Treatment", [one["text"] for one in procedure.missing])
        for attempt in (procedure.action_sign_note, procedure.action_sign_and_finish):
            with self.assertRaisesRegex(UserError, "Nothing stands under: Treatment"):
                attempt()
        procedure.note_draft = "<h3>Findings</h3><p>Calm skin</p><h3>Treatment</h3><p>Mask</p>"
        procedure.action_sign_and_finish()
        self.assertEqual(procedure.state, "done")
        self.assertEqual(procedure.note_ids.state, "signed")
        self.assertEqual(procedure.note_ids.author_id, self.users["practitioner"])

    def test_a_value_typed_over_another_one_is_a_conflict(self):
        suction = self.start().parameter_ids
        self.assertEqual(suction.enter("value", 20.5, False), 20.5)
        # The same again, as after a lost answer, is none; nor is the next one on top of what was kept.
        self.assertEqual(suction.enter("value", 20.5, False), 20.5)
        self.assertEqual(suction.enter("value", 22, 20.5), 22)
        for stale in (False, 20.5, "22"):
            with self.assertRaises(EditConflict) as refused:
                suction.enter("value", 30, stale)
            self.assertEqual(refused.exception.context, {"theirs": 22, "seen": 22})
        self.assertIn("22 kPa was saved meanwhile by", str(refused.exception))
        self.assertEqual(suction.value, 22)
        self.assertFalse(suction.enter("value", False, 22))
        self.assertFalse(suction.recorded_at)
        with self.assertRaises(EditConflict):
            suction.enter("value", 30, 22)
        self.assertEqual(suction.enter("value", 0, False), 0)
        self.assertEqual(suction.enter("reason", "Thin skin", False), "Thin skin")
        with self.assertRaises(EditConflict):
            suction.enter("reason", "Other", False)

    def test_what_is_entered_is_checked(self):
        suction = self.start().parameter_ids
        for value in ("20", True, [1], float("nan")):
            with self.subTest(value), self.assertRaises(UserError):
                suction.enter("value", value, False)
        with self.assertRaises(UserError):
            suction.enter("recorded_at", "2020-01-01 10:00:00", False)
        with self.assertRaises(AccessError):
            suction.with_user(self.users["cosmetologist"]).enter("value", 20, False)

    def test_a_draft_written_in_two_tabs_is_a_conflict(self):
        procedure = self.start()
        procedure.action_write_note()
        seen = procedure.note_ids._version()
        kept = procedure.keep_note_draft("<p>Calm <b onclick='x()'>skin</b></p>", seen)
        self.assertNotIn("onclick", procedure.note_draft)
        self.assertEqual(procedure.keep_note_draft("<p>Calm <b onclick='x()'>skin</b></p>", seen), kept)
        with self.assertRaises(EditConflict) as refused:
            procedure.keep_note_draft("<p>Red skin</p>", seen)
        self.assertEqual(refused.exception.context, {"theirs": "<p>Calm <b>skin</b></p>", "seen": kept})
        self.assertEqual(procedure.note_draft, "<p>Calm <b>skin</b></p>")
        procedure.keep_note_draft("<p>Red skin</p>", kept)
        self.assertEqual(procedure.note_draft, "<p>Red skin</p>")
        with self.assertRaises(UserError):
            procedure.keep_note_draft(5, kept)
        procedure.action_sign_note()
        with self.assertRaisesRegex(UserError, "signed or taken away"):
            procedure.keep_note_draft("<p>More</p>", kept)

    def test_a_colleague_reads_and_does_not_record(self):
        procedure = self.start()
        colleague = self.users["cosmetologist"]
        self.assertEqual(len(procedure.step_ids.with_user(colleague).mapped("name")), 3)
        with self.assertRaises(AccessError):
            procedure.step_ids[0].with_user(colleague).action_toggle()
        with self.assertRaises(AccessError):
            procedure.parameter_ids.with_user(colleague).value = 20

    def test_the_real_times_are_corrected_by_who_treated_with_a_reason(self):
        procedure = self.start()
        began = procedure.started_at
        earlier = began - timedelta(minutes=1)
        if self.branch._clinic_local(earlier).date() != self.branch._clinic_local(began).date():
            earlier = began
        why = "Start was tapped late"
        colleague = procedure.with_user(self.users["cosmetologist"])
        with self.assertRaises(AccessError):
            colleague.correct_times(earlier, False, why)
        for started_at, reason, words in (
            (earlier, "x", "does not say why"),
            (began + timedelta(hours=1), why, "future"),
            (began - timedelta(days=1), why, "enter times of that day"),
            ("yesterday", why, "Enter day and time"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                procedure.correct_times(started_at, False, reason)
        procedure.correct_times(earlier, False, why)
        self.assertEqual((procedure.started_at, procedure.times_user_id), (earlier, self.users["practitioner"]))
        with self.assertRaisesRegex(AccessError, "by hand"):
            procedure.times_reason = "Something else entirely"
        self.record_all(procedure)
        self.sign_note(procedure)
        procedure.action_done()
        with self.assertRaisesRegex(UserError, "ends after it begins"):
            procedure.correct_times(procedure.done_at, procedure.done_at, why)
        with freeze_time(fields.Datetime.now() + timedelta(days=2)), self.assertRaisesRegex(UserError, "for a day"):
            procedure.correct_times(earlier, procedure.done_at, why)

    def test_a_begun_visit_stays_with_its_patient(self):
        procedure = self.start()
        other = self.env["clinic.patient"].create({"name": "Somebody Else", "phone": "0301 7654321"})
        with self.assertRaisesRegex(AccessError, "by hand"):
            procedure.visit_id.with_user(self.users["reception"]).patient_id = other

    def test_starting_takes_few_queries(self):
        visits = [self.book(self.facial, self._at(hour), self.doctor) for hour in (9, 11, 13)]
        procedures = self.env["clinic.procedure"].concat(*(visit.procedure_ids for visit in visits))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            procedures._open_record()
            self.env.flush_all()
        self.assertEqual(len(procedures.step_ids), 9)
