from odoo import fields, models


class ClinicBreakGlass(models.Model):
    """Somebody's access, for a while and for a reason, to the record of a patient of another branch."""

    _name = "clinic.break.glass"
    _description = "Access in an Emergency"
    _order = "id desc"

    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade", default=lambda self: self.env.user)
    reason = fields.Char(required=True)
    until = fields.Datetime(required=True, help="When the access ends.")
