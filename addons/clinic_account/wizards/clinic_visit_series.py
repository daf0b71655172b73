from odoo import api, fields, models


class ClinicVisitSeries(models.TransientModel):
    _inherit = "clinic.visit.series"

    currency_id = fields.Many2one(related="company_id.currency_id")
    price_session = fields.Monetary(
        compute="_compute_prices", string="Each Session", help="What its invoice will amount to, taxes included."
    )
    price_total = fields.Monetary(
        compute="_compute_prices", string="In Total", help="Each session is paid by an invoice of its own."
    )

    @api.depends("treatment_id", "patient_id", "company_id", "count", "first_day", "line_ids.start")
    def _compute_prices(self):
        for series in self:
            starts = series.line_ids.mapped("start") or [series.first_day] * max(series.count, 0)
            prices = {start: series._quote(start) for start in set(starts)}
            series.price_session = prices[starts[0]] if starts else 0.0
            series.price_total = sum(prices[start] for start in starts)

    def _quote(self, moment):
        """Return what one session at ``moment`` costs, taxes included, at the rate of its day."""
        patient = self.patient_id._origin
        return self.treatment_id._origin._clinic_quote(self.company_id, patient, moment)
