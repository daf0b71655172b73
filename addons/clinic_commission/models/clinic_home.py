from odoo import api, models
from odoo.fields import Domain


class ClinicHome(models.AbstractModel):
    """The commissions on a manager's home."""

    _inherit = "clinic.home"

    @api.model
    def _prepare_alerts(self):
        # A month that is not over is not approved.
        ended = Domain("date_to", "<", self._days()[self.env.company])
        return [
            *super()._prepare_alerts(),
            self._alert(
                "commissions",
                self.env._("Commission statements to approve"),
                "clinic.commission.statement",
                Domain("state", "=", "draft") & ended,
                "clinic_commission.clinic_commission_statement_action",
                self.env._("Approve"),
            ),
        ]
