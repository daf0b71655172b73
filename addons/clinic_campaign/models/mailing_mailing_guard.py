from ast import literal_eval

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..const import UNSUBSCRIBE

RECIPIENT = "clinic.campaign.recipient"
# To whom a mailing may go beside the recipients of a campaign: those who have put themselves on a list.
LISTS = ("mailing.list", "mailing.contact")
# By what the contacts of a list may be chosen.
CHOSEN_BY = {"id", "list_ids", "subscription_ids", "name", "email", "phone", "country_id", "company_name", "tag_ids"}
# What may follow one of these: nothing leads from a contact to anything else.
CHOSEN_FURTHER = {
    "list_ids.id",
    "list_ids.name",
    "subscription_ids.list_id",
    "subscription_ids.opt_out",
    "tag_ids.name",
}


class MailingMailing(models.Model):
    """Whom a mailing may go to, by what they may be chosen, and what its words may name."""

    _inherit = "mailing.mailing"

    @api.constrains("mailing_model_id", "clinic_campaign_id")
    def _check_clinic_model(self):
        """A mailing goes to the recipients of its campaign, or to mailing lists: never to records of the clinic."""
        for mailing in self.sudo():
            model = mailing.mailing_model_id.model
            if mailing.clinic_campaign_id and model != RECIPIENT:
                raise ValidationError(self.env._("The mailing of a campaign goes to its recipients."))
            if not mailing.clinic_campaign_id and model not in LISTS:
                raise ValidationError(
                    self.env._(
                        "A mailing goes to mailing lists. To write to patients, have somebody who may choose them draw "
                        "the recipients of a campaign."
                    )
                )

    @api.constrains("mailing_domain", "mailing_model_id")
    def _check_clinic_domain(self):
        """The contacts of a list are chosen by what the list knows of them."""
        for mailing in self.sudo():
            if not mailing.clinic_campaign_id:
                mailing._clinic_check_domain(mailing.mailing_domain)

    @api.model
    def _clinic_check_domain(self, text):
        """Raise ``ValidationError`` when the domain ``text`` asks for more than a mailing list knows."""
        try:
            domain = Domain(literal_eval(text or "[]"))
        except (ValueError, SyntaxError, TypeError) as error:
            raise ValidationError(self.env._("These recipients cannot be understood.")) from error
        for condition in domain.iter_conditions():
            is_plain = not isinstance(condition.value, Domain) and "any" not in condition.operator
            known = condition.field_expr in CHOSEN_BY or condition.field_expr in CHOSEN_FURTHER
            if not (is_plain and known):
                raise ValidationError(
                    self.env._("Contacts are chosen by their lists, name, address and country, and by nothing else.")
                )

    @api.constrains("subject", "preview", "body_html", "body_arch", "body_plaintext")
    def _check_clinic_words(self):
        """A mailing names nothing of its recipient but the name, so that no health data gets into it."""
        for mailing in self:
            if mailing._has_unsafe_expression() or mailing.sudo()._clinic_has_unsafe_sms():
                raise ValidationError(
                    self.env._("A mailing can name its recipient, by {{ object.name }}, and nothing else.")
                )

    def _clinic_has_unsafe_sms(self):
        unsafe = self._has_unsafe_expression_template_inline_template
        return unsafe(self.body_plaintext, self.mailing_model_real) or unsafe(self.subject, self.mailing_model_real)

    @api.constrains(
        "mailing_type",
        "campaign_id",
        "reply_to_mode",
        "reply_to",
        "use_exclusion_list",
        "keep_archives",
        "sms_allow_unsubscribe",
        "sms_force_send",
        "ab_testing_enabled",
    )
    def _check_clinic_campaign(self):
        """What makes a mailing the campaign's stays as it is."""
        for mailing in self.sudo().filtered("clinic_campaign_id"):
            for name, value in mailing.clinic_campaign_id._prepare_mailing().items():
                field = mailing._fields[name]
                if field.convert_to_write(mailing[name], mailing) != value and (mailing[name] or value):
                    label = field._description_string(self.env)
                    raise ValidationError(self.env._("“%s” is set by the campaign and stays as it is.", label))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_campaign(self):
        if self.filtered("clinic_campaign_id") and not self.env.su:
            raise UserError(self.env._("The mailing of a campaign stays with it."))

    def copy_data(self, default=None):
        """A copy has the words alone: who copies a campaign's mailing chooses a list for it."""
        vals_list = super().copy_data(default)
        lists = self.env["ir.model"]._get_id("mailing.list")
        for mailing, vals in zip(self, vals_list, strict=True):
            if mailing.clinic_campaign_id:
                vals.update(mailing_model_id=lists, mailing_domain="[('list_ids', 'in', [])]", campaign_id=False)
        return vals_list

    def action_put_in_queue(self):
        """Send a campaign's mailing only if it has something to say, and a link to leave."""
        for mailing in self.filtered("clinic_campaign_id"):
            if missing := mailing._clinic_missing():
                raise UserError(missing)
        return super().action_put_in_queue()

    def _clinic_missing(self):
        """Return what this mailing needs before it may be sent, in words for who writes it, or None."""
        self.ensure_one()
        is_sms = self.mailing_type == "sms"
        if is_sms and not (self.body_plaintext or "").strip():
            return self.env._("Write the text first.")
        if not is_sms and UNSUBSCRIBE not in (self.body_html or ""):
            return self.env._("The mail needs a link to unsubscribe: take one of the footers.")
        return None
