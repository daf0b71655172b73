from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestResult(CampaignCommon):
    def _book(self, patient, hour, days=0):
        """Let ``patient`` book so many days from now."""
        with freeze_time(fields.Datetime.now() + timedelta(days=days)):
            visit = self.env["clinic.visit"].book(patient, [self.facial], self._at(hour, days=20), self.doctor)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE clinic_visit SET create_date = %s WHERE id = %s", [fields.Datetime.now(), visit.id]
            )
        return visit

    def test_who_booked_within_a_week_beside_who_did_without(self):
        people = self.env["clinic.patient"].union(*(self._person(number) for number in range(1, 9)))
        campaign = self._campaign(control_percent=50)
        campaign.mailing_id.action_launch()
        self._run()
        states = self._states(campaign)
        sent = people.filtered(lambda one: states[one] == "sent")
        control = people - sent
        self.assertEqual((len(sent), len(control)), (4, 4))
        visits = [self._book(sent[0], 9, days=1), self._book(sent[0], 10, days=2), self._book(sent[1], 11, days=6)]
        self._book(sent[2], 12, days=8)
        self._book(control[0], 13, days=3)
        cancelled = self._book(sent[3], 14, days=1)
        cancelled.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self.env.invalidate_all()
        self.assertEqual((campaign.booked_count, campaign.booked_rate), (2, 0.5))
        self.assertEqual((campaign.control_booked_count, campaign.control_booked_rate), (1, 0.25))
        self.assertEqual(campaign.lift, 0.25)
        self.assertEqual({visit.campaign_id for visit in visits}, {campaign.utm_campaign_id})

    def test_a_campaign_that_was_not_sent_has_brought_nothing(self):
        self._person(1)
        campaign = self._campaign()
        self.assertEqual((campaign.booked_count, campaign.booked_rate, campaign.lift), (0, 0, 0))
        visit = self._book(campaign.recipient_ids.filtered(lambda row: row.state == "drawn").patient_id, 9)
        self.assertFalse(visit.campaign_id)

    def test_a_visit_is_brought_by_one_campaign_and_only_if_it_is_kept(self):
        patient = self._person(1)
        first, second = self._campaign(), self._campaign()
        for campaign in (first, second):
            campaign.mailing_id.action_launch()
            self._run()
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE clinic_campaign_recipient SET sent_at = sent_at - interval '1 hour' WHERE campaign_id = %s",
                [first.id],
            )
        visit = self._book(patient, 9, days=1)
        self.env.invalidate_all()
        self.assertEqual((first.booked_count, second.booked_count), (0, 1))
        listed = self.env["clinic.visit"].search(second.action_booked()["domain"])
        self.assertEqual(listed, visit)
        self.env.flush_all()
        self.env.cr.execute("UPDATE clinic_visit SET state = 'no_show' WHERE id = %s", [visit.id])
        self.env.invalidate_all()
        self.assertEqual(second.booked_count, 0)
        self.assertFalse(self.env["clinic.visit"].search(second.action_booked()["domain"]))

    def test_of_a_few_marketing_does_not_learn_who_booked(self):
        patients = self.env["clinic.patient"].union(*(self._person(number) for number in range(1, 11)))
        campaign = self._campaign()
        rows = campaign.recipient_ids.filtered(lambda row: row.state == "drawn")
        campaign.mailing_id.state = "done"
        rows[:9]._write_to(fields.Datetime.now())
        self._book(patients[0], 9, days=1)
        self.env.invalidate_all()
        seen = campaign.with_user(self.marketing)
        self.assertEqual((seen.sent_count, seen.booked_count, campaign.booked_count), (9, 0, 1))
        rows[9]._write_to(fields.Datetime.now())
        self.env.invalidate_all()
        self.assertEqual((seen.sent_count, seen.booked_count), (10, 1))
        self.assertEqual(campaign.with_user(self.users["manager"]).booked_count, 1)
