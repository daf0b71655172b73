from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestBookingDialog(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patient.birth_date = "1990-05-01"

    def _dialog(self, role="reception", **context):
        return Form(self.env["clinic.visit.book"].with_user(self.users[role]).with_context(**context))

    def _fill(self, form, *treatments, start=None):
        if not form.patient_given:
            form.patient_id = self.patient
        form.start = start or self._at(10)
        for treatment in treatments or (self.facial,):
            form.treatment_ids.add(treatment)
        return form

    def _booked(self, action):
        return self.env["clinic.visit"].browse(action["params"]["next"]["infos"]["visit_id"])

    def test_patient_treatment_and_time_are_enough(self):
        form = self._fill(self._dialog())
        visit = self._booked(form.save().action_book())
        self.assertEqual((visit.patient_id, visit.start, visit.state), (self.patient, self._at(10), "booked"))
        self.assertEqual(visit.procedure_ids.treatment_id, self.facial)

    def test_the_board_gives_time_and_practitioner(self):
        start = fields.Datetime.to_string(self._at(11))
        form = self._dialog(default_start=start, default_practitioner_id=self.doctor.id)
        form.patient_id = self.patient
        form.treatment_ids.add(self.facial)
        visit = self._booked(form.save().action_book())
        self.assertEqual((visit.start, visit.practitioner_ids), (self._at(11), self.doctor))

    def test_the_next_session_is_proposed_at_the_recommended_interval_and_hour(self):
        self.laser.interval_recommended = 28
        visit = self.book(self.laser, self._at(10), self.doctor)
        context = visit.with_user(self.users["reception"]).action_rebook()["context"]
        form = self._dialog(**context)
        self.assertEqual(form.patient_id, self.patient)
        self.assertEqual((form.start, form.practitioner_id), (self._at(10, days=35), self.doctor))
        self.assertFalse(form.refusal)
        self.assertEqual(self._booked(form.save().action_book()).procedure_ids.treatment_id, self.laser)
        # That time is taken now: the nearest one is proposed.
        self.assertEqual(visit.action_rebook()["context"]["default_start"], str(self._at(9, days=35)))

    def test_who_missed_visits_is_known_before_the_next_is_booked(self):
        visit = self.book(start=self._at(10))
        with freeze_time(self._at(11)):
            visit.action_no_show()
        self.assertIn("Missed visits so far: 1", self._fill(self._dialog(), start=self._at(15)).warning)

    def test_two_of_one_name_are_told_apart_where_one_is_chosen(self):
        self.patient.name = "Ayesha Khan"
        twin = self.env["clinic.patient"].create(
            {"name": "Ayesha Khan", "phone": "0300 7654321", "birth_date": "2001-02-03"}
        )
        patients = self.env["clinic.patient"].with_user(self.users["reception"])
        found = dict(patients.with_context(formatted_display_name=True).name_search("Ayesha Khan"))
        self.assertRegex(found[twin.id], r"--.*0300.*7654321 · 02/03/2001--")
        self.assertNotIn("7654321", dict(patients.name_search("Ayesha Khan"))[twin.id])

    def test_the_room_and_device_that_were_clicked_are_used(self):
        other = self.device.copy({"name": "Laser 2"})
        for room in self.rooms:
            for device in self.device | other:
                with self.subTest(room=room.name, device=device.name):
                    form = self._dialog(default_room_id=room.id, default_device_id=device.id)
                    procedure = self._booked(self._fill(form, self.laser).save().action_book()).procedure_ids
                    self.assertEqual((procedure.room_id, procedure.device_id), (room, device))
                    procedure.visit_id.action_cancel(self.env.ref("clinic_visit.cancel_reason_mistake"))

    def test_a_clicked_room_that_is_taken_refuses_and_books_nothing(self):
        taken = self.book(practitioner=self.doctor).procedure_ids.room_id
        wizard = self._fill(self._dialog(default_room_id=taken.id)).save()
        before = self.env["clinic.visit"].search_count([])
        with self.assertRaisesRegex(UserError, "already booked|just taken|not free"), self.env.cr.savepoint():
            wizard.action_book()
        self.assertEqual(self.env["clinic.visit"].search_count([]), before)

    def test_a_room_of_another_kind_is_told_and_left(self):
        kind = self.env["clinic.room.kind"].create({"name": "Surgery"})
        surgery = self.rooms[0].copy({"name": "Surgery", "kind_id": kind.id})
        form = self._fill(self._dialog(default_room_id=surgery.id))
        self.assertIn("Surgery is not of the kind", form.warning)
        self.assertIn(self._booked(form.save().action_book()).procedure_ids.room_id, self.rooms)

    def test_treatments_follow_in_the_order_in_which_they_were_chosen(self):
        for treatments in ((self.laser, self.facial), (self.facial, self.laser)):
            with self.subTest(first=treatments[0].name):
                wizard = self._fill(self._dialog(), *treatments).save()
                wizard.invalidate_recordset()
                visit = self._booked(wizard.action_book())
                self.assertEqual(visit.procedure_ids.sorted("start").treatment_id.ids, [t.id for t in treatments])
                self.assertEqual(visit.stop, wizard.stop)
                visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_mistake"))

    def test_a_removed_treatment_loses_its_place(self):
        form = self._fill(self._dialog(), self.laser, self.facial)
        form.treatment_ids.remove(self.laser.id)
        form.treatment_ids.add(self.laser)
        visit = self._booked(form.save().action_book())
        self.assertEqual(visit.procedure_ids.sorted("start").treatment_id.ids, [self.facial.id, self.laser.id])

    def test_the_price_and_the_end_are_told(self):
        form = self._fill(self._dialog(), self.facial, self.laser)
        self.assertEqual(form.price, 6000)
        self.assertRegex(form.time_range, r"^\w+day, 10:00.AM – 11:20.AM$")

    def test_a_new_patient_is_registered_by_phone_and_birth_date(self):
        new_id, _name = self.env["clinic.patient"].with_user(self.users["reception"]).name_create("Zainab New")
        form = self._dialog()
        form.patient_id = self.env["clinic.patient"].browse(new_id)
        self.assertTrue(form.ask_details)
        form.patient_phone = "0321 7654321"
        form.patient_birth_date = "2000-02-29"
        form.treatment_ids.add(self.facial)
        form.start = self._at(10)
        visit = self._booked(form.save().action_book())
        self.assertEqual(visit.patient_id.phone, "0321 7654321")
        self.assertEqual(str(visit.patient_id.birth_date), "2000-02-29")

    def test_a_known_patient_is_not_asked_again(self):
        form = self._dialog()
        form.patient_id = self.patient
        self.assertFalse(form.ask_details)
        self.assertEqual(form.patient_phone, "0300 1234567")

    def test_a_birth_date_in_the_future_is_refused(self):
        self.patient.birth_date = False
        form = self._fill(self._dialog())
        form.patient_birth_date = self.branch._clinic_today() + timedelta(days=2)
        with self.assertRaisesRegex(UserError, "lies in the future"):
            form.save().action_book()

    def test_somebody_with_the_same_phone_is_named(self):
        twin = self.env["clinic.patient"].create({"name": "A. Test"})
        form = self._dialog()
        form.patient_id = twin
        form.patient_phone = "+92 300 1234567"
        self.assertIn("registered already: Ayesha Test", form.warning)

    def test_another_visit_of_the_day_is_named(self):
        self.book(start=self._at(15))
        form = self._fill(self._dialog())
        self.assertRegex(form.warning, "Comes on that day already: 3:00.PM – 3:30.PM")
        form.start = self._at(15, 15)
        self.assertIn("Another visit is at the same time", form.warning)
        form.start = self._at(10, days=8)
        self.assertFalse(form.warning)

    def test_too_short_an_interval_is_told_and_not_refused(self):
        self.facial.interval_least = 14
        self.book(start=self._at(10, days=20))
        form = self._fill(self._dialog())
        self.assertIn("13 days apart, at least 14", form.warning)
        form.start = self._at(10, days=6)
        self.assertFalse(form.warning)
        form.start = self._at(10, days=33)
        self.assertIn("13 days apart", form.warning)
        self.assertTrue(self._booked(form.save().action_book()))

    def test_a_practitioner_without_authorization_is_told(self):
        form = self._dialog(default_practitioner_id=self.cosmetologist.id)
        self._fill(form, self.laser)
        self.assertIn("Hina is not authorized for Laser", form.refusal)
        self.assertFalse(form.plan_text)
        self.assertEqual(form.allowed_practitioner_ids.ids, self.doctor.ids)

    def test_a_free_time_says_who_and_where(self):
        form = self._fill(self._dialog(), self.laser)
        self.assertRegex(form.plan_text, r"^Dr Sana, Room \d, Laser$")
        self.assertFalse(form.refusal)
        self.assertFalse(form.next_times)

    def test_a_time_that_is_not_free_says_why_and_what_is(self):
        self.book(self.laser)
        form = self._fill(self._dialog(), self.laser)
        self.assertIn("Nobody who may perform Laser is free", form.refusal)
        times = form.next_times
        self.assertEqual(len(times), 3)
        self.assertEqual({time["name"] for time in times}, {"Dr Sana"})
        form.start = times[0]["start"]
        form.practitioner_id = self.env["clinic.practitioner"].browse(times[0]["practitioner_id"])
        self.assertFalse(form.refusal)
        self.assertTrue(self._booked(form.save().action_book()))

    def test_a_time_in_the_past_is_told(self):
        form = self._fill(self._dialog(), start=self._at(10, days=-1))
        moment = self.branch._clinic_moment_text(self._at(10, days=-1))
        self.assertRegex(moment, r"^\d\d/\d\d/\d{4} 10:00\sAM$")
        self.assertIn(f"{moment} has already passed", form.refusal)
        with self.assertRaisesRegex(UserError, "has already passed"):
            form.save().action_book()

    def test_a_hold_lasts_as_long_as_asked(self):
        form = self._fill(self._dialog())
        form.hold_minutes = 45
        visit = self._booked(form.save().action_hold())
        self.assertEqual(visit.state, "held")
        self.assertAlmostEqual(visit.expires_at, fields.Datetime.now() + timedelta(minutes=45), delta=timedelta(0, 60))
        form = self._fill(self._dialog(), start=self._at(12))
        form.hold_minutes = 0
        with self.assertRaisesRegex(UserError, "above zero"):
            form.save().action_hold()

    def test_a_walk_in_is_booked_and_arrived(self):
        moment = self._at(11, 2)
        with freeze_time(moment):
            form = self._dialog()
            self.assertTrue(form.is_about_now)
            form.patient_id = self.patient
            form.treatment_ids.add(self.facial)
            visit = self._booked(form.save().action_book_arrived())
            self.assertEqual((visit.state, visit.start), ("arrived", moment))

    def test_patient_and_treatment_are_needed(self):
        with self.assertRaises(AssertionError):
            self._dialog().save()
        wizard = self.env["clinic.visit.book"].create({"patient_id": self.patient.id, "start": self._at(10)})
        for button in (wizard.action_book, wizard.action_hold, wizard.action_book_arrived):
            with self.assertRaisesRegex(UserError, "at least one treatment"):
                button()

    def test_the_patients_form_opens_the_dialog_for_that_patient(self):
        action = self.patient.action_book_visit()
        self.assertEqual((action["res_model"], action["target"]), ("clinic.visit.book", "new"))
        form = self._dialog(**action["context"])
        self.assertEqual(form.patient_id, self.patient)
        self.assertTrue(form.patient_given)

    def test_practitioners_book_their_own_visits_only(self):
        form = self._fill(self._dialog("practitioner"))
        form.practitioner_id = self.doctor
        self.assertTrue(self._booked(form.save().action_book()))
        form = self._fill(self._dialog("practitioner"), start=self._at(14))
        form.practitioner_id = self.cosmetologist
        with self.assertRaises(AccessError):
            form.save().action_book()
