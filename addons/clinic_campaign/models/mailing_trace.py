from odoo import api, fields, models

from ..const import TOLD

# Who may see to whom a mailing went, and who refused: those who keep the system, and no one who writes mailings.
KEEPERS = "base.group_system"


class MailingTrace(models.Model):
    """What became of one mail or SMS of a mailing: marketing counts, and sees no address and no refusal."""

    _inherit = "mailing.trace"

    email = fields.Char(groups=KEEPERS)
    sms_number = fields.Char(groups=KEEPERS)
    sms_code = fields.Char(groups=KEEPERS)
    message_id = fields.Char(groups=KEEPERS)
    res_id = fields.Many2oneReference(groups=KEEPERS)
    mail_mail_id = fields.Many2one(groups=KEEPERS)
    mail_mail_id_int = fields.Integer(groups=KEEPERS)
    sms_id_int = fields.Integer(groups=KEEPERS)
    failure_type = fields.Selection(groups=KEEPERS)
    failure_reason = fields.Text(groups=KEEPERS)

    @api.model_create_multi
    def create(self, vals_list):
        """Traces are made by what sends; a test's is made for the marketing user who tests."""
        traces = self.sudo() if self.env.context.get("clinic_told") is TOLD else self
        return super(MailingTrace, traces).create(vals_list).sudo(self.env.su)
