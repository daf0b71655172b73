from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import TOLD
from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestDraw(CampaignCommon):
    def test_who_is_left_out_is_counted_with_the_reason(self):
        yes, no, silent, blocked = (
            self._person(1),
            self._person(2, says=False),
            self._person(3, says=None),
            self._person(4),
        )
        nowhere = self._person(5, email=False)
        twin = self._person(6, email="p1@example.com")
        self.env["mail.blacklist"].with_context(clinic_told=TOLD)._add(blocked.email)
        campaign = self._campaign()
        states = self._states(campaign)
        self.assertEqual(states[yes], "drawn")
        self.assertEqual(states[no], "opted_out")
        self.assertEqual(states[silent], "no_consent")
        self.assertEqual(states[blocked], "opted_out")
        self.assertEqual(states[nowhere], "no_address")
        self.assertEqual(states[twin], "same_address")
        self.assertEqual(campaign.recipient_count, 1)
        # The patient of the test clinic has said nothing, either.
        self.assertEqual(campaign.left_out_count, 6)
        self.assertIn("Has not agreed to news and offers: 2", campaign.left_out_text)
        self.assertIn("Has the same address as another one: 1", campaign.left_out_text)

    def test_an_sms_goes_to_one_of_a_phone(self):
        mother = self._person(1, phone="0300 5550001")
        child = self._person(2, phone="+92 300 5550001")
        short = self._person(3, phone="0300 2")
        states = self._states(self._campaign("sms"))
        self.assertEqual((states[mother], states[child], states[short]), ("drawn", "same_address", "no_address"))

    def test_the_cap_counts_what_the_clinic_has_sent(self):
        tired, fresh = self._person(1), self._person(2)
        for number in range(2):
            self.messages.create(
                {
                    "key": f"test:{number}",
                    "purpose": "care",
                    "channel": "sms",
                    "patient_id": tired.id,
                    "company_id": self.branch.id,
                    "state": "sent",
                    "sent_at": self._later(days=-1),
                }
            )
        states = self._states(self._campaign())
        self.assertEqual((states[tired], states[fresh]), ("over_cap", "drawn"))

    def test_the_control_group_is_drawn_by_lot_among_those_who_would_be_written_to(self):
        people = [self._person(number) for number in range(1, 21)]
        refusing = self._person(30, says=False)
        campaign = self._campaign(control_percent=25)
        self.assertEqual((campaign.recipient_count, campaign.control_count), (15, 5))
        states = self._states(campaign)
        self.assertEqual(states[refusing], "opted_out")
        control = {patient for patient in people if states[patient] == "control"}
        draws = {frozenset(control)}
        for _number in range(4):
            campaign.action_take_back()
            campaign.action_draw()
            states = self._states(campaign)
            draws.add(frozenset(patient for patient in people if states[patient] == "control"))
        self.assertGreater(len(draws), 1)

    def test_a_draw_is_one_statement_for_any_number(self):
        counts = []
        for first, number in ((1, 2), (10, 20)):
            for one in range(first, first + number):
                self._person(one)
            campaign = self._campaign(draw=False)
            self.env.flush_all()
            before = self.cr.sql_log_count
            campaign._draw()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_once_a_person_and_an_address(self):
        campaign = self._campaign(draw=False)
        patient, other = self._person(1), self._person(2)
        values = {"campaign_id": campaign.id, "company_id": self.branch.id, "state": "drawn"}
        self.recipients.create({**values, "patient_id": patient.id, "address": "p1@example.com"})
        for vals in (
            {"patient_id": patient.id, "address": "x@example.com"},
            {"patient_id": other.id, "address": "p1@example.com"},
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
                self.recipients.create({**values, **vals})
                self.env.flush_all()

    def test_what_was_drawn_stays_until_it_is_taken_back(self):
        self._person(1)
        campaign = self._campaign()
        manager = campaign.with_user(self.users["manager"])
        with self.refused(UserError, "drawn already"):
            manager.write({"channel": "sms"})
        with self.refused(UserError, "drawn already"):
            manager.action_draw()
        with self.refused(UserError, "Take the draw back"):
            manager.unlink()
        manager.action_take_back()
        self.assertEqual(campaign.state, "new")
        manager.write({"channel": "sms"})
        manager.action_draw()
        self.assertEqual(campaign.mailing_id.mailing_type, "sms")

    def test_a_practitioner_draws_and_marketing_does_not(self):
        self._person(1)
        segment = self.env["clinic.segment"].with_user(self.users["practitioner"]).create({"name": "Mine"})
        campaign = self.env["clinic.campaign"].with_user(self.users["practitioner"]).create({"segment_id": segment.id})
        campaign.action_draw()
        self.assertEqual(campaign.recipient_count, 1)
        other = self._campaign(draw=False)
        with self.assertRaises(AccessError):
            other.with_user(self.marketing).action_draw()
        with self.assertRaises(AccessError):
            campaign.with_user(self.marketing).action_take_back()

    def test_nobody_to_write_to_is_said(self):
        with self.refused(UserError, "Nobody of this segment"):
            self._campaign()
