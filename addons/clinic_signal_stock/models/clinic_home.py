from odoo import api, models
from odoo.fields import Domain


class ClinicHome(models.AbstractModel):
    """That somebody has to decide about a lot, on a manager's home: no word of whom, or what, it is about."""

    _inherit = "clinic.home"

    @api.model
    def _prepare_alerts(self):
        return [
            *super()._prepare_alerts(),
            self._alert(
                "lot_alerts",
                self.env._("Lots about which the medical lead is to decide"),
                "clinic.lot.alert",
                Domain("state", "=", "open"),
                "clinic_signal_stock.clinic_lot_alert_action",
                self.env._("Show"),
                urgent=True,
            ),
        ]
