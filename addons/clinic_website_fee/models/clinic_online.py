from odoo import api, models


class ClinicOnline(models.AbstractModel):
    """Not coming has its price online, too."""

    _inherit = "clinic.online"

    @api.model
    def _terms(self, branch, treatments, start):
        """Also what not coming costs, as it will be kept with the visit."""
        visits = self.env["clinic.visit"]
        agreed = visits._prepare_fee(branch, self._patient(), treatments, start)
        texts = (super()._terms(branch, treatments, start), agreed.get("fee_text"))
        return "\n".join(text for text in texts if text)
