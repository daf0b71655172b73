from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.clinic_message.outcome import Outcome

from .offer_common import OfferCommon

OFFERS = "odoo.addons.clinic_visit.models.clinic_waitlist_offer"


@tagged("post_install", "-at_install")
class TestOfferWritten(OfferCommon):
    def test_a_freed_time_is_written_at_once(self):
        entry = self._wait()
        self._freed()
        message = self._written(entry)
        self.assertEqual((message.channel, message.state, message.patient_id), ("sms", "queued", self.zara))
        self.assertLessEqual(message.send_at, fields.Datetime.now())
        self.assertEqual(entry.offered_channel, "sms")
        self.assertFalse(entry.activity_ids, "nobody has to call")
        self.assertAlmostEqual(entry.offered_until, self._later(minutes=20), delta=timedelta(minutes=1))
        self.assertEqual(message.expires_at, entry.offered_until)
        self.assertNotRegex(f"{message.body} {message.subject}", "Facial|Test skin")
        self.assertEqual(self._deliver(after=self._later(minutes=1)).call_count, 1)
        self.assertEqual(message.state, "sent")

    def test_the_branch_may_call_as_before(self):
        self.branch.clinic_waitlist_offers = "call"
        entry = self._wait()
        self._freed()
        self.assertFalse(self._written(entry))
        self.assertTrue(entry.activity_ids)
        self.assertAlmostEqual(entry.offered_until, self._later(hours=4), delta=timedelta(minutes=1))

    def test_who_wants_no_sms_gets_an_email_and_who_wants_neither_a_call(self):
        consents, entry = self.env["clinic.message.consent"], self._wait()
        consents._withdraw(self.zara, "sms", "desk")
        self._freed()
        self.assertEqual(self._written(entry).channel, "email")
        entry.action_offer_next()
        consents._withdraw(self.zara, "email", "desk")
        self._freed(self._at(12))
        self.assertEqual(len(self._written(entry)), 1)
        self.assertEqual((entry.state, entry.offered_channel), ("offered", False))
        self.assertTrue(entry.activity_ids)

    def test_at_night_the_minutes_begin_in_the_morning(self):
        entry = self._wait()
        self.branch.write({"clinic_quiet_from": 21, "clinic_quiet_to": 9})
        visit = self.book(start=self._at(15), practitioner=self.doctor)
        night, morning, until = self._at(23, days=6), self._at(9, 1), self._at(9, 20)
        with freeze_time(night):
            visit.action_cancel(self.reason)
            self.assertEqual(entry.offered_until, until)
            self.assertFalse(self._deliver(after=night + timedelta(minutes=1)).call_count, "nobody is woken up")
        self.assertEqual(self._deliver(after=morning).call_count, 1)

    def test_what_begins_too_soon_to_be_answered_is_called_about(self):
        self.branch.clinic_booking_notice = 2
        entry = self._wait()
        visit = self.book(start=self._at(15), practitioner=self.doctor)
        with freeze_time(self._at(12, 57)):
            visit.action_cancel(self.reason)
            self.assertFalse(self._written(entry))
            self.assertEqual(entry.state, "offered")
            self.assertTrue(entry.activity_ids)

    def test_nobody_takes_it_within_the_notice(self):
        self.branch.clinic_booking_notice = 2
        entry = self._wait()
        visit = self.book(start=self._at(15), practitioner=self.doctor)
        now, last = self._at(12, 50), self._at(13)
        with freeze_time(now):
            visit.action_cancel(self.reason)
            self.assertEqual(entry.offered_until, last)

    def test_one_by_one_the_next_is_written_when_the_minutes_are_over(self):
        entries = self._wait(self.zara, self.mina)
        self._freed()
        self.assertEqual(entries.mapped("state"), ["offered", "waiting"])
        trigger = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("clinic_visit.cron_tend_waitlist").id)], order="id desc", limit=1
        )
        self.assertEqual(trigger.call_at, entries[0].offered_until, "to the minute")
        self._deliver(after=self._later(minutes=1))
        with freeze_time(self._later(minutes=21)), self.enter_registry_test_mode():
            self.env.ref("clinic_visit.cron_tend_waitlist").method_direct_trigger()
        self.assertEqual(entries.mapped("state"), ["waiting", "offered"])
        self.assertEqual(self._written(entries[1]).patient_id, self.mina)
        self.assertEqual(
            self._deliver(after=self._later(minutes=22)).call_count, 1, "the first is not written to again"
        )

    def test_all_at_once(self):
        self.branch.clinic_waitlist_offers = "all"
        entries = self._wait(self.zara, self.mina, self.noor)
        self._freed()
        self.assertEqual(entries.mapped("state"), ["offered"] * 3)
        self.assertEqual(set(entries.mapped("offered_start")), {self._at(10)})
        self.assertEqual(len(self._written(entries)), 3)
        entries[1].with_user(self.users["reception"]).action_book()
        self.assertEqual(entries.mapped("state"), ["waiting", "booked", "waiting"])
        self.assertEqual(self._deliver(after=self._later(minutes=1)).call_count, 0, "it is taken already")

    def test_all_at_once_the_rest_goes_to_the_others(self):
        self.branch.clinic_waitlist_offers = "all"
        block = self.env["clinic.block"].create(
            {
                "name": "Away",
                "company_id": self.branch.id,
                "resource_ids": self.doctor.resource_id.ids,
                "start": self._at(9),
                "stop": self._at(12),
            }
        )
        entries = self._wait(self.zara, self.mina, self.noor, practitioner_id=self.doctor.id)
        block.unlink()
        self.assertEqual(set(entries.mapped("offered_start")), {self._at(9)})
        entries[0]._patient_takes(self._at(9))
        self.assertEqual(entries.mapped("state"), ["booked", "offered", "offered"])
        self.assertEqual(set(entries[1:].mapped("offered_start")), {self._at(9, 30)}, "there is more than one")
        self.book(start=self._at(9, 30), practitioner=self.doctor)
        self.assertEqual(entries[1]._patient_takes(self._at(9, 30)), "taken")
        self.assertEqual((entries[1].state, entries[1].offered_start), ("offered", self._at(10)), "and so on")
        self.assertEqual(entries[2].offered_start, self._at(9, 30), "who has not answered finds out")

    def test_all_at_once_a_taker_who_cancels_leaves_it_to_the_others(self):
        self.branch.clinic_waitlist_offers = "all"
        entries = self._wait(self.zara, self.mina)
        self._freed()
        entries[0]._patient_takes(self._at(10))
        self.assertEqual(entries.mapped("state"), ["booked", "waiting"])
        entries[0].visit_id.action_cancel(self.reason)
        self.assertEqual((entries[1].state, entries[1].offered_start), ("offered", self._at(10)))

    def test_all_are_so_many_of_those_who_have_waited_longest(self):
        self.branch.clinic_waitlist_offers = "all"
        entries = self._wait(self.zara, self.mina, self.noor)
        with patch(f"{OFFERS}.MOST_AT_ONCE", 2):
            self._freed()
        self.assertEqual(entries.mapped("state"), ["offered", "offered", "waiting"])

    def test_to_let_one_time_pass_is_not_to_let_all_pass(self):
        block = self.env["clinic.block"].create(
            {
                "name": "Holiday",
                "company_id": self.branch.id,
                "resource_ids": self.doctor.resource_id.ids,
                "start": self._at(9),
                "stop": self._at(18, days=9),
            }
        )
        entry = self._wait(practitioner_id=self.doctor.id)
        block.unlink()
        self.assertEqual(entry.offered_start, self._at(9))
        entry.action_offer_next()
        self.assertEqual(entry.state, "waiting", "not asked again at once")
        self._freed(self._at(9, days=8))
        self.assertEqual((entry.state, entry.offered_start), ("offered", self._at(9, days=8)))

    def test_what_is_blocked_longer_frees_nothing(self):
        block = self.env["clinic.block"].create(
            {
                "name": "Meeting",
                "company_id": self.branch.id,
                "resource_ids": self.doctor.resource_id.ids,
                "start": self._at(10),
                "stop": self._at(12),
            }
        )
        entry = self._wait()
        block.stop = self._at(13)
        self.assertEqual(entry.state, "waiting", "Hina was free all the time")
        self.book(start=self._at(10), practitioner=self.cosmetologist)
        block.stop = self._at(11)
        self.assertEqual((entry.state, entry.offered_practitioner_id), ("offered", self.doctor))

    def test_an_entry_that_is_gone_stops_nothing(self):
        entry = self._wait()
        self._freed()
        message = self._written(entry)
        visit = self.book(start=self._at(14), practitioner=self.doctor)
        self._queue()
        entry.unlink()
        self._deliver(after=self._later(minutes=8))
        self.assertEqual(message.state, "cancelled")
        self.assertEqual(set(self._of(visit).mapped("state")), {"sent"})

    def test_what_never_left_is_called_about_before_the_next_is_asked(self):
        entries = self._wait(self.zara, self.mina)
        self._freed()
        with freeze_time(self._later(minutes=21)), self.enter_registry_test_mode():
            self.env.ref("clinic_visit.cron_tend_waitlist").method_direct_trigger()
            self.assertEqual(entries.mapped("state"), ["offered", "waiting"])
            self.assertTrue(entries[0].activity_ids)
            self.assertFalse(entries[0].offered_channel)
        self.assertFalse(self._deliver(after=self._later(minutes=22)).call_count)

    def test_in_trial_operation_somebody_calls_as_well(self):
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "True")
        entry = self._wait()
        self._freed()
        self.assertTrue(self._written(entry).is_trial)
        self.assertTrue(entry.activity_ids)
        self.assertAlmostEqual(entry.offered_until, self._later(hours=4), delta=timedelta(minutes=1))

    def test_the_kind_may_be_limited(self):
        self.kinds["offered"].treatment_ids = self.laser
        entry = self._wait()
        self._freed()
        self.assertFalse(self._written(entry))
        self.assertTrue(entry.activity_ids)

    def test_texts_have_the_links_of_their_kind(self):
        for code, word in (("booked", "{offer}"), ("booked", "{answer_until}"), ("offered", "{link}")):
            with self.subTest(code=code, word=word), self.assertRaises(ValidationError):
                self.kinds[code].template_ids[0].body = f"See {word}"

    def test_an_offer_that_is_over_is_not_sent(self):
        entry = self._wait()
        self._freed()
        entry.action_withdraw()
        self.assertFalse(self._deliver(after=self._later(minutes=1)).call_count)
        self.assertEqual(self._written(entry).state, "cancelled")

    def test_who_could_not_be_reached_is_called(self):
        entry = self._wait()
        self._freed()
        self._deliver(Outcome("failed", "no such number"), after=self._later(minutes=1))
        self.assertTrue(entry.activity_ids)
        self.assertNotRegex(entry.activity_ids.summary, "Zara|Facial")

    def test_a_block_that_is_removed_or_moved_is_written_about(self):
        block = self.env["clinic.block"].create(
            {
                "name": "Meeting",
                "company_id": self.branch.id,
                "resource_ids": self.doctor.resource_id.ids,
                "start": self._at(10),
                "stop": self._at(11),
            }
        )
        entries = self._wait(self.zara, self.mina, self.noor, practitioner_id=self.doctor.id)
        block.start = self._at(10, 30)
        self.assertEqual(entries.mapped("state"), ["offered", "waiting", "waiting"])
        self.assertEqual(entries[0].offered_start, self._at(10))
        entries.action_withdraw()
        entry = self._wait(self.zara, practitioner_id=self.doctor.id)
        block.unlink()
        self.assertEqual((entry.state, entry.offered_start), ("offered", self._at(10, 30)))
        self.assertTrue(self._written(entry))
