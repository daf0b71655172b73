from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    clinic_item = fields.Boolean(string="Used in Procedures", help="Practitioners can log it as used on a patient.")
    clinic_billable = fields.Boolean(
        string="Charged to the Patient",
        help="What is used of it comes on the patient's invoice at its sales price per unit.",
    )

    _billable_is_item = models.Constraint(
        "CHECK (clinic_billable IS NOT TRUE OR clinic_item)",
        "Only what is used in procedures can be charged as such: tick “Used in Procedures”, too.",
    )

    @api.constrains("clinic_item", "is_storable", "type")
    def _check_clinic_item_is_stored(self):
        """What leaves the stock must be kept in stock."""
        for template in self.filtered("clinic_item"):
            if template.type != "consu" or not template.is_storable:
                raise ValidationError(
                    self.env._("%s is used in procedures, so its inventory must be tracked.", template.name)
                )
