from odoo import api, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.constrains("resource_id")
    def _check_granted_by_another(self):
        """As for the user of the resource."""
        practitioners = self.env["clinic.practitioner"].sudo().with_context(active_test=False)
        practitioners.search([("employee_id", "in", self.ids)])._check_granted_by_another()
