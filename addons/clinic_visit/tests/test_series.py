from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestSeries(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.env["clinic.series.planner"].with_company(cls.branch)
        cls.first = cls.branch._clinic_local(cls._at(10)).date()
        cls.facial.write({"interval_least": 14, "interval_recommended": 21})

    def _propose(self, count=4, first=None, treatment=None, **kwargs):
        return self.planner.propose(self.patient, treatment or self.facial, count, first or self.first, **kwargs)

    def _days(self, slots):
        return [(self.branch._clinic_local(slot["start"]).date() - self.first).days for slot in slots]

    def _hours(self, slots):
        return [self.branch._clinic_local(slot["start"]).strftime("%H:%M") for slot in slots]

    # -- the planner --------------------------------------------------------------------------------------------------

    def test_sessions_follow_at_the_recommended_interval(self):
        slots = self._propose()
        self.assertEqual(self._days(slots), [0, 21, 42, 63])
        self.assertEqual(set(self._hours(slots)), {"08:00"})
        self.assertEqual(set(slots[0]), {"start", "stop", "practitioner_id", "room_id", "device_id"})

    def test_the_time_of_day_stays(self):
        self.assertEqual(set(self._hours(self._propose(first=self._at(15, 30)))), {"15:30"})
        self.assertEqual(set(self._hours(self._propose(hour_from=12, hour_to=14))), {"12:00"})

    def test_a_taken_time_gives_way_to_the_nearest(self):
        other = self.env["clinic.patient"].create({"name": "Other"})
        for practitioner in (self.doctor, self.cosmetologist):
            self.env["clinic.visit"].book(other, self.facial, self._at(15, 30, days=28), practitioner)
        slots = self._propose(first=self._at(15, 30))
        self.assertEqual(self._days(slots), [0, 21, 42, 63])
        self.assertEqual(self._hours(slots), ["15:30", "15:00", "15:30", "15:30"])

    def _close(self, first, last):
        """Let nobody work from ``first`` to ``last`` days after the first session."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": self.calendar.id,
                "company_id": self.branch.id,
                "date_from": self._at(0, days=7 + first),
                "date_to": self._at(0, days=8 + last),
            }
        )

    def test_later_sessions_shift_with_a_closed_week(self):
        self._close(19, 24)
        self.assertEqual(self._days(self._propose()), [0, 18, 39, 60])

    def test_never_sooner_than_the_least_interval(self):
        self._close(14, 40)
        slots = self._propose()
        self.assertEqual(self._days(slots), [0, 41, 62, 83])

    def test_other_visits_of_the_patient_are_kept_clear_of(self):
        self.book(start=self._at(10, days=7 + 23))
        days = self._days(self._propose())
        self.assertEqual(days[0], 0)
        for day in days:
            self.assertGreaterEqual(abs(day - 23), 14)

    def test_the_horizon_limits_what_is_found(self):
        self.branch.clinic_booking_horizon = 60
        self.assertEqual(self._days(self._propose()), [0, 21, 42])

    def test_a_practitioner_can_be_asked_for(self):
        slots = self._propose(practitioner=self.cosmetologist)
        self.assertEqual({slot["practitioner_id"] for slot in slots}, {self.cosmetologist.id})

    def test_the_interval_falls_back_to_four_weeks(self):
        self.facial.write({"interval_least": 0, "interval_recommended": 0})
        self.assertEqual(self._days(self._propose(count=2)), [0, 28])
        self.facial.interval_least = 40
        self.assertEqual(self._days(self._propose(count=2)), [0, 40])

    def test_one_search_for_the_whole_series(self):
        calls = []
        availability = self.env.registry["clinic.availability"]
        original = availability.find_slots

        def counted(*args, **kwargs):
            calls.append(args)
            return original(*args, **kwargs)

        self.patch(availability, "find_slots", counted)
        self._propose(count=8)
        self.assertEqual(len(calls), 1)

    def test_wrong_wishes_are_refused(self):
        attempts = [
            ("between 1 and 60", {"count": 0}),
            ("between 1 and 60", {"count": 61}),
            ("between 1 and 60", {"count": "six"}),
            ("at least 14 days", {"interval": 13}),
            ("at least one day", {"interval": 0}),
            ("too far away", {"first": self._at(10, days=700)}),
            ("Nobody is authorized", {"treatment": self.laser, "practitioner": self.cosmetologist}),
        ]
        for pattern, wish in attempts:
            with self.subTest(wish=wish), self.assertRaisesRegex(UserError, pattern):
                self._propose(**wish)
        with self.assertRaisesRegex(UserError, "Choose the patient"):
            self.planner.propose(None, self.facial, 3, self.first)

    # -- the dialog ---------------------------------------------------------------------------------------------------

    def _series(self, **vals):
        form = Form(self.env["clinic.visit.series"].with_user(self.users["reception"]))
        form.patient_id = self.patient
        form.treatment_id = self.facial
        form.first_day = self.first
        for name, value in vals.items():
            form[name] = value
        return form.save()

    def test_reception_proposes_and_books_all(self):
        series = self._series(count=3)
        self.assertEqual(series.interval, 21)
        series.action_propose()
        self.assertEqual(series.line_ids.mapped("state"), ["free"] * 3)
        self.assertFalse(series.message)
        action = series.action_book_all()
        visits = self.env["clinic.visit"].search(action["domain"], order="start")
        self.assertEqual(visits.mapped("start"), series.line_ids.mapped("start"))
        self.assertEqual(visits.patient_id, self.patient)

    def test_a_changed_line_says_whether_it_is_free(self):
        self.book(start=self._at(10, days=7), practitioner=self.doctor)
        series = self._series(count=2, practitioner_id=self.doctor)
        series.action_propose()
        with Form(series) as form:
            with form.line_ids.edit(0) as line:
                line.start = self._at(10, days=7)
                self.assertEqual(line.state, "taken")
                self.assertIn("Dr Sana is already booked", line.reason)
                line.practitioner_id = self.cosmetologist
                self.assertEqual(line.state, "free")
                self.assertFalse(line.reason)

    def test_all_or_nothing_and_the_lost_line_is_named(self):
        series = self._series(count=3, practitioner_id=self.doctor)
        series.action_propose()
        lost = series.line_ids[1]
        self.env["clinic.visit"].book(
            self.env["clinic.patient"].create({"name": "Faster"}), self.facial, lost.start, self.doctor
        )
        before = self.env["clinic.visit"].search_count([])
        moment = self.branch._clinic_moment_text(lost.start)
        with self.assertRaisesRegex(ValidationError, f"The session on {moment}: Dr Sana is already booked"):
            with self.env.cr.savepoint():
                series.action_book_all()
        self.assertEqual(self.env["clinic.visit"].search_count([]), before)

    def test_lines_moved_too_close_are_refused(self):
        series = self._series(count=2)
        series.action_propose()
        series.line_ids[1].start = series.line_ids[0].start + timedelta(days=13)
        with self.assertRaisesRegex(UserError, "too close"):
            series.action_book_all()

    def test_a_shortfall_is_told(self):
        self.branch.clinic_booking_horizon = 60
        series = self._series(count=6)
        series.action_propose()
        self.assertEqual(len(series.line_ids), 3)
        self.assertIn("Only 3 of 6 sessions", series.message)

    def test_nothing_is_booked_without_lines(self):
        with self.assertRaisesRegex(UserError, "Propose the dates first"):
            self._series().action_book_all()

    def test_a_visit_is_continued_with_its_own_wishes(self):
        visit = self.book(start=self._at(15), practitioner=self.cosmetologist)
        context = visit.action_book_series()["context"]
        form = Form(self.env["clinic.visit.series"].with_user(self.users["reception"]).with_context(**context))
        form.count = 2
        series = form.save()
        self.assertEqual(series.first_day, self.first + timedelta(days=21))
        series.action_propose()
        slots = [{"start": line.start} for line in series.line_ids]
        self.assertEqual((self._days(slots), self._hours(slots)), ([21, 42], ["15:00", "15:00"]))
        self.assertEqual(series.line_ids.practitioner_id, self.cosmetologist)

    def test_an_old_visit_is_continued_from_today(self):
        visit = self.book(start=self._at(15))
        visit.procedure_ids._write_without_reservations(
            {"start": self._at(15, days=-100), "stop": self._at(15, 30, days=-100)}
        )
        today = self.branch._clinic_today()
        self.assertEqual(visit.action_book_series()["context"]["default_first_day"], str(today))

    def test_the_patients_form_opens_the_dialog(self):
        action = self.patient.action_book_series()
        self.assertEqual(action["res_model"], "clinic.visit.series")
        self.assertEqual(action["context"], {"default_patient_id": self.patient.id})
