from odoo import api, fields, models

from odoo.addons.clinic.people import phone_key


class MailedText(str):
    """The text of an SMS of a mailing on its way to the provider: a type, as no client can hand one over."""


class ClinicMessage(models.Model):
    """A mailing that leaves for a patient is a message of the clinic: asked like each, counted like each, and once.

    Its row is claimed, by a unique key, before the mail is handed to the server: whatever dies afterwards, nothing
    goes to the patient a second time.
    """

    _inherit = "clinic.message"

    @api.model
    def _patients_of(self, channel, addresses):
        """Return the patients who are written to at ``addresses``, as superuser: who is kept of those merged.

        Those archived are among them: the address is not a stranger's.
        """
        # Whose address it is decides whether something may be sent, no matter who sends it.
        patients = self.env["clinic.patient"].sudo().with_context(active_test=False)
        addresses = [address for address in addresses if address]
        if not addresses:
            return patients
        if channel == "email":
            found = patients.search([("partner_id.email_normalized", "in", addresses)])
        else:
            found = patients.search([("phone_key", "in", [phone_key(number, []) for number in addresses])])
        return found._kept().with_env(patients.with_context(active_test=True).env)

    @api.model
    def _prepare_mailed(self, mailing, patient, channel, address, key):
        """Return the values of the message that ``mailing`` is to ``patient``, as it is claimed."""
        now = fields.Datetime.now()
        company = mailing.sudo().clinic_campaign_id.company_id or patient.branch_id or self.env.company
        return {
            "key": key,
            "purpose": "marketing",
            "channel": channel,
            "patient_id": patient.id,
            "company_id": company.id,
            "address": address,
            "lang": patient.lang,
            "subject": mailing.subject,
            # Not the text: it has links by which its reader acts for the patient.
            "body": mailing.subject,
            "state": "sending",
            "send_at": now,
            "claimed_at": now,
            "sent_at": now,
            "tries": 1,
            "is_trial": self._is_trial(),
        }

    def _why_not_mailed(self):
        """Return why the mailing that these messages would be may not leave now, as a reason of recipients, or None."""
        consents, now = self.env["clinic.message.consent"], fields.Datetime.now()
        words = consents._last_words(self.patient_id)
        for message in self:
            patient = message.patient_id
            address, obstacle = patient._message_address(message.channel, message.company_id)
            if obstacle or address != message.address:
                return "no_address"
            if not consents._allows(words, patient, message.channel, "marketing"):
                said = words.get((patient.id, message.channel, "marketing"))
                return "opted_out" if said is False else "no_consent"
            if message._is_over_cap(now):
                return "over_cap"
        return None

    def _mailed_quiet_until(self):
        """Return when (naive UTC) the last of the quiet hours of these messages ends, or None."""
        now = fields.Datetime.now()
        return max(filter(None, (message._quiet_until(now) for message in self)), default=None)

    @api.model
    def _claim_mailed(self, values_list):
        """Write down that these messages leave now; return them, none where one of them has left already."""
        keys = [values["key"] for values in values_list]
        if self.sudo().search_count([("key", "in", keys)], limit=1):
            return self.sudo()
        # The caller has asked for consent, caps and quiet hours; the unique key keeps two workers apart.
        claimed = self.sudo()._clinic_writing().create(values_list)
        self.env.flush_all()
        return claimed

    def _settle_mailed(self, state, reason=None, reference=None):
        """Write down what became of these messages; what has not left may be tried again."""
        for message in self:
            vals = {"state": state, "reason": reason, "claimed_at": False}
            if reference:
                vals["reference"] = reference[:200]
            if state == "failed":
                vals.update(sent_at=False, key=f"{message.key}:{message.id}")
            message._change(vals)

    def _filled(self):
        # The text of an SMS of a mailing, whose links are nowhere stored with the message.
        text = self.env.context.get("clinic_mailed_text")
        if isinstance(text, MailedText):
            return "", text
        return super()._filled()
