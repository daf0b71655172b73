from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    clinic_photo_retention_years = fields.Integer(
        string="Photos are Kept (years)",
        default=10,
        help="For so many years a photo is kept, even when it was deleted.",
    )

    _clinic_photo_retention_sane = models.Constraint(
        "CHECK (clinic_photo_retention_years BETWEEN 0 AND 100)", "Photos are kept from 0 to 100 years."
    )
