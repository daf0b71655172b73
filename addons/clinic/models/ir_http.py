from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client in which zone each of the user's branches lives."""
        info = super().session_info()
        if self.env.user._is_internal():
            branches = self.env["res.company"].browse(self.env.user._get_company_ids())
            info["clinic_branch_zones"] = {branch.id: branch._clinic_timezone().zone for branch in branches}
        return info
