from odoo import models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        if "tz" in vals:
            # The zones of the branches are cached.
            self.env.registry.clear_cache()
        return super().write(vals)
