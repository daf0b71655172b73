import hashlib
import re

from odoo import api, fields, models

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
        received = self._enqueue(rows)
        if re.sub(r"\W", "", text).casefold() in STOP_WORDS:
            consents = self.env["clinic.message.consent"]
            consents._withdraw(patients, provider.channel, "reply", evidence=text[:200])
            received._drop_unwanted()
        return received

    @api.model
    def _patients_with(self, number, provider):
        """Return the patients, as superuser, who have the phone ``number``."""
        branches = provider.company_id or self.env["res.company"].sudo().search([])
        regions = [code for code in branches.sudo().country_id.mapped("code") if code]
        # With the country's code, whether or not the plus was left out; or as it is written in the country.
        keys = {phone_key(number, regions), phone_key(f"+{number.lstrip('+')}", regions)} - {""}
        return self.env["clinic.patient"].sudo().search([("phone_key", "in", list(keys))], limit=20)

    def _drop_unwanted(self):
        """Take back the messages to these patients that wait and are not wanted any more."""
        waiting = self.sudo().search([("patient_id", "in", self.sudo().patient_id.ids), ("state", "=", "queued")])
        for message in waiting:
            if reason := message._why_not(fields.Datetime.now()):
                message._change({"state": "cancelled", "reason": reason})

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
