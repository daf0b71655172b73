from odoo import api, models
from odoo.fields import Domain


class ClinicHome(models.AbstractModel):
    _inherit = "clinic.home"

    @api.model
    def _prepare_alerts(self):
        uncounted = Domain("clinic_till_id", "=", False) & Domain("journal_id.type", "=", "cash")
        return [
            *super()._prepare_alerts(),
            self._alert(
                "till_differences",
                self.env._("Closings with a difference"),
                "clinic.till.closing",
                Domain("state", "=", "review"),
                "clinic_till.clinic_till_closing_action",
                self.env._("Decide"),
                urgent=True,
            ),
            self._alert(
                "till_open",
                self.env._("Till not closed yesterday: cash payments not counted"),
                "account.payment",
                uncounted & Domain("state", "in", ("in_process", "paid")) & self._date_domain("date", -1),
                "account.action_account_payments",
                self.env._("Look"),
            ),
        ]
