from odoo import fields, models


class ResCompany(models.Model):
    """What a branch tells its patients on the portal."""

    _inherit = "res.company"

    clinic_portal_directions = fields.Text(
        "How to Get There", translate=True, help="Parking, the entrance, the floor: shown with every visit to come."
    )
    clinic_portal_bring = fields.Text(
        "What to Bring", translate=True, help="E.g. an identity card: shown with every visit to come."
    )
    clinic_portal_names = fields.Boolean(
        "Names of Those Who Looked",
        help="Patients see who has opened their record. Off: they see the role, and not the name.",
    )
    clinic_portal_user_id = fields.Many2one(
        "res.users",
        string="Messages from the Portal",
        domain=[("share", "=", False)],
        help="Is asked to answer what patients write; without one, the manager who gets messages.",
    )

    def _clinic_portal_answers(self):
        """Return the user who is asked to answer what patients of this branch write."""
        user = self.clinic_portal_user_id.filtered("active")
        return user or self._clinic_message_manager() or self.env.ref("base.user_admin")
