from odoo import models
from odoo.exceptions import UserError

from ..const import TOLD


class MailingSmsTest(models.TransientModel):
    _inherit = "mailing.sms.test"

    def action_send_sms(self):
        """Send a test to colleagues: to somebody else it would be a mailing."""
        # Who works here is known to every colleague.
        users = self.env["res.users"].sudo().search([("share", "=", False)])
        numbers = set(filter(None, users.partner_id.mapped("phone_sanitized")))
        for line in filter(None, map(str.strip, (self.numbers or "").splitlines())):
            number = self.env.user._phone_format(number=line)
            if number and number not in numbers:
                raise UserError(self.env._("A test goes to colleagues who have a login; not to: %s", line))
        if self.env["clinic.message"]._is_trial():
            raise UserError(self.env._("Trial operation: nothing leaves the house."))
        # Whom it goes to has been asked; its trace is not written by marketing.
        return super(MailingSmsTest, self.with_context(clinic_told=TOLD)).action_send_sms()
