from odoo.tests import HttpCase, tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestTour(CampaignCommon, HttpCase):
    def test_a_manager_draws_and_marketing_writes(self):
        self._person(1, sex="female")
        self._person(2, sex="female", says=None)
        self._person(3, sex="male")
        self.start_tour("/odoo/segments", "clinic_campaign_draw", login="test_manager")
        [campaign] = self.env["clinic.campaign"].search([("name", "=", "Spring Offer")])
        self.assertEqual((campaign.state, campaign.recipient_count), ("ready", 1))
        self.start_tour("/odoo/campaigns", "clinic_campaign_marketing", login="test_marketing")
        self.assertEqual(campaign.mailing_id.subject, "More room")
