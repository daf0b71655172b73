from datetime import timedelta

import psycopg2.errors

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..hooks import post_init_hook
from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestReservation(VisitCommon):
    def test_the_database_holds_the_constraint(self):
        self.env.cr.execute(
            """
            SELECT pg_get_constraintdef(oid) FROM pg_constraint
             WHERE conrelid = 'clinic_reservation'::regclass AND contype = 'x' AND conname LIKE %s
            """,
            ["%no_overlap"],
        )
        [(definition,)] = self.env.cr.fetchall()
        self.assertIn("EXCLUDE USING gist", definition)
        self.assertIn("WHERE (blocking)", definition)
        self.assertTrue(self.env["clinic.reservation"]._overlap_is_forbidden())

    def test_the_installation_notices_a_missing_constraint(self):
        self.env.cr.execute("ALTER TABLE clinic_reservation DROP CONSTRAINT clinic_reservation_no_overlap")
        self.assertFalse(self.env["clinic.reservation"]._overlap_is_forbidden())
        with self.assertRaisesRegex(UserError, "did not accept the constraint"):
            post_init_hook(self.env)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_what_python_did_not_see(self):
        taken = self.book(practitioner=self.doctor).procedure_ids.reservation_ids[0]
        other = self.book(start=self._at(15), practitioner=self.cosmetologist).procedure_ids
        with self.assertRaises(psycopg2.errors.ExclusionViolation), self.env.cr.savepoint():
            self.env["clinic.reservation"].sudo().create(
                {
                    "procedure_id": other.id,
                    "resource_id": taken.resource_id.id,
                    "start": taken.start + timedelta(minutes=10),
                    "stop": taken.stop + timedelta(minutes=10),
                    "blocking": True,
                }
            )

    def test_a_booking_moves_in_one_step_over_its_own_former_time(self):
        visit = self.book(self.facial | self.laser, practitioner=self.doctor)
        visit.start += timedelta(minutes=15)
        first, second = visit.procedure_ids
        self.assertEqual(first.start, self._at(10, 15))
        self.assertEqual(second.start, self._at(10, 50))
        self.assertEqual(visit.stop, second.stop)
        self.assertEqual(len(visit.procedure_ids.reservation_ids), 5)

    def test_a_move_onto_another_booking_is_refused_and_leaves_the_old_time(self):
        self.book(start=self._at(15), practitioner=self.doctor)
        visit = self.book(practitioner=self.doctor)
        with self.assertRaisesRegex(ValidationError, "already booked"), self.env.cr.savepoint():
            visit.start = self._at(15, 15)
        self.assertEqual(visit.start, self._at(10))
        self.assertEqual(min(visit.procedure_ids.reservation_ids.mapped("start")), self._at(10))

    def test_a_move_into_the_past_is_refused(self):
        visit = self.book()
        with self.assertRaisesRegex(ValidationError, "already passed"), self.env.cr.savepoint():
            visit.start = self._at(10, days=-1)

    def test_another_practitioner_takes_over(self):
        procedure = self.book(practitioner=self.doctor).procedure_ids
        procedure.practitioner_id = self.cosmetologist
        resources = procedure.reservation_ids.resource_id
        self.assertIn(self.cosmetologist.resource_id, resources)
        self.assertNotIn(self.doctor.resource_id, resources)

    def test_a_single_procedure_can_be_made_longer(self):
        visit = self.book(practitioner=self.doctor)
        visit.stop = self._at(11, 30)
        self.assertEqual(visit.procedure_ids.stop, self._at(11, 30))
        self.assertEqual(max(visit.procedure_ids.reservation_ids.mapped("stop")), self._at(11, 30))

    def test_an_end_before_the_start_is_refused(self):
        procedure = self.book().procedure_ids
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            procedure.stop = procedure.start
            self.env.flush_all()
