from odoo import api, models

from ..const import TOLD


class ClinicMessageConsent(models.Model):
    """What a patient says of news and offers stands in Odoo's own lists of those who want none, too."""

    _inherit = "clinic.message.consent"

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        if self.env.context.get("clinic_told") is not TOLD:
            consents.filtered(lambda consent: consent.purpose == "marketing")._tell_blacklists()
        return consents

    def _tell_blacklists(self):
        """Put the addresses of those who say no on Odoo's lists, and take those of who says yes off them."""
        # Who may enter what a patient says enters it everywhere.
        for consent in self.sudo().sorted("id").with_context(clinic_told=TOLD):
            branch = consent.patient_id.branch_id or self.env.company
            address, obstacle = consent.patient_id._message_address(consent.channel, branch)
            if obstacle or consent.channel not in ("email", "sms"):
                continue
            lists = consent.env["mail.blacklist" if consent.channel == "email" else "phone.blacklist"]
            if consent.is_given:
                # Another one with this address may have said no.
                if not consent._others_refuse(address):
                    lists._clinic_take_off(address)
            else:
                lists._clinic_put_on(address)

    def _others_refuse(self, address):
        """Return whether another patient of ``address`` wants no news and offers by this channel."""
        self.ensure_one()
        others = self.env["clinic.message"]._patients_of(self.channel, [address]) - self.patient_id
        words = self._last_words(others)
        return any(words.get((other.id, self.channel, "marketing")) is False for other in others)

    @api.model
    def _refused(self, channel, addresses):
        """Write down that the patients of ``addresses`` want no news and offers by ``channel``: a link said so."""
        patients = self.env["clinic.message"]._patients_of(channel, addresses)
        if patients:
            self.with_context(clinic_told=TOLD)._withdraw(patients, channel, "link", purposes=["marketing"])
