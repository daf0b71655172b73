from odoo import fields, models


class ClinicPractitioner(models.Model):
    _inherit = "clinic.practitioner"

    is_online = fields.Boolean("Book Online", help="Patients may choose this practitioner when they book online.")
    online_text = fields.Text(
        "Words Online", translate=True, help="A sentence or two under the name; everybody can read it."
    )
