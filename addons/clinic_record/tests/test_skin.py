from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..scores import ITEMS
from .common import RecordCommon


@tagged("post_install", "-at_install")
class TestSkin(RecordCommon):
    """Problems, responses and scores of a patient."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acne = cls.env.ref("clinic_record.problem_kind_acne_vulgaris")
        cls.treating = cls.users["practitioner"]
        cls.problem = (
            cls.env["clinic.problem"]
            .with_user(cls.treating)
            .create({"patient_id": cls.patient.id, "kind_id": cls.acne.id, "onset": "2024-05-01"})
        )

    def respond(self, response, procedure, days=0):
        return self.problem.response_ids.create(
            {
                "problem_id": self.problem.id,
                "procedure_id": procedure.id,
                "response": response,
                "date": self.branch._clinic_today() - timedelta(days=days),
            }
        )

    def score(self, instrument, items, **vals):
        scores = self.env["clinic.score"].with_user(self.treating)
        return scores.create({"patient_id": self.patient.id, "instrument": instrument, "items": items, **vals})

    def test_what_worked_and_what_did_not(self):
        facial = self.start_visit(self.facial)
        self.be_earlier(facial)
        laser = self.start_visit(self.laser)
        self.respond("better", facial, days=60)
        self.respond("cleared", facial, days=30)
        self.respond("same", facial, days=2)
        self.respond("worse", laser, days=1)
        laser_row, facial_row = self.problem.treatment_responses
        self.assertEqual(laser_row["best"], "worse")
        self.assertEqual(facial_row["treatment"], "Facial")
        self.assertEqual((facial_row["best"], facial_row["last"], facial_row["count"]), ("cleared", "same", 3))
        self.assertEqual(self.problem.last_response, "worse")

    def test_a_response_is_to_what_was_done_on_the_same_patient(self):
        planned = self.book().procedure_ids
        with self.assertRaisesRegex(ValidationError, "was performed"):
            self.respond("better", planned)
        procedure = self.start_visit()
        other = self.env["clinic.patient"].create({"name": "Other", "phone": "0300 1"})
        problem = self.env["clinic.problem"].create({"patient_id": other.id, "kind_id": self.acne.id})
        with self.assertRaisesRegex(ValidationError, "different patients"):
            self.problem.response_ids.create(
                {"problem_id": problem.id, "procedure_id": procedure.id, "response": "same"}
            )

    def test_a_response_of_no_problem_in_particular(self):
        self.problem.write({"state": "resolved", "resolved_on": "2025-01-01"})
        procedure = self.start_visit().with_user(self.treating)
        procedure.action_done()
        context = procedure.action_record_response()["context"]
        with Form(procedure.env["clinic.problem.response"].with_context(**context)) as form:
            form.response = "better"
        self.assertEqual(procedure.response_ids.patient_id, self.patient)
        card = procedure.env["clinic.patient.card"]
        [outcome] = card._load_outcomes(self.patient)
        self.assertEqual([(one["problem"], one["response"]) for one in outcome["responses"]], [("Overall", "better")])

    def test_a_response_is_corrected_for_a_day(self):
        response = self.respond("better", self.start_visit())
        response.response = "same"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_problem_response SET create_date = now() - interval '2 days' WHERE id = %s", [response.id]
        )
        response.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "for a day"):
            response.response = "worse"

    def test_the_procedure_asks_for_the_response_to_the_one_before(self):
        first = self.start_visit()
        first.action_done()
        self.be_earlier(first)
        second = self.start_visit(self.laser).with_user(self.treating)
        context = second.action_record_response()["context"]
        self.assertEqual(context["default_procedure_id"], first.id)
        self.assertEqual(context["default_problem_id"], self.problem.id)
        with Form(self.env["clinic.problem.response"].with_user(self.treating).with_context(**context)) as form:
            form.response = "better"
        self.assertEqual(self.problem.treatment_responses[0]["treatment"], "Facial")
        named = first.with_user(self.treating).with_context(show_treatment=True)
        self.assertIn("Facial", named.display_name)
        self.assertNotIn("Facial", first.with_user(self.treating).display_name)

    def test_without_anything_before_nothing_can_have_responded(self):
        with self.assertRaisesRegex(UserError, "Nothing has been done before"):
            self.start_visit().action_record_response()

    def test_resolved_needs_its_date(self):
        for vals in ({"state": "resolved"}, {"resolved_on": "2025-01-01"}):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.problem.write(vals)
                self.problem.flush_recordset()
        self.problem.action_resolve()
        self.assertEqual(self.problem.resolved_on, self.branch._clinic_today())
        with self.assertRaisesRegex(UserError, "Came Back"):
            self.problem.description = "Late"
        self.problem.action_reopen()
        self.assertEqual((self.problem.state, self.problem.resolved_on), ("active", False))

    def test_dates_lie_in_the_past(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self.problem.onset = self.branch._clinic_today() + timedelta(days=3)

    def test_a_colleague_notes_how_it_stands_and_leaves_the_words_alone(self):
        problem = self.problem.with_user(self.users["cosmetologist"])
        problem.action_control()
        self.assertEqual(problem.state, "controlled")
        with self.assertRaises(AccessError):
            problem.description = "Mine"
        self.assertEqual(problem.author_id, self.treating)

    def test_nobody_signs_for_another(self):
        values = {"patient_id": self.patient.id, "kind_id": self.acne.id}
        other = {"author_id": self.users["cosmetologist"].id}
        with self.assertRaisesRegex(AccessError, "by hand"):
            self.problem.create({**values, **other})
        problem = self.problem.create(values)
        self.assertEqual(problem.author_id, self.treating)
        for vals in (other, {"patient_id": self.patient.copy().id}):
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "by hand"):
                problem.write(vals)

    def test_a_score_is_computed_from_its_items(self):
        items = {f"{region}_area": 0 for region in ("head", "upper", "trunk", "lower")}
        items.update(lower_area=2, lower_erythema=3, lower_induration=2, lower_scaling=2)
        score = self.score("pasi", items, problem_id=self.problem.id)
        self.assertEqual((score.value, score.band), (5.6, "mild"))
        self.assertIn("5.6", score.display_name)
        score.items = {**items, "lower_area": 4}
        self.assertEqual((score.value, score.band), (11.2, "moderate_severe"))

    def test_an_unfinished_score_says_what_is_missing(self):
        with self.assertRaises(ValidationError) as caught:
            self.score("pasi", {"head_area": 0, "trunk_area": 0, "upper_area": 1, "upper_erythema": 9})
        message = str(caught.exception)
        self.assertIn("Upper limbs, Induration is missing.", message)
        self.assertIn("Lower limbs, Area is missing.", message)
        self.assertIn("Upper limbs, Erythema must be from 0 to 4", message)
        for items in ({"grade": 9}, {"smile": 1}, {}, [1]):
            with self.subTest(items=items), self.assertRaises(ValidationError):
                self.score("gais", items)

    def test_the_form_shows_the_questions_and_the_score(self):
        scores = self.env["clinic.score"].with_user(self.treating).with_context(default_patient_id=self.patient.id)
        with Form(scores) as form:
            form.instrument = "dlqi"
            self.assertEqual(len(form.layout["rows"]), 10)
            self.assertFalse(form.band)
            form.items = {item.key: 1 for item in ITEMS["dlqi"]}
            self.assertEqual((form.value, form.band), (10, "moderate_effect"))
        for instrument in ITEMS:
            layout = self.env["clinic.score"].new({"instrument": instrument}).layout
            asked = [cell["key"] for row in layout["rows"] for cell in row["cells"]]
            asked += [item["key"] for item in layout.get("switches", [])]
            self.assertEqual(sorted(asked), sorted(item.key for item in ITEMS[instrument]))

    def test_a_child_has_other_weights(self):
        self.patient.birth_date = self.branch._clinic_today() - timedelta(days=365 * 5)
        score = self.env["clinic.score"].new({"patient_id": self.patient.id, "instrument": "easi"})
        self.assertEqual(score.items, {"under_8": 1})
        self.patient.birth_date = "1990-01-01"
        score = self.env["clinic.score"].new({"patient_id": self.patient.id, "instrument": "easi"})
        self.assertFalse(score.items)

    def test_the_skin_type_is_noted_by_those_who_treat(self):
        procedure = self.start_visit().with_user(self.treating)
        procedure.skin_type = "4"
        self.assertEqual(self.patient.skin_type, "4")
        with self.assertRaisesRegex(UserError, "I to VI"):
            self.patient.with_user(self.treating).set_skin_type("7")
        with self.assertRaises(AccessError):
            self.patient.with_user(self.users["reception"]).set_skin_type("1")
