from odoo import models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, email_split


class MailingMailingTest(models.TransientModel):
    _inherit = "mailing.mailing.test"

    def send_mail_test(self):
        """Send a test to colleagues: to somebody else it would be a mailing."""
        written = {email_normalize(address) for address in email_split((self.email_to or "").replace("\n", ","))}
        # Who works here is known to every colleague.
        users = self.env["res.users"].sudo().search([("share", "=", False)])
        if strangers := written - {None, False} - set(users.mapped("email_normalized")):
            raise UserError(
                self.env._("A test goes to colleagues who have a login; not to: %s", ", ".join(sorted(strangers)))
            )
        return super().send_mail_test()
