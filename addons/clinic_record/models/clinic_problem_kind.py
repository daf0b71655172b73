from odoo import api, fields, models


class ClinicProblemKind(models.Model):
    """A diagnosis or complaint that patients have, with its code in ICD-10."""

    _name = "clinic.problem.kind"
    _description = "Kind of Problem"
    _order = "name, id"
    _rec_names_search = ["name", "icd10"]

    name = fields.Char(required=True, translate=True)
    icd10 = fields.Char(string="ICD-10", index="btree_not_null", help="International Classification of Diseases.")
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(name)", "This kind of problem exists already.")

    @api.depends("name", "icd10")
    def _compute_display_name(self):
        for kind in self:
            kind.display_name = f"{kind.name} ({kind.icd10})" if kind.icd10 else kind.name
