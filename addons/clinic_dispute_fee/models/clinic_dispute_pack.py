from odoo import api, models

from odoo.addons.clinic_fee.const import FEE


class ClinicDisputePack(models.AbstractModel):
    """Why a fee was charged."""

    _inherit = "clinic.dispute.pack"

    @api.model
    def _prepare_agreed_rows(self, case, visit):
        rows = super()._prepare_agreed_rows(case, visit)
        if visit.fee_state == "none":
            return rows
        return [
            *rows,
            (self.env._("Fee"), self._label(visit, "fee_state")),
            (self.env._("Charged because"), self._label(visit, "fee_cause")),
            (self.env._("Fee waived by"), visit.fee_waived_by_id.name),
        ]

    @api.model
    def _told(self):
        return (*super()._told(), FEE)
