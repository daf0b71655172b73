from odoo import fields, models


class ClinicPatientMergeChoice(models.TransientModel):
    """A piece of contact data in which the two patients differ, and whose is kept."""

    _name = "clinic.patient.merge.choice"
    _description = "Contact Data to Keep"

    wizard_id = fields.Many2one("clinic.patient.merge.wizard", required=True, ondelete="cascade")
    name = fields.Char(required=True, readonly=True)
    label = fields.Char(string="What", readonly=True)
    kept_text = fields.Char(string="First", readonly=True)
    merged_text = fields.Char(string="Second", readonly=True)
    take_merged = fields.Boolean(string="Take the Second", help="Keep what the merged patient has.")
