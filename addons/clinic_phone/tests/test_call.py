from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PhoneCommon


@tagged("post_install", "-at_install")
class TestCall(PhoneCommon):
    """Who calls, and what came of it."""

    def test_a_family_of_one_number_is_shown_to_choose_from(self):
        self._due()
        visit = self.env["clinic.visit"].book(self.sister, self.laser, self._at(12, days=2), self.doctor)
        for number in (self.number, "0300 1234567", "0092-300-1234567", " +92 (300) 1234567 "):
            found = self._calls().look_up(number)
            self.assertEqual([patient["name"] for patient in found["patients"]], ["Ayesha Test", "Bushra Test"], number)
        ayesha, bushra = found["patients"]
        self.assertEqual((ayesha["due"], ayesha["next"]), (["Because of effect"], ""))
        self.assertEqual((bushra["due"], bushra["next"]), ([], self.branch._clinic_moment_text(visit.start)))
        self.assertFalse(self._all(), "to look writes nothing")

    def test_unknown_and_garbled_numbers_are_nobody_s(self):
        self.env["clinic.patient"].create({"name": "Without Phone"})
        for number, is_phone in (
            ("+44 20 7946 0958", True),
            ("anonymous", False),
            ("", False),
            ("12", False),
            ("+", False),
            ("0000", False),
            ("00000000", False),
        ):
            found = self._calls().look_up(number)
            self.assertEqual((found["patients"], found["is_phone"]), ([], is_phone), number)
        with self.assertRaisesRegex(UserError, "too long"):
            self._calls().look_up("1" * 65)
        with self.assertRaises(UserError):
            self._calls().look_up("1\0")

    def test_a_merged_patient_is_not_offered(self):
        self.env["clinic.patient.merge"].with_user(self.users["manager"])._merge(self.patient, self.sister)
        self.assertEqual([found["id"] for found in self._calls().look_up(self.number)["patients"]], self.patient.ids)

    def test_the_screen_of_the_due_list_locks_nothing(self):
        self._due()
        call = self._calls().open_patient(self.patient.id)
        self.assertEqual((call["recalls"][0]["reason"], len(call["times"])), ("Because of effect", 3))
        [recall] = self.recalls.search([("patient_id", "=", self.patient.id)])
        self.assertFalse(recall.caller_id)

    def test_a_booking_is_linked_and_answers_what_was_due(self):
        self._due()
        call = self._calls().open_patient(self.patient.id)
        time = call["times"][1]
        booked = self._calls().book(
            self.number, self.patient.id, self.facial.id, time["start"], time["practitioner_id"]
        )
        row = self._all()
        self.assertEqual((row.direction, row.outcome, row.number), ("in", "booked", self.number))
        self.assertEqual((row.visit_id.id, row.booking_rate), (booked["visit_id"], 100))
        self.assertEqual((row.user_id, row.message_id.direction), (self.users["reception"], "in"))
        [recall] = self.recalls.search([("patient_id", "=", self.patient.id)])
        self.assertEqual((recall.state, recall.booked_by_id), ("booked", self.users["reception"]))

    def _visit(self, hour=12):
        """Return a visit that reception has booked in the dialog."""
        visits = self.env["clinic.visit"].with_user(self.users["reception"])
        return visits.with_context(allowed_company_ids=self.branch.ids).book(
            self.patient, self.laser, self._at(hour, days=2), self.doctor
        )

    def test_what_was_booked_in_the_dialog_counts_once(self):
        visit = self._visit()
        self._calls().note_booked(self.number, self.patient.id, visit.id)
        with self.assertRaisesRegex(UserError, "not booked in this call"):
            self._calls().note_booked(self.number, self.patient.id, visit.id)
        self.assertEqual(self._all().mapped("visit_id"), visit.sudo().with_env(self.env))
        other = self.env["clinic.visit"].book(self.sister, self.laser, self._at(15, days=2), self.doctor)
        with self.assertRaisesRegex(UserError, "not booked in this call"):
            self._calls().note_booked(self.number, self.sister.id, other.id)

    def test_other_outcomes_with_and_without_a_patient(self):
        self._calls().note(self.number, "asked", self.patient.id)
        self._calls().note("anonymous", "wrong_number")
        known, unknown = self._all()
        self.assertEqual((known.patient_id, known.outcome, known.booking_rate), (self.patient, "asked", 0))
        self.assertEqual((unknown.patient_id.id, unknown.number, unknown.message_id.id), (False, False, False))
        contacts = self._list().open_call(self.patient.id)["contacts"]
        self.assertEqual([contact["channel"] for contact in contacts], ["Phone Call"])
        for outcome in ("booked", "sold", "", None):
            with self.assertRaises(UserError):
                self._calls().note(self.number, outcome)

    def test_what_is_no_number_is_not_kept(self):
        for said in ("She asked about her rash", "anonymous", ""):
            self._calls().note(said, "asked")
        self._calls().note(" 0300 1234567 ", "asked")
        self.assertEqual(self._all().mapped("number"), [False, False, False, "0300 1234567"])

    def test_a_call_that_is_sent_twice_is_one(self):
        for _time in range(2):
            self._calls().note(self.number, "asked", self.patient.id, key="one")
        self.assertEqual(len(self._all()), 1)
        self.assertEqual(len(self._list().open_call(self.patient.id)["contacts"]), 1)
        visit = self._visit()
        with self.assertRaisesRegex(UserError, "not booked in this call"):
            self._calls().note_booked(self.number, self.patient.id, visit.id, key="one")
        with self.assertRaisesRegex(UserError, "written down already"):
            at = fields.Datetime.to_string(self._at(15, days=2))
            self._calls().book(self.number, self.patient.id, self.laser.id, at, key="one")
        self._calls().note_booked(self.number, self.patient.id, visit.id, key="two")
        self.assertEqual(self._all().mapped("outcome"), ["asked", "booked"])
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self._calls()._write_down("in", "other", key="two")

    def test_a_visit_of_earlier_was_not_booked_in_this_call(self):
        early, cancelled = self._visit(12), self._visit(15)
        cancelled.sudo().action_cancel(self.env["clinic.cancel.reason"].search([], limit=1))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_visit SET create_date = create_date - interval '4 h' WHERE id = %s", early.ids
        )
        self.env.invalidate_all()
        for visit in (early, cancelled):
            with self.assertRaisesRegex(UserError, "not booked in this call"):
                self._calls().note_booked(self.number, self.patient.id, visit.id)

    def test_calls_from_the_due_list_and_by_hand_stand_in_the_same_history(self):
        self._due()
        due = self._list()
        call = due.open_call(self.patient.id)
        due.book(self.patient.id, self.facial.id, call["times"][0]["start"], call["times"][0]["practitioner_id"])
        log = self.env["clinic.message.call"].with_user(self.users["reception"])
        log.create({"patient_id": self.sister.id, "direction": "out", "result": "no_answer"}).action_log()
        log.create({"patient_id": self.sister.id, "channel": "email", "direction": "out"}).action_log()
        booked, unanswered = self._all()
        self.assertEqual((booked.direction, booked.outcome, booked.patient_id), ("out", "booked", self.patient))
        self.assertEqual((unanswered.outcome, unanswered.patient_id), ("no_answer", self.sister))

    def test_call_to_book_is_counted(self):
        self._due()
        call = self._calls().open_patient(self.patient.id)
        time = call["times"][0]
        self._calls().book(self.number, self.patient.id, self.facial.id, time["start"], time["practitioner_id"])
        for outcome in ("asked", "asked", "other"):
            self._calls().note(self.number, outcome, self.patient.id)
        calls = self._calls("manager")
        [(direction, count, rate)] = calls._read_group([], ["direction"], ["__count", "booking_rate:avg"])
        self.assertEqual((direction, count, rate), ("in", 4, 25))

    def test_the_database_keeps_a_visit_with_each_booking(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.env["clinic.call"]._write_down("in", "booked", self.number, self.patient)
        self._calls().note(self.number, "asked")
        with self.assertRaisesRegex(UserError, "stays"):
            self._all().unlink()
        self.assertEqual(self._all().called_at.date(), fields.Datetime.now().date())
