from odoo import api, models
from odoo.fields import Domain


class ClinicHome(models.AbstractModel):
    """Money that does not agree, on a manager's home."""

    _inherit = "clinic.home"

    @api.model
    def _prepare_alerts(self):
        return [*super()._prepare_alerts(), self._alert_agreement()]

    @api.model
    def _alert_agreement(self):
        """Return the alert about the branches whose money differs, the same on each home."""
        return self._alert(
            "agreement",
            self.env._("Branches whose money does not agree"),
            "clinic.agreement",
            Domain("is_current", "=", True) & Domain("state", "=", "differs"),
            "clinic_agreement.clinic_agreement_action",
            self.env._("Look"),
            urgent=True,
        )
