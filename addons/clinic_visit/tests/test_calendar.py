from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestCalendar(VisitCommon):
    def sync(self):
        with self.enter_registry_test_mode():
            self.env.ref("clinic_visit.cron_sync_calendar").method_direct_trigger()

    def events(self, visit):
        return visit.procedure_ids.calendar_event_ids

    def test_a_procedure_is_busy_time_under_the_visit_s_number(self):
        visit = self.book(self.laser, self._at(10), self.doctor)
        self.sync()
        event = self.events(visit)
        self.assertRecordValues(
            event,
            [
                {
                    "name": f"Visit {visit.name}",
                    "start": self._at(10),
                    "stop": self._at(10, 45),
                    "show_as": "busy",
                    "user_id": self.doctor.user_id.id,
                    "location": visit.procedure_ids.room_id.name,
                }
            ],
        )
        self.assertEqual(event.partner_ids, self.doctor.user_id.partner_id)
        for secret in (self.patient.name, self.laser.name):
            self.assertNotIn(secret, str(event.read()))
            self.assertNotIn(secret, str(event.message_ids.mapped("body")))
        self.assertFalse(visit.procedure_ids.calendar_stale)

    def test_to_bring_the_calendar_up_to_date_is_no_change_of_a_procedure(self):
        visit = self.book(self.laser, self._at(10), self.doctor)
        logged = [("model", "=", "clinic.procedure"), ("res_id", "in", visit.procedure_ids.ids)]
        self.sync()
        self.assertEqual(self.env["clinic.change"].search(logged).mapped("action"), ["create"])
        visit.procedure_ids.move(start=self._at(12))
        self.sync()
        # The latest first: the move itself, and nothing of the calendar.
        self.assertEqual(self.env["clinic.change"].search(logged).mapped("action"), ["write", "create"])

    def test_the_event_follows_the_procedure(self):
        visit = self.book(self.facial, self._at(10), self.doctor)
        self.sync()
        visit.procedure_ids.move(start=self._at(12))
        self.sync()
        self.assertEqual(self.events(visit).start, self._at(12))
        self.cosmetologist.employee_id.user_id = self.users["cosmetologist"]
        visit.procedure_ids.move(practitioner=self.cosmetologist)
        self.sync()
        self.assertEqual(self.events(visit).partner_ids, self.users["cosmetologist"].partner_id)
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self.sync()
        self.assertFalse(self.events(visit))

    def test_its_own_event_does_not_keep_a_procedure_from_moving(self):
        visit = self.book(self.laser, self._at(10), self.doctor)
        self.sync()
        visit.procedure_ids.move(start=self._at(10, 15))
        self.assertEqual(visit.start, self._at(10, 15))

    def test_moving_the_event_moves_the_procedure_by_the_rules(self):
        visit = self.book(self.laser, self._at(10), self.doctor)
        self.book(self.facial, self._at(15), self.doctor)
        self.sync()
        event = self.events(visit).with_user(self.doctor.user_id)
        event.write({"start": self._at(12), "stop": self._at(12, 45)})
        self.assertEqual((visit.start, visit.stop), (self._at(12), self._at(12, 45)))
        with self.assertRaisesRegex(UserError, "already booked"), self.env.cr.savepoint():
            event.write({"start": self._at(15), "stop": self._at(15, 45)})
        self.assertEqual((event.start, visit.start), (self._at(12), self._at(12)))

    def test_who_may_not_move_the_procedure_may_not_move_the_event(self):
        visit = self.book(self.laser, self._at(10), self.doctor)
        self.sync()
        for user in (self.users["cosmetologist"], new_test_user(self.env, "clerk", "base.group_user")):
            with self.subTest(user=user.login), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.events(visit).with_user(user).write({"start": self._at(12), "stop": self._at(12, 45)})
        self.assertEqual(visit.start, self._at(10))

    def test_the_event_is_neither_renamed_nor_deleted(self):
        visit = self.book(self.laser, self._at(10), self.doctor)
        self.sync()
        event = self.events(visit).with_user(self.doctor.user_id)
        for values in ({"name": "Laser of Ayesha"}, {"active": False}, {"allday": True}, {"partner_ids": [(5,)]}):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "only its time"):
                event.write(values)
        with self.assertRaisesRegex(UserError, "cancel the visit"):
            event.unlink()
        with self.assertRaisesRegex(AccessError, "by hand"):
            self.env["calendar.event"].with_user(self.doctor.user_id).create(
                {"name": "x", "start": self._at(8), "stop": self._at(9), "clinic_procedure_id": visit.procedure_ids.id}
            )

    def test_an_event_that_another_calendar_archives_is_made_again(self):
        visit = self.book(self.laser, self._at(10), self.doctor)
        self.sync()
        deleted = self.events(visit)
        # As the module of a synchronised calendar does with an event that was deleted there.
        deleted.sudo().active = False
        later = self.book(self.facial, self._at(15), self.doctor)
        self.sync()
        self.assertRecordValues(
            self.events(visit) + self.events(later), [{"start": self._at(10)}, {"start": self._at(15)}]
        )
        self.assertTrue(deleted.exists() and not deleted.active and not deleted.clinic_procedure_id)
        # What stands in the database from before does not stop the next one either.
        self.env.cr.execute(
            "UPDATE calendar_event SET clinic_procedure_id = %s WHERE id = %s", (visit.procedure_ids.id, deleted.id)
        )
        visit.procedure_ids.move(start=self._at(12))
        self.sync()
        self.assertEqual(self.events(visit).start, self._at(12))

    def test_an_event_that_cannot_be_written_keeps_none_of_the_others(self):
        visits = self.book(self.laser, self._at(10), self.doctor) | self.book(self.facial, self._at(15), self.doctor)
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE calendar_event ADD CONSTRAINT test_refused"
            " CHECK (clinic_procedure_id IS NULL OR name NOT LIKE %s)",
            (f"%{visits[0].name}",),
        )
        with (
            self.assertLogs("odoo.addons.clinic_visit.models.clinic_procedure_calendar", "ERROR"),
            mute_logger("odoo.sql_db"),
        ):
            self.sync()
        self.assertFalse(self.events(visits[0]))
        self.assertEqual(self.events(visits[1]).start, self._at(15))

    def test_what_another_calendar_does_against_the_rules_is_put_back(self):
        visit = self.book(self.laser, self._at(10), self.doctor)
        self.sync()
        event = self.events(visit).sudo()
        event.write({"start": self._at(23), "stop": self._at(23, 45)})
        self.assertEqual(visit.start, self._at(10))
        self.sync()
        self.assertEqual(event.start, self._at(10))
        event.unlink()
        self.sync()
        self.assertEqual(self.events(visit).start, self._at(10))
