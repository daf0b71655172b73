from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.clinic.tests.common import ROLES

from .common import RecordCommon

CLINICAL = ("cosmetologist", "practitioner")


class CardCommon(RecordCommon):
    """A patient with a history: acne, which a facial made better and a laser worse, with a reaction and notes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedure = cls.start_visit(practitioner=cls.doctor)
        cls.acne = cls.env["clinic.problem"].create(
            {
                "patient_id": cls.patient.id,
                "kind_id": cls.env["clinic.problem.kind"].create({"name": "Test acne"}).id,
                "onset": "2020-03-01",
            }
        )
        cls.past = cls._past(5)

    @classmethod
    def _past(cls, count, treatment=None):
        """Return ``count`` procedures of past months, each with a note, a pin and a response."""
        cls.env.flush_all()
        treatment = treatment or cls.facial
        made = cls.env["clinic.procedure"]
        for number in range(count):
            made |= cls._copy_into_the_past(number + 1, treatment)
        cls._record(made)
        return made

    @classmethod
    def _copy_into_the_past(cls, number, treatment):
        """Return a procedure as one looks that was performed ``number`` months ago."""
        visits = cls.env["clinic.visit"]
        visit = visits.with_company(cls.branch).book(cls.patient, treatment, cls._at(10, days=number), cls.doctor)
        start = fields.Datetime.now() - timedelta(days=30 * number)
        for table, record in (("clinic_visit", visit), ("clinic_procedure", visit.procedure_ids)):
            cls.env.flush_all()
            cls.env.cr.execute(
                SQL(
                    "UPDATE %s SET state = 'done', start = %s, stop = %s WHERE id = %s",
                    SQL.identifier(table),
                    start,
                    start + timedelta(minutes=30),
                    record.id,
                )
            )
        cls.env.cr.execute(
            "UPDATE clinic_reservation SET blocking = false WHERE procedure_id = %s", [visit.procedure_ids.id]
        )
        cls.env.invalidate_all()
        return visit.procedure_ids

    @classmethod
    def _record(cls, procedures):
        """Write the records of past procedures, as their author did then."""
        env = cls.env
        notes = env["clinic.note"].create(
            [{"procedure_id": p.id, "body": f"<p>Note {number}</p>"} for number, p in enumerate(procedures)]
        )
        notes.action_sign()
        env["clinic.body.pin"].create(
            [{"procedure_id": p.id, "view": "face_front", "x": 0.5, "y": 0.2, "kind": "treated"} for p in procedures]
        )
        env["clinic.problem.response"].create(
            [
                {
                    "patient_id": cls.patient.id,
                    "problem_id": cls.acne.id,
                    "procedure_id": p.id,
                    "response": "worse" if number == 0 else "better",
                }
                for number, p in enumerate(procedures)
            ]
        )

    def _load(self, role="practitioner", patient=None, **kwargs):
        user = self.users[role]
        # As the browser sends it; else the user's zone is read or not, as chance has it.
        context = {"allowed_company_ids": user.company_ids.ids, "tz": "Asia/Karachi"}
        cards = self.env["clinic.patient.card"].with_user(user).with_context(**context)
        return cards.load((patient or self.patient).id, **kwargs)


@tagged("post_install", "-at_install")
class TestPatientCard(CardCommon):
    def setUp(self):
        super().setUp()
        # The access log writes with a cursor of its own, which sees this test's data only so.
        self.registry_enter_test_mode()

    def test_the_head_says_who_it_is_and_what_comes_now(self):
        self.patient.write(
            {"birth_date": self.branch._clinic_today().replace(year=1990, month=1, day=1), "sex": "female"}
        )
        self.patient.set_skin_type("4")
        card = self._load()
        self.assertFalse(card["locked"])
        self.assertEqual(card["patient"]["name"], "Ayesha Test")
        self.assertEqual(card["patient"]["sex"], "Female")
        self.assertIn("IV", card["patient"]["skin_type"])
        self.assertEqual(card["patient"]["age"], self.branch._clinic_today().year - 1990)
        self.assertEqual(
            [(one["id"], one["state"], one["mine"]) for one in card["today"]],
            [(self.procedure.id, "in_progress", True)],
        )

    def test_what_is_booked_for_later_is_ahead(self):
        visit = self.book(start=self._at(15, days=20), practitioner=self.doctor)
        self.assertEqual([one["id"] for one in self._load()["ahead"]], visit.procedure_ids.ids)
        visit.action_cancel(self.env["clinic.cancel.reason"].search([], limit=1))
        self.assertFalse(self._load()["ahead"])

    def test_risks_come_first_the_gravest_on_top_and_only_those_that_last(self):
        kind = self.env["clinic.risk.kind"].create({"name": "Test lidocaine", "type": "allergy"})
        values = {"patient_id": self.patient.id, "kind_id": kind.id}
        today = self.branch._clinic_today()
        self.env["clinic.risk"].create(
            [
                {**values, "severity": "mild", "description": "Itching"},
                {**values, "severity": "severe", "description": "Swelling"},
                {**values, "severity": "severe", "date_from": "2020-01-01", "date_to": today - timedelta(days=2)},
            ]
        )
        risks = self._load()["risks"]
        self.assertEqual(
            [(risk["severity"], risk["description"]) for risk in risks], [("severe", "Swelling"), ("mild", "Itching")]
        )
        self.assertEqual(
            (risks[0]["name"], risks[0]["kind"], risks[0]["grade"]), ("Test lidocaine", "Allergy", "Severe")
        )

    def test_the_history_has_all_that_was_done_the_newest_first(self):
        entries = self._load()["entries"]
        self.assertEqual([entry["id"] for entry in entries], [self.procedure.id, *self.past.ids])
        entry = entries[1]
        self.assertEqual((entry["treatment"], entry["practitioner"]), ("Facial", "Dr Sana"))
        self.assertIn("Note 0", entry["notes"][0]["body"])
        self.assertEqual(entry["responses"][0]["label"], "Worse")
        self.assertEqual(entry["pins"][0]["view"], "face_front")

    def test_a_reaction_stands_at_its_procedure_and_its_treatment(self):
        kind = self.env["clinic.risk.kind"].create({"name": "Test swelling", "type": "reaction"})
        self.env["clinic.reaction"].create(
            {
                "patient_id": self.patient.id,
                "procedure_id": self.procedure.id,
                "kind_id": kind.id,
                "grade": "3",
                "description": "Lips",
            }
        )
        card = self._load()
        self.assertEqual(card["entries"][0]["reactions"][0]["description"], "Lips")
        self.assertEqual(card["outcomes"][0]["reactions"], 1)

    def test_what_worked_and_what_did_not(self):
        [outcome] = self._load()["outcomes"]
        self.assertEqual((outcome["treatment"], outcome["count"]), ("Facial", 5))
        self.assertEqual(
            [(one["problem"], one["response"], one["count"]) for one in outcome["responses"]],
            [("Test acne", "better", 4), ("Test acne", "worse", 1)],
        )

    def test_problems_show_the_course_of_their_scores(self):
        for day, answer in (("2025-01-01", 3), ("2025-06-01", 1)):
            self.env["clinic.score"].create(
                {
                    "patient_id": self.patient.id,
                    "problem_id": self.acne.id,
                    "instrument": "iga",
                    "items": {"grade": answer},
                    "date": day,
                }
            )
        [problem] = self._load()["problems"]
        self.assertEqual((problem["name"], problem["state"]), ("Test acne", "active"))
        self.assertEqual([point["value"] for point in problem["courses"][0]["points"]], [3, 1])

    def test_scores_of_no_problem_have_their_course_too(self):
        for day, answer in (("2025-06-01", 1), ("2025-01-01", 3)):
            items = {"grade": answer}
            score = {"patient_id": self.patient.id, "instrument": "iga", "items": items, "date": day}
            self.env["clinic.score"].create(score)
        [course] = self._load()["scores"]
        self.assertEqual([point["value"] for point in course["points"]], [3, 1])

    def test_filters(self):
        laser = self._past(1, self.laser)
        pin = self.past[2].pin_ids
        pin.area_id = self.env["clinic.body.area"].search([("id", "!=", pin.area_id.id)], limit=1)
        found = {
            "treatment_id": (self.laser.id, laser),
            "area_id": (pin.area_id.id, self.past[2]),
            "problem_id": (self.acne.id, (self.past | laser).sorted("start", reverse=True)),
        }
        for name, (value, expected) in found.items():
            with self.subTest(filter=name):
                page = self._load(filters={name: value})
                self.assertEqual({entry["id"] for entry in page["entries"]}, set(expected.ids))
                self.assertNotIn("risks", page)

    def test_pages(self):
        first, second = self._load(limit=4), self._load(limit=4, offset=4)
        self.assertTrue(first["has_more"])
        self.assertFalse(second["has_more"])
        ids = [entry["id"] for page in (first, second) for entry in page["entries"]]
        self.assertEqual(ids, [self.procedure.id, *self.past.ids])

    def test_senseless_parameters_are_refused_in_words(self):
        for patient_id, kwargs in (
            ("1", {}),
            (self.patient.id, {"offset": -1}),
            (self.patient.id, {"limit": 0}),
            (self.patient.id, {"limit": 100000}),
            (self.patient.id, {"filters": {"note": "x"}}),
            (self.patient.id, {"filters": {"area_id": "x"}}),
            (self.patient.id, {"filters": ["x"]}),
            (0, {}),
        ):
            with self.subTest(patient_id=patient_id, kwargs=kwargs), self.assertRaises(UserError):
                self.env["clinic.patient.card"].with_user(self.users["practitioner"]).load(patient_id, **kwargs)

    # -- a history makes it no slower ---------------------------------------------------------------------------------

    def test_forty_visits_need_as_many_queries_as_five(self):
        self._load()
        counts = []
        for more in (0, 35):
            if more:
                self._past(more)
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._load()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # -- who may look -------------------------------------------------------------------------------------------------

    def test_only_those_who_treat_open_a_record(self):
        for role in ROLES:
            with self.subTest(role=role):
                if role in CLINICAL:
                    self.assertFalse(self._load(role)["locked"])
                    continue
                with self.assertRaises(AccessError):
                    self._load(role)
                with self.assertRaises(AccessError):
                    self.env["clinic.patient.card"].with_user(self.users[role]).load_treatment(self.procedure.id)

    def test_the_patient_of_another_branch_is_locked_until_the_glass_is_broken(self):
        stranger = self._stranger()
        card = self._load(patient=stranger)
        self.assertEqual(set(card), {"locked", "patient"})
        self.assertEqual(set(card["patient"]), {"id", "name", "number", "branch", "own_branches"})
        self.assertFalse(card["patient"]["own_branches"])
        self.assertTrue(card["locked"])
        stranger.with_user(self.users["practitioner"]).break_glass("Found unconscious in front of the clinic")
        self.assertFalse(self._load(patient=stranger)["locked"])

    def test_the_own_patient_of_another_branch_is_offered_there_and_is_no_emergency(self):
        stranger = self._stranger()
        doctor = self.users["practitioner"]
        doctor.company_ids |= stranger.branch_id
        self.assertFalse(stranger.with_user(doctor).needs_break_glass)
        cards = self.env["clinic.patient.card"].with_user(doctor)
        card = cards.with_context(allowed_company_ids=self.branch.ids).load(stranger.id)
        branch = {"id": stranger.branch_id.id, "name": stranger.branch_id.name}
        self.assertEqual((card["locked"], card["patient"]["own_branches"]), (True, [branch]))

    def test_every_opening_and_every_refusal_is_in_the_log(self):
        log = self.env["clinic.access.log"].sudo()
        user = self.users["practitioner"]
        stranger = self._stranger()
        self._load()
        self._load(patient=stranger)
        rows = log.search([("user_id", "=", user.id), ("patient_id", "in", (self.patient | stranger).ids)])
        self.assertEqual(
            {(row.patient_id.id, row.action) for row in rows},
            {(self.patient.id, "open"), (stranger.id, "denied")},
        )

    def test_no_page_is_read_past_the_log(self):
        log = self.env["clinic.access.log"].sudo()
        cards = self.env["clinic.patient.card"]
        for role, read in (
            ("practitioner", lambda: self._load(offset=1)),
            ("cosmetologist", lambda: cards.with_user(self.users["cosmetologist"]).load_treatment(self.procedure.id)),
        ):
            with self.subTest(role=role):
                domain = [("user_id", "=", self.users[role].id), ("patient_id", "=", self.patient.id)]
                self.assertFalse(log.search(domain))
                read()
                read()
                self.assertEqual(log.search(domain).mapped("action"), ["open"])

    def _stranger(self):
        other = self.env["res.company"].create({"name": "Other Branch"})
        return self.env["clinic.patient"].create({"name": "Bilal Test", "phone": "0300 7654321", "branch_id": other.id})

    def test_a_record_holds_the_work_of_all_branches(self):
        other = self.env["res.company"].create({"name": "Other Branch"})
        self.users["cosmetologist"].write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertTrue(self._load("cosmetologist")["locked"])
        self.env.cr.execute(
            "UPDATE clinic_visit SET company_id = %s WHERE id = %s", [other.id, self.past[0].visit_id.id]
        )
        self.env.invalidate_all()
        self.assertEqual(len(self._load("cosmetologist")["entries"]), 6)
