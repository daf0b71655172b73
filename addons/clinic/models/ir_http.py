from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client in which zone the branch lives."""
        info = super().session_info()
        if self.env.user._is_internal():
            info["clinic_branch_zone"] = self.env.company._clinic_timezone().zone
        return info
