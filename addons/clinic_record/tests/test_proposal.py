from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.clinic_visit.exceptions import GateClosed

from .protocol_common import ProtocolCommon

BODY = "<h3>Findings</h3><p>Calm</p><h3>Treatment</h3><p>Mask</p>"


@tagged("post_install", "-at_install")
class TestProposal(ProtocolCommon):
    """What was recorded in the last session is proposed for this one, and recorded once it is confirmed."""

    def setUp(self):
        super().setUp()
        # The access log writes with a cursor of its own, which sees this test's data only so.
        self.registry_enter_test_mode()

    def _perform(self, value, body=BODY, days=0, pins=1):
        procedure = self.start()
        procedure.step_ids.filtered("mandatory").done = True
        procedure.parameter_ids.write({"value": value, "reason": "Thick skin" if value > 40 else False})
        pin = {"procedure_id": procedure.id, "x": 0.5, "y": 0.4}
        procedure.env["clinic.body.pin"].create([pin] * pins)
        self.sign_note(procedure, body)
        procedure.action_done()
        self.be_earlier(procedure, days)
        return procedure

    def _proposals(self, procedure):
        cards = self.env["clinic.patient.card"].with_user(self.users["practitioner"])
        return cards.load_treatment(procedure.id)["proposals"]

    def _as_shown(self, procedure):
        proposals = self._proposals(procedure)
        return {
            "values": {str(id_): proposal["value"] for id_, proposal in proposals["values"].items()},
            "note": proposals["note"] and proposals["note"]["text"],
            "map": bool(proposals["map"]),
        }

    def test_the_last_session_is_the_latest_by_its_day_in_whatever_order_they_were_entered(self):
        self._perform(20, days=30)
        self._perform(35, BODY.replace("Calm", "Red"), days=300, pins=3)
        procedure = self.start()
        proposals = self._proposals(procedure)
        [(parameter_id, value)] = proposals["values"].items()
        self.assertEqual((parameter_id, value["value"]), (procedure.parameter_ids.id, 20))
        self.assertIn("Calm", proposals["note"]["text"])
        self.assertEqual(len(proposals["map"]["pins"]), 1)
        # Nobody has recorded anything yet.
        self.assertFalse(procedure.parameter_ids.recorded_at or procedure.pin_ids or procedure.note_ids)

    def test_what_is_confirmed_is_recorded_as_it_was_shown_and_signed_with_the_last_tap(self):
        self._perform(20, days=30)
        procedure = self.start()
        shown = self._as_shown(procedure)
        self.assertTrue(procedure.action_confirm_proposals(shown))
        self.assertEqual((procedure.parameter_ids.value, len(procedure.pin_ids)), (20, 1))
        self.assertEqual(procedure.parameter_ids.recorded_by_id, self.users["practitioner"])
        self.assertEqual(self._proposals(procedure), {"values": {}, "note": None, "map": None})
        procedure.step_ids.filtered("mandatory").done = True
        procedure.action_sign_and_finish()
        self.assertEqual((procedure.state, procedure.note_ids.body), ("done", BODY))

    def test_what_was_recorded_meanwhile_stays(self):
        self._perform(20, days=30)
        procedure = self.start()
        shown = self._as_shown(procedure)
        procedure.parameter_ids.value = 0
        procedure.action_write_note()
        procedure.action_confirm_proposals(shown)
        self.assertEqual(procedure.parameter_ids.value, 0)
        self.assertNotIn("Calm", procedure.note_draft)
        self.assertEqual(len(procedure.note_ids), 1)

    def test_another_version_of_the_protocol_knows_its_parameters_again(self):
        self._perform(20, days=30)
        draft = self.protocol.copy()
        draft.parameter_ids = [Command.create({"name": "Suction", "unit": "inHg", "maximum": 30})]
        draft.action_publish()
        procedure = self.start()
        [parameter_id] = self._proposals(procedure)["values"]
        self.assertEqual(procedure.parameter_ids.browse(parameter_id).unit, "kPa")

    def test_what_would_need_a_reason_is_not_proposed(self):
        self._perform(45, days=30)
        self.assertFalse(self._proposals(self.start())["values"])

    def test_only_what_was_shown_is_confirmed_and_only_by_who_treats(self):
        self._perform(20, days=30)
        procedure = self.start()
        for shown in (None, [], {"values": [1]}, {"note": 5}):
            with self.subTest(shown), self.assertRaises(UserError):
                procedure.action_confirm_proposals(shown)
        colleague = procedure.with_user(self.users["cosmetologist"])
        with self.assertRaises(AccessError):
            colleague.action_confirm_proposals({"values": {str(procedure.parameter_ids.id): 20}})

    # -- skin type ----------------------------------------------------------------------------------------------------

    def _range_for_dark_skin(self):
        draft = self.protocol.copy()
        values = {"skin_from": "4", "skin_to": "6", "minimum": 10, "maximum": 25}
        draft.parameter_ids.range_ids = [Command.create(values)]
        draft.action_publish()
        return draft

    def test_the_skin_type_is_asked_before_the_start(self):
        self.facial.needs_skin_type = True
        procedure = self.arrive(practitioner=self.doctor).with_user(self.users["practitioner"])
        with self.assertRaises(GateClosed) as refused:
            procedure.action_start()
        self.assertIn("skin type is not on record", refused.exception.args[0])
        self.assertNotIn("skin", str(refused.exception))
        load = self.env["clinic.patient.card"].with_user(self.users["practitioner"]).load_treatment
        self.assertEqual([one["key"] for one in load(procedure.id)["asks_skin_type"]], list("123456"))
        procedure.skin_type = "4"
        self.assertFalse(load(procedure.id)["asks_skin_type"])
        procedure.action_start()
        self.assertEqual(procedure.state, "in_progress")

    def test_the_range_is_the_one_for_the_patient_s_skin(self):
        self._range_for_dark_skin()
        procedure = self.start()
        suction = procedure.parameter_ids
        suction.value = 30
        self.assertEqual((suction.range_text, suction.outside), ("10–40 kPa", False))
        procedure.skin_type = "5"
        self.assertEqual((suction.range_text, suction.outside), ("10–25 kPa", True))
        self.assertIn("Reason: Suction outside 10–25 kPa", [one["text"] for one in procedure.missing])
        suction.reason = "Test spot without reaction"
        procedure.step_ids.filtered("mandatory").done = True
        self.sign_note(procedure)
        procedure.action_done()
        # A closed record stays as it was judged.
        self.patient.sudo().skin_type = "1"
        self.assertTrue(suction.outside)

    def test_a_new_version_keeps_the_ranges_and_a_published_one_its_own(self):
        published = self._range_for_dark_skin()
        self.assertEqual(published.copy().parameter_ids.range_ids.display_name, "IV–VI: 10–25")
        with self.assertRaises(UserError):
            published.parameter_ids.range_ids.maximum = 30
        with self.assertRaises(UserError):
            published.parameter_ids.range_ids.unlink()
        draft = published.copy()
        with self.assertRaisesRegex(ValidationError, "same skin type"):
            draft.parameter_ids.range_ids = [Command.create({"skin_from": "6", "skin_to": "6", "maximum": 9})]

    # -- sections of the note -----------------------------------------------------------------------------------------

    def test_a_note_with_an_empty_section_is_not_signed(self):
        procedure = self.start()
        notes = procedure.env["clinic.note"]
        empty = "<h3>Findings</h3><p>Calm</p><h3>Treatment</h3><p>\u200b<br></p>"
        note = notes.create({"procedure_id": procedure.id, "body": empty})
        for body in (empty, "<h3>Treatment</h3><p>Mask</p>"):
            note.body = body
            with self.assertRaisesRegex(UserError, "Nothing stands under: (Treatment|Findings)"):
                note.action_sign()
        # Free text is a note of its own; a template may leave sections open.
        note.body = "<p>Patient left before the treatment.</p>"
        note.action_sign()
        self.template.sections_required = False
        other = notes.create({"procedure_id": procedure.id, "body": empty})
        other.action_sign()
        self.assertEqual(other.state, "signed")
