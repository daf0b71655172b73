from odoo import api, models


class ClinicBooksHome(models.AbstractModel):
    _inherit = "clinic.books.home"

    @api.model
    def _prepare_alerts(self):
        return [*super()._prepare_alerts(), self._alert_agreement()]
