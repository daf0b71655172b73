from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.clinic_visit.exceptions import SlotTaken

from ..const import GRACE, MOST_OF_PHONE, MOST_OPEN
from ..models import clinic_online_hold
from ..models.clinic_online_hold import TooMany
from .common import OnlineCommon

SARA = {"name": "Sara New", "phone": "0301 7654321", "email": "sara@example.com"}


@tagged("post_install", "-at_install")
class TestHold(OnlineCommon):
    def setUp(self):
        super().setUp()
        # The limits are counted by other cursors.
        self.enterContext(self.enter_registry_test_mode())

    def _is_offered(self, start, practitioner=None, treatments=None):
        online = self.env["clinic.online"]._at(self.branch)
        return online._is_offered(self.branch, treatments or self.facial, practitioner, start)

    # -- keeping a time ------------------------------------------------------------------------------------------------

    def test_what_is_kept_nobody_else_has(self):
        hold = self._keep(practitioner=self.doctor)
        self.assertTrue(hold._is_live())
        self.assertEqual((hold.start, hold.practitioners), (self._at(10), self.doctor.ids))
        self.assertFalse(self._is_offered(self._at(10), self.doctor))
        with self.assertRaises(SlotTaken):
            self.book(practitioner=self.doctor)
        with self.assertRaises(SlotTaken):
            self._keep(visitor="two", practitioner=self.doctor)

    def test_a_visitor_keeps_one_time_and_a_lost_race_takes_nothing(self):
        hold = self._keep(practitioner=self.doctor)
        # It may overlap what is kept so far.
        again = self._keep(self._at(10, 15), practitioner=self.doctor)
        self.assertEqual(again, hold)
        self.assertTrue(self._is_offered(self._at(9, 30), self.doctor))
        self.book(start=self._at(14), practitioner=self.doctor)
        with self.assertRaises(SlotTaken):
            self._keep(self._at(14), practitioner=self.doctor)
        self.assertEqual((hold.start, hold._is_live()), (self._at(10, 15), True))

    def test_only_what_is_offered_is_kept(self):
        self.branch.clinic_online_days = 30
        soon = fields.Datetime.now().replace(microsecond=0)
        for start in (self._at(10, 7), self._at(7), self._at(20), self._at(10, days=40), soon, self._at(10, days=-1)):
            with self.subTest(start=start), self.assertRaises(SlotTaken):
                self._keep(start)
        self.assertFalse(self.holds.search([("network", "=", "10.0.0.1")]))

    def test_of_those_who_are_not_booked_online_nobody_is_offered(self):
        self.doctor.is_online = False
        self.assertFalse(self._is_offered(self._at(10), treatments=self.laser))
        hold = self._keep()
        self.assertEqual(hold.practitioners, self.cosmetologist.ids)

    def test_several_treatments_follow_one_another(self):
        hold = self._keep(treatments=self.facial | self.laser)
        # 30 minutes, 5 to prepare the laser, 45 minutes.
        self.assertEqual(hold.stop, self._at(11, 20))
        visit = hold._book(SARA)
        self.assertEqual(visit.procedure_ids.treatment_id, self.facial | self.laser)
        self.assertEqual(visit.procedure_ids.mapped("start"), [self._at(10), self._at(10, 35)])

    # -- letting it go -------------------------------------------------------------------------------------------------

    def test_leaving_frees_it_after_a_moment_and_coming_back_keeps_it(self):
        hold = self._keep()
        hold._leave()
        self.assertLess(hold.expires_at, fields.Datetime.now() + GRACE + timedelta(seconds=2))
        hold._come_back()
        self.assertEqual(hold.expires_at, hold.deadline)
        hold._leave()
        with freeze_time(hold.expires_at + timedelta(seconds=1)):
            hold._come_back()
            self.assertFalse(hold._is_live())
            self.holds._cron_release_over()
            self.assertFalse(hold.reservation_ids)

    def test_at_its_deadline_it_is_in_nobody_s_way(self):
        hold = self._keep(practitioner=self.doctor)
        procedure = {"treatment_id": self.facial.id, "practitioner_id": self.doctor.id, "start": self._at(10)}
        values = {"patient_id": self.patient.id, "procedure_ids": [Command.create(procedure)]}
        visits = self.env["clinic.visit"].with_user(self.users["reception"])
        with self.assertRaisesRegex(SlotTaken, "Being booked online"):
            visits.create(values)
        with freeze_time(hold.deadline + timedelta(seconds=1)):
            # Although nobody has released it yet.
            self.assertTrue(visits.create(values))

    def test_the_scheduled_action_frees_it(self):
        hold = self._keep(practitioner=self.doctor)
        with freeze_time(hold.deadline + timedelta(seconds=1)):
            self.env.ref("clinic_website.cron_release_holds").method_direct_trigger()
            self.assertTrue(self.book(practitioner=self.doctor))

    def test_the_board_shows_what_is_being_booked(self):
        self._keep(practitioner=self.doctor)
        board = self.env["clinic.board"].with_user(self.users["reception"])
        shown = board._load_taken([], [{"resource_id": self.doctor.resource_id.id}], self._at(0), self._at(23))
        self.assertEqual([(one["name"], one["block_id"]) for one in shown], [("Being booked online", False)])

    # -- booking -------------------------------------------------------------------------------------------------------

    def test_it_becomes_a_visit_of_a_new_patient(self):
        hold = self._keep(practitioner=self.doctor)
        visit = hold._book(SARA)
        self.assertEqual((visit.state, visit.start, visit.is_booked_online), ("booked", self._at(10), True))
        self.assertEqual(visit.procedure_ids.practitioner_id, self.doctor)
        self.assertEqual((visit.patient_id.name, visit.patient_id.email), ("Sara New", "sara@example.com"))
        self.assertFalse(visit.may_be_known)
        self.assertFalse(hold.reservation_ids)
        self.assertEqual(hold._book(SARA), visit)
        self.assertEqual(self.env["clinic.patient"].search_count([("name", "=", "Sara New")]), 1)

    def test_a_known_phone_shows_and_changes_nothing_and_reception_sees_it(self):
        before = self.patient.read(["name", "phone", "email", "write_date"])
        visit = self._keep()._book({"name": "Somebody", "phone": "0300-1234567", "email": "new@example.com"})
        self.assertNotEqual(visit.patient_id, self.patient)
        self.assertEqual(self.patient.read(["name", "phone", "email", "write_date"]), before)
        mine = visit.with_user(self.users["reception"])
        self.assertTrue(mine.may_be_known)
        domain = mine.action_view_duplicates()["domain"]
        self.assertEqual(self.env["clinic.patient"].search(domain), self.patient | visit.patient_id)

    def test_the_deposit_is_that_of_a_stranger(self):
        self.rule.is_new_patient = True
        self._perform(self.book(self.facial, self._at(9, days=1)))
        online = self.env["clinic.online"]._at(self.branch)
        asked = online._deposit(self.branch, self.laser.with_env(online.env), self._at(10))
        self.assertEqual(asked["deposit_amount"], 1150)
        visit = self._keep(treatments=self.laser)._book({**SARA, "phone": self.patient.phone})
        self.assertEqual((visit.state, visit.deposit_due, visit.deposit_channel), ("held", 1150, "online"))

    def test_what_was_kept_is_booked_late_if_it_is_still_free(self):
        hold = self._keep(practitioner=self.doctor)
        with freeze_time(hold.deadline + timedelta(minutes=1)):
            self.holds._cron_release_over()
            self.assertEqual(hold._book(SARA).state, "booked")

    def test_what_was_kept_and_is_taken_meanwhile_is_not_booked(self):
        hold = self._keep(practitioner=self.doctor)
        with freeze_time(hold.deadline + timedelta(minutes=1)):
            self.holds._cron_release_over()
            self.book(practitioner=self.doctor)
            with self.assertRaises(SlotTaken):
                hold._book(SARA)
            self.assertFalse(self.env["clinic.patient"].search([("name", "=", "Sara New")]))

    def test_a_practitioner_who_is_not_authorized_any_more(self):
        hold = self._keep(practitioner=self.doctor)
        self.env["clinic.authorization"].search([("practitioner_id", "=", self.doctor.id)]).unlink()
        with self.assertRaises(ValidationError):
            hold._book(SARA)

    def test_a_treatment_that_is_not_booked_online_any_more(self):
        hold = self._keep()
        self.facial.is_online = False
        with self.assertRaises(UserError):
            hold._book(SARA)

    def test_the_notice_counts_again_for_a_time_that_is_kept_no_longer(self):
        self.branch.clinic_online_notice = 24
        hold = self._keep(treatments=self.laser)
        with freeze_time(hold.start - timedelta(minutes=5)):
            with self.assertRaises(SlotTaken):
                hold._book(SARA)

    def test_what_was_agreed_to_is_kept(self):
        self.branch.clinic_online_policy = "Come early."
        visit = self._keep()._book(SARA)
        self.branch.clinic_online_policy = "Come late."
        self.assertEqual(visit.online_terms, "Come early.")
        self.assertTrue(visit.online_agreed_at)
        self.assertEqual(visit._prepare_again()["online_terms"], "Come early.")

    # -- limits --------------------------------------------------------------------------------------------------------

    def test_one_network_keeps_so_many_and_no_more(self):
        with patch.object(clinic_online_hold, "MOST_OPEN", 3):
            for number in range(3):
                self._keep(self._at(9 + number), visitor=f"visitor {number}")
            with self.assertRaises(TooMany):
                self._keep(self._at(15), visitor="one more")
            # Their own they may change, and others are not kept out.
            self._keep(self._at(16), visitor="visitor 1")
            self._keep(self._at(17), visitor="elsewhere", network="10.0.0.2")
        self.assertGreater(MOST_OPEN, 3)

    def test_nobody_keeps_times_for_ever(self):
        begun = fields.Datetime.now()
        with freeze_time(begun):
            hold = self._keep()
        for minutes in (9, 18, 27):
            with freeze_time(begun + timedelta(minutes=minutes)):
                self._keep()
        self.assertLessEqual(hold.deadline, begun + timedelta(minutes=30))
        with freeze_time(begun + timedelta(minutes=29, seconds=30)), self.assertRaises(TooMany):
            self._keep()
        with freeze_time(begun + timedelta(hours=2)):
            self.assertTrue(self._keep()._is_live())

    def test_one_email_address_is_written_to_so_often_and_no_more(self):
        for number in range(MOST_OF_PHONE):
            contact = {**SARA, "phone": f"0301 765432{number}"}
            self._keep(self._at(9 + number), visitor=f"v{number}", network=f"10.0.0.{number}")._book(contact)
        with self.assertRaises(TooMany):
            self._keep(self._at(16), visitor="more", network="10.0.1.1")._book({**SARA, "phone": "0301 7654329"})

    def test_the_waitlist_keeps_nobody_from_booking(self):
        for number in range(MOST_OF_PHONE):
            self.holds._wait(f"10.0.0.{number}", self.branch, self.facial, None, SARA, {})
        with self.assertRaises(TooMany):
            self.holds._wait("10.0.1.1", self.branch, self.facial, None, SARA, {})
        self.assertEqual(self._keep()._book(SARA).state, "booked")

    def test_one_phone_books_so_often_a_day_and_no_more(self):
        for number in range(MOST_OF_PHONE):
            self._keep(self._at(9 + number), visitor=f"v{number}", network=f"10.0.0.{number}")._book(SARA)
        with self.assertRaises(TooMany):
            self._keep(self._at(16), visitor="more", network="10.0.1.1")._book({**SARA, "phone": "0301-7654321"})

    def test_what_is_old_is_forgotten(self):
        hold, used = self._keep(), self._keep(self._at(12), visitor="two")
        visit = used._book(SARA)
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.holds._gc_holds()
        self.assertFalse((hold | used).exists())
        self.assertTrue(visit.exists())

    # -- waiting -------------------------------------------------------------------------------------------------------

    def test_the_waitlist_takes_a_new_patient_and_somebody_who_calls(self):
        manager = self.users["manager"]
        self.branch.clinic_online_user_id = manager
        entries = self.holds._wait(
            "10.0.0.1", self.branch, self.facial | self.laser, self.doctor, SARA, {"hour_from": 0, "hour_to": 12}
        )
        self.assertEqual(entries.treatment_id, self.facial | self.laser)
        self.assertEqual((entries.patient_id.name, entries.user_id), ("Sara New", manager))
        self.assertEqual(set(entries.mapped("hour_to")), {12})

    def test_another_branch_offers_its_own(self):
        other = self.env["res.company"].create({"name": "Other", "clinic_is_online": True})
        other.resource_calendar_id = self.calendar
        self.env.user.company_ids = [Command.link(other.id)]
        online = self.env["clinic.online"]._at(other)
        self.assertFalse(online._prepare_groups(other))
        self.assertFalse(online._who_can(other, self.facial))
