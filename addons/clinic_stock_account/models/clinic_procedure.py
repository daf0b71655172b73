from odoo import models


class ClinicProcedure(models.Model):
    _inherit = "clinic.procedure"

    def _prepare_invoice_lines(self):
        lines = super()._prepare_invoice_lines()
        charged = self.consumption_ids.filtered(lambda c: c._is_charged())
        return lines + [consumption._prepare_invoice_line() for consumption in charged]
