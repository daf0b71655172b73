from odoo import fields, models

# How drawings (SVG) begin, in base64.
DRAWN = (b"PHN2", b"PD94")


class ClinicPractitioner(models.Model):
    _inherit = "clinic.practitioner"

    is_online = fields.Boolean("Book Online", help="Patients may choose this practitioner when they book online.")
    online_text = fields.Text(
        "Introduction Online", translate=True, help="A sentence or two under the name; everybody can read it."
    )

    def _has_face(self):
        """Return whether there is a photo of this practitioner, and not just the letter that Odoo draws."""
        self.ensure_one()
        return bool(self.employee_id.image_128) and not self.employee_id.image_128.startswith(DRAWN)
