from odoo import models

# By these the clinic reaches a patient, and a login its password.
ASKED_FOR = ("phone", "email", "name")


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _clinic_asked_for(self, vals):
        """Return the names of what ``vals`` would change of a patient's contact and the clinic alone changes."""
        self.ensure_one()
        # Whether a contact is a patient's decides, for all who ask.
        partner = self.sudo()
        if not partner._clinic_patients():
            return set()
        return {
            name for name in ASKED_FOR if name in vals and (vals[name] or "").strip() != (partner[name] or "").strip()
        }
