from odoo import api, models


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    @api.constrains("user_id")
    def _check_granted_by_another(self):
        """Nobody grants something to a colleague and becomes that colleague afterwards."""
        practitioners = self.env["clinic.practitioner"].sudo().with_context(active_test=False)
        practitioners.search([("resource_id", "in", self.ids)])._check_granted_by_another()
