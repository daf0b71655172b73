from datetime import timedelta

import psycopg2.errors
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestWaitlist(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env.ref("clinic_visit.cancel_reason_patient")
        cls.zara = cls.env["clinic.patient"].create({"name": "Zara Waits"})
        cls.mina = cls.env["clinic.patient"].create({"name": "Mina Waits"})

    def _wait(self, patient=None, treatment=None, **vals):
        vals = {"patient_id": (patient or self.zara).id, "treatment_id": (treatment or self.facial).id, **vals}
        return self.env["clinic.waitlist"].create(vals)

    def _cancelled(self, treatments=None, **kwargs):
        visit = self.book(treatments, **{"practitioner": self.doctor, **kwargs})
        visit.action_cancel(self.reason)
        return visit

    # -- who gets the time --------------------------------------------------------------------------------------------

    def test_a_cancelled_visit_is_offered_to_who_waits(self):
        entry = self._wait()
        self._cancelled()
        self.assertEqual(entry.state, "offered")
        self.assertEqual((entry.offered_start, entry.offered_stop), (self._at(10), self._at(10, 30)))
        self.assertEqual(entry.offered_practitioner_id, self.doctor)
        self.assertIn(entry.offered_room_id, self.rooms)

    def test_no_context_takes_the_time_from_those_who_wait(self):
        visit = self.book(practitioner=self.doctor)
        entry = self._wait()
        visit = visit.with_user(self.users["reception"])
        visit.with_context(clinic_gives_way=True, mail_activity_automation_skip=True).action_cancel(self.reason)
        self.assertEqual((entry.state, entry.offered_start), ("offered", self._at(10)))
        self.assertTrue(entry.activity_ids, "somebody is asked to call")

    def test_a_visit_moved_away_is_offered(self):
        visit = self.book(practitioner=self.doctor)
        entry = self._wait()
        visit.reschedule(self._at(15))
        self.assertEqual((entry.state, entry.offered_start), ("offered", self._at(10)))

    def test_a_procedure_given_to_another_practitioner_is_offered(self):
        visit = self.book(practitioner=self.doctor)
        entry = self._wait(practitioner_id=self.doctor.id)
        visit.procedure_ids.move(practitioner=self.cosmetologist)
        self.assertEqual((entry.state, entry.offered_practitioner_id), ("offered", self.doctor))

    def test_a_no_show_leaves_what_remains_of_its_time(self):
        visit = self.book(self.laser, self._at(10), self.doctor)
        entry = self._wait()
        with freeze_time(self._at(10, 10)):
            visit.action_no_show()
        self.assertEqual((entry.state, entry.offered_start), ("offered", self._at(10, 15)))

    def test_an_expired_hold_is_offered(self):
        self.book(practitioner=self.doctor, hold_minutes=10)
        entry = self._wait()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=11)), self.enter_registry_test_mode():
            self.env.ref("clinic_visit.cron_release_expired_holds").method_direct_trigger()
        self.assertEqual(entry.state, "offered")

    def test_an_expired_hold_that_gives_way_to_a_booking_is_not_offered(self):
        self.book(practitioner=self.doctor, hold_minutes=10)
        entry = self._wait()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=11)):
            self.book(practitioner=self.doctor)
        self.assertEqual(entry.state, "waiting")

    def test_a_booking_that_stays_offers_nothing(self):
        visit = self.book(practitioner=self.doctor)
        entry = self._wait()
        visit.note = "Brings her mother"
        visit.procedure_ids.quantity = 2
        self.assertEqual(entry.state, "waiting")

    def test_the_patient_who_leaves_is_not_asked(self):
        entry = self._wait(self.patient)
        self._cancelled()
        self.assertEqual(entry.state, "waiting")

    def test_wishes_that_are_not_met_keep_waiting(self):
        day = self.branch._clinic_local(self._at(10)).date()
        weekday = day.strftime("%a").lower()
        wishes = [
            {"date_from": day + timedelta(days=1)},
            {"date_to": day - timedelta(days=1)},
            {"hour_from": 10.25},
            {"hour_to": 10.25},
            {weekday: False},
            {"practitioner_id": self.cosmetologist.id, "treatment_id": self.laser.id},
            {"treatment_id": self._create_treatment("Long", treatment_duration=60, room_kind_id=self.room_kind.id).id},
        ]
        for wish in wishes:
            with self.subTest(wish=wish):
                entry = self._wait(**wish)
                self._cancelled()
                self.assertEqual(entry.state, "waiting")
                entry.action_withdraw()

    def test_wishes_that_are_met_exactly_are_enough(self):
        day = self.branch._clinic_local(self._at(10)).date()
        weekdays = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), False)
        entry = self._wait(
            date_from=day,
            date_to=day,
            hour_from=10,
            hour_to=10.5,
            practitioner_id=self.doctor.id,
            **{**weekdays, day.strftime("%a").lower(): True},
        )
        self._cancelled()
        self.assertEqual(entry.state, "offered")

    def test_a_treatment_whose_device_is_taken_is_not_offered(self):
        self.env["clinic.authorization"].create(
            {"practitioner_id": self.cosmetologist.id, "treatment_id": self.laser.id, "date_from": "2020-01-01"}
        )
        self.book(self.laser, practitioner=self.cosmetologist)
        facial = self.book(practitioner=self.doctor)
        facial.procedure_ids.stop = self._at(11, 30)
        entry = self._wait(treatment=self.laser)
        facial.action_cancel(self.reason)
        self.assertEqual(entry.state, "waiting")

    def test_the_least_interval_of_the_patient_is_kept(self):
        self.facial.interval_least = 14
        self.env["clinic.visit"].book(self.zara, self.facial, self._at(10, days=3))
        entry = self._wait()
        other = self._wait(self.mina)
        self._cancelled()
        self.assertEqual((entry.state, other.state), ("waiting", "offered"))

    def test_the_highest_priority_then_the_longest_wait_comes_first(self):
        first, second = self._wait(), self._wait(self.mina)
        urgent = self._wait(self.env["clinic.patient"].create({"name": "Urgent"}), priority="2")
        self._cancelled()
        self.assertEqual((urgent.state, first.state, second.state), ("offered", "waiting", "waiting"))
        self._cancelled(start=self._at(12))
        self.assertEqual((first.state, second.state), ("offered", "waiting"))

    def test_another_branch_is_not_asked(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        entry = self._wait(company_id=other.id)
        self._cancelled()
        self.assertEqual(entry.state, "waiting")

    def test_an_entry_gets_one_offer_and_a_slot_one_entry(self):
        entry = self._wait()
        self._cancelled()
        self._cancelled(start=self._at(12))
        self.assertEqual(entry.offered_start, self._at(10))
        late = self._wait(self.mina)
        self._cancelled(start=self._at(10), practitioner=self.doctor)
        self.assertFalse(late.offered_practitioner_id == self.doctor and late.offered_start == self._at(10))

    def test_two_who_are_free_are_offered_with_two_rooms(self):
        first, second = self._wait(), self._wait(self.mina)
        visits = self.book(practitioner=self.doctor) | self.book(practitioner=self.cosmetologist)
        visits[0].action_cancel(self.reason)
        visits[1].action_cancel(self.reason)
        self.assertEqual((first.offered_start, second.offered_start), (self._at(10), self._at(10)))
        self.assertEqual(
            first.offered_practitioner_id | second.offered_practitioner_id, self.doctor | self.cosmetologist
        )
        self.assertEqual(first.offered_room_id | second.offered_room_id, self.rooms)

    def test_the_database_forbids_to_offer_one_time_twice(self):
        self._wait()
        self._cancelled()
        other = self._wait(self.mina)
        offered = self.env["clinic.waitlist"].search([("state", "=", "offered")])
        names = ("offered_start", "offered_stop", "offered_until", "freed_start", "freed_stop")
        for owner in ("practitioner", "room"):
            people = {"offered_practitioner_id": self.doctor.id if owner == "practitioner" else self.cosmetologist.id}
            if owner == "room":
                people["offered_room_id"] = offered.offered_room_id.id
            values = {name: offered[name] for name in names}
            with self.subTest(owner=owner), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                with self.assertRaises(psycopg2.errors.ExclusionViolation), self.env.cr.savepoint():
                    other.write({"state": "offered", **values, **people})

    def test_each_constraint_stands_in_the_database(self):
        self.env.cr.execute(
            "SELECT count(*) FROM pg_constraint WHERE conrelid = 'clinic_waitlist'::regclass AND contype = 'x'"
        )
        self.assertEqual(self.env.cr.fetchone(), (3,))

    # -- what is told -------------------------------------------------------------------------------------------------

    def test_the_responsible_is_reminded_in_neutral_words(self):
        entry = self._wait(user_id=self.users["reception"].id)
        self._cancelled()
        activity = entry.activity_ids
        self.assertEqual(activity.user_id, self.users["reception"])
        self.assertRegex(entry.name, r"^W/\d{4}/\d{5}$")
        said = f"{activity.summary} {activity.note} {activity.res_name} {entry.message_ids.mapped('body')}"
        for secret in ("Zara", "Facial"):
            self.assertNotIn(secret, said)
        entry.action_offer_next()
        self.assertFalse(entry.activity_ids)

    def test_a_responsible_who_has_left_is_not_reminded(self):
        entry = self._wait(user_id=self.users["reception"].id)
        self.users["reception"].active = False
        self._cancelled()
        self.assertEqual(entry.activity_ids.user_id, self.env.user)

    # -- what comes of it ---------------------------------------------------------------------------------------------

    def test_the_offer_is_booked_as_it_was_made(self):
        entry = self._wait()
        self._cancelled()
        action = entry.with_user(self.users["reception"]).action_book()
        visit = self.env["clinic.visit"].browse(action["res_id"])
        self.assertEqual((visit.start, visit.patient_id), (self._at(10), self.zara))
        self.assertEqual(visit.practitioner_ids, self.doctor)
        self.assertEqual((entry.state, entry.visit_id), ("booked", visit))
        self.assertFalse(entry.activity_ids)
        with self.assertRaisesRegex(UserError, "No time is offered"):
            entry.action_book()

    def test_an_offer_that_somebody_else_has_booked_is_refused(self):
        entry = self._wait()
        self._cancelled()
        self.book(practitioner=self.doctor)
        with self.assertRaisesRegex(UserError, "Dr Sana is already booked"), self.env.cr.savepoint():
            entry.action_book()
        self.assertEqual(entry.state, "offered")

    def test_a_declined_time_goes_to_the_next_and_does_not_come_back(self):
        first, second = self._wait(), self._wait(self.mina)
        self._cancelled()
        first.with_user(self.users["reception"]).action_offer_next()
        self.assertEqual((first.state, second.state), ("waiting", "offered"))
        second.action_offer_next()
        self.assertEqual((first.state, second.state), ("waiting", "waiting"))
        self._cancelled(start=self._at(12))
        self.assertEqual(first.state, "offered")

    def test_who_withdraws_leaves_the_time_to_the_next(self):
        first, second = self._wait(), self._wait(self.mina)
        self._cancelled()
        first.action_withdraw()
        self.assertEqual((first.state, second.state), ("withdrawn", "offered"))
        with self.assertRaises(UserError):
            first.state = "waiting"

    def test_an_unanswered_offer_is_passed_on(self):
        first, second = self._wait(), self._wait(self.mina)
        self._cancelled()
        with freeze_time(fields.Datetime.now() + timedelta(hours=5)), self.enter_registry_test_mode():
            self.env.ref("clinic_visit.cron_tend_waitlist").method_direct_trigger()
        self.assertEqual((first.state, second.state), ("waiting", "offered"))

    def test_an_entry_whose_last_day_is_over_expires(self):
        today = self.branch._clinic_today()
        entry = self._wait(date_to=today)
        later = self._wait(self.mina, date_to=today + timedelta(days=3))
        for days, state in ((0, "waiting"), (1, "expired")):
            with freeze_time(self._at(1, days=days)), self.enter_registry_test_mode():
                self.env.ref("clinic_visit.cron_tend_waitlist").method_direct_trigger()
            self.assertEqual((entry.state, later.state), (state, "waiting"))

    def test_a_time_found_in_the_dialog_closes_the_entry(self):
        entry = self._wait()
        context = entry.action_find_time()["context"]
        form = Form(self.env["clinic.visit.book"].with_user(self.users["reception"]).with_context(**context))
        self.assertEqual(form.patient_id, self.zara)
        self.assertEqual(form.treatment_ids.ids, self.facial.ids)
        form.start = self._at(14)
        form.save().action_book()
        self.assertEqual((entry.state, entry.visit_id.start), ("booked", self._at(14)))

    # -- input, rights, cost ------------------------------------------------------------------------------------------

    def test_wrong_input_is_refused(self):
        cream = self.env["product.template"].create({"name": "Cream"})
        attempts = [
            ("is not a treatment", {"treatment_id": cream.id}),
            ("already passed", {"date_from": "2020-01-01", "date_to": "2020-02-01"}),
            ("later states", {"state": "booked"}),
        ]
        for pattern, vals in attempts:
            with self.subTest(vals=vals), self.assertRaisesRegex((UserError, ValidationError), pattern):
                self._wait(**vals)
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        broken = [
            {"date_from": "2030-01-02", "date_to": "2030-01-01"},
            {"hour_from": 12, "hour_to": 10},
            {"hour_from": -1},
            {"hour_to": 25},
            dict.fromkeys(days, False),
        ]
        for vals in broken:
            with self.subTest(vals=vals), mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
                with self.env.cr.savepoint():
                    self._wait(**vals)

    def test_a_patient_waits_once_for_a_treatment(self):
        entry = self._wait()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            self._wait()
        entry.action_withdraw()
        self.assertTrue(self._wait())

    def test_practitioners_put_patients_on_the_list_and_reception_works_it(self):
        doctor = self.users["practitioner"]
        entry = (
            self.env["clinic.waitlist"]
            .with_user(doctor)
            .create({"patient_id": self.zara.id, "treatment_id": self.facial.id})
        )
        self.assertEqual(entry.user_id, doctor)
        visit = self.book(practitioner=self.doctor)
        visit.with_user(doctor).action_cancel(self.reason)
        self.assertEqual(entry.state, "offered")
        for action in (entry.action_book, entry.action_offer_next, entry.action_withdraw):
            with self.assertRaises(AccessError):
                action()
        entry.with_user(self.users["reception"]).action_book()
        self.assertEqual(entry.sudo().state, "booked")

    def test_another_branch_does_not_see_the_list(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        entry = self._wait(company_id=other.id)
        entries = self.env["clinic.waitlist"].with_user(self.users["reception"])
        self.assertFalse(entries.search([("id", "=", entry.id)]))
        with self.assertRaises(AccessError):
            entries.browse(entry.id).action_withdraw()

    def test_one_query_when_nobody_waits(self):
        self._cancelled()
        self.env.flush_all()
        start, stop = self._at(10), self._at(11)
        waitlist = self.env["clinic.waitlist"]
        waitlist._propose_freed(self.branch, start, stop)
        with self.assertQueryCount(1):
            waitlist._propose_freed(self.branch, start, stop, self.doctor, self.patient)
