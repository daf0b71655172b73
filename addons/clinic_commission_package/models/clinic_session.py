from odoo import models


class ClinicSession(models.Model):
    _inherit = "clinic.session"

    def _record(self, kind, each=None, **values):
        """Once the sessions have their values and are sold, the seller earns; credit notes take back by themselves."""
        created = super()._record(kind, each, **values)
        if kind == "sold":
            # Whoever sells does not see the rules.
            self.env["clinic.commission.entry"].sudo()._earn(self.course_id.sudo()._sale_occasions())
        return created
