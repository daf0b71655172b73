import hashlib
import re

from odoo import api, fields, models
from odoo.tools import html2plaintext

from odoo.addons.clinic.door import is_clean
from odoo.addons.clinic.people import phone_key

MOST_TEXT = 2000
# By which people all over the world ask for quiet, in the languages that our patients write.
STOP_WORDS = frozenset(["stop", "stopall", "unsubscribe", "end", "quit", "توقف", "ایست", "بند", "стоп", "afmelden"])


class ClinicMessage(models.Model):
    """What comes back: replies, the word to stop, mails that could not be delivered."""

    _inherit = "clinic.message"

    @api.model
    def _receive(self, provider, number, text):
        """Write down what somebody with the phone ``number`` has written to ``provider``; return the rows.

        Nobody's health is asked for; what patients write all the same is for the clinic's staff alone.
        """
        text = (text if is_clean(text or "") else "")[:MOST_TEXT]
        patients = self._patients_with(number, provider)
        now = fields.Datetime.now()
        branch = provider.company_id or self.env["res.company"]
        rows = [
            {
                "key": f"in:{provider.id}:{patient.id}:{fields.Datetime.to_string(now)}:{hash_of(text)}",
                "direction": "in",
                "channel": provider.channel,
                "patient_id": patient.id,
                "company_id": (branch or patient.branch_id or self.env.company).id,
                "address": number[:50],
                "body": text,
                "state": "received",
                "sent_at": now,
            }
            for patient in patients
        ]
        return self._enqueue(rows)._heed_stop()

    def _heed_stop(self):
        """End the messages to the patients of these replies, by the channel of each, where the reply says so."""
        consents = self.env["clinic.message.consent"]
        for reply in self.sudo():
            if re.sub(r"\W", "", reply.body or "").casefold() in STOP_WORDS:
                consents._withdraw(reply.patient_id, reply.channel, "reply", evidence=reply.body[:200])
                reply._drop_unwanted()
        return self

    @api.model
    def _patients_with(self, number, provider):
        """Return the patients, as superuser, who have the phone ``number``."""
        branches = provider.company_id or self.env["res.company"].sudo().search([])
        regions = [code for code in branches.sudo().country_id.mapped("code") if code]
        # With the country's code, whether or not the plus was left out; or as it is written in the country.
        keys = {phone_key(number, regions), phone_key(f"+{number.lstrip('+')}", regions)} - {""}
        return self.env["clinic.patient"].sudo().search([("phone_key", "in", list(keys))], limit=20)

    def _stops(self):
        """Return which purposes the link to stop in this message ends; None means all."""
        self.ensure_one()
        if self.purpose == "visit":
            return None
        # Who wants no questions may still want to hear how to care for the skin, and what is new.
        return [self.purpose] if self.purpose == "feedback" else [self.purpose, "marketing"]

    def _drop_unwanted(self):
        """Take back the messages to these patients that wait and are not wanted any more."""
        waiting = self.sudo().search([("patient_id", "in", self.sudo().patient_id.ids), ("state", "=", "queued")])
        for message in waiting:
            if reason := message._why_not(fields.Datetime.now()):
                message._change({"state": "cancelled", "reason": reason})

    @api.model
    def _answered(self, references, mail):
        """Write down ``mail``, as the gateway has parsed it, if it answers a message with one of ``references``.

        :return: the row, or what it answers; none where it answers nothing of ours
        """
        # The mail gateway has no rights on patients' messages.
        known = [("reference", "in", references), ("channel", "=", "email"), ("recipient", "=", "patient")]
        message = self.sudo().search(known, limit=1) if references else self
        if not message:
            return message
        text = html2plaintext(mail.get("body") or "")
        now, visit = fields.Datetime.now(), message.visit_id
        row = self._enqueue(
            [
                {
                    "key": f"in:mail:{hash_of(mail.get('message_id') or text)}",
                    "direction": "in",
                    "channel": "email",
                    "patient_id": message.patient_id._kept().id,
                    "visit_id": visit.id,
                    "visit_start": visit.start,
                    "company_id": message.company_id.id,
                    "address": (mail.get("email_from") or "")[:200],
                    "body": (text if is_clean(text) else "")[:MOST_TEXT],
                    "state": "received",
                    "sent_at": now,
                }
            ]
        )
        row._heed_stop()
        # Delivered twice, it is there already.
        return row or message

    @api.model
    def _bounced(self, references):
        """Note at the messages with these ``references`` that the mail came back."""
        # The mail gateway has no rights on patients' messages.
        messages = self.sudo().search([("reference", "in", references), ("channel", "=", "email")])
        for message in messages:
            message._change({"state": "failed", "sent_at": False, "reason": self.env._("The mail came back.")})
            message._ask_to_call()


def hash_of(text):
    """Return what tells ``text`` from another one, in a few characters."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
