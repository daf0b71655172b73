from contextlib import contextmanager

from odoo import models
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request

from odoo.addons.auth_signup.models.res_partner import SignupError

DOORS = {"totp": "code", "totp_mail": "code"}


class ResUsers(models.Model):
    _inherit = "res.users"

    # --- attempts are limited, whichever way they come

    @contextmanager
    def _assert_can_auth(self, user=None):
        """Limit attempts over all workers; Odoo's own counter is in each worker's memory.

        Where ``user`` is known already, ``_check_credentials`` counts: it knows what is checked.
        """
        if isinstance(user, str):
            with self.env["clinic.signin.attempt"]._counted("password", user):
                yield
        else:
            yield

    def _check_credentials(self, credential, env):
        """Count every check of a password or code: the locked screen, a change of password and RPC among them."""
        door = DOORS.get(credential.get("type"), "password")
        user = self or self.env.user  # a change of password comes without a record, and means oneself
        with self.env["clinic.signin.attempt"]._counted(door, user.sudo().login):
            return super()._check_credentials(credential, env)

    def _login(self, credential, user_agent_env):
        """Take as long for a login that nobody has as for a wrong password."""
        try:
            return super()._login(credential, user_agent_env=user_agent_env)
        except AccessDenied as denied:
            was_checked = denied.args != AccessDenied().args or not isinstance(credential.get("password"), str)
            if not was_checked and not self.sudo().search_count(self._get_login_domain(credential["login"]), limit=1):
                self._crypt_context().hash(credential["password"])
            raise

    def _totp_rate_limit(self, limit_type):
        """Count codes in a transaction of its own: a code typed at the locked screen fails with its request."""
        if not request:
            return super()._totp_rate_limit(limit_type)
        with self.env.registry.cursor() as cr:
            return super(ResUsers, self.with_env(self.env(cr=cr)))._totp_rate_limit(limit_type)

    def _totp_rate_limit_purge(self, limit_type):
        """Forget the codes where they were counted."""
        if not request:
            return super()._totp_rate_limit_purge(limit_type)
        with self.env.registry.cursor() as cr:
            return super(ResUsers, self.with_env(self.env(cr=cr)))._totp_rate_limit_purge(limit_type)

    # --- accounts are made by invitation

    def _get_signup_invitation_scope(self):
        """Nobody makes an account without an invitation, whatever the parameter says."""
        return "b2b"

    def _signup_create_user(self, values):
        """Refuse an account without an invitation also where another addon allows it, as websites may.

        :raises SignupError: when there is no partner who was invited
        """
        if "partner_id" not in values:
            raise SignupError(self.env._("An account needs an invitation. Please ask the clinic for one."))
        return super()._signup_create_user(values)

    def reset_password(self, login):
        """Take note that a new password is wanted for ``login``, and tell nobody whether there is such an account.

        :raises UserError: when what was typed can be no login
        """
        if not isinstance(login, str) or not login.isprintable():
            raise UserError(self.env._("Please type the email with which you sign in."))
        # Who asks is not signed in; the request holds nothing but what they typed, and only the cron reads it.
        self.env["clinic.reset.request"].sudo()._ask(login)

    def _send_reset_link(self, login):
        """Send the link, as Odoo does."""
        return super().reset_password(login)
