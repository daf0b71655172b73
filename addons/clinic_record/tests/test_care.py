from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .common_risk import RiskCommon

MARKER = "MARKER of the record"


class CareCommon(RiskCommon):
    """A patient with a record in the branch A, and a doctor of the branch B who has no business with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._setup_other_branch()
        cls.procedure = cls.start_visit().with_env(cls.as_doctor)
        cls.note = cls.as_doctor["clinic.note"].create({"procedure_id": cls.procedure.id, "body": f"<p>{MARKER}</p>"})
        cls.note.action_sign()
        cls.as_doctor["clinic.risk"].create({"patient_id": cls.patient.id, "kind_id": cls.allergy.id})
        cls.patient.skin_type = "5"
        cls.newcomer = cls.env["clinic.patient"].create({"name": "Bano Test", "branch_id": cls.other.id})

    @classmethod
    def _setup_other_branch(cls):
        cls.other = cls.env["res.company"].create({"name": "Branch B", "country_id": cls.env.ref("base.pk").id})
        cls.env.user.company_ids = [Command.link(cls.other.id)]
        hours = cls._calendar_values("Hours of B", cls.other)
        cls.other.resource_calendar_id = cls.calendar.create({**hours, "tz": cls.calendar.tz})
        cls.other.resource_calendar_id.attendance_ids.write({"hour_from": 0, "hour_to": 24})
        works = {"company_id": cls.other.id, "company_ids": [Command.set(cls.other.ids)], "tz": cls.calendar.tz}
        # As in a small branch: who treats there registers patients, too.
        groups = "clinic.group_practitioner,clinic.group_reception"
        cls.stranger = new_test_user(cls.env, "test_stranger", groups, **works)
        cls.desk = new_test_user(cls.env, "test_desk", "clinic.group_reception", **works)
        employee = cls.env["hr.employee"].create(
            {
                "name": "Dr Bina",
                "company_id": cls.other.id,
                "user_id": cls.stranger.id,
                "resource_calendar_id": cls.other.resource_calendar_id.id,
                "tz": cls.calendar.tz,
            }
        )
        cls.bina = cls.env["clinic.practitioner"].create({"employee_id": employee.id})
        cls.advice = cls._create_treatment("Advice", list_price=10)
        cls.env["clinic.authorization"].create(
            {"practitioner_id": cls.bina.id, "category_id": cls.category.id, "date_from": "2020-01-01"}
        )

    def _visits(self, user):
        return self.env["clinic.visit"].with_user(user).with_context(allowed_company_ids=self.other.ids)

    def _book_there(self, user, hours=3, patient=None):
        """Return a visit to Dr Bina in the branch B that ``user`` has booked."""
        start = fields.Datetime.now() + timedelta(hours=hours)
        return self._visits(user).book((patient or self.patient).id, self.advice.ids, start, self.bina.id)

    def _is_open(self, user=None, branches=None):
        """Return whether ``user`` reads the note of the patient in ``branches``."""
        self.env.flush_all()
        self.env.invalidate_all()
        user, branches = user or self.stranger, branches or self.other
        notes = self.env["clinic.note"].with_user(user).with_context(allowed_company_ids=branches.ids)
        found = notes.search([("patient_id", "=", self.patient.id)])
        patient = self.patient.with_env(notes.env)
        # All ways agree.
        self.assertEqual(patient.is_in_care, bool(found))
        self.assertEqual(patient in patient.search([("is_in_care", "=", True)]), bool(found))
        self.assertEqual(notes.env["clinic.patient.card"]._may_open(patient), bool(found))
        self.assertEqual(patient.skin_type, "5" if found else False)
        self.assertEqual(bool(notes.browse(self.note.id)._filtered_access("read")), bool(found))
        return bool(found)

    def _be_ago(self, visit, days):
        """Let ``visit`` have taken place ``days`` ago, which the real methods refuse."""
        self.env.flush_all()
        query = "UPDATE clinic_visit SET start = start - %s * interval '1 day' WHERE id = %s"
        self.env.cr.execute(SQL(query, days, visit.id))
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestCare(CareCommon):
    def test_what_somebody_else_has_booked_opens_the_record_for_these_days(self):
        self.assertFalse(self._is_open())
        visit = self._book_there(self.desk, hours=47)
        self.assertTrue(self._is_open())
        self.other.clinic_care_hours = 40
        self.assertFalse(self._is_open())
        self.other.clinic_care_hours = 48
        visit.action_cancel(self.env["clinic.cancel.reason"].search([], limit=1))
        self.assertFalse(self._is_open())

    def test_a_booking_for_another_day_opens_it_when_the_day_comes_near(self):
        visit = self._book_there(self.desk, hours=24 * 20)
        self.assertFalse(self._is_open())
        visit.reschedule(fields.Datetime.now() + timedelta(hours=5))
        self.assertTrue(self._is_open())

    def test_who_moves_a_visit_to_another_day_has_booked_it(self):
        visit = self._book_there(self.desk, hours=24 * 20).with_user(self.stranger)
        visit.reschedule(fields.Datetime.now() + timedelta(hours=5))
        self.assertEqual(visit.booked_by_id, self.stranger)
        self.assertFalse(self._is_open())
        # In the course of the day, nothing changes.
        visit = self._book_there(self.desk, hours=24 * 20).with_user(self.stranger)
        noon = self.other._clinic_later(fields.Datetime.now().replace(minute=0, second=0), days=20)
        visit.procedure_ids.write({"start": noon})
        self.assertEqual(visit.booked_by_id, self.desk)

    def test_somebody_else_s_check_in_opens_what_one_has_booked(self):
        visit = self._book_there(self.stranger, hours=0.1)
        self.assertFalse(self._is_open())
        visit.with_user(self.desk).action_arrive()
        self.assertEqual(visit.arrived_by_id, self.desk)
        self.assertTrue(self._is_open())
        visit.with_user(self.desk).action_not_arrived()
        self.assertFalse(visit.arrived_by_id)
        self.assertFalse(self._is_open())

    def test_who_has_come_is_in_care_for_two_years(self):
        visit = self._visits(self.desk).book_walk_in(self.patient.id, self.advice.ids, self.bina.id)
        visit.with_user(self.stranger).action_start()
        visit.with_user(self.stranger).action_done()
        for days, is_open in ((0, True), (700, True), (40, False)):
            self._be_ago(visit, days)
            self.assertEqual(self._is_open(), is_open)
        self.other.clinic_care_months = 36
        self.assertTrue(self._is_open())

    def test_who_treats_opens_it_whatever_branch_is_chosen(self):
        third = self.env["res.company"].create({"name": "Branch C"})
        self.stranger.company_ids |= third
        self._book_there(self.desk)
        self.assertTrue(self._is_open(branches=third))
        colleague = new_test_user(
            self.env,
            "test_colleague",
            "clinic.group_practitioner",
            company_id=third.id,
            company_ids=[Command.set((third | self.other).ids)],
        )
        self.assertFalse(self._is_open(colleague, third))
        self.assertTrue(self._is_open(colleague, self.other))

    def test_who_registers_a_new_patient_records_at_once(self):
        patients = self.env["clinic.patient"].with_user(self.stranger).with_context(allowed_company_ids=self.other.ids)
        with self.assertRaises(AccessError):
            patients.create({"name": "New", "registered_branch_id": self.branch.id})
        patient = patients.create({"name": "New"})
        self.assertEqual(patient.registered_branch_id, self.other)
        visit = self._visits(self.stranger).book_walk_in(patient.id, self.advice.ids, self.bina.id)
        visit.action_start()
        note = visit.env["clinic.note"].create({"procedure_id": visit.procedure_ids.id, "body": "<p>First</p>"})
        note.action_sign()
        visit.action_done()
        self.assertTrue(note.search([("patient_id", "=", patient.id)]))
        # Once the patient goes to another branch as well, what is written there is no business of this one.
        self.book(start=self._at(10, days=1), practitioner=self.doctor)
        visits = self.env["clinic.visit"].with_company(self.branch)
        visits.book(patient.id, self.facial, self._at(15, days=30), self.doctor)
        self.assertFalse(note.search([("patient_id", "=", patient.id)]))

    def test_a_patient_registered_long_ago_is_no_new_one(self):
        self.newcomer.skin_type = "2"
        newcomer = self.newcomer.with_user(self.stranger).with_context(allowed_company_ids=self.other.ids)
        self.assertEqual(newcomer.skin_type, "2")
        self.env.cr.execute(
            "UPDATE clinic_patient SET create_date = create_date - interval '25 months' WHERE id = %s", newcomer.ids
        )
        self.env.invalidate_all()
        self.assertFalse(newcomer.skin_type)

    def test_one_s_own_check_in_counts_where_one_person_works_and_stands_on_the_list(self):
        self.other.clinic_own_check_in = True
        visit = self._book_there(self.stranger, hours=0.1)
        self.assertFalse(self._is_open())
        visit.action_arrive()
        self.assertTrue(self._is_open())
        listed = self.env["clinic.break.glass"].search([("patient_id", "=", self.patient.id)])
        self.assertEqual((listed.kind, listed.user_id, listed.outcome), ("own_check_in", self.stranger, False))
        # A patient who is known already is nothing to review.
        self._book_there(self.stranger, hours=2).action_arrive()
        self.assertEqual(self.env["clinic.break.glass"].search_count([("patient_id", "=", self.patient.id)]), 1)

    def test_who_is_not_in_care_is_named_no_risk(self):
        self._rule(self.allergy)
        visit = self._book_there(self.stranger, hours=1)
        board = self.env["clinic.board"].with_user(self.stranger).with_context(allowed_company_ids=self.other.ids)
        day = self.env["clinic.my.day"].with_env(board.env)
        today = self.other._clinic_local(visit.start).date().isoformat()
        shown = [visit.procedure_ids.gate(), visit.risk_label, board.load(today), day.load(today)]
        self.assertNotIn("Lidocaine", str(shown))
        [card] = day.load(today)["procedures"]
        self.assertEqual((card["locked"], card["risks"], card["last_note"]), (True, [], None))
        self.assertIn("A risk on record stops this treatment", visit.risk_label)
        self.patient.with_env(board.env).break_glass("The patient is here and feels faint")
        self.env.invalidate_all()
        shown = (visit.procedure_ids.gate(), visit.risk_label, board.load(today), day.load(today))
        for number, page in enumerate(shown):
            with self.subTest(page=number):
                self.assertIn("Lidocaine", str(page))
        self.assertFalse(day.load(today)["procedures"][0]["locked"])

    def test_what_is_done_in_another_branch_is_seen_in_an_emergency_and_worked_on_there(self):
        cards = self.env["clinic.patient.card"].with_env(self._visits(self.stranger).env)
        self.patient.with_env(cards.env).break_glass("The patient stands here with a swelling")
        for env, here in ((cards.env, False), (self.procedure.env, True)):
            with self.subTest(here=here):
                today, _ahead = cards.with_env(env)._load_visits(self.patient)
                self.assertEqual([(one["id"], one["here"]) for one in today], [(self.procedure.id, here)])

    def test_the_skin_type_is_found_by_those_who_care_alone(self):
        patients = self.env["clinic.patient"].with_user(self.stranger).with_context(allowed_company_ids=self.other.ids)
        self.assertNotIn(self.patient, patients.search([("skin_type", "=", "5")]))
        self.assertIn(self.patient, patients.search([("skin_type", "=", False)]))
        self.assertIn(self.patient, patients.with_env(self.as_doctor).search([("skin_type", "in", ["4", "5"])]))
        with self.assertRaises(AccessError):
            patients.search([("noted_skin_type", "=", "5")])

    def test_more_patients_need_no_more_queries(self):
        patients = self.env["clinic.patient"].create([{"name": f"Patient {number}"} for number in range(30)])
        seen = patients.with_user(self.users["practitioner"]).with_context(allowed_company_ids=self.branch.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        # One for the branches of the user, one for all patients.
        with self.assertQueryCount(2):
            self.assertEqual(len(seen._in_care()), 30)


@tagged("post_install", "-at_install")
class TestCareIsNotTaken(CareCommon, HttpCase):
    """What a doctor of another branch tries over JSON-RPC to read a record that is no business of theirs."""

    def setUp(self):
        super().setUp()
        self.authenticate("test_stranger", "test_stranger")
        self.start = fields.Datetime.to_string(fields.Datetime.now() + timedelta(hours=2))

    def _call(self, model, method, *args, branches=None, **kwargs):
        context = {"allowed_company_ids": (branches or self.other).ids, **kwargs.pop("context", {})}
        params = {"model": model, "method": method, "args": list(args), "kwargs": {**kwargs, "context": context}}
        with mute_logger("odoo.http", "odoo.models", "odoo.sql_db"):
            return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def _is_refused(self, *args, **kwargs):
        try:
            self._call(*args, **kwargs)
        except JsonRpcException:
            return True
        return False

    def _assert_closed(self):
        self.assertTrue(self._is_refused("clinic.note", "read", self.note.ids, ["body"]))
        self.assertEqual(self._call("clinic.note", "search_count", [("patient_id", "=", self.patient.id)]), 0)
        self.assertTrue(self._call("clinic.patient.card", "load", self.patient.id)["locked"])
        self.assertFalse(self._is_open())

    def _visit_values(self, **values):
        procedure = {"treatment_id": self.advice.id, "practitioner_id": self.bina.id, "start": self.start}
        mine = {"patient_id": self.patient.id, "company_id": self.other.id}
        return {**mine, "procedure_ids": [[0, 0, procedure]], **values}

    def _last_visit(self):
        return self.env["clinic.visit"].search([("company_id", "=", self.other.id)], order="id desc", limit=1)

    def _book(self, **kwargs):
        self._call("clinic.visit", "book", self.patient.id, self.advice.ids, self.start, self.bina.id, **kwargs)
        return self._last_visit()

    def test_by_a_booking_of_one_s_own(self):
        self._book()
        self._assert_closed()

    def test_by_a_hold(self):
        visit = self._book(hold_minutes=30)
        self._assert_closed()
        self._call("clinic.visit", "action_confirm", visit.ids)
        self._assert_closed()

    def test_by_confirming_somebody_else_s_hold(self):
        visit = self._visits(self.desk).book(
            self.patient.id, self.advice.ids, fields.Datetime.to_datetime(self.start), self.bina.id, hold_minutes=30
        )
        self._assert_closed()
        self._call("clinic.visit", "action_confirm", visit.ids)
        self._assert_closed()

    def test_by_booking_and_cancelling(self):
        visit = self._book()
        reason = self.env["clinic.cancel.reason"].search([], limit=1)
        self._call("clinic.visit", "action_cancel", visit.ids, reason.id)
        self._assert_closed()

    def test_by_a_walk_in_that_one_treats_alone(self):
        self._call("clinic.visit", "book_walk_in", self.patient.id, self.advice.ids, self.bina.id)
        visit = self._last_visit()
        self._assert_closed()
        self._call("clinic.visit", "action_start", visit.ids)
        self._assert_closed()
        self._call("clinic.visit", "action_done", visit.ids)
        self.assertEqual(self._last_visit().state, "done")
        self._assert_closed()

    def test_by_creating_a_visit_that_somebody_else_is_said_to_have_booked(self):
        forged = {"booked_by_id": self.desk.id, "arrived_by_id": self.desk.id}
        self._is_refused("clinic.visit", "create", self._visit_values(**forged))
        self._is_refused(
            "clinic.visit",
            "create",
            self._visit_values(),
            context={f"default_{name}": value for name, value in forged.items()},
        )
        later = fields.Datetime.to_string(fields.Datetime.now() + timedelta(hours=5))
        self._call("clinic.visit", "book", self.patient.id, self.advice.ids, later, self.bina.id)
        self._is_refused("clinic.visit", "write", self._last_visit().ids, forged)
        self.env.invalidate_all()
        for visit in self.env["clinic.visit"].search([("company_id", "=", self.other.id)]):
            self.assertEqual(visit.booked_by_id, self.stranger)
            self.assertFalse(visit.arrived_by_id)
        self._assert_closed()

    def test_by_an_import(self):
        names = ["patient_id/.id", "company_id/.id", "booked_by_id/.id", "create_uid/.id"]
        names += [f"procedure_ids/{name}" for name in ("treatment_id/.id", "practitioner_id/.id", "start")]
        ids = (self.patient.id, self.other.id, self.desk.id, self.desk.id, self.advice.id, self.bina.id)
        self._is_refused("clinic.visit", "load", names, [[*map(str, ids), self.start]])
        self.assertNotEqual(self._last_visit().booked_by_id, self.desk)
        self._assert_closed()

    def test_by_giving_somebody_else_s_visit_to_the_patient(self):
        visit = self._visits(self.desk).book(
            self.newcomer.id, self.advice.ids, fields.Datetime.to_datetime(self.start), self.bina.id
        )
        self._is_refused("clinic.visit", "write", visit.ids, {"patient_id": self.patient.id})
        self._assert_closed()
        visit = self._visits(self.desk).book_walk_in(self.newcomer.id, self.advice.ids, self.bina.id)
        self._is_refused("clinic.visit", "write", visit.ids, {"patient_id": self.patient.id})
        self._assert_closed()

    def test_by_taking_a_visit_to_the_own_branch(self):
        self.stranger.company_ids |= self.branch
        third = self.env["res.company"].create({"name": "Branch C"})
        visit = self.book(start=self._at(12, days=1), practitioner=self.doctor)
        both = self.branch | self.other
        self._is_refused("clinic.visit", "write", visit.ids, {"company_id": self.other.id}, branches=both)
        self.stranger.company_ids -= self.branch
        self.assertTrue(third)
        self._assert_closed()

    def test_by_moving_somebody_else_s_visit_nearer(self):
        visit = self._book_there(self.desk, hours=24 * 20)
        self._call("clinic.visit", "reschedule", visit.ids, self.start)
        self._assert_closed()
        visit = self._book_there(self.desk, hours=24 * 21)
        self._is_refused("clinic.procedure", "write", visit.procedure_ids.ids, {"start": self.start})
        self._assert_closed()

    def test_by_adding_today_to_somebody_else_s_visit(self):
        visit = self._book_there(self.desk, hours=24 * 20)
        mine = {"treatment_id": self.advice.id, "practitioner_id": self.bina.id, "start": self.start}
        self._call("clinic.procedure", "create", {**mine, "visit_id": visit.id})
        self.env.invalidate_all()
        self.assertLess(visit.start, fields.Datetime.now() + timedelta(days=1))
        self._assert_closed()
        visit = self._book_there(self.desk, hours=24 * 21)
        later = fields.Datetime.to_string(fields.Datetime.now() + timedelta(hours=4))
        self._call("clinic.visit", "book", self.patient.id, [self.advice.id] * 2, later, self.bina.id)
        own = self._last_visit()
        self._is_refused("clinic.procedure", "write", own.procedure_ids[0].ids, {"visit_id": visit.id})
        self._assert_closed()

    def test_by_putting_oneself_into_a_booking_of_one_s_own(self):
        visit = self._book()
        later = fields.Datetime.to_string(fields.Datetime.now() + timedelta(hours=4))
        mine = {"treatment_id": self.advice.id, "practitioner_id": self.bina.id, "start": later}
        self._call("clinic.procedure", "create", {**mine, "visit_id": visit.id})
        self._assert_closed()

    def test_by_changing_the_home_branch(self):
        self._call("clinic.patient", "write", self.patient.ids, {"branch_id": self.other.id})
        self.assertEqual(self.patient.branch_id, self.other)
        self._is_refused("clinic.patient", "write", self.patient.ids, {"registered_branch_id": self.other.id})
        self._assert_closed()

    def test_by_choosing_a_branch_that_is_not_one_s_own(self):
        self.assertTrue(self._is_refused("clinic.note", "read", self.note.ids, ["body"], branches=self.branch))
        self.assertTrue(self._is_refused("clinic.patient.card", "load", self.patient.id, branches=self.branch))
        self._assert_closed()

    def test_by_a_merge_with_a_patient_of_one_s_own(self):
        self.stranger.group_ids |= self.env.ref("clinic.group_manager")
        visit = self._visits(self.desk).book_walk_in(self.newcomer.id, self.advice.ids, self.bina.id)
        self.assertEqual(visit.state, "arrived")
        wizard = self._call(
            "clinic.patient.merge.wizard", "create", {"kept_id": self.newcomer.id, "merged_id": self.patient.id}
        )
        self._call("clinic.patient.merge.wizard", "action_merge", [wizard])
        self.env.invalidate_all()
        self.assertEqual(self.patient.merged_into_id, self.newcomer)
        self.assertTrue(self._is_refused("clinic.note", "read", self.note.ids, ["body"]))
        self.assertTrue(self._call("clinic.patient.card", "load", self.newcomer.id)["locked"])
        # A new visit that somebody else has booked is care for both.
        self._book_there(self.desk, patient=self.newcomer)
        later = fields.Datetime.now() + timedelta(seconds=1)
        self.env.cr.execute(SQL("UPDATE clinic_visit SET create_date = %s WHERE id = %s", later, self._last_visit().id))
        self.env.invalidate_all()
        self.assertFalse(self._call("clinic.patient.card", "load", self.newcomer.id)["locked"])

    def test_by_reading_or_writing_the_skin_type(self):
        [values] = self._call("clinic.patient", "read", self.patient.ids, ["skin_type"])
        self.assertFalse(values["skin_type"])
        self.assertTrue(self._is_refused("clinic.patient", "read", self.patient.ids, ["noted_skin_type"]))
        self.assertEqual(self._call("clinic.patient", "search_count", [["skin_type", "=", "5"]]), 0)
        self.assertTrue(self._is_refused("clinic.patient", "write", self.patient.ids, {"skin_type": "1"}))
        self.assertTrue(self._is_refused("clinic.patient", "write", self.patient.ids, {"noted_skin_type": "1"}))
        self.assertEqual(self.patient.sudo().skin_type, "5")

    def test_the_way_in_an_emergency_is_in_words(self):
        for reason in ("x", "", False, "aaaa"):
            with self.subTest(reason=reason):
                self.assertTrue(self._is_refused("clinic.patient", "break_glass", self.patient.ids, reason))
        self._assert_closed()
        self._call("clinic.patient", "break_glass", self.patient.ids, "The patient stands here with a swelling")
        self.assertTrue(self._is_open())
        [values] = self._call("clinic.note", "read", self.note.ids, ["body"])
        self.assertIn(MARKER, values["body"])


@tagged("post_install", "-at_install")
class TestReview(CareCommon):
    """The privacy officers' list."""

    def test_an_access_waits_until_another_officer_has_reviewed_it(self):
        officer = new_test_user(self.env, "test_officer", "clinic.group_privacy_officer")
        self.stranger.group_ids |= self.env.ref("clinic.group_privacy_officer")
        self.patient.with_env(self._visits(self.stranger).env).break_glass("The patient stands here with a swelling")
        access = self.env["clinic.break.glass"].search([("patient_id", "=", self.patient.id)])
        self.assertIn(officer, access.activity_ids.user_id)
        own = access.with_env(self._visits(self.stranger).env)
        self.assertFalse(own.can_review)
        with self.assertRaisesRegex(UserError, "your own access"):
            own.action_justified()
        for role in ("practitioner", "manager", "reception"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                access.with_user(self.users[role]).review("justified")
        theirs = access.with_user(officer).with_context(allowed_company_ids=officer.company_ids.ids)
        self.assertTrue(theirs.can_review)
        for outcome, note in (("fine", None), ("unjustified", None), ("unjustified", "x"), (None, "No reason at all")):
            with self.subTest(outcome=outcome), self.assertRaises(UserError):
                theirs.review(outcome, note)
        wizard = theirs.env[theirs.action_unjustified()["res_model"]]
        wizard.create({"access_ids": access.ids, "note": "No visit and no emergency"}).action_save()
        self.assertEqual(
            (access.outcome, access.review_note, access.reviewed_by_id),
            ("unjustified", "No visit and no emergency", officer),
        )
        self.assertTrue(access.reviewed_at)
        self.assertFalse(access.activity_ids)
        with self.assertRaisesRegex(UserError, "already"):
            theirs.action_justified()

    def test_a_review_is_no_input(self):
        values = {"patient_id": self.patient.id, "reason": "The patient stands here"}
        forged = {"outcome": "justified", "reviewed_by_id": self.desk.id, "reviewed_at": fields.Datetime.now()}
        accesses = self._visits(self.stranger).env["clinic.break.glass"]
        for tried in (forged, {"kind": "own_check_in"}):
            try:
                access = accesses.create({**values, **tried})
            except AccessError:
                continue
            self.assertEqual((access.outcome, access.kind), (False, "emergency"))
        defaults = {f"default_{name}": value for name, value in forged.items()}
        access = accesses.with_context(**defaults, clinic_own_check_in=True).create(values)
        self.assertEqual((access.outcome, access.kind), (False, "emergency"))

    def test_the_manager_who_is_an_officer_is_told_on_the_home(self):
        home = (
            self.env["clinic.home"].with_user(self.users["manager"]).with_context(allowed_company_ids=self.branch.ids)
        )
        self.patient.with_env(self._visits(self.stranger).env).break_glass("The patient stands here with a swelling")
        self.assertNotIn("glass", [alert["key"] for alert in home.load()["alerts"]])
        self.users["manager"].group_ids |= self.env.ref("clinic.group_privacy_officer")
        alert = next(alert for alert in home.load()["alerts"] if alert["key"] == "glass")
        self.assertEqual((alert["count"] >= 1, alert["urgent"]), (True, True))
