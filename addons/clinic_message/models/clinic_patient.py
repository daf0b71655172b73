import phonenumbers

from odoo import api, fields, models
from odoo.tools import email_normalize

from ..const import AUTOMATIC

MOBILE = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
    phonenumbers.PhoneNumberType.UNKNOWN,
)


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    message_channel = fields.Selection(AUTOMATIC, string="Prefers", help="By which messages reach the patient best.")
    message_history_ids = fields.One2many("clinic.message", "patient_id", string="Messages")
    message_consent_ids = fields.One2many("clinic.message.consent", "patient_id", string="What the Patient Has Said")

    def _message_address(self, channel, branch):
        """Return (address of this patient by ``channel``, why there is none that could be written to, or None)."""
        self.ensure_one()
        # To send a message needs no right to open the patient.
        patient = self.sudo()
        if channel == "email":
            address = email_normalize(patient.email or "")
            if address:
                return address, None
            if patient.email:
                return False, self.env._("“%s” is no email address.", patient.email)
            return False, self.env._("The patient has no email address.")
        if not patient.phone:
            return False, self.env._("The patient has no phone number.")
        regions = [branch.sudo().country_id.code, *patient._phone_regions()]
        number = self._parse_phone(patient.phone, regions)
        if not number:
            return False, self.env._("“%s” is no phone number with its country's code.", patient.phone)
        if phonenumbers.number_type(number) not in MOBILE:
            return False, self.env._("%s is no mobile phone.", patient.phone)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None

    @api.model
    def _parse_phone(self, phone, regions):
        """Return the valid number that ``phone`` is in the first of ``regions`` that knows it, or None."""
        for region in regions:
            try:
                number = phonenumbers.parse(phone, region or None)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                return number
        return None

    def action_view_messages(self):
        """Open all that was said to and by this patient."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages: %s", self.name),
            "res_model": "clinic.message",
            "view_mode": "list,form",
            "domain": [("patient_id", "=", self.id)],
        }
