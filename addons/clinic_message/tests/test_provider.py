import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch
from urllib.parse import parse_qs

import requests

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.sms.tools.sms_api import SmsApi, SmsApiBase

from .common import MessageCommon


class Gateway(BaseHTTPRequestHandler):
    """Answers as its server is asked to, and remembers what it got."""

    def _take(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.got.append((self.command, self.path, dict(self.headers), self.rfile.read(length).decode()))
        answer = self.server.answer
        if answer == "drop":
            self.connection.close()
            return
        status, kind, text = answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        """Take what is called."""
        self._take()

    def do_POST(self):
        """Take what is posted."""
        self._take()

    def log_message(self, *_args):
        """Say nothing."""


@contextmanager
def gateway(answer):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.answer, server.got = answer, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class ProviderCommon(MessageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        cls.provider = cls.env["clinic.message.provider"].create(
            {
                "name": "Gateway",
                "service": "http",
                "url": "http://127.0.0.1:1/send",
                "sender": "CLINIC",
                "secret": "s3cret",
                "parameters": "to={digits}\nfrom={sender}\ntext={text}\nkey={secret}",
                "headers": "X-Id: {id}",
            }
        )

    def _sent(self, answer, **vals):
        """Return (the message, what the gateway got) of one that is sent to a gateway that gives ``answer``."""
        visit = self.book(**vals)
        self._queue()
        with gateway(answer) as server:
            self.provider.url = f"http://127.0.0.1:{server.server_port}/send"
            self._send()
        return self._of(visit), server.got


@tagged("post_install", "-at_install")
class TestProvider(ProviderCommon):
    def test_a_form(self):
        message, [got] = self._sent((200, "text/plain", "OK 77"))
        method, path, headers, body = got
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self.assertEqual((method, path), ("POST", "/send"))
        self.assertEqual(headers["X-Id"], f"{self.env.cr.dbname}-{message.id}")
        self.assertEqual((form["to"], form["from"], form["key"]), ("923001234567", "CLINIC", "s3cret"))
        self.assertIn("/c/", form["text"])
        self.assertEqual((message.state, message.reference, message.is_trial), ("sent", "OK 77", False))
        self.assertNotIn("/c/", message.text, "the history shows no link that acts for the patient")

    def test_json_and_get(self):
        self.provider.method = "json"
        _message, [got] = self._sent((202, "application/json", "{}"))
        self.assertIn('"to": "923001234567"', got[3])
        self.provider.method = "get"
        _message, [got] = self._sent((200, "text/plain", "OK"), start=self._at(15))
        self.assertIn("to=923001234567", got[1])

    def test_what_gateways_answer(self):
        cases = [
            ((200, "text/html", "<html>Log in</html>"), "unknown", "web page"),
            ((400, "text/plain", "Invalid number"), "failed", "400 Invalid number"),
            ((302, "text/plain", ""), "failed", "302"),
            ((503, "text/plain", ""), "queued", "busy"),
            ((429, "text/plain", ""), "queued", "busy"),
            ((500, "text/plain", ""), "unknown", "disturbance"),
            ("drop", "unknown", "gave no answer"),
        ]
        for hour, (answer, state, words) in enumerate(cases, 9):
            with self.subTest(answer=answer):
                message, got = self._sent(answer, start=self._at(hour))
                self.assertEqual(message.state, state)
                self.assertIn(words, message.reason)
                self.assertEqual(len(got), 1, "what may have arrived is not sent twice")

    def test_a_gateway_that_is_down_is_tried_later(self):
        visit = self.book()
        self._queue()
        self._send()
        message = self._of(visit)
        self.assertEqual((message.state, message.reason), ("queued", "The provider can't be reached."))

    def test_after_an_hour_down_each_is_sent_once(self):
        visits = [self.book(start=self._at(hour, days=3)) for hour in (9, 11, 13)]
        self._queue()
        began = self._later(minutes=6)
        for minutes in range(0, 60, 6):
            self._send(began + timedelta(minutes=minutes))
        self.assertEqual({self._of(visit).state for visit in visits}, {"queued"})
        with gateway((200, "text/plain", "OK")) as server:
            self.provider.url = f"http://127.0.0.1:{server.server_port}/send"
            for minutes in range(60, 180, 6):
                self._send(began + timedelta(minutes=minutes))
        self.assertEqual({self._of(visit).state for visit in visits}, {"sent"})
        self.assertEqual(len(server.got), 3)

    def test_no_answer_in_time(self):
        for error, state in (
            (requests.exceptions.ReadTimeout(), "unknown"),
            (requests.exceptions.ConnectTimeout(), "queued"),
            (requests.exceptions.ChunkedEncodingError(), "unknown"),
        ):
            with self.subTest(error=error):
                self.assertEqual(self.provider._outcome_of_error(error).state, state)

    def test_the_sign_of_success(self):
        self.provider.success_pattern = r"^OK"
        self.assertEqual(self._sent((200, "text/plain", "OK 1"))[0].state, "sent")
        refused = self._sent((200, "text/plain", "ERROR: no credit"), start=self._at(15))[0]
        self.assertEqual(refused.state, "failed")
        self.assertIn("no credit", refused.reason)

    def test_whatsapp_by_an_approved_template(self):
        self.provider.write({"channel": "whatsapp", "service": "cloud", "sender": "12345"})
        self.kinds["booked"].write({"use_whatsapp": True})
        text = self.env["clinic.message.template"]._find(self.kinds["booked"], "whatsapp", "en_US")
        text.provider_template = "visit_booked"
        message, [got] = self._sent((200, "application/json", '{"messages": [{"id": "wamid.1"}]}'))
        self.assertEqual(got[1], "/send/12345/messages")
        self.assertEqual(got[2]["Authorization"], "Bearer s3cret")
        self.assertIn('"name": "visit_booked"', got[3])
        self.assertEqual((message.channel, message.reference), ("whatsapp", "wamid.1"))

    def test_whatsapp_takes_no_text_that_it_has_not_approved(self):
        self.provider.write({"channel": "whatsapp", "service": "cloud", "sender": "12345"})
        self.kinds["booked"].use_whatsapp = True
        visit = self.book()
        self._queue()
        self.assertEqual(self._of(visit).channel, "sms")
        obstacle = self.messages._obstacle(self.kinds["booked"], visit, self.patient, "whatsapp")[1]
        self.assertIn("approved no text", obstacle)

    def test_whatsapp_knows_most_languages_without_a_country(self):
        codes = {
            lang: self.env["clinic.message.template"].new({"lang": lang})._provider_language()
            for lang in ("en_US", "ar_001", "fa_IR", "pt_BR", "de_DE")
        }
        self.assertEqual(codes, {"en_US": "en_US", "ar_001": "ar", "fa_IR": "fa", "pt_BR": "pt_BR", "de_DE": "de"})

    def test_a_service_that_does_not_say_whether_it_took_it_is_not_asked_again(self):
        self.provider.unlink()

        class Other(SmsApiBase):
            def _send_sms_batch(self, messages, delivery_reports_url=False):
                return [{"uuid": messages[0]["numbers"][0]["uuid"], "state": "server_error"}]

        class Own(SmsApi):
            def _send_sms_batch(self, messages, delivery_reports_url=False):
                return [{"uuid": messages[0]["numbers"][0]["uuid"], "state": "server_error"}]

        message = self.messages.new({"company_id": self.branch.id, "address": "+923001234567", "body": "x"})
        for service, state in ((Other, "unknown"), (Own, "queued")):
            with patch.object(type(self.env["res.company"]), "_get_sms_api_class", return_value=service):
                outcome = self.env["clinic.message.provider"]._transmit_odoo(message)
            self.assertEqual(outcome.state, state)

    def test_what_is_no_provider_is_refused(self):
        for vals, words in (
            ({"url": False}, "Give the gateway's address"),
            ({"url": "file:///etc/passwd"}, "Give the gateway's address"),
            ({"parameters": "to={phone}"}, "no placeholder phone"),
            ({"success_pattern": "("}, "no regular expression"),
            ({"service": "cloud"}, "WhatsApp Cloud API carries"),
        ):
            with self.subTest(**vals), self.refused(ValidationError, words):
                self.provider.write(vals)

    def test_keys_are_the_administrators(self):
        provider = self.provider.with_user(self.users["manager"])
        self.assertEqual(provider.name, "Gateway")
        for name in ("secret", "url", "parameters", "headers", "inbound_token"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                provider.read([name])
        with self.assertRaises(AccessError):
            provider.write({"name": "Mine"})

    def test_each_branch_has_its_own(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        own = self.provider.copy({"name": "Own", "company_id": self.branch.id})
        providers = self.env["clinic.message.provider"]
        self.assertEqual(providers._for("sms", self.branch), own)
        self.assertEqual(providers._for("sms", other), self.provider)
        self.assertFalse(providers._for("whatsapp", other))


@tagged("post_install", "-at_install")
class TestInbox(ProviderCommon, HttpCase):
    def _deliver_reply(self, number, text, token=None):
        token = token or self.provider.inbound_token
        return self.url_open(f"/clinic/message/in/{token}", data={"from": number, "text": text})

    def test_a_reply_stands_in_the_history(self):
        self.assertEqual(self._deliver_reply("+923001234567", "I come").text, "OK")
        reply = self.messages.search([("direction", "=", "in")])
        self.assertEqual((reply.patient_id, reply.body, reply.state), (self.patient, "I come", "received"))

    def test_stop_stops(self):
        visit = self.book()
        self._queue()
        self._deliver_reply("923001234567", " STOP! ")
        consent = self.env["clinic.message.consent"].search([("patient_id", "=", self.patient.id)])
        self.assertEqual(set(consent.mapped("purpose")), {"visit", "care", "feedback", "marketing"})
        self.assertEqual(set(consent.mapped("is_given")), {False})
        self.assertEqual(self._of(visit).state, "cancelled")
        self.assertEqual(set(consent.mapped("source")), {"reply"})

    def test_who_answers_cancel_means_the_visit_and_not_all_messages(self):
        self._deliver_reply("+923001234567", "cancel")
        self.assertFalse(self.env["clinic.message.consent"].search([]))

    def test_a_number_as_it_is_written_in_the_country(self):
        for number in ("03001234567", "923001234567", "+92 300 1234567"):
            self._deliver_reply(number, f"I come {number}")
        self.assertEqual(
            self.messages.search_count([("patient_id", "=", self.patient.id), ("direction", "=", "in")]), 3
        )

    def test_a_reply_as_json(self):
        url = f"/clinic/message/in/{self.provider.inbound_token}"
        self.url_open(url, json={"from": "+923001234567", "text": "Thank you"})
        self.assertEqual(self.messages.search([("direction", "=", "in")]).body, "Thank you")

    def test_a_reply_by_the_cloud_api(self):
        self.provider.write({"channel": "whatsapp", "service": "cloud"})
        url = f"/clinic/message/in/{self.provider.inbound_token}"
        verify = {"hub.mode": "subscribe", "hub.verify_token": self.provider.inbound_token, "hub.challenge": "4711"}
        self.assertEqual(self.url_open(url, params=verify).text, "4711")
        self.assertEqual(self.url_open(url, params={**verify, "hub.verify_token": "x"}).text, "OK")
        message = {"from": "923001234567", "type": "text", "text": {"body": "STOP"}}
        self.url_open(url, json={"entry": [{"changes": [{"value": {"messages": [message]}}]}]})
        self.assertEqual(self.messages.search([("direction", "=", "in")]).channel, "whatsapp")
        self.assertTrue(self.env["clinic.message.consent"].search([("channel", "=", "whatsapp")]))
        for nonsense in ({"entry": 1}, {"entry": [{"changes": [{"value": {"messages": [{}]}}]}]}, [1]):
            self.assertEqual(self.url_open(url, json=nonsense).text, "OK")

    @mute_logger("odoo.http")
    def test_the_answer_gives_nothing_away(self):
        for number, text, token in (
            ("+923001234567", "hello", "0" * 32),
            ("+15550001111", "hello", None),
            ("nobody", "x" * 10_000, None),
            ("", "", None),
        ):
            response = self._deliver_reply(number, text, token)
            self.assertEqual((response.status_code, response.text), (200, "OK"))
        self.assertFalse(self.messages.search([("direction", "=", "in")]))
