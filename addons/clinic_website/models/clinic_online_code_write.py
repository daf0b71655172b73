import logging

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.clinic.people import phone_key
from odoo.addons.clinic_message.text import fill

from ..const import MOST_OF_FAMILY

_logger = logging.getLogger(__name__)

BATCH = 200
# Visits in which the clinic sees who comes.
SEEN = ("arrived", "in_progress", "done")


def _once(patients):
    """Return ``patients`` without those who are the same person as an earlier one: by name, and no other birth date."""
    kept = []
    for patient in patients:
        same = [
            one
            for one in kept
            if one.name_key == patient.name_key
            and (one.birth_date == patient.birth_date or not (one.birth_date and patient.birth_date))
        ]
        if not same:
            kept.append(patient)
    return kept


class ClinicOnlineCode(models.Model):
    """From what a visitor has typed to a message, for those whom the clinic knows."""

    _inherit = "clinic.online.code"

    @api.model
    def _write_waiting(self):
        """Write the codes that wait into the outbox, if somebody is known under the address."""
        waiting = self.sudo().search([("typed", "!=", False)], order="id", limit=BATCH)
        for code in waiting:
            code._write_or_drop()
        # What somebody else has just changed is read again by those who send.
        self.env.flush_all()

    def _write_or_drop(self):
        """Write the message; what cannot be written keeps no other message from being sent."""
        try:
            with self.env.cr.savepoint():
                self._write_message()
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.exception("Code %s of online booking could not be written", self.id)
            self.typed = False

    def _write_message(self):
        self.ensure_one()
        channel, patients = self._whom()
        # What somebody has typed whom the clinic does not know is kept no longer.
        self.typed = False
        if patients and self.expires_at > fields.Datetime.now():
            message = self.env["clinic.message"]._enqueue([self._prepare_message(patients[0], channel)])
            self.write({"message_id": message.id, "patients": patients.ids})

    def _whom(self):
        """Return (channel, patients): by which way the code goes, and to whom, the adults first.

        Only to those whom the clinic has seen: anybody can book, or wait, with any phone and address. Where no SMS can
        be sent it goes to an email address; if those with a phone have several, to the one of the first of them. Who
        wants no messages there has not agreed to be known by it.
        """
        branch, queue = self.hold_id.company_id, self.env["clinic.message"].sudo()
        known = [("merged_into_id", "=", False)]
        if "@" in self.typed:
            channel, known = "email", [*known, ("email_normalized", "=", self.typed)]
        else:
            has_sms = self.env["clinic.message.provider"]._for("sms", branch)
            channel = "sms" if has_sms else "email"
            known = [*known, ("phone_key", "=", phone_key(self.typed, [branch.sudo().country_id.code]))]
        kind, by_address = self._kind(), {}
        seen = Domain(known) & self._seen_domain()
        for patient in self.env["clinic.patient"].sudo().search(seen, order="id", limit=MOST_OF_FAMILY):
            address, obstacle = queue._obstacle(kind, self.hold_id, patient, channel)
            if kind.active and not obstacle:
                by_address.setdefault(address, []).append(patient)
        patients = next(iter(by_address.values()), [])
        return channel, self.env["clinic.patient"].sudo().union(*_once(patients)).sorted(
            lambda one: (one._is_minor(), one.id)
        )

    @api.model
    def _seen_domain(self):
        """Return the domain of patients whom the clinic has seen, or who have shown online who they are."""
        by_staff = Domain("create_uid.share", "=", False)
        return by_staff | Domain("visit_ids.state", "in", SEEN) | Domain("visit_ids.online_known_by", "!=", False)

    @api.model
    def _kind(self):
        return self.env.ref("clinic_website.kind_code").sudo()

    def _prepare_message(self, patient, channel):
        """Return the values of the message to ``patient``; the code itself is filled in when it is sent."""
        queue, kind, branch = self.env["clinic.message"], self._kind(), self.hold_id.company_id
        template = self.env["clinic.message.template"]._find(kind, channel, patient.lang)
        values = {"patient": patient.name, "branch": branch.name, "phone": branch.phone or ""}
        return {
            "key": f"online code:{self.id}",
            "is_trial": queue._is_trial(),
            "kind_id": kind.id,
            "purpose": kind.purpose,
            "channel": channel,
            "patient_id": patient.id,
            "company_id": branch.id,
            "address": patient._message_address(channel, branch)[0],
            "lang": template.lang,
            "subject": fill(template.subject, values) if channel == "email" else False,
            "body": fill(template.body, values),
            "send_at": fields.Datetime.now(),
            "expires_at": self.expires_at,
        }
