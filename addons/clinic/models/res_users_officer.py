from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from .clinic_break_glass import OFFICER

MANAGER = "clinic.group_manager"


class ResUsers(models.Model):
    """Who the clinic's privacy officers are: a manager appoints colleagues, nobody themselves.

    The administrator who sets the clinic up is one from the beginning, which is enough for a small clinic.
    """

    _inherit = "res.users"

    is_privacy_officer = fields.Boolean(compute="_compute_is_privacy_officer", compute_sudo=True)

    @api.depends("group_ids")
    def _compute_is_privacy_officer(self):
        officers = self.env.ref(OFFICER).all_user_ids
        for user in self:
            user.is_privacy_officer = user in officers

    def action_appoint_privacy_officer(self):
        """Let this colleague read the access log and review emergency access."""
        self._check_appointment()
        # The right to appoint was checked; managers change no other right of a user.
        self.sudo().group_ids = [Command.link(self.env.ref(OFFICER).id)]
        return True

    def action_dismiss_privacy_officer(self):
        """Let this colleague be no privacy officer any more; one is always left."""
        self._check_appointment()
        officers = self.env.ref(OFFICER).sudo().all_user_ids.filtered(lambda user: user.active and user._is_internal())
        if officers <= self:
            raise UserError(self.env._("The clinic needs a privacy officer. Appoint another one first."))
        # As above.
        self.sudo().group_ids = [Command.unlink(self.env.ref(OFFICER).id)]
        return True

    def _check_appointment(self):
        """Raise unless the user is a manager who appoints, or dismisses, one active colleague."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Privacy officers are appointed by a manager."))
        self.check_access("read")
        if self == self.env.user:
            raise UserError(self.env._("Nobody appoints or dismisses themselves. Ask another manager."))
        if not self.active or not self._is_internal():
            raise UserError(self.env._("%s does not work here: choose a colleague who logs in.", self.name))
