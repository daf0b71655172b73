from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestHold(VisitCommon):
    def test_a_hold_blocks_like_a_booking(self):
        hold = self.book(practitioner=self.doctor, hold_minutes=10)
        self.assertEqual(hold.state, "held")
        with self.assertRaisesRegex(UserError, "already booked"):
            self.book(practitioner=self.doctor)

    def test_a_hold_is_confirmed_while_it_lasts(self):
        hold = self.book(hold_minutes=10)
        hold.action_confirm()
        self.assertEqual(hold.state, "booked")

    def test_an_expired_hold_cannot_be_confirmed(self):
        hold = self.book(hold_minutes=10)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=11)):
            with self.assertRaisesRegex(UserError, "has run out"):
                hold.action_confirm()

    def test_a_booking_releases_the_expired_hold_in_its_way(self):
        hold = self.book(practitioner=self.doctor, hold_minutes=10)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=11)):
            visit = self.book(practitioner=self.doctor)
        self.assertEqual((hold.state, visit.state), ("cancelled", "booked"))
        self.assertEqual(hold.cancel_reason_id, self.env.ref("clinic_visit.cancel_reason_hold_expired"))
        self.assertFalse(any(hold.procedure_ids.reservation_ids.mapped("blocking")))

    def test_the_cron_sweeps_expired_holds_only(self):
        soon = self.book(hold_minutes=10, start=self._at(9))
        later = self.book(hold_minutes=60, start=self._at(11))
        with freeze_time(fields.Datetime.now() + timedelta(minutes=11)), self.enter_registry_test_mode():
            self.env.ref("clinic_visit.cron_release_expired_holds").method_direct_trigger()
        self.assertEqual((soon.state, later.state), ("cancelled", "held"))

    def test_a_hold_lasts_for_some_minutes(self):
        for minutes in (0, -5, "ten"):
            with self.subTest(minutes=minutes), self.assertRaisesRegex(UserError, "above zero"):
                self.book(hold_minutes=minutes)
