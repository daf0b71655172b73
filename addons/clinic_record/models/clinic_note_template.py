from odoo import fields, models
from odoo.tools.translate import html_translate


class ClinicNoteTemplate(models.Model):
    """The headings with which a note begins."""

    _name = "clinic.note.template"
    _description = "Note Template"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    treatment_ids = fields.Many2many(
        "product.template",
        "clinic_note_template_treatment_rel",
        "template_id",
        "treatment_id",
        string="Treatments",
        domain=[("is_treatment", "=", True)],
        help="Proposed for these treatments where the protocol names no template.",
    )
    sections_required = fields.Boolean(
        string="All Sections Required",
        default=True,
        help="A note with these headings is signed only when something stands under each of them.",
    )
    body = fields.Html(string="Text", translate=html_translate)
