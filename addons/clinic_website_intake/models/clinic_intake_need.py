from odoo import api, models
from odoo.tools import SQL


class ClinicIntakeNeed(models.AbstractModel):
    _inherit = "clinic.intake.need"

    @api.model
    def _asks_at_clinic(self):
        """What is only offered, and asked online, is asked nowhere else."""
        return SQL("(%s AND (form.mandatory OR form.is_online IS NOT TRUE))", super()._asks_at_clinic())
