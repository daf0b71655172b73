from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.clinic_message.hooks import post_init_hook

from .common import MessageCommon


@tagged("post_install", "-at_install")
class TestQueue(MessageCommon):
    def test_a_booking_is_confirmed_once(self):
        visit = self.book()
        self._queue()
        message = self._of(visit)
        self.assertEqual(message.mapped("channel"), ["sms"])
        self.assertEqual((message.kind_id, message.state), (self.kinds["booked"], "queued"))
        self.assertEqual((message.address, message.patient_id), ("+923001234567", self.patient))
        self.assertIn(f"{self.branch._clinic_local(visit.start):%a %-d %b %Y}", message.body)
        self._queue(self._later(minutes=20))
        self.assertEqual(self._of(visit), message)
        self.assertEqual(visit.told_start, visit.start)

    def test_what_reception_corrects_at_once_is_said_once(self):
        visit = self.book()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("clinic_message.cron_queue").method_direct_trigger()
        self.assertFalse(self._of(visit), "it may still be corrected")
        visit.reschedule(self._at(15))
        self._queue()
        self.assertEqual(self._of(visit).kind_id, self.kinds["booked"])
        self.assertEqual(self._of(visit).visit_start, self._at(15))

    def test_a_visit_that_was_cancelled_before_anybody_knew_is_not_mentioned(self):
        visit = self.book()
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_mistake"))
        self._queue()
        self.assertFalse(self._of(visit))

    def test_a_move_is_told_and_what_waits_of_the_old_time_is_taken_back(self):
        visit = self.book()
        self._queue()
        first = self._of(visit)
        visit.reschedule(self._at(16))
        self._queue()
        self.assertEqual((first.state, first.reason), ("cancelled", "The visit has another time now."))
        moved = self._of(visit, "moved")
        self.assertEqual((moved.visit_start, moved.state), (self._at(16), "queued"))

    def test_a_visit_that_is_moved_back_and_forth_is_told_each_time(self):
        visit, times = self.book(), []
        self._queue()
        for number, hour in enumerate((16, 10, 16), 1):
            visit.reschedule(self._at(hour))
            self._queue(self._later(minutes=10 * number))
            times.append(self._of(visit, "moved")[-1].visit_start)
        self.assertEqual(times, [self._at(16), self._at(10), self._at(16)])

    def test_a_cancellation_names_the_time_that_the_patient_knows(self):
        visit = self.book()
        self._queue()
        self._deliver()
        visit.reschedule(self._at(16))
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_clinic"))
        self._queue(self._later(minutes=20))
        message = self._of(visit, "cancelled")
        self.assertEqual(message.visit_start, self._at(10))
        self.assertIn("10:00", message.body)
        self._deliver(after=self._later(minutes=30))
        self.assertEqual(message.state, "sent")

    def test_a_reminder_comes_for_a_time_to_which_the_visit_was_moved_back(self):
        visit = self.book(start=self._at(12, days=7))
        self._queue()
        self._queue(self._at(12, days=5))
        visit.reschedule(self._at(15, days=7))
        self._queue(self._at(12, 20, days=5))
        visit.reschedule(self._at(12, days=7))
        self._queue(self._at(12, 40, days=5))
        self.kinds["reminder_days"].hours = 24
        self._queue(self._at(12, 1, days=6))
        waiting = self._of(visit, "reminder_days").filtered(lambda message: message.state == "queued")
        self.assertEqual(waiting.visit_start, self._at(12, days=7))

    def test_a_kind_of_an_archived_treatment_does_not_become_one_of_all(self):
        self.kinds["booked"].treatment_ids = self.laser
        self.laser.active = False
        visit = self.book()
        self._queue()
        self.assertFalse(self._of(visit))
        self.kinds["reminder_days"].treatment_ids = self.laser
        self._queue(self._at(11, days=5))
        self.assertFalse(self._of(visit, "reminder_days"))

    def test_what_was_cancelled_of_a_visit_is_not_told(self):
        self.users["practitioner"].partner_id.email = "sana@test.clinic"
        self.kinds["booked"].to_practitioner = True
        visit = self.book([self.facial, self.laser], practitioner=None)
        laser = visit.procedure_ids.filtered(lambda procedure: procedure.treatment_id == self.laser)
        others = visit.procedure_ids - laser
        others.practitioner_id = self.cosmetologist
        laser.action_cancel()
        self._queue()
        self.assertIn("Hina", self.messages._prepare_values(visit, "en_US")["practitioner"])
        self.assertNotIn("Sana", self.messages._prepare_values(visit, "en_US")["practitioner"])
        self.assertNotIn("sana@test.clinic", self._of(visit, recipient="practitioner").mapped("address"))

    def test_what_was_written_in_trial_is_written_again_after_it(self):
        visit = self.book(start=self._at(12, days=7))
        self._queue()
        self._queue(self._at(12, days=5))
        self._send(self._at(12, 5, days=5))
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        self._queue(self._at(12, 10, days=5))
        reminders = self._of(visit, "reminder_days")
        self.assertEqual(reminders.mapped("is_trial"), [True, False])

    def test_a_single_procedure_that_is_moved_moves_the_visit(self):
        visit = self.book()
        self._queue()
        visit.procedure_ids.write({"start": self._at(17), "stop": self._at(17, 30)})
        self._queue()
        self.assertEqual(self._of(visit, "moved").visit_start, self._at(17))

    def test_a_cancellation_is_told(self):
        visit = self.book()
        self._queue()
        self._deliver()
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_clinic"))
        self._queue(self._later(minutes=10))
        self.assertEqual(self._of(visit, "cancelled").state, "queued")
        self._queue(self._later(minutes=20))
        self.assertEqual(len(self._of(visit, "cancelled")), 1)

    def test_a_hold_is_told_once_it_is_confirmed(self):
        visit = self.book(hold_minutes=60)
        self._queue()
        self.assertFalse(self._of(visit))
        visit.action_confirm()
        self._queue()
        self.assertEqual(self._of(visit).kind_id, self.kinds["booked"])

    def test_a_walk_in_gets_no_confirmation(self):
        self._open_around_the_clock()
        visit = self.env["clinic.visit"].book_walk_in(self.patient, [self.facial])
        self._queue()
        self.assertFalse(self._of(visit))

    def test_reminders_come_two_days_and_three_hours_before(self):
        visit = self.book(start=self._at(12, days=7))
        self._queue()
        self.assertFalse(self._of(visit, "reminder_days"))
        two_days = self._at(12, days=5)
        self._queue(two_days)
        self.assertEqual(len(self._of(visit, "reminder_days")), 1)
        self._queue(self._at(9, 1, days=7))
        self.assertEqual(len(self._of(visit, "reminder_days")), 1)
        self.assertEqual(len(self._of(visit, "reminder_hours")), 1)

    def test_who_heard_of_the_time_just_now_is_not_reminded_of_it(self):
        visit = self.book(start=self._at(12, days=1))
        self._queue()
        self._queue(self._later(minutes=30))
        self.assertEqual(self._of(visit).kind_id, self.kinds["booked"])

    def test_a_moved_visit_is_reminded_of_at_its_new_time(self):
        visit = self.book(start=self._at(12, days=7))
        self._queue()
        self._queue(self._at(12, days=5))
        visit.reschedule(self._at(12, days=20))
        self._queue(self._at(13, days=5))
        self._queue(self._at(12, days=18))
        reminders = self._of(visit, "reminder_days")
        self.assertEqual(reminders.mapped("visit_start"), [self._at(12, days=7), self._at(12, days=20)])
        self.assertEqual(reminders.mapped("state"), ["cancelled", "queued"])

    def test_aftercare_comes_after_the_visit_and_not_days_too_late(self):
        self._open_around_the_clock()
        visit, late = self._performed(hours=1), self._performed(days=5)
        self._queue()
        self.assertFalse(self._of(visit))
        self._queue(self._later(hours=3))
        self.assertEqual(self._of(visit).purpose, "care")
        self.assertFalse(self._of(late))

    def test_a_kind_for_some_treatments_and_branches_only(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.kinds["booked"].treatment_ids = self.laser
        self.kinds["moved"].company_ids = other
        visit = self.book()
        self._queue()
        self.assertFalse(self._of(visit))
        laser = self.book(self.laser, start=self._at(14))
        self._queue()
        self.assertEqual(len(self._of(laser)), 1)
        self.assertNotIn("Laser", self._of(laser).body)

    def test_practitioner_and_manager_hear_of_it_by_setting(self):
        manager = self.users["manager"]
        manager.partner_id.email = "boss@test.clinic"
        self.users["practitioner"].partner_id.email = "sana@test.clinic"
        self.branch.clinic_message_manager_id = manager
        self.kinds["booked"].write({"to_practitioner": True, "to_manager": True})
        visit = self.book(self.laser)
        self._queue()
        self.assertEqual(
            {(message.recipient, message.channel, message.address) for message in self._of(visit)},
            {
                ("patient", "sms", "+923001234567"),
                ("practitioner", "email", "sana@test.clinic"),
                ("manager", "email", "boss@test.clinic"),
            },
        )
        text = self._of(visit, recipient="manager")
        self.assertIn(visit.name, text.body)
        self.assertNotIn("Ayesha", text.subject + text.body, "what colleagues get by mail names no patient")

    def test_every_channel_where_the_kind_says_so(self):
        self.kinds["booked"].each_channel = True
        visit = self.book()
        self._queue()
        self.assertEqual(set(self._of(visit).mapped("channel")), {"sms", "email"})

    def test_the_patients_own_preference_comes_first(self):
        self.patient.message_channel = "email"
        visit = self.book()
        self._queue()
        self.assertEqual(self._of(visit).mapped("address"), ["ayesha@example.com"])

    def test_who_can_not_be_reached_stands_there_with_the_reason(self):
        cases = [
            ({"phone": False, "email": False}, "The patient has no phone number."),
            ({"phone": "042 111 222 333", "email": False}, "042 111 222 333"),
            ({"phone": "7700 900123", "email": False}, "is no phone number with its country's code"),
            ({"phone": False, "email": "ayesha at home"}, "The patient has no phone number."),
        ]
        for number, (vals, words) in enumerate(cases):
            with self.subTest(**vals):
                patient = self.env["clinic.patient"].create({"name": f"Patient {number}", **vals})
                visit = self.env["clinic.visit"].book(patient, [self.facial], self._at(9 + number))
                self._queue()
                message = self._of(visit)
                self.assertEqual(message.state, "failed")
                self.assertIn(words, message.reason)

    def test_a_landline_gets_the_email_instead(self):
        self.patient.phone = "+44 20 7946 0958"
        visit = self.book()
        self._queue()
        self.assertEqual(self._of(visit).channel, "email")

    def test_right_to_left_and_emoji(self):
        self.env["res.lang"]._activate_lang("fa_IR")
        self.patient.write({"name": "سارا 🌸", "lang": "fa_IR", "message_channel": "email"})
        self.kinds["booked"].template_ids.filtered(
            lambda text: text.channel == "email" and text.audience == "patient"
        ).copy({"lang": "fa_IR", "subject": "نوبت شما", "body": "{patient}، نوبت شما {date}"})
        visit = self.book()
        self._queue()
        message = self._of(visit)
        self.assertIn("سارا 🌸", message.body)
        self.assertIn('dir="rtl"', message._prepare_email("desk@test.clinic")["body"])

    def test_installing_it_surprises_nobody(self):
        visit = self.book()
        self.env.flush_all()
        post_init_hook(self.env)
        self.env.invalidate_all()
        self._queue()
        self.assertFalse(self._of(visit))

    def test_a_hundred_visits_cost_no_more_statements_each_than_ten(self):
        patients = self.env["clinic.patient"].create(
            [{"name": f"Patient {number}", "phone": f"0301 {number:07}"} for number in range(40)]
        )
        visits = self.env["clinic.visit"]
        for number, patient in enumerate(patients):
            visits += visits.book(
                patient, [self.facial], self._at(8 + number // 4 % 10, number % 2 * 30, days=7 + number // 20)
            )
        self.env.flush_all()

        def count(some):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.messages._queue(self.kinds["reminder_days"], some)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        few = count(visits[:10])
        self.assertLess(count(visits[10:]), few * 2)
        self.assertEqual(len(self.messages.search([("visit_id", "in", visits.ids)])), 40)

        def tell(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some._tell()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        few = tell(visits[:10])
        self.assertLess(tell(visits[10:]), few * 2.5)

    def test_what_is_written_is_neutral(self):
        self.facial.name = "SECRET-TREATMENT"
        self.patient.write({"comment": "SECRET-NOTE"})
        self.users["practitioner"].partner_id.email = "sana@test.clinic"
        for kind in self.kinds.values():
            kind.write({"each_channel": True, "use_whatsapp": True, "to_practitioner": kind.purpose == "visit"})
        self.env["clinic.message.provider"].create(
            {"name": "W", "channel": "whatsapp", "service": "http", "url": "https://example.com"}
        )
        visit = self.book(practitioner=self.doctor)
        self._queue()
        self._queue(self._at(10, days=6))
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_not_suitable"))
        self._queue(self._at(11, days=6))
        said = self._of(visit)
        self.assertGreater(len(said), 6)
        for message in said:
            for text in (*message._filled(), message.reason or "", message.key, message.display_name):
                self.assertNotIn("SECRET", text)
                self.assertNotIn("suitable", text)

    def test_merged_patients_keep_their_history(self):
        twin = self.env["clinic.patient"].create({"name": "Ayesha Test", "phone": "0300 1234567"})
        visit = self.env["clinic.visit"].book(twin, [self.facial], self._at(11))
        with freeze_time(self._later(minutes=1)):
            self._queue()
        self.assertEqual(self._of(visit).patient_id, twin)
        self.assertEqual(twin.message_history_ids, self._of(visit))

    def test_commands_on_the_kinds_texts_are_checked_as_well(self):
        with self.refused(Exception, "no placeholder"):
            self.kinds["booked"].template_ids = [
                Command.create({"channel": "email", "lang": "nl_NL", "subject": "Hi", "body": "{oops}"})
            ]
