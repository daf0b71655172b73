import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)


class ClinicResetRequest(models.Model):
    """A login for which a new password was asked on the sign-in page; who it is, is looked up later.

    So the page answers in the same words and the same time, whether or not somebody has an account.
    """

    _name = "clinic.reset.request"
    _description = "Request for a New Password"
    _rec_name = "login"

    login = fields.Char(required=True)

    @api.model
    def _ask(self, login):
        """Remember that a link was asked for, unless it was too often, and let the cron send it soon."""
        if self.env["clinic.signin.attempt"]._count("reset", login):
            self.create([{"login": login[:254]}])
        self.env.ref("clinic_signin.cron_reset_requests")._trigger()

    @api.model
    def _cron_send(self):
        """Send the links that were asked for, each once; who has no account gets none."""
        requests = self.search([], limit=100).try_lock_for_update()
        logins = set(requests.mapped("login"))
        requests.unlink()
        for login in logins:
            try:
                with self.env.cr.savepoint():
                    self.env["res.users"]._send_reset_link(login)
            except Exception as failure:  # an unknown login is one, and so is a mail server that is down
                _logger.info("No password link was sent: %s", type(failure).__name__)
        self.env["ir.cron"]._commit_progress(len(requests), remaining=self.search_count([]))
