import secrets

from odoo import models
from odoo.exceptions import AccessError

# What opens a login beside its password: (model, the field that says whose it is), where the addon is there.
KEYS = (("res.users.apikeys", "user_id"), ("auth_totp.device", "user_id"), ("auth.passkey.key", "create_uid"))
# So Odoo calls the login of who has deleted the own account.
DELETED = "__deleted_user_"


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Patients ask the clinic for another name, phone or email: over RPC, too, they change none themselves."""
        if not self.env.su and self == self.env.user and self.share and self.partner_id._clinic_asked_for(vals):
            raise AccessError(self.env._("The clinic changes name, phone and email: ask for it in your profile."))
        return super().write(vals)

    def _clinic_shut(self):
        """Let nothing that opened these logins open them again: password, sessions, keys, trusted devices, passkeys.

        Called with all rights, after the right of the user was checked.
        """
        for user in self:
            # Sessions are good for one password only.
            user.password = secrets.token_urlsafe(32)
            for name, owner in KEYS:
                if name in self.env:
                    self.env[name].search([(owner, "=", user.id)]).unlink()
            if "totp_secret" in user._fields:
                user.totp_secret = False
