from odoo.tests import HttpCase, tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestLeave(CampaignCommon, HttpCase):
    """Who leaves by one way has left by all: the link in a mailing, Odoo's list, the clinic's own words."""

    def _word(self, patient, channel):
        words = self.env["clinic.message.consent"]._last_words(patient)
        return words.get((patient.id, channel, "marketing"))

    def test_the_link_in_a_mail_is_the_patient_s_no(self):
        patient, twin = self._person(1), self._person(2, email="p1@example.com", says=None)
        campaign = self._campaign()
        [recipient] = campaign.recipient_ids.filtered(lambda row: row.state == "drawn")
        url = campaign.mailing_id._get_unsubscribe_oneclick_url("p1@example.com", recipient.id)
        path = "/" + url.split("://", 1)[1].split("/", 1)[1]
        self.assertEqual(self.url_open(path, data={"List-Unsubscribe": "One-Click"}).status_code, 200)
        self.env.invalidate_all()
        self.assertIs(self._word(patient, "email"), False)
        self.assertIs(self._word(twin, "email"), False)
        # By SMS it is another question.
        self.assertIs(self._word(patient, "sms"), True)
        campaign.mailing_id.action_launch()
        self.assertEqual(self._run(), [])
        self.assertEqual(self._states(campaign)[patient], "opted_out")
        # Somebody takes the address off Odoo's list: the patient's word stands.
        self.env["mail.blacklist"]._remove("p1@example.com")
        self.assertIs(self._word(patient, "email"), False)

    def test_a_forged_link_is_nobody_s_word(self):
        patient = self._person(1)
        campaign = self._campaign()
        path = f"/mailing/{campaign.mailing_id.id}/unsubscribe_oneclick"
        data = {"document_id": campaign.recipient_ids[:1].id, "email": "p1@example.com", "hash_token": "0" * 128}
        self.assertNotEqual(self.url_open(path, data=data).status_code, 200)
        self.env.invalidate_all()
        self.assertIs(self._word(patient, "email"), True)

    def test_the_link_in_an_sms_is_the_patient_s_no(self):
        patient = self._person(1)
        campaign = self._campaign("sms")
        campaign.mailing_id.action_launch()
        self._run_sms()
        trace = campaign.mailing_id.mailing_trace_ids
        self.url_open(f"/sms/{campaign.mailing_id.id}/unsubscribe/{trace.sms_code}?sms_number={trace.sms_number[1:]}")
        self.assertIs(self._word(patient, "sms"), True)
        number = trace.sms_number.replace("+", "%2B")
        self.url_open(f"/sms/{campaign.mailing_id.id}/unsubscribe/{trace.sms_code}?sms_number={number}")
        self.env.invalidate_all()
        self.assertIs(self._word(patient, "sms"), False)

    def test_the_clinic_s_word_stands_on_odoo_s_lists_and_comes_off_them(self):
        patient, twin = self._person(1), self._person(2, email="p1@example.com")
        lists = self.env["mail.blacklist"]
        self._say(patient, False)
        self.assertTrue(lists.search([("email", "=", "p1@example.com")]))
        self.assertTrue(self.env["phone.blacklist"].search([("number", "=", "+923002000001")]))
        # Another one with the same address says yes: the first one's no stands.
        self._say(twin, True)
        self.assertTrue(lists.search([("email", "=", "p1@example.com")]))
        self._say(patient, True)
        self.assertFalse(lists.search([("email", "=", "p1@example.com")]))
        self.assertFalse(self.env["phone.blacklist"].search([("number", "=", "+923002000001")]))

    def test_leaving_a_list_is_a_no(self):
        patient = self._person(1)
        mailing_list = self.env["mailing.list"].create({"name": "News"})
        contact = self.env["mailing.contact"].create(
            {"name": "P", "email": "p1@example.com", "list_ids": mailing_list.ids}
        )
        mailing_list._update_subscription_from_email(contact.email, opt_out=True)
        self.assertIs(self._word(patient, "email"), False)
