from odoo import fields, models


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    online_intake_ids = fields.Many2many(
        "clinic.intake",
        compute="_compute_online_intake_ids",
        string="Answered Online",
        groups="clinic.group_cosmetologist",
    )

    def _compute_online_intake_ids(self):
        """Also what was answered for a visit whose time was booked again as this one."""
        for visit in self:
            # Which visits it was before is no secret from who reads this one.
            booked = earlier = visit.sudo()._origin
            while earlier := earlier.search([("rebooked_as_id", "in", earlier.ids)]) - booked:
                booked |= earlier
            visit.online_intake_ids = self.env["clinic.intake"].search([("visit_id", "in", booked.ids)])
