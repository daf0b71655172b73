from odoo import api, models
from odoo.fields import Domain

# A difference is looked at while people remember the day.
DAYS = 7


class ClinicBooksHome(models.AbstractModel):
    _inherit = "clinic.books.home"

    @api.model
    def _prepare_alerts(self):
        return [
            *super()._prepare_alerts(),
            self._alert(
                "till_differences",
                self.env._("Closings with a difference"),
                "clinic.till.closing",
                Domain("difference_closed", "!=", 0) & self._before_domain("date", -DAYS, ">="),
                "clinic_till.clinic_till_closing_action",
                self.env._("Look"),
            ),
        ]
