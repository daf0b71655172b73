import re

from odoo import api, models

MESSAGE_ID = re.compile(r"<[^<>\s]+>")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Note at a patient's message that it came back."""
        super()._routing_handle_bounce(email_message, message_dict)
        references = message_dict.get("bounced_msg_ids") or []
        if references:
            self.env["clinic.message"]._bounced(references)

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Take what a patient answers to a message into the history: it belongs to no record that others read."""
        if not message_dict.get("is_bounce"):
            named = f"{message_dict.get('references') or ''} {message_dict.get('in_reply_to') or ''}"
            if self.env["clinic.message"]._answered(MESSAGE_ID.findall(named), message_dict):
                return []
        return super().message_route(message, message_dict, model, thread_id, custom_values)
