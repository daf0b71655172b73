from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestBook(VisitCommon):
    def assert_refused(self, pattern, **kwargs):
        """Booking says ``pattern`` and writes nothing."""
        before = self.env["clinic.visit"].search_count([])
        reservations = self.env["clinic.reservation"].search_count([])
        with self.assertRaisesRegex((UserError, ValidationError), pattern), self.env.cr.savepoint():
            self.book(**kwargs)
        self.assertEqual(self.env["clinic.visit"].search_count([]), before)
        self.assertEqual(self.env["clinic.reservation"].search_count([]), reservations)

    def test_a_booking_chooses_practitioner_room_and_device(self):
        visit = self.book(self.laser)
        procedure = visit.procedure_ids
        self.assertEqual(visit.state, "booked")
        self.assertRegex(visit.name, r"^V/\d{4}/\d{5}$")
        self.assertEqual(procedure.practitioner_id, self.doctor)
        self.assertIn(procedure.room_id, self.rooms)
        self.assertEqual(procedure.device_id, self.device)
        self.assertEqual(procedure.stop - procedure.start, timedelta(minutes=45))
        self.assertEqual((visit.start, visit.stop), (procedure.start, procedure.stop))

    def test_reservations_include_the_buffers(self):
        procedure = self.book(self.laser).procedure_ids
        self.assertEqual(len(procedure.reservation_ids), 3)
        for reservation in procedure.reservation_ids:
            self.assertEqual(reservation.start, procedure.start - timedelta(minutes=5))
            self.assertEqual(reservation.stop, procedure.stop + timedelta(minutes=10))
            self.assertTrue(reservation.blocking)

    def test_treatments_follow_each_other_with_their_buffers(self):
        first, second = self.book(self.facial | self.laser).procedure_ids
        self.assertEqual(second.start - first.stop, timedelta(minutes=5))

    def test_the_second_booking_takes_another_practitioner_and_room(self):
        first = self.book().procedure_ids
        second = self.book().procedure_ids
        self.assertNotEqual(first.practitioner_id, second.practitioner_id)
        self.assertNotEqual(first.room_id, second.room_id)
        self.assert_refused("Nobody who may perform Facial is free")

    def test_a_taken_practitioner_is_refused(self):
        self.book(practitioner=self.doctor)
        self.assert_refused("Dr Sana is already booked", practitioner=self.doctor)

    def test_who_is_archived_as_an_employee_is_not_booked(self):
        visit = self.book(self.facial, self._at(15), self.doctor)
        wizard = self.env["hr.departure.wizard"].with_context(employee_termination=True)
        wizard.create(
            {"employee_ids": [Command.set(self.doctor.employee_id.ids)], "departure_date": fields.Date.today()}
        ).action_register_departure()
        self.assertFalse(self.doctor.active)
        self.assert_refused("Dr Sana is archived", practitioner=self.doctor)
        self.assertEqual(self.book().practitioner_ids, self.cosmetologist)
        slots = self.env["clinic.availability"].find_slots(self.facial, self._at(8), self._at(20))
        self.assertEqual({slot["practitioner_id"] for slot in slots}, {self.cosmetologist.id})
        with self.assertRaisesRegex(UserError, "Dr Sana is archived"):
            self.env["clinic.availability"].find_slots(self.facial, self._at(8), self._at(20), self.doctor)
        board = self.env["clinic.board"].load(day=self._at(12).date().isoformat())
        [column] = [column for column in board["columns"] if column["id"] == self.doctor.id]
        self.assertEqual(column["work"], [], "stands there for the visit that is still booked")
        dialog = self.env["clinic.visit.book"].new({"treatment_ids": self.facial.ids, "start": self._at(10)})
        self.assertEqual(dialog.allowed_practitioner_ids._origin, self.cosmetologist)
        visit.procedure_ids.move(start=self._at(16))
        self.assertEqual(visit.practitioner_ids, self.cosmetologist, "anyone who is there takes the visit over")
        with self.assertRaisesRegex(UserError, "Restore the employee first"):
            self.doctor.active = True
        self.doctor.employee_id.action_unarchive()
        self.assertEqual(self.book(practitioner=self.doctor).practitioner_ids, self.doctor)
        self.doctor.active = False
        self.doctor.employee_id.active = False
        self.doctor.employee_id.active = True
        self.assertFalse(self.doctor.active, "who was archived as a practitioner stays so")

    def test_nobody_is_booked_after_the_day_of_departure(self):
        self.env["hr.departure.wizard"].create(
            {"employee_ids": [Command.set(self.doctor.employee_id.ids)], "departure_date": self._at(12, days=6).date()}
        ).action_register_departure()
        self.assert_refused("Dr Sana is not available", practitioner=self.doctor)
        self.assertEqual(self.book(start=self._at(10, days=6), practitioner=self.doctor).state, "booked")

    def test_what_is_archived_is_not_booked(self):
        self.assertEqual(self.book(start=self._at(9)).state, "booked")
        self.assertEqual(self.book(start=self._at(9), practitioner=None).state, "booked")
        for pattern, archive in (
            ("Facial is archived and no longer offered", lambda: self.facial.write({"active": False})),
            ("Ayesha Test is archived. Restore", lambda: self.patient.write({"active": False})),
            ("Ayesha Test is archived. Restore", lambda: self.patient.partner_id.write({"active": False})),
            ("needs a room", lambda: self.rooms.resource_id.write({"active": False})),
            ("Test Clinic is archived", lambda: self._archive_branch()),
        ):
            with self.subTest(pattern=pattern), self.env.cr.savepoint() as savepoint:
                archive()
                self.assert_refused(pattern)
                savepoint.rollback()
                self.env.invalidate_all()

    def _archive_branch(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_company SET active = FALSE WHERE id = %s", [self.branch.id])
        self.env.invalidate_all()

    def test_a_visit_typed_into_the_form_follows_the_same_rules(self):
        self.rooms[0].resource_id.active = False
        values = {
            "patient_id": self.patient.id,
            "procedure_ids": [
                Command.create({"treatment_id": self.facial.id, "start": self._at(10), "room_id": self.rooms[0].id})
            ],
        }
        with self.assertRaisesRegex(ValidationError, "Room 1 is archived"), self.env.cr.savepoint():
            self.env["clinic.visit"].create(values)
        self.rooms[0].resource_id.active = True
        for pattern, record in (("Ayesha Test is archived", self.patient), ("Facial is archived", self.facial)):
            record.active = False
            with self.subTest(pattern), self.assertRaisesRegex(UserError, pattern), self.env.cr.savepoint():
                self.env["clinic.visit"].create(values)
            record.active = True
        self.assertEqual(self.env["clinic.visit"].create(values).state, "booked")

    def test_hours_in_use_are_not_archived(self):
        with self.assertRaisesRegex(UserError, "still in use by .*Test Clinic"):
            self.calendar.active = False

    def test_a_user_who_is_archived_is_busy_with_nothing(self):
        self.env["calendar.event"].with_user(self.users["practitioner"]).create(
            {"name": "Congress", "start": self._at(9), "stop": self._at(18)}
        )
        self.assert_refused("Dr Sana", practitioner=self.doctor)
        self.users["practitioner"].active = False
        self.assertEqual(self.book(practitioner=self.doctor).state, "booked")

    def test_a_taken_room_is_refused(self):
        self.rooms[1].active = False
        self.book()
        self.assert_refused("needs a room of the kind “Test treatment room”, and none is free")

    def test_a_taken_device_is_refused(self):
        self.env["clinic.authorization"].create(
            {"practitioner_id": self.cosmetologist.id, "treatment_id": self.laser.id, "date_from": "2020-01-01"}
        )
        self.book(self.laser)
        self.assert_refused("needs a device of the kind “Test laser”, and none is free", treatments=self.laser)

    def test_back_to_back_is_possible(self):
        first = self.book(practitioner=self.doctor)
        second = self.book(start=first.stop, practitioner=self.doctor)
        self.assertEqual(second.start, first.stop)

    def test_an_unauthorized_practitioner_is_refused(self):
        self.assert_refused("Hina is not authorized for Laser", treatments=self.laser, practitioner=self.cosmetologist)

    def test_an_expired_authorization_is_refused(self):
        self.doctor.authorization_ids.date_to = self.branch._clinic_today()
        self.assert_refused("not authorized", treatments=self.laser, practitioner=self.doctor)

    def test_a_practitioner_of_another_branch_is_refused(self):
        self.doctor.company_ids = self.env["res.company"].create({"name": "Elsewhere"})
        self.assert_refused("not authorized for Laser in Test Clinic", treatments=self.laser, practitioner=self.doctor)

    def test_closed_hours_are_refused(self):
        self.assert_refused("not available on .*, 7:30.AM – 8:00.AM", start=self._at(7, 30), practitioner=self.doctor)
        self.assert_refused("not available on .*, 7:45.PM – 8:15.PM", start=self._at(19, 45), practitioner=self.doctor)

    def test_a_leave_is_refused(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": self.doctor.resource_id.id,
                "calendar_id": self.calendar.id,
                "date_from": self._at(9),
                "date_to": self._at(12),
            }
        )
        self.assert_refused("Dr Sana is not available", practitioner=self.doctor)
        self.assertEqual(self.book().procedure_ids.practitioner_id, self.cosmetologist)

    def test_past_and_far_dates_are_refused(self):
        self.assert_refused("has already passed", start=self._at(10, days=-1))
        self.assert_refused("more than two years away", start=self._at(10, days=800))

    def test_an_earlier_time_of_today_is_entered_by_those_who_may_with_the_reason(self):
        self._open_around_the_clock()
        start = self._at(9, days=0)
        reception, manager = (
            self.env["clinic.visit"].with_user(self.users[role]).with_company(self.branch)
            for role in ("reception", "manager")
        )
        attempts = (
            ("has already passed", reception, start, "the power was off"),
            ("Say in a few words", manager, start, None),
            ("does not say why", manager, start, "x"),
            ("has already passed", manager, self._at(9, days=-1), "the power was off"),
        )
        for pattern, visits, moment, reason in attempts:
            with self.subTest(pattern), self.assertRaisesRegex(UserError, pattern), self.env.cr.savepoint():
                visits.book(self.patient, self.facial, moment, back_entry_reason=reason)
        visit = manager.book(self.patient, self.facial, start, back_entry_reason="the power was off")
        self.assertEqual((visit.start, visit.back_entry_reason), (start, "the power was off"))
        self.assertNotIn("clinic_back_entry", visit.env.context)
        self.assertFalse(visit.env.context.get("clinic_writing"))
        with self.assertRaisesRegex(AccessError, "by hand"):
            visit.write({"back_entry_reason": "another"})
        visit.action_arrive()
        self.env["res.config.settings"].create({"group_clinic_back_entry": True}).execute()
        self.env.invalidate_all()
        dialog = self.env["clinic.visit.book"].with_user(self.users["reception"]).with_company(self.branch)
        dialog = dialog.create(
            {"patient_id": self.patient.id, "treatment_ids": self.facial.ids, "start": self._at(8, days=0)}
        )
        self.assertTrue(dialog.is_back_entry)
        self.assertFalse(dialog.refusal)
        dialog.back_entry_reason = "came without a call"
        dialog.action_book()
        self.assertEqual(
            self.patient.visit_ids.filtered("back_entry_reason").mapped("back_entry_reason"),
            ["the power was off", "came without a call"],
        )

    def test_nobody_says_from_outside_that_an_earlier_time_is_fine(self):
        visits = self.env["clinic.visit"].with_context(clinic_back_entry=True)
        with self.assertRaisesRegex(ValidationError, "has already passed"):
            visits.book(self.patient, self.facial, self._at(9, days=0) - timedelta(days=1))

    def test_missing_and_wrong_input_is_refused(self):
        start = self._at(10)
        book = self.env["clinic.visit"].book
        gone = self.env["clinic.patient"].create({"name": "Gone"})
        gone_id = gone.id
        gone.unlink()
        attempts = [
            ("Choose the patient", (None, self.facial, start)),
            ("Choose the patient", (self.env["clinic.patient"], self.facial, start)),
            ("no longer exists", (gone_id, self.facial, start)),
            ("by its number", ("Ayesha", self.facial, start)),
            ("at least one treatment", (self.patient, [], start)),
            ("no longer exists", (self.patient, [0x7FFFFFFF], start)),
            ("is not a treatment", (self.patient, self._create_product(), start)),
            ("Choose the date and time", (self.patient, self.facial, None)),
            ("is not a date and time", (self.patient, self.facial, "tomorrow")),
            ("no longer exists", (self.patient, self.facial, start, 0x7FFFFFFF)),
        ]
        for pattern, args in attempts:
            with self.subTest(pattern=pattern), self.assertRaisesRegex(UserError, pattern), self.env.cr.savepoint():
                book(*args)

    def _create_product(self):
        return self.env["product.template"].create({"name": "Cream"})

    def test_times_with_an_offset_are_understood(self):
        start = self._at(10)
        aware = fields.Datetime.to_string(start) + "+00:00"
        local = self.branch._clinic_local(start).isoformat()
        self.assertEqual(self.book(start=aware, practitioner=self.doctor).start, start)
        self.assertEqual(self.book(start=local, practitioner=self.cosmetologist).start, start)

    def test_a_treatment_without_free_room_kind_is_refused(self):
        surgery = self.env["clinic.room.kind"].create({"name": "Surgery"})
        lift = self._create_treatment("Lift", room_kind_id=surgery.id)
        self.assert_refused("needs a room of the kind “Surgery”", treatments=lift)

    def test_the_least_busy_practitioner_is_chosen(self):
        self.book(start=self._at(9), practitioner=self.doctor)
        self.book(start=self._at(11), practitioner=self.doctor)
        self.assertEqual(self.book(start=self._at(15)).procedure_ids.practitioner_id, self.cosmetologist)

    def test_booking_takes_a_bounded_number_of_queries(self):
        self.book(self.laser, self._at(9))
        visits = self.env["clinic.visit"].with_company(self.branch)
        with self.assertQueryCount(55):
            visits.book(self.patient, self.laser, self._at(14))
            self.env.flush_all()
