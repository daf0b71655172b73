from odoo import api, fields, models
from odoo.tools import format_time

from ..const import OFFERED
from ..text import fill
from .clinic_message import HIDDEN_LINK


class ClinicMessage(models.Model):
    """What is written to a patient who waits: a time has become free."""

    _inherit = "clinic.message"

    waitlist_id = fields.Many2one(
        "clinic.waitlist", string="Waitlist Entry", readonly=True, ondelete="set null", index="btree_not_null"
    )

    @api.model
    def _prepare_offer(self, kind, entry, channel, words):
        """Return the values of the message that offers ``entry`` its time by ``channel``."""
        patient = entry.patient_id._kept()
        lang = patient.lang or entry.company_id.partner_id.lang
        template = self.env["clinic.message.template"]._find(kind, channel, lang)
        values = self._prepare_offer_values(entry, template.lang or lang)
        moments = "-".join(str(int(moment.timestamp())) for moment in (entry.offered_start, entry.offered_until))
        return {
            "key": f"{'trial:' if self._is_trial() else ''}{kind.id}:offer:{entry.id}:{moments}:{channel}",
            "is_trial": self._is_trial(),
            "kind_id": kind.id,
            "purpose": kind.purpose,
            "channel": channel,
            "recipient": "patient",
            "patient_id": patient.id,
            "waitlist_id": entry.id,
            "visit_start": entry.offered_start,
            "company_id": entry.company_id.id,
            "address": self._obstacle(kind, entry, patient, channel, words)[0] or False,
            "lang": template.lang or lang,
            "subject": fill(template.subject, values) if channel == "email" else False,
            "body": fill(template.body, values),
            "state": "queued",
            "send_at": fields.Datetime.now(),
            # Later than that nobody could answer it.
            "expires_at": entry.offered_until,
        }

    @api.model
    def _prepare_offer_values(self, entry, lang):
        """Return {placeholder: text} for a message about what ``entry`` is offered; all of it is neutral."""
        branch = entry.company_id.sudo()
        until = branch._clinic_local(entry.offered_until)
        return {
            **self._prepare_moment_values(entry, entry.offered_start, lang),
            "practitioner": entry.sudo().offered_practitioner_id.name or "",
            "visit": entry.name,
            "answer_until": format_time(self.env, until.time(), time_format="short", lang_code=lang),
        }

    def _values(self):
        if not self.waitlist_id:
            return super()._values()
        return {**self._prepare_offer_values(self.waitlist_id, self.lang), **self._links()}

    @api.model
    def _hidden_links(self):
        return {**super()._hidden_links(), "offer": HIDDEN_LINK}

    def _why_outdated(self, now):
        outdated = super()._why_outdated(now)
        if outdated or self.kind_id.trigger != OFFERED:
            return outdated
        entry = self.sudo().waitlist_id
        if entry and entry._offer_state(self.visit_start) == "open":
            return None
        return self.env._("The time is not offered any more.")

    def _claim(self):
        claimed = super()._claim()
        if not claimed and self.state in ("cancelled", "failed"):
            self._call_about_offer()
        return claimed

    def _ask_to_call(self):
        super()._ask_to_call()
        self._call_about_offer()

    def _call_about_offer(self):
        """Who could not be written to about a time that is still offered is called."""
        entry = self.sudo().waitlist_id
        if entry.state == "offered" and entry.offered_start == self.visit_start and not entry._was_told():
            entry._call_instead()
