from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_access_log(self):
        """Who stands in the access log stays, so that it tells who it was."""
        self.env["clinic.access.log"]._check_unmentioned("user_id", self)
