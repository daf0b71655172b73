from odoo import fields, models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_online = fields.Boolean("Book Online", help="Patients may book this treatment online, without calling.")
    online_text = fields.Text("What to Expect", translate=True, help="Shown online; everybody can read it.")

    def _clinic_online_domain(self, branch):
        """Return which treatments can be booked online in ``branch``."""
        owners = [False, *branch.ids, *branch.sudo().parent_ids.ids]
        return Domain("is_treatment", "=", True) & Domain("is_online", "=", True) & Domain("company_id", "in", owners)
