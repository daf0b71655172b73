from odoo import api, models
from odoo.exceptions import UserError

from ..const import RISK_TYPES


class ClinicRiskKind(models.Model):
    """What a patient tells and no kind fits is recorded as a general one, which stays."""

    _inherit = "clinic.risk.kind"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_general(self):
        """The general kinds of risk are needed by every intake."""
        names = [f"clinic_intake.risk_kind_{about}" for about in RISK_TYPES]
        general = {self.env.ref(name, raise_if_not_found=False) for name in names}
        for kind in self:
            if kind in general:
                raise UserError(
                    self.env._("Intakes need “%s” for what fits no other kind. Rename it instead.", kind.name)
                )
