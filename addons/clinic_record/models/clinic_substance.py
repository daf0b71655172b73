from odoo import fields, models


class ClinicSubstance(models.Model):
    """A substance that products contain and to which patients may react."""

    _name = "clinic.substance"
    _description = "Substance"
    _order = "name"
    _rec_names_search = ["name", "synonyms"]

    name = fields.Char(required=True, translate=True)
    synonyms = fields.Char(help="Other names under which it is looked for, separated by commas.")
    product_ids = fields.Many2many(
        "product.template",
        "clinic_substance_product_rel",
        "substance_id",
        "product_id",
        string="Contained In",
        groups="clinic.group_cosmetologist,clinic.group_manager",
    )
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("((name->>'en_US'))", "This substance is in the catalogue already.")
