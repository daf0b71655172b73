from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.clinic_visit.exceptions import GateClosed

from .common import RecordCommon


@tagged("post_install", "-at_install")
class TestReaction(RecordCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.urticaria = cls.env["clinic.risk.kind"].create({"name": "Test Urticaria", "type": "reaction"})
        cls.procedure = cls.start_visit()
        cls.as_doctor = cls.env(user=cls.users["practitioner"])
        cls.reactions = cls.as_doctor["clinic.reaction"]

    def _react(self, **vals):
        values = {"procedure_id": self.procedure.id, "kind_id": self.urticaria.id, "grade": "3"}
        return self.reactions.create({**values, **vals})

    def test_the_latest_procedure_is_offered_first(self):
        older = self.start_visit(practitioner=self.cosmetologist)
        self.be_earlier(older, days=30)
        own = [("patient_id", "=", self.patient.id)]
        found = self.as_doctor["clinic.procedure"].with_context(latest_first=True).name_search("", own)
        self.assertEqual([id_ for id_, _name in found], [self.procedure.id, older.id])

    def test_a_reaction_warns_later_bookings_and_stops_the_start(self):
        self.procedure.action_done()
        reaction = self._react(measures="Antihistamine", outcome="recovering")
        [risk] = reaction.risk_ids
        self.assertEqual((risk.patient_id, risk.severity), (self.patient, "severe"))
        form = Form(self.env["clinic.visit.book"].with_user(self.users["practitioner"]))
        form.patient_id = self.patient
        form.treatment_ids.add(self.facial)
        self.assertIn("Test Urticaria", form.warning)
        later = self.arrive().with_env(self.as_doctor)
        with self.assertRaises(GateClosed) as caught:
            later.action_start()
        self.assertIn("It followed this treatment", caught.exception.args[0])
        override = later.override_gate(later.gate()[0]["key"], "Patch test was negative")
        self.assertEqual(override.kind, "risk")
        later.action_start()
        self.assertEqual(later.state, "in_progress")

    def test_other_treatments_are_told(self):
        self._react()
        other = self.arrive(self.laser).with_env(self.as_doctor)
        self.assertEqual([reason["level"] for reason in other.gate()], ["info"])

    def test_the_severity_follows_the_grade(self):
        for grade, severity in (("1", "mild"), ("2", "moderate"), ("3", "severe"), ("4", "severe")):
            self.assertEqual(self._react(grade=grade).risk_ids.severity, severity)
        reaction = self._react(grade="1")
        reaction.grade = "4"
        self.assertEqual(reaction.risk_ids.severity, "severe")

    def test_the_patient_is_that_of_the_procedure(self):
        self.assertEqual(self._react().patient_id, self.patient)
        other = self.env["clinic.patient"].create({"name": "Another"})
        with self.assertRaisesRegex(ValidationError, "not performed on this patient"), self.env.cr.savepoint():
            self._react(patient_id=other.id)

    def test_a_reaction_that_the_patient_tells_of(self):
        self.assertTrue(self._react(procedure_id=False, patient_id=self.patient.id).risk_ids.current)

    def test_the_onset_lies_between_the_procedure_and_now(self):
        now = fields.Datetime.now()
        for onset in (now + timedelta(hours=1), now - timedelta(days=1)):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._react(onset=onset)

    def test_a_planned_procedure_has_caused_nothing(self):
        planned = self.book(practitioner=self.doctor, start=self._at(10)).procedure_ids
        with self.assertRaisesRegex(ValidationError, "not been performed"), self.env.cr.savepoint():
            self._react(procedure_id=planned.id)

    def test_death_is_grade_five(self):
        for vals in ({"grade": "5"}, {"grade": "4", "outcome": "fatal"}):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._react(**vals)

    def test_the_report_is_completed_by_its_author_until_the_outcome_is_known(self):
        reaction = self._react()
        with self.assertRaises(AccessError):
            reaction.with_user(self.users["cosmetologist"]).measures = "Something"
        reaction.write({"measures": "Steroids", "outcome": "recovered"})
        with self.assertRaisesRegex(UserError, "closed"):
            reaction.measures = "Nothing"
        with self.assertRaises(UserError):
            reaction.sudo().unlink()
