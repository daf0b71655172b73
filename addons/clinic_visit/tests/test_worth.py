from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tests import Form, tagged

from ..hours import naive, seconds
from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestWorth(VisitCommon):
    """Which times a branch offers: a facial takes 30 minutes, and nothing shorter is sold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.template"].search([("is_treatment", "=", True)]).filtered(
            lambda one: one.treatment_duration + one.buffer_before + one.buffer_after < 30
        ).active = False
        cls.engine = cls.env["clinic.availability"]
        cls.branch.clinic_offered_times = "tight"

    def _worth(self, treatments=None, practitioner=None):
        """Return (all free hours of the day, those that are worth offering), as hours since midnight there."""
        steps = self.engine._steps(treatments or [self.facial], practitioner or self.doctor)
        known, free = self.engine._free_starts(steps, self.branch, *self.engine._day(self.branch, self._at(10)))
        worth = self.engine._worth(steps, known, free)
        first = seconds(self._at(0))
        return [(at - first) / 3600 for at in free], [(at - first) / 3600 for at in worth]

    def _least(self):
        return self.engine._least_sold(self.branch, self.engine._facts(self.branch))

    def _advice(self, start):
        steps = self.engine._steps([self.facial], self.doctor)
        lost, better = self.engine._gap_advice(steps, start, self.branch)
        return lost, [one["start"][11:16] for one in better]

    # -- what is usual ------------------------------------------------------------------------------------------------

    def test_what_is_offered_is_usual_until_enough_was_booked(self):
        self.assertEqual(self._least(), 30 * 60)
        self._create_treatment("Peel", treatment_duration=10, buffer_before=5, buffer_after=5)
        self.assertEqual(self._least(), 20 * 60)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._create_treatment("Elsewhere", treatment_duration=5, company_id=other.id)
        self.assertEqual(self._least(), 20 * 60, "others do not sell it here")

    def test_what_was_booked_lately_is_usual(self):
        peel = self._create_treatment("Peel", treatment_duration=10, room_kind_id=self.room_kind.id)
        for day in range(5):
            for hour in (8, 9, 12, 13):
                self.book(self.laser, self._at(hour, days=day + 1), self.doctor)
        self.book(peel, self._at(16, days=2), self.doctor)
        cancelled = self.book(peel, self._at(17, days=2), self.doctor)
        cancelled.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self.assertEqual(self._least(), 10 * 60, "nothing of it has taken place")
        with freeze_time(self._at(12, days=7)):
            self.assertEqual(self._least(), 60 * 60, "one in twenty-one is not usual")
        with freeze_time(self._at(12, days=120)):
            self.assertEqual(self._least(), 10 * 60, "that was long ago")

    def test_short_ones_count_together(self):
        lengths = [(minutes, 1) for minutes in range(10, 260, 10)]
        self.env.registry.clear_cache()
        with patch.object(type(self.engine), "_booked_lengths", lambda *_words: tuple(lengths)):
            self.assertEqual(self._least(), 20 * 60, "two of twenty-five are no longer")

    def test_it_is_asked_once_a_day(self):
        self._least()
        with self.assertQueryCount(1):
            self._least()

    # -- which times --------------------------------------------------------------------------------------------------

    def test_starts_that_leave_a_quarter_are_not_worth_offering(self):
        self.book(start=self._at(10), practitioner=self.doctor)
        free, worth = self._worth()
        self.assertIn(8.25, free)
        self.assertEqual([at for at in worth if at < 10], [8, 8.5, 8.75, 9, 9.5])
        self.assertNotIn(10.75, worth)
        self.assertEqual((worth[0], worth[-1]), (8, 19.5))

    def test_every_day_that_is_free_stays_so(self):
        self.env["clinic.block"].create(
            {
                "name": "Away",
                "company_id": self.branch.id,
                "resource_ids": self.doctor.resource_id.ids,
                "start": self._at(8, 40),
                "stop": self._at(19, 45),
            }
        )
        free, worth = self._worth()
        self.assertEqual((free, worth), ([8], [8]), "ten minutes are lost whatever is booked")

    def test_it_does_not_depend_on_the_hour(self):
        now, soon, evening = self._at(9, 5), self._at(9, 15), self._at(20)
        with freeze_time(now):
            steps = self.engine._steps([self.facial], self.doctor)
            known, free = self.engine._free_starts(steps, self.branch, now, evening)
            worth = self.engine._worth(steps, known, free)
        self.assertEqual(naive(worth[0]), soon, "what has passed is no gap")

    def test_midnight_is_no_end_for_who_works_on(self):
        self.calendar.attendance_ids.unlink()
        self.calendar.attendance_ids = [
            Command.create({"name": "Open", "dayofweek": str(day), "hour_from": 0, "hour_to": 24}) for day in range(7)
        ]
        free, worth = self._worth()
        self.assertEqual((free[0], worth[0], worth[1]), (0, 0, 0.25), "the evening before is free as well")

    def test_several_treatments_count_as_one(self):
        self.book(start=self._at(9), practitioner=self.doctor)
        self.book(start=self._at(11), practitioner=self.doctor)
        free, worth = self._worth([self.facial, self.facial])
        self.assertEqual([at for at in free if 9 < at < 11], [9.5, 9.75, 10])
        self.assertEqual([at for at in worth if 9 < at < 11], [9.5, 10])

    def test_without_the_setting_every_start_is_offered(self):
        self.branch.clinic_offered_times = "every"
        self.assertEqual(self._advice(self._at(8, 15)), (0, []))
        self.branch.clinic_offered_times = "prefer"
        self.assertEqual(self._advice(self._at(8, 15))[0], 15)

    # -- at the desk --------------------------------------------------------------------------------------------------

    def test_the_engine_says_what_a_time_leaves(self):
        lost, better = self._advice(self._at(8, 15))
        self.assertEqual((lost, better), (15, ["03:00", "03:30", "03:45"]))
        self.assertEqual(self._advice(self._at(8, 30)), (0, []))

    def test_the_next_times_are_worth_taking(self):
        self.book(start=self._at(10), practitioner=self.doctor)
        steps = self.engine._steps([self.facial], self.doctor)
        near = self.engine._nearest(steps, self._at(10), self.branch)
        self.assertEqual([one["start"][11:16] for one in near], ["04:00", "04:30", "05:30"])
        self.branch.clinic_offered_times = "every"
        near = self.engine._nearest(steps, self._at(10), self.branch)
        self.assertEqual([one["start"][11:16] for one in near], ["04:15", "04:30", "05:30"])

    def test_the_dialog_tells_and_books_all_the_same(self):
        form = Form(self.env["clinic.visit.book"].with_user(self.users["reception"]).with_company(self.branch))
        form.patient_id = self.patient
        form.treatment_ids.add(self.facial)
        form.practitioner_id = self.doctor
        form.start = self._at(8, 15)
        self.assertEqual(form.gap_text, "Leaves 15 minutes that are too short for a treatment.")
        self.assertEqual(form.better_times[0]["start"][11:16], "03:00")
        form.start = self._at(8, 30)
        self.assertFalse(form.gap_text)
        form.start = self._at(8, 15)
        form.save().action_book()
        visit = self.env["clinic.visit"].search([("start", "=", self._at(8, 15)), ("patient_id", "=", self.patient.id)])
        self.assertEqual(visit.state, "booked")

    def test_who_leaves_no_gap_is_chosen(self):
        self.book(start=self._at(9), practitioner=self.doctor)
        for hour in (14, 15):
            self.book(start=self._at(hour), practitioner=self.cosmetologist)
        # The doctor has less to do that day, and would be left with a quarter.
        visit = self.book(start=self._at(8, 15))
        self.assertEqual(visit.practitioner_ids, self.cosmetologist)
        self.branch.clinic_offered_times = "every"
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self.assertEqual(self.book(start=self._at(8, 15)).practitioner_ids, self.doctor)

    def test_the_setting_counts_at_once(self):
        self.assertEqual(self.engine._offers(self.branch), "tight")
        self.branch.clinic_offered_times = "prefer"
        self.assertEqual(self.engine._offers(self.branch), "prefer")
