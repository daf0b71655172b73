from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.clinic_visit.exceptions import SlotTaken

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestMove(VisitCommon):
    def _reserved(self, visit):
        return {(r.resource_id, r.start, r.stop) for r in visit.procedure_ids.reservation_ids if r.blocking}

    def test_a_procedure_moves_with_its_reservations(self):
        visit = self.book(self.laser, self._at(10), self.doctor)
        visit.procedure_ids.move(start=self._at(14))
        self.assertEqual((visit.start, visit.stop), (self._at(14), self._at(14, 45)))
        self.assertEqual(
            self._reserved(visit),
            {
                (r, self._at(13, 55), self._at(14, 55))
                for r in self.doctor.resource_id | visit.procedure_ids.room_id.resource_id | self.device.resource_id
            },
        )
        self.assertEqual(visit.rescheduled_count, 1)

    def test_a_refused_move_changes_nothing(self):
        visit = self.book(self.facial, self._at(10), self.doctor)
        self.book(self.facial, self._at(14), self.doctor)
        before = self._reserved(visit)
        with self.assertRaisesRegex(SlotTaken, "already booked") as caught:
            visit.procedure_ids.move(start=self._at(14, 15))
        self.assertEqual(len(caught.exception.context["alternatives"]), 3)
        self.assertEqual((visit.start, self._reserved(visit), visit.rescheduled_count), (self._at(10), before, 0))

    def test_to_another_practitioner(self):
        procedure = self.book(self.facial, self._at(10), self.doctor).procedure_ids
        procedure.move(practitioner=self.cosmetologist.id)
        self.assertEqual(procedure.practitioner_id, self.cosmetologist)
        laser = self.book(self.laser, self._at(12), self.doctor).procedure_ids
        with self.assertRaisesRegex(UserError, "not authorized"):
            laser.move(practitioner=self.cosmetologist)

    def test_a_taken_room_is_replaced_but_not_one_that_was_asked_for(self):
        procedure = self.book(self.facial, self._at(10), self.doctor).procedure_ids
        other = self.book(self.facial, self._at(12), self.cosmetologist).procedure_ids
        other.move(room=procedure.room_id)
        procedure.move(start=self._at(12))
        self.assertNotEqual(procedure.room_id, other.room_id)
        with self.assertRaisesRegex(UserError, "already booked"):
            procedure.move(room=other.room_id)

    def test_it_may_overlap_its_own_former_time(self):
        procedure = self.book(self.laser, self._at(10), self.doctor).procedure_ids
        procedure.move(start=self._at(10, 15))
        procedure.move(stop=self._at(11, 30))
        self.assertEqual((procedure.start, procedure.stop), (self._at(10, 15), self._at(11, 30)))

    def test_a_refusal_names_the_other_visit_not_its_own(self):
        visit = self.book(self.facial, self._at(10), self.doctor)
        bilal = self.env["clinic.patient"].create({"name": "Bilal Test", "phone": "0300 7654321"})
        self.env["clinic.visit"].with_company(self.branch).book(bilal, self.facial, self._at(10, 30), self.doctor)
        with self.assertRaisesRegex(SlotTaken, "10:30.AM – 11:00.AM .*The visit of Bilal Test"):
            visit.procedure_ids.move(start=self._at(10, 15))

    def test_the_whole_visit_is_rescheduled_in_order(self):
        visit = self.book([self.facial.id, self.laser.id], self._at(10), self.doctor)
        visit.reschedule(self._at(10, 30, days=8))
        self.assertEqual(
            visit.procedure_ids.sorted("start").mapped("start"), [self._at(10, 30, days=8), self._at(11, 5, days=8)]
        )
        self.assertEqual(visit.rescheduled_count, 1)
        with self.assertRaisesRegex(UserError, "not authorized"):
            visit.reschedule(self._at(12, days=8), practitioner=self.cosmetologist)
        self.assertEqual(visit.practitioner_ids, self.doctor)

    def test_what_is_done_is_not_moved(self):
        visit = self.book(self.facial, self._at(10), self.doctor)
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        with self.assertRaisesRegex(UserError, "can no longer be changed"):
            visit.procedure_ids.move(start=self._at(12))
        with self.assertRaisesRegex(UserError, "can no longer be changed"):
            visit.reschedule(self._at(12))

    def test_impossible_moves_are_refused_in_words(self):
        procedure = self.book(self.facial, self._at(10), self.doctor).procedure_ids
        for message, kwargs in (
            ("must end after", {"stop": self._at(9)}),
            ("no longer than a day", {"stop": self._at(12, days=9)}),
            ("already passed", {"start": self._at(10, days=-1)}),
            ("too far away", {"start": "2999-01-01 10:00"}),
            ("not a date", {"start": "noon"}),
            ("no longer exists", {"practitioner": 10**8}),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                procedure.move(**kwargs)

    def test_practitioners_move_their_own_only(self):
        own = self.book(self.facial, self._at(10), self.doctor).procedure_ids
        other = self.book(self.facial, self._at(10), self.cosmetologist).procedure_ids
        user = self.users["practitioner"]
        own.with_user(user).move(start=self._at(11))
        self.assertEqual(own.start, self._at(11))
        with self.assertRaises(AccessError):
            other.with_user(user).move(start=self._at(12))
        with self.assertRaises(AccessError):
            other.visit_id.with_user(user).reschedule(self._at(12))

    def test_a_patient_who_cancels_after_the_cut_off_has_cancelled_late(self):
        reasons = {
            (late, by_patient): self.env.ref(f"clinic_visit.cancel_reason_{'patient' if by_patient else 'clinic'}")
            for late in (True, False)
            for by_patient in (True, False)
        }
        for (late, by_patient), reason in reasons.items():
            visit = self.book(start=self._at(10, days=7))
            self.branch.clinic_cancel_cutoff = 24 * (20 if late else 2)
            visit.action_cancel(reason)
            self.assertEqual(visit.cancelled_late, late and by_patient)

    def test_a_missed_visit_counts_for_the_patient(self):
        self.assertEqual(self.patient.no_show_count, 0)
        visit = self.book(start=self._at(10))
        with freeze_time(visit.start + timedelta(minutes=30)):
            visit.action_no_show()
        self.patient.invalidate_recordset()
        self.assertEqual(self.patient.no_show_count, 1)
