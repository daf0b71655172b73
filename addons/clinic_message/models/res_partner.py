from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _clinic_address_line(self):
        """Return where this is, in one line."""
        lines = self._display_address(without_company=True).splitlines() if self else []
        return ", ".join(line.strip() for line in lines if line.strip())
