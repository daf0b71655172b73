from odoo import fields, models


class ClinicDocumentKind(models.Model):
    """A kind of document: who sees it, and how long it is kept."""

    _name = "clinic.document.kind"
    _description = "Kind of Document"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_for_reception = fields.Boolean(
        string="Reception Sees It",
        help="Else only those who treat the patient do. Reception may add documents of every kind.",
    )
    retention_years = fields.Integer(
        string="Kept (years)",
        default=10,
        required=True,
        help="For so many years after its day a document is kept, even when it was deleted. Documents that are there "
        "already keep their date.",
    )
    keywords = fields.Char(
        string="Words in File Names",
        help="Separated by commas. A file whose name has one of these words is proposed to be of this kind.",
    )

    _name_uniq = models.UniqueIndex("(name)", "There is a kind of document with this name already.")
    _retention_sane = models.Constraint(
        "CHECK (retention_years BETWEEN 0 AND 100)", "Documents are kept from 0 to 100 years."
    )
