from odoo import Command
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import WORDS, CampaignCommon


@tagged("post_install", "-at_install")
class TestNative(CampaignCommon, HttpCase):
    """Odoo's own models of mailings tell marketing no address, no refusal, and nothing of other branches."""

    def call(self, model, method, *args, login="test_marketing", **kwargs):
        self.authenticate(login, login)
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def assert_refused(self, model, method, *args, **kwargs):
        with mute_logger("odoo.http", "odoo.sql_db"), self.assertRaises(JsonRpcException) as caught:
            self.call(model, method, *args, **kwargs)
        self.assertTrue(str(caught.exception).endswith("AccessError"), caught.exception)

    def _sent(self, channel="email"):
        self._person(1)
        campaign = self._campaign(channel)
        campaign.mailing_id.with_user(self.marketing).action_launch()
        self._run_sms() if channel == "sms" else self._run()
        self.assertTrue(campaign.mailing_id.mailing_trace_ids)
        return campaign

    def test_a_trace_tells_a_status_and_no_address(self):
        trace = self._sent().mailing_id.mailing_trace_ids
        for name in ("email", "sms_number", "sms_code", "failure_type", "failure_reason", "res_id", "message_id"):
            with self.subTest(field=name):
                self.assert_refused("mailing.trace", "read", trace.ids, [name])
                self.assert_refused("mailing.trace", "search_count", [[name, "!=", False]])
                self.assert_refused("mailing.trace", "formatted_read_group", [], [name], ["__count"])
        [row] = self.call("mailing.trace", "read", trace.ids, ["trace_status"])
        self.assertEqual(row["trace_status"], "sent")
        self.assert_refused("mailing.trace", "write", trace.ids, {"trace_status": "error"})
        self.assert_refused("mailing.trace", "unlink", trace.ids)
        self.assert_refused("mailing.trace", "create", {"model": "clinic.campaign.recipient", "res_id": 1})
        self.assert_refused("link.tracker.click", "search_count", [["mailing_trace_id.email", "ilike", "p1"]])

    def test_the_lists_of_those_who_refuse_are_not_marketing_s(self):
        self._say(self._person(1), False)
        for model in ("mail.blacklist", "phone.blacklist"):
            self.assert_refused(model, "search_count", [])
        self.assert_refused("mail.blacklist", "create", {"email": "p1@example.com"})
        self.assertTrue(self.call("mail.blacklist", "search_count", [], login="test_manager"))

    def test_marketing_s_screens_open(self):
        mailing = self._sent().mailing_id
        for name in ("sent", "canceled", "failed", "scheduled", "process"):
            action = self.call("mailing.mailing", f"action_view_traces_{name}", [mailing.id])
            views = self.call("mailing.trace", "get_views", [*action["views"], [False, "search"]])
            self.assertNotIn('name="email"', views["views"]["list"]["arch"])
        for name in ("opened", "clicked", "replied", "bounced", "delivered"):
            action = self.call("mailing.mailing", f"action_view_{name}", [mailing.id])
            self.assertEqual(action["res_model"], "clinic.campaign.recipient")
        self.call("mailing.mailing", "web_read", [mailing.id], {"state": {}, "delivered": {}, "total": {}})

    def test_another_branch_s_mailing_is_not_read(self):
        mailing = self._sent().mailing_id
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        new_test_user(
            self.env,
            login="test_elsewhere",
            groups="clinic_campaign.group_marketing",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        for model, record in (("mailing.mailing", mailing), ("mailing.trace", mailing.mailing_trace_ids)):
            self.assertEqual(self.call(model, "search_count", [["id", "in", record.ids]]), 1)
            self.assertEqual(self.call(model, "search_count", [["id", "in", record.ids]], login="test_elsewhere"), 0)
            self.assert_refused(model, "read", record.ids, ["id", "display_name"], login="test_elsewhere")
        self.assert_refused("mailing.mailing", "write", [mailing.id], {"subject": "X"}, login="test_elsewhere")
        self.assert_refused("mailing.mailing", "action_launch", [mailing.id], login="test_elsewhere")

    def test_the_composer_gets_no_address_of_a_recipient(self):
        self._person(1)
        campaign = self._campaign()
        [row] = campaign.recipient_ids.filtered(lambda one: one.state == "drawn")
        for more in ({}, {"mass_mailing_id": campaign.mailing_id.id}, {"mass_mailing_name": "Mine"}):
            values = {
                "model": row._name,
                "composition_mode": "mass_mail",
                "res_ids": repr(row.ids),
                "subject": "X",
                "body": WORDS,
                **more,
            }
            with self.subTest(more=more), mute_logger("odoo.http"):
                try:
                    composer = self.call("mail.compose.message", "create", values)
                    self.call("mail.compose.message", "action_send_mail", [composer])
                except JsonRpcException as error:
                    self.assertTrue(str(error).endswith(("AccessError", "UserError", "ValidationError")), error)
                self.assertFalse(self.env["mail.mail"].search([("email_to", "ilike", "p1@example.com")]))
                self.assertFalse(self.env["mailing.trace"].search([("email", "=", "p1@example.com")]))
        self.assertEqual(row.state, "drawn")

    def test_a_mail_to_a_recipient_is_the_campaign_s_mailing_or_none(self):
        self._person(1)
        row = self._campaign().recipient_ids.filtered(lambda one: one.state == "drawn")
        mail = self.env["mail.mail"].create(
            {"model": row._name, "res_id": row.id, "email_to": "p1@example.com", "subject": "X", "body_html": "X"}
        )
        with self.mock_mail_gateway():
            mail.send()
        self.assertFalse(self._mails)
        self.assertEqual(mail.state, "cancel")
