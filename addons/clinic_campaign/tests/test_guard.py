from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import WORDS, CampaignCommon


@tagged("post_install", "-at_install")
class TestGuard(CampaignCommon, HttpCase):
    """No way of Odoo's leads a mailing to a patient but a campaign, and none leads marketing to health data."""

    def call(self, model, method, *args, **kwargs):
        self.authenticate("test_marketing", "test_marketing")
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def assert_refused(self, model, method, *args, **kwargs):
        with mute_logger("odoo.http", "odoo.sql_db"), self.assertRaises(JsonRpcException) as caught:
            self.call(model, method, *args, **kwargs)
        refusals = ("AccessError", "UserError", "ValidationError", "MissingError")
        self.assertTrue(str(caught.exception).endswith(refusals), caught.exception)

    def _mailing(self, **vals):
        """Return a mailing of marketing's to a list, with ``self.patient`` and somebody else on it."""
        mailing_list = self.env["mailing.list"].create({"name": "Friends"})
        self.env["mailing.contact"].create(
            [
                {"name": name, "email": email, "list_ids": [Command.set(mailing_list.ids)]}
                for name, email in (("A patient", self.patient.email), ("A stranger", "stranger@example.com"))
            ]
        )
        return (
            self.env["mailing.mailing"]
            .with_user(self.marketing)
            .create(
                {
                    "subject": "News",
                    "body_html": WORDS,
                    "mailing_model_id": self.env.ref("mass_mailing.model_mailing_list").id,
                    "contact_list_ids": [Command.set(mailing_list.ids)],
                    **vals,
                }
            )
        )

    def test_marketing_reads_no_model_with_health_data_and_no_criterion(self):
        readable = {"clinic.campaign", "clinic.campaign.recipient", "clinic.room.kind", "clinic.device.kind"}
        names = [
            name for name, model in self.env.registry.items() if name.startswith("clinic.") and not model._abstract
        ]
        self.authenticate("test_marketing", "test_marketing")
        found = set()
        for name in names:
            params = {"model": name, "method": "search_read", "args": [[], ["id"]], "kwargs": {"limit": 1}}
            try:
                with mute_logger("odoo.http"):
                    self.make_jsonrpc_request(f"/web/dataset/call_kw/{name}/search_read", params)
                found.add(name)
            except JsonRpcException as error:
                self.assertIn("AccessError", str(error))
        self.assertEqual(found, readable)

    def test_marketing_reads_names_and_channel_alone(self):
        self._person(1)
        self._person(2, says=False)
        campaign = self._campaign(control_percent=0)
        rows = self.call("clinic.campaign.recipient", "search_read", [["campaign_id", "=", campaign.id]])
        self.assertEqual([row["name"] for row in rows], ["Person 1"])
        self.assertFalse({"patient_id", "address"} & rows[0].keys())
        for name in ("patient_id", "address"):
            self.assert_refused("clinic.campaign.recipient", "read", [rows[0]["id"]], [name])
            self.assert_refused("clinic.campaign.recipient", "search_count", [[name, "=", 1]])
            self.assert_refused("clinic.campaign.recipient", "formatted_read_group", [], [name], ["__count"])
        self.assert_refused("clinic.campaign.recipient", "search_count", [["patient_id.birth_date", "!=", False]])
        self.assert_refused("clinic.campaign", "read", [campaign.id], ["segment_id"])
        self.assert_refused("clinic.campaign", "search_count", [["segment_id.lapsed_days", ">", 0]])
        self.assert_refused("clinic.campaign", "write", [campaign.id], {"segment_id": campaign.segment_id.id})
        self.assert_refused("clinic.campaign.recipient", "export_data", [rows[0]["id"]], ["name"])
        self.assert_refused("clinic.campaign.recipient", "write", [rows[0]["id"]], {"state": "drawn"})
        # What marketing looks at is logged as any look at patients is.
        self.env.cr.precommit.run()
        data = self.call("clinic.campaign", "read", [campaign.id], ["name", "recipient_count", "left_out_text"])
        self.assertEqual(data[0]["recipient_count"], 1)

    def test_a_mailing_goes_to_no_record_of_the_clinic(self):
        for name in ("res.partner", "clinic.patient", "clinic.visit", "clinic.campaign.recipient", "res.users"):
            with self.subTest(model=name):
                values = {"subject": "X", "body_html": WORDS, "mailing_model_id": self.env["ir.model"]._get_id(name)}
                self.assert_refused("mailing.mailing", "create", values)
                mailing = self._mailing()
                self.assert_refused(
                    "mailing.mailing", "write", [mailing.id], {"mailing_model_id": values["mailing_model_id"]}
                )

    def test_a_domain_asks_for_nothing_beyond_the_list(self):
        mailing = self._mailing(mailing_model_id=self.env.ref("mass_mailing.model_mailing_contact").id)
        domains = (
            "[('message_partner_ids.clinic_patient_ids', '!=', False)]",
            "[('create_uid.partner_id.name', 'ilike', 'a')]",
            "[('message_partner_ids', 'any', [('name', 'ilike', 'a')])]",
            "[('activity_ids.res_id', '>', 0)]",
            "[('id', 'in', (1",
            "[1, 2]",
        )
        for domain in domains:
            with self.subTest(domain=domain):
                self.assert_refused("mailing.mailing", "write", [mailing.id], {"mailing_domain": domain})
                filters = {"name": "F", "mailing_domain": domain, "mailing_model_id": mailing.mailing_model_id.id}
                self.assert_refused("mailing.filter", "create", filters)
        self.call("mailing.mailing", "write", [mailing.id], {"mailing_domain": "[('name', 'ilike', 'a')]"})

    def test_the_words_name_nothing_but_the_name(self):
        self._person(1)
        mailing = self._campaign().mailing_id
        for vals in (
            {"body_html": WORDS + '<t t-out="object.patient_id.sex"></t>'},
            {"body_html": WORDS + '<t t-if="object.patient_id.sex">A</t>'},
            {
                "body_html": WORDS
                + '<t t-foreach="object.env[\'clinic.risk\'].search([])" t-as="x"><t t-out="x"></t></t>'
            },
            {"subject": "{{ object.patient_id.sex }}"},
            {"preview": "{{ object.patient_id.sex }}"},
            {"body_plaintext": "{{ object.patient_id.sex }}"},
        ):
            with self.subTest(vals=vals):
                self.assert_refused("mailing.mailing", "write", [mailing.id], vals)
        self.call("mailing.mailing", "write", [mailing.id], {"subject": "For {{ object.name }}"})

    def test_what_makes_it_the_campaign_s_stays(self):
        self._person(1)
        campaign = self._campaign()
        mailing = campaign.mailing_id
        for vals in (
            {"mailing_model_id": self.env["ir.model"]._get_id("mailing.list")},
            {"mailing_type": "sms"},
            {"reply_to": "elsewhere@example.com"},
            {"reply_to_mode": "update"},
            {"use_exclusion_list": False},
            {"keep_archives": True},
            {"ab_testing_enabled": True},
            {"campaign_id": False},
            {"clinic_campaign_id": False},
        ):
            with self.subTest(vals=vals):
                self.assert_refused("mailing.mailing", "write", [mailing.id], vals)
        self.assert_refused("mailing.mailing", "unlink", [mailing.id])
        # A domain is not asked.
        self.call("mailing.mailing", "write", [mailing.id], {"mailing_domain": "[('id', '>', 0)]"})
        other = self._campaign()
        self.assertEqual(
            mailing._get_remaining_recipients(), campaign.recipient_ids.filtered(lambda r: r.state == "drawn").ids
        )
        self.assertTrue(other)

    def test_a_copy_goes_to_nobody(self):
        self._person(1)
        copied = self._campaign().mailing_id.with_user(self.marketing).copy()
        self.assertFalse(copied.clinic_campaign_id)
        self.assertEqual(copied.mailing_model_id.model, "mailing.list")
        copied.action_launch()
        self.assertEqual(self._run(), [])

    def test_a_patient_on_a_mailing_list_is_asked_for_consent_too(self):
        mailing = self._mailing()
        mailing.action_launch()
        self.assertEqual(self._run(), ["stranger@example.com"])
        self._say(self.patient, True)
        other = self._mailing()
        other.action_launch()
        self.assertEqual(self._run(), [self.patient.email, "stranger@example.com"])
        [message] = self.messages.search([("patient_id", "=", self.patient.id), ("purpose", "=", "marketing")])
        self.assertEqual(message.state, "sent")
        # By the button, with what a client says of itself, and again.
        ids = self.env["mailing.contact"].search([("email", "=", self.patient.email)]).ids
        with self.mock_mail_gateway():
            other.with_context(mailing_test_mail=True).action_send_mail(ids)
        self.assertFalse(self._mails)

    def test_a_patient_on_a_list_is_written_to_in_no_quiet_hours(self):
        self._say(self.patient, True)
        self.branch.write({"clinic_quiet_from": 0, "clinic_quiet_to": 24})
        self._mailing().action_launch()
        self.assertEqual(self._run(), ["stranger@example.com"])
        self.branch.write({"clinic_quiet_from": 0, "clinic_quiet_to": 0})
        self.env["mail.mail"].search([("state", "=", "outgoing"), ("mailing_id", "!=", False)]).scheduled_date = False
        self.assertEqual(self._run(), [self.patient.email])

    def test_mails_of_a_mailing_to_other_records_stop_at_the_gate(self):
        self._person(1)
        mailing = self._campaign().mailing_id
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.marketing)
            .with_context(active_ids=self.patient.partner_id.ids)
            .create(
                {
                    "model": "res.partner",
                    "composition_mode": "mass_mail",
                    "mass_mailing_id": mailing.id,
                    "subject": "X",
                    "body": "<p>X</p>",
                    "res_ids": repr(self.patient.partner_id.ids),
                }
            )
        )
        with self.mock_mail_gateway():
            composer._action_send_mail()
        self.assertFalse(self._mails)

    def test_a_test_goes_to_colleagues(self):
        self._person(1)
        mailing = self._campaign().mailing_id
        test = self.env["mailing.mailing.test"].with_user(self.marketing)
        with self.refused(UserError, "colleagues"):
            test.create({"mass_mailing_id": mailing.id, "email_to": "p1@example.com"}).send_mail_test()
        with self.mock_mail_gateway():
            test.create({"mass_mailing_id": mailing.id, "email_to": "marketing@test.clinic"}).send_mail_test()
        self.assertEqual([mail["email_to"] for mail in self._mails], [["marketing@test.clinic"]])
        self.assertFalse(self.messages.search([("purpose", "=", "marketing")]))
        sms = self.env["mailing.sms.test"].with_user(self.marketing)
        with self.refused(UserError, "colleagues"):
            sms.create({"mailing_id": mailing.id, "numbers": "+923002000001"}).action_send_sms()

    def test_a_mailing_without_a_way_to_leave_is_not_sent(self):
        self._person(1)
        mailing = self._campaign().mailing_id.with_user(self.marketing)
        mailing.body_html = "<p>No way out</p>"
        with self.refused(UserError, "unsubscribe"):
            mailing.action_launch()
        sms = self._campaign("sms").mailing_id.with_user(self.marketing)
        sms.body_plaintext = " "
        with self.refused(UserError, "text"):
            sms.action_launch()

    def test_the_superuser_is_refused_as_well(self):
        with self.refused(ValidationError, "mailing lists"):
            self.env["mailing.mailing"].create(
                {"subject": "X", "mailing_model_id": self.env["ir.model"]._get_id("res.partner")}
            )
