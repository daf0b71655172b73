from odoo import fields, models


class ClinicBreakGlassReview(models.TransientModel):
    """Asks why an access in an emergency was not justified."""

    _name = "clinic.break.glass.review"
    _description = "Review of an Access in an Emergency"

    access_ids = fields.Many2many("clinic.break.glass", required=True)
    note = fields.Char(string="Remark", required=True)

    def action_save(self):
        """Note that the accesses were not justified, and why."""
        self.ensure_one()
        return self.access_ids.review("unjustified", self.note)
