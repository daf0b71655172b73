from odoo import api, fields, models
from odoo.tools import SQL


class ClinicMargin(models.Model):
    _inherit = "clinic.margin"

    commission = fields.Monetary(readonly=True, help="The practitioner's share, less what was taken back.")

    _depends = {"clinic.commission.entry": ["amount", "procedure_id"]}

    @api.model
    def _margin_parts(self):
        return {
            **super()._margin_parts(),
            "commission": SQL(
                """
                (SELECT COALESCE(SUM(entry.amount), 0)
                   FROM clinic_commission_entry entry
                  WHERE entry.procedure_id = p.id)
                """
            ),
        }
