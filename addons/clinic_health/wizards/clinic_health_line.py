from odoo import fields, models


class ClinicHealthLine(models.TransientModel):
    """One part of the system, as it was found."""

    _name = "clinic.health.line"
    _description = "Part of the System"
    _order = "id"

    page_id = fields.Many2one("clinic.health.page", required=True, readonly=True, ondelete="cascade", index=True)
    name = fields.Char(readonly=True)
    is_well = fields.Boolean(string="Works", readonly=True)
    text = fields.Char(string="Found", readonly=True)
