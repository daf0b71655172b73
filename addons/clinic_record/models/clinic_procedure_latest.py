from odoo import api, models
from odoo.fields import Domain


class ClinicProcedure(models.Model):
    _inherit = "clinic.procedure"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """With ``latest_first`` in the context, as where a reaction is recorded, begin with the latest."""
        if not self.env.context.get("latest_first"):
            return super().name_search(name, domain, operator, limit)
        found = Domain(domain or Domain.TRUE) & Domain("display_name", operator, name)
        procedures = self.search_fetch(found, ["display_name"], limit=limit, order="start desc, id desc")
        return [(procedure.id, procedure.display_name) for procedure in procedures.sudo()]
