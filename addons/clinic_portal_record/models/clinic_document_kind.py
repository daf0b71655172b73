from odoo import fields, models


class ClinicDocumentKind(models.Model):
    _inherit = "clinic.document.kind"

    is_for_portal = fields.Boolean(
        "On the Portal", default=True, help="Patients may see documents of this kind, once they are released."
    )
