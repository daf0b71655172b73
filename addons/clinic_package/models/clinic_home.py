from odoo import api, models
from odoo.fields import Domain


class ClinicHome(models.AbstractModel):
    """Courses that have stalled, on a manager's home."""

    _inherit = "clinic.home"

    @api.model
    def _prepare_alerts(self):
        return [
            *super()._prepare_alerts(),
            self._alert(
                "courses",
                self.env._("Courses that have stalled"),
                "clinic.course",
                Domain("standing", "=", "stalled"),
                "clinic_package.clinic_course_action",
                self.env._("Book"),
            ),
        ]
