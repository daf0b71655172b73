from odoo import api, models

from .clinic_dispute_pack import ENGLISH


class IrActionsReport(models.Model):
    """A dispute pack is for banks, which read English: header, footer and direction as well."""

    _inherit = "ir.actions.report"

    @api.model
    def _clinic_by_language(self, report_ref, ids):
        if ids and (self._get_report(report_ref).report_name or "").startswith("clinic_dispute."):
            return {ENGLISH: [ids] if isinstance(ids, int) else list(ids)}
        return super()._clinic_by_language(report_ref, ids)
