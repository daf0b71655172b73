from odoo import fields, models


class ClinicLicenceKind(models.Model):
    """A kind of licence or certificate, e.g. the medical council's registration."""

    _name = "clinic.licence.kind"
    _description = "Kind of Licence"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)

    _name_uniq = models.UniqueIndex("(name)", "This kind of licence exists already.")
