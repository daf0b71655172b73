from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class ClinicSegment(models.Model):
    _inherit = "clinic.segment"

    currency_id = fields.Many2one(related="company_id.currency_id")
    paid_from = fields.Monetary(
        "Has Paid From", help="In the last twelve months, less what was paid back; zero does not ask."
    )

    @api.model
    def _criteria(self):
        return [*super()._criteria(), "paid_from"]

    def _conditions(self, today):
        conditions = super()._conditions(today)
        if self.paid_from:
            conditions.append(
                SQL(
                    """
                    (SELECT COALESCE(SUM(CASE WHEN pay.payment_type = 'inbound' THEN 1 ELSE -1 END
                                         * ABS(pay.amount_company_currency_signed)), 0)
                       FROM account_payment pay
                       JOIN clinic_patient one ON one.partner_id = pay.partner_id
                      WHERE one.id IN %s AND pay.partner_type = 'customer' AND pay.state IN ('in_process', 'paid')
                        AND pay.date > %s) >= %s
                    """,
                    self._united_sql(),
                    today - relativedelta(months=12),
                    self.paid_from,
                )
            )
        return conditions
