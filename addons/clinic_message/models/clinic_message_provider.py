import json
import logging
import re
import uuid

import requests
import urllib3

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import ormcache

from odoo.addons.sms.tools.sms_api import SmsApi

from ..outcome import Outcome
from ..text import PLACEHOLDER, fill, placeholders

_logger = logging.getLogger(__name__)

# Seconds to wait for a connection, and for an answer.
TIMEOUT = 20
SHOWN = 200
BUSY = (429, 503)
PARAMETERS = {"number", "digits", "text", "sender", "secret", "id"}
CLOUD = "https://graph.facebook.com/v23.0"
# What Odoo's own providers answer for a message that was taken.
TAKEN = ("success", "processing", "sent")


class ClinicMessageProvider(models.Model):
    """Who carries SMS and WhatsApp messages out of the house."""

    _name = "clinic.message.provider"
    _description = "Message Provider"
    _order = "sequence, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    channel = fields.Selection([("sms", "SMS"), ("whatsapp", "WhatsApp")], required=True, default="sms")
    service = fields.Selection(
        [("odoo", "Odoo's own (IAP, Twilio)"), ("http", "Any HTTP gateway"), ("cloud", "WhatsApp Cloud API")],
        required=True,
        default="http",
    )
    company_id = fields.Many2one("res.company", string="Branch", help="The only branch that uses it; empty means all.")
    sender = fields.Char(help="The sender's name or number that patients see; for WhatsApp the phone number's ID.")
    url = fields.Char("Address", groups="base.group_system")
    secret = fields.Char("Key", groups="base.group_system", help="A password or access token.")
    method = fields.Selection(
        [("get", "GET"), ("post", "POST, form"), ("json", "POST, JSON")], required=True, default="post"
    )
    parameters = fields.Text(
        groups="base.group_system",
        help="One “name=value” a line. Values know {number} (+923001234567), {digits} (923001234567), {text}, "
        "{sender}, {secret} and {id} (different for each message).",
    )
    headers = fields.Text(groups="base.group_system", help="One “Name: value” a line, with the same values.")
    success_pattern = fields.Char(
        "Sign of Success", help="A regular expression that is found in the answer when the message was taken."
    )
    inbound_token = fields.Char(
        groups="base.group_system",
        copy=False,
        default=lambda self: uuid.uuid4().hex,
        help="Part of the address to which the provider delivers replies.",
    )
    inbound_url = fields.Char(compute="_compute_inbound_url", groups="base.group_system", string="Address for Replies")
    inbound_number = fields.Char("Parameter of the Number", default="from")
    inbound_text = fields.Char("Parameter of the Text", default="text")

    _inbound_uniq = models.UniqueIndex("(inbound_token)", "Two providers can't share an address for replies.")

    @api.depends("inbound_token")
    def _compute_inbound_url(self):
        for provider in self:
            provider.inbound_url = f"{provider.get_base_url()}/clinic/message/in/{provider.inbound_token}"

    @api.constrains("service", "channel", "url", "parameters", "headers", "success_pattern")
    def _check_service(self):
        """A gateway has an address, and parameters with placeholders that there are."""
        for provider in self.sudo():
            if (provider.service == "odoo") != (provider.channel == "sms") and provider.service != "http":
                raise ValidationError(
                    self.env._("Odoo's own service carries SMS, the WhatsApp Cloud API carries WhatsApp messages.")
                )
            if provider.service == "http" and not re.match(r"https?://[^/\s]+", provider.url or ""):
                raise ValidationError(self.env._("Give the gateway's address: it begins with https://."))
            unknown = (placeholders(provider.parameters) | placeholders(provider.headers)) - PARAMETERS
            if unknown and provider.method != "json":
                raise ValidationError(
                    self.env._("A gateway's parameters know no placeholder %s.", ", ".join(sorted(unknown)))
                )
            try:
                re.compile(provider.success_pattern or "")
            except re.error as error:
                raise ValidationError(self.env._("The sign of success is no regular expression: %s", error)) from error

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _for(self, channel, branch):
        """Return the provider by which ``branch`` sends messages by ``channel``, its own before one of all."""
        # The sender needs no right to read the provider's key.
        return self.sudo().browse(self._id_for(channel, branch.id))

    @ormcache("channel", "branch_id")
    def _id_for(self, channel, branch_id):
        # Each message that is written asks for it.
        providers = self.sudo().search([("channel", "=", channel), ("company_id", "in", [False, branch_id])])
        return providers.sorted(lambda provider: not provider.company_id)[:1].ids

    def _transmit(self, message):
        """Hand over ``message`` to this provider and return the ``Outcome``."""
        return getattr(self, f"_transmit_{self.service}")(message)

    # -- Odoo's own ---------------------------------------------------------------------------------------------------

    @api.model
    def _transmit_odoo(self, message):
        """Send an SMS by the service that the company has set up in Odoo."""
        company = message.company_id.sudo()
        service = company._get_sms_api_class()(self.env(su=True))
        service._set_company(company)
        name = uuid.uuid4().hex
        batch = [{"content": message._filled()[1], "numbers": [{"uuid": name, "number": message._to()}]}]
        try:
            [answer] = service._send_sms_batch(batch)
        except (AccessError, UserError, requests.RequestException) as error:
            return self._outcome_of_error(error)
        state = answer.get("state")
        if state in TAKEN:
            return Outcome("sent", reference=name)
        if state == "server_error":
            # Odoo's own service says so of what it has not taken; others also where they had no answer in time.
            again = "queued" if isinstance(service, SmsApi) else "unknown"
            return Outcome(again, self.env._("The SMS service has a disturbance."))
        words = service._get_sms_api_error_messages().get(state)
        return Outcome("failed", re.sub("<[^>]*>", "", str(words)) if words else answer.get("failure_reason") or state)

    # -- any gateway --------------------------------------------------------------------------------------------------

    def _transmit_http(self, message):
        """Call the gateway with the message."""
        values = self._prepare_values(message)
        lines = [line.split("=", 1) for line in (self.parameters or "").splitlines() if "=" in line]
        parameters = {name.strip(): fill(value.strip(), values) for name, value in lines}
        lines = [line.split(":", 1) for line in (self.headers or "").splitlines() if ":" in line]
        headers = {name.strip(): fill(value.strip(), values) for name, value in lines}
        how = {"get": {"params": parameters}, "post": {"data": parameters}, "json": {"json": parameters}}[self.method]
        return self._call("GET" if self.method == "get" else "POST", self.url, headers=headers, **how)

    def _prepare_values(self, message):
        """Return what the parameters' placeholders stand for."""
        return {
            "number": message._to(),
            "digits": message._to().lstrip("+"),
            "text": message._filled()[1],
            "sender": self.sender or "",
            "secret": self.secret or "",
            "id": f"{self.env.cr.dbname}-{message.id}",
        }

    def _transmit_cloud(self, message):
        """Send a WhatsApp message by Meta's Cloud API, by an approved template where there is one."""
        template = message._template()
        data = {"messaging_product": "whatsapp", "to": message._to().lstrip("+")}
        if template.provider_template:
            values = message._values()
            names = PLACEHOLDER.findall(template.body)
            parameters = [{"type": "text", "text": values.get(name, "")} for name in names]
            data["type"] = "template"
            data["template"] = {
                "name": template.provider_template,
                "language": {"code": template._provider_language()},
                "components": [{"type": "body", "parameters": parameters}],
            }
        else:
            data["type"], data["text"] = "text", {"body": message._filled()[1]}
        headers = {"Authorization": f"Bearer {self.secret or ''}"}
        url = f"{(self.url or CLOUD).rstrip('/')}/{self.sender or ''}/messages"
        outcome = self._call("POST", url, headers=headers, json=data)
        if outcome.state == "sent":
            try:
                return outcome._replace(reference=json.loads(outcome.reference)["messages"][0]["id"])
            except (ValueError, KeyError, IndexError, TypeError):
                return Outcome("unknown", self.env._("WhatsApp's answer names no message."))
        return outcome

    def _call(self, method, url, **options):
        """Send the request and return the ``Outcome``; that of a success has the answer as reference."""
        try:
            answer = requests.request(method, url, timeout=TIMEOUT, allow_redirects=False, **options)
        except requests.RequestException as error:
            return self._outcome_of_error(error)
        text = answer.text[:2000]
        shown = " ".join(text.split())[:SHOWN]
        if answer.status_code in BUSY:
            return Outcome("queued", self.env._("The provider is busy (%s).", answer.status_code))
        if answer.status_code >= 500:
            return Outcome("unknown", self.env._("The provider has a disturbance (%s).", answer.status_code))
        if answer.status_code >= 300:
            return Outcome("failed", self.env._("The provider refused it: %s", f"{answer.status_code} {shown}"))
        if self.success_pattern:
            if re.search(self.success_pattern, text):
                return Outcome("sent", reference=text)
            return Outcome("failed", self.env._("The provider refused it: %s", shown))
        if "html" in answer.headers.get("Content-Type", "").lower() or text.lstrip()[:1] == "<":
            return Outcome("unknown", self.env._("The provider answered with a web page: %s", shown))
        return Outcome("sent", reference=text)

    def _outcome_of_error(self, error):
        """Return the ``Outcome`` of a call that ended in ``error``: later again only where nothing can have arrived."""
        seen, cause = set(), error
        while cause and id(cause) not in seen:
            seen.add(id(cause))
            reason = getattr(cause, "reason", None)
            unreached = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
            if isinstance(cause, (*unreached, requests.exceptions.ConnectTimeout)) or isinstance(reason, unreached):
                return Outcome("queued", self.env._("The provider can't be reached."))
            inner = next((arg for arg in getattr(cause, "args", ()) if isinstance(arg, BaseException)), None)
            cause = inner or cause.__cause__ or cause.__context__
        if isinstance(error, (AccessError, UserError)) and not isinstance(error.__context__, requests.RequestException):
            return Outcome("failed", str(error))
        return Outcome("unknown", self.env._("The provider gave no answer after it had the message."))
