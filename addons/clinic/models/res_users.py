from odoo import api, models
from odoo.tools import frozendict


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def context_get(self):
        """Let the day of what is asked over HTTP be the branch's, whatever zone the user's browser has set."""
        context = super().context_get()
        if not context:
            return context
        # Nothing else of the user is read, as in Odoo's own method.
        branch = self.env.user.with_context(prefetch_fields=False).company_id
        return frozendict(context, tz=branch._clinic_timezone().zone)

    def _clinic_portal_patients(self):
        """Return the patients, as superuser, whose pages on the portal this user sees; see ``_of_portal``.

        The staff see none there: they have the record, as far as it is theirs to read.
        """
        self.ensure_one()
        patients = self.env["clinic.patient"]
        return patients.sudo() if self._is_internal() else patients._of_portal(self.partner_id)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_access_log(self):
        """Who stands in the access log stays, so that it tells who it was."""
        self.env["clinic.access.log"]._check_unmentioned("user_id", self)
