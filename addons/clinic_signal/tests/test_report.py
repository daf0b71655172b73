from datetime import timedelta

from psycopg2.errors import RestrictViolation

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.clinic_signal_take import NotTaken
from .common import SignalCommon


@tagged("post_install", "-at_install")
class TestReport(SignalCommon):
    """What becomes of a report: who hears of it, and how it is closed."""

    def setUp(self):
        super().setUp()
        self.procedure = self._treated()
        self.as_doctor = self.env(user=self.users["practitioner"])

    def _my_day(self, role="practitioner", user=None):
        days = self.env["clinic.my.day"].with_user(user or self.users[role])
        return days.with_context(allowed_company_ids=self.branch.ids).load()["signals"]

    def _card(self):
        cards = self.as_doctor["clinic.patient.card"].with_context(allowed_company_ids=self.branch.ids)
        return cards.load(self.patient.id)

    def test_who_treated_has_it_on_my_day_and_on_the_card_at_once(self):
        report = self._report(self.procedure, call=True, number="0300 7654321", when="morning")
        [row] = self._my_day()
        self.assertEqual((row["patient"], row["symptoms"]), ("Ayesha Test", ["Swelling"]))
        self.assertEqual(row["call"], {"number": "0300 7654321", "when": "In the morning"})
        self.assertIn("Facial", row["after"][0])
        self.assertEqual(self._card()["signals"], [row])
        self.assertEqual(self._my_day("cosmetologist"), [], "another's patient is on another's day")
        report.with_env(self.as_doctor)._close("nothing")
        self.assertEqual((self._my_day(), self._card()["signals"]), ([], []))
        self.assertEqual(self._card()["signals_closed"][0]["outcome"], "Nothing found")

    def test_the_urgent_ones_come_first(self):
        other = self._treated(days=2, patient=self.env["clinic.patient"].create({"name": "Other"}))
        urgent = self._report(other, symptoms=[self._symptom("breath").id])
        self._report(self.procedure)
        self.assertEqual(self._my_day()[0]["id"], urgent.id)
        self.assertEqual([row["urgent"] for row in self._my_day()], [True, False])

    def test_the_activity_says_no_word_of_it(self):
        report = self._report(self.procedure, words="My eye is swollen")
        [activity] = report.activity_ids
        self.assertEqual(activity.user_id, self.users["practitioner"])
        self.assertEqual(activity.summary, "A patient has written to you: see My Day")
        for word in ("Ayesha", "eye", "Swelling", "Facial"):
            self.assertNotIn(word, f"{activity.summary} {activity.res_name} {activity.note}")
        report.with_env(self.as_doctor)._close("nothing")
        self.assertFalse(report.activity_ids)

    def test_who_left_is_stood_in_for_by_the_medical_lead(self):
        stranger = self._create_practitioner("Dr Gone")
        self.env["clinic.authorization"].create(
            {"practitioner_id": stranger.id, "treatment_id": self.facial.id, "date_from": "2020-01-01"}
        )
        gone = self._treated(days=2, practitioner=stranger)
        self.branch.clinic_medical_lead_id = self.users["practitioner"]
        self.assertEqual(self._report(gone).activity_ids.user_id, self.users["practitioner"])
        with self.assertRaisesRegex(ValidationError, "not a practitioner"):
            self.branch.clinic_medical_lead_id = self.users["reception"]

    def _lead(self):
        """Return the medical lead, who has treated nobody here."""
        doctor, branch = self.users["practitioner"], self.branch
        lead = doctor.copy({"login": "test_lead", "company_id": branch.id, "company_ids": branch.ids})
        branch.clinic_medical_lead_id = lead
        return lead

    def test_who_is_told_to_see_my_day_finds_it_there(self):
        lead = self._lead()
        stranger = self._create_practitioner("Dr Gone")
        self.env["clinic.authorization"].create(
            {"practitioner_id": stranger.id, "treatment_id": self.facial.id, "date_from": "2020-01-01"}
        )
        report = self._report(self._treated(days=2, practitioner=stranger))
        self.assertEqual(report.activity_ids.user_id, lead)
        self.assertEqual([row["id"] for row in self._my_day(user=lead)], [report.id])
        self.assertEqual(self._my_day(), [], "of others, it is not on the day")

    def test_of_an_urgent_one_the_lead_hears_as_well(self):
        lead = self._lead()
        self.assertEqual(self._report(self.procedure).activity_ids.user_id, self.users["practitioner"])
        urgent = self._report(self.procedure, symptoms=[self._symptom("breath").id])
        self.assertEqual(urgent.activity_ids.user_id, self.users["practitioner"] | lead)
        self.assertEqual([row["id"] for row in self._my_day(user=lead)], [urgent.id])

    def test_who_reads_no_records_any_more_is_not_told(self):
        lead = self._lead()
        doctor = self.users["practitioner"]
        doctor.group_ids = self.users["reception"].group_ids
        self.assertEqual(self._report(self.procedure).activity_ids.user_id, lead)

    def test_it_is_taken_up_as_a_reaction_which_becomes_a_risk(self):
        report = self._report(self.procedure).with_env(self.as_doctor)
        context = report.action_reaction()["context"]
        kind = self.env["clinic.risk.kind"].create({"name": "Swelling", "type": "reaction"})
        reaction = self.as_doctor["clinic.reaction"].with_context(**context).create({"kind_id": kind.id})
        self.assertEqual((reaction.procedure_id, reaction.patient_id), (self.procedure, self.patient))
        self.assertIn("It began yesterday", reaction.description)
        self.assertEqual((report.state, report.outcome), ("closed", "reaction"))
        self.assertEqual((report.closed_by_id, report.reaction_ids), (self.users["practitioner"], reaction))
        self.assertEqual(reaction.sudo().risk_ids.kind_id, kind)
        with self.assertRaisesRegex(UserError, "closed already"):
            report.action_close()

    def test_it_is_closed_with_what_came_of_it(self):
        report = self._report(self.procedure).with_env(self.as_doctor)
        dialog = self.as_doctor["clinic.signal.close"].with_context(**report.action_close()["context"])
        with self.assertRaisesRegex(UserError, "what the patient was told"):
            dialog.create({"outcome": "advice"}).action_close()
        dialog.create({"outcome": "advice", "finding": "Cold pack"}).action_close()
        self.assertEqual((report.outcome, report.finding), ("advice", "Cold pack"))
        self.assertEqual(report.closed_by_id, self.users["practitioner"])

    def test_another_patient_s_reaction_closes_nothing(self):
        report = self._report(self.procedure)
        other = self.env["clinic.patient"].create({"name": "Other"})
        kind = self.env["clinic.risk.kind"].create({"name": "Swelling", "type": "reaction"})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.env["clinic.reaction"].create({"patient_id": other.id, "kind_id": kind.id, "signal_id": report.id})
        report.invalidate_recordset()
        self.assertEqual(report.state, "open")

    def test_the_database_keeps_what_was_said(self):
        report = self._report(self.procedure)
        for query in (
            "UPDATE clinic_signal SET words = 'x' WHERE id = %s",
            "UPDATE clinic_signal SET since_on = since_on - 1 WHERE id = %s",
            "DELETE FROM clinic_signal WHERE id = %s",
            "DELETE FROM clinic_signal_symptom_rel WHERE signal_id = %s",
            "UPDATE clinic_signal_procedure_rel SET procedure_id = procedure_id WHERE signal_id = %s",
        ):
            with (
                self.subTest(query=query),
                mute_logger("odoo.sql_db"),
                self.assertRaises(RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, [report.id])
        with self.assertRaises(UserError):
            report.unlink()

    def test_what_was_ticked_keeps_its_name(self):
        self._report(self.procedure)
        manager = self.env(user=self.users["manager"])
        swelling, unused = (self._symptom(code).with_env(manager) for code in ("swelling", "lump"))
        with self.assertRaisesRegex(UserError, "its name stays"):
            swelling.name = "Lump"
        with self.assertRaisesRegex(UserError, "its name stays"):
            swelling.update_field_translations("name", {"en_US": "Lump"})
        swelling.write({"name": swelling.name, "is_urgent": True, "active": False})
        unused.name = "Hard lump"
        self.assertEqual((swelling.name, unused.name), ("Swelling", "Hard lump"))

    def test_reports_move_along_when_patients_are_merged(self):
        report = self._report(self.procedure)
        kept = self.env["clinic.patient"].create({"name": "Ayesha Test", "phone": "0300 1234567"})
        self.env["clinic.patient.merge"].with_user(self.users["manager"])._merge(kept, self.patient)
        report.invalidate_recordset()
        self.assertEqual(report.patient_id, kept)

    def test_what_began_before_the_visit_is_not_after_it(self):
        link, _path = self._link()
        day = fields.Date.to_string(self.branch._clinic_today() - timedelta(days=4))
        with self.assertRaises(NotTaken) as caught:
            self.env["clinic.signal"]._take(link, self._said(self.procedure, since=day))
        self.assertEqual(caught.exception.code, "report_day")
        self.assertFalse(link.used_at)
