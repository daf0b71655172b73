from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestLifeCycle(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.book(start=cls._at(10), practitioner=cls.doctor)
        cls.clock = cls._at(9, 55)

    def test_from_booked_to_done(self):
        with freeze_time(self.clock) as clock:
            self.visit.action_arrive()
            self.assertEqual((self.visit.state, self.visit.arrived_at), ("arrived", self.clock))
            clock.tick(600)
            self.visit.invalidate_recordset(["waiting_minutes"])
            self.assertEqual(self.visit.waiting_minutes, 10)
            self.visit.action_start()
            self.assertEqual((self.visit.state, self.visit.procedure_ids.state), ("in_progress", "in_progress"))
            self.visit.action_done()
        self.assertEqual((self.visit.state, self.visit.procedure_ids.state), ("done", "done"))
        self.assertTrue(self.visit.done_at and self.visit.procedure_ids.done_at)

    def test_the_last_procedure_closes_the_visit(self):
        visit = self.book(self.facial | self.laser, start=self._at(12), practitioner=self.doctor)
        first, second = visit.procedure_ids
        with freeze_time(self.clock):
            visit.action_arrive()
            first.action_start()
            first.action_done()
            self.assertEqual(visit.state, "in_progress")
            with self.assertRaisesRegex(UserError, "Finish or cancel these procedures first: Laser"):
                visit.action_done()
            second.action_cancel()
        self.assertEqual(visit.state, "done")
        self.assertFalse(any(second.reservation_ids.mapped("blocking")))

    def test_states_cannot_be_skipped_by_writing(self):
        for state in ("in_progress", "done"):
            with self.subTest(state=state), self.assertRaisesRegex(UserError, "cannot become"):
                self.visit.state = state
        with self.assertRaisesRegex(UserError, "cannot become"):
            self.visit.procedure_ids.state = "done"

    def test_a_visit_is_not_born_in_a_later_state(self):
        procedure = {"treatment_id": self.facial.id, "start": self._at(15)}
        with self.assertRaisesRegex(UserError, "held or booked"):
            self.env["clinic.visit"].create(
                {"patient_id": self.patient.id, "state": "done", "procedure_ids": [(0, 0, procedure)]}
            )

    def test_a_patient_arrives_on_the_day(self):
        with self.assertRaisesRegex(UserError, "not today"):
            self.visit.action_arrive()

    def test_an_arrival_can_be_taken_back(self):
        with freeze_time(self.clock):
            self.visit.action_arrive()
            self.visit.action_not_arrived()
        self.assertEqual((self.visit.state, self.visit.arrived_at), ("booked", False))

    def test_a_procedure_starts_only_after_the_arrival(self):
        with self.assertRaisesRegex(UserError, "^The visit of Ayesha Test: note the arrival before you start"):
            self.visit.procedure_ids.action_start()

    def test_messages_name_the_patient_to_those_who_may_know(self):
        self.assertEqual(self.visit.with_user(self.users["reception"])._spoken_name(), "The visit of Ayesha Test")
        for role in ("warehouse", "accountant"):
            visit = self.visit.with_user(self.users[role])
            self.assertEqual(visit._spoken_name(), f"Visit {self.visit.name}")
            self.assertEqual(visit.sudo()._spoken_name(), f"Visit {self.visit.name}")

    def test_the_gate_stops_whose_authorization_ended(self):
        with freeze_time(self.clock):
            self.visit.action_arrive()
            self.doctor.authorization_ids.date_to = "2020-12-31"
            with self.assertRaisesRegex(UserError, "not authorized for Facial today"):
                self.visit.action_start()
        self.assertEqual(self.visit.state, "arrived")

    def test_no_show_only_once_the_time_has_come_and_frees_the_time(self):
        with self.assertRaisesRegex(UserError, "has not begun yet"):
            self.visit.action_no_show()
        with freeze_time(self._at(10, 15)):
            self.visit.action_no_show()
        self.assertFalse(any(self.visit.procedure_ids.reservation_ids.mapped("blocking")))

    def test_a_cancellation_needs_a_reason_and_frees_the_time(self):
        self.assertEqual(self.visit.action_cancel()["res_model"], "clinic.visit.cancel")
        with self.assertRaisesRegex(UserError, "say why"):
            self.visit.state = "cancelled"
        wizard = self.env["clinic.visit.cancel"].create(
            {"visit_ids": self.visit.ids, "reason_id": self.env.ref("clinic_visit.cancel_reason_patient").id}
        )
        wizard.action_cancel_visits()
        self.assertEqual(self.visit.state, "cancelled")
        self.assertTrue(self.book(practitioner=self.doctor), "the time is free again")

    def test_no_context_keeps_a_cancellation_out_of_the_log(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        logged = self.visit.message_ids
        reception = self.visit.with_user(self.users["reception"])
        reason = self.env.ref("clinic_visit.cancel_reason_patient")
        quiet = {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True}
        reception.with_context(**quiet).action_cancel(reason)
        self.env.flush_all()
        self.env.cr.precommit.run()
        told = (self.visit.message_ids - logged).sudo().tracking_value_ids
        self.assertIn(("Booked", "Cancelled"), [(value.old_value_char, value.new_value_char) for value in told])

    def test_a_closed_visit_keeps_its_plan(self):
        self.visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_clinic"))
        with self.assertRaisesRegex(UserError, "can no longer be changed"):
            self.visit.procedure_ids.start = self._at(16)
        with self.assertRaisesRegex(UserError, "is closed"):
            self.env["clinic.procedure"].create(
                {"visit_id": self.visit.id, "treatment_id": self.facial.id, "start": self._at(16)}
            )

    def test_a_visit_is_never_deleted(self):
        with self.assertRaisesRegex(UserError, "cancel it with a reason"):
            self.visit.unlink()

    def test_a_visit_keeps_at_least_one_procedure(self):
        with self.assertRaisesRegex(UserError, "needs a procedure"):
            self.visit.procedure_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "at least one treatment"):
            self.env["clinic.visit"].create({"patient_id": self.patient.id, "procedure_ids": []})
