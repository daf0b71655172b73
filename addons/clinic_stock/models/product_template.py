from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    clinic_item = fields.Boolean(string="Used in Procedures", help="Practitioners can log it as used on a patient.")
    clinic_billable = fields.Boolean(
        string="Charged to the Patient",
        help="What is used of it comes on the patient's invoice at its sales price per unit.",
    )

    clinic_vial_uom_id = fields.Many2one(
        "uom.uom",
        string="Multi-Dose Vial",
        ondelete="restrict",
        domain="[('id', 'in', uom_ids)]",
        help="The packaging that is opened once and used up in several doses, e.g. “Vial 100 U”. Empty for items that "
        "are opened for one patient.",
    )
    clinic_open_hours = fields.Float(
        string="Discard After Opening",
        help="So many hours after it was opened, what is left of a vial is discarded.",
    )
    clinic_dilution = fields.Float(
        string="Diluent", digits=(16, 2), help="So many ml a vial is usually reconstituted with, zero for none."
    )

    _open_hours_positive = models.Constraint(
        "CHECK (clinic_vial_uom_id IS NULL OR clinic_open_hours > 0)",
        "Say after how many hours an opened vial is discarded.",
    )
    _dilution_not_negative = models.Constraint(
        "CHECK (clinic_dilution IS NULL OR clinic_dilution >= 0)", "The volume of diluent cannot be below zero."
    )
    _billable_is_item = models.Constraint(
        "CHECK (clinic_billable IS NOT TRUE OR clinic_item)",
        "Only what is used in procedures can be charged as such: tick “Used in Procedures”, too.",
    )

    @api.constrains("clinic_item", "clinic_vial_uom_id")
    def _check_no_vial_is_open(self):
        """The ledger of a vial that is open goes on; nobody would take its stock off it any more."""
        without = self.filtered(lambda template: not (template.clinic_item and template.clinic_vial_uom_id))
        # Whether a vial is open in another branch is no secret of anyone who may change the item.
        vials = self.env["clinic.open.vial"].sudo()
        vial = vials.search([("product_id.product_tmpl_id", "in", without.ids), ("state", "=", "open")], limit=1)
        if vial:
            raise ValidationError(
                self.env._(
                    "%(vial)s of %(item)s is open in %(location)s: discard what is left in it first.",
                    vial=vial.name,
                    item=vial.product_id.display_name,
                    location=vial.location_id.display_name,
                )
            )

    @api.constrains("clinic_item", "is_storable", "type")
    def _check_clinic_item_is_stored(self):
        """What leaves the stock must be kept in stock."""
        for template in self.filtered("clinic_item"):
            if template.type != "consu" or not template.is_storable:
                raise ValidationError(
                    self.env._("%s is used in procedures, so its inventory must be tracked.", template.name)
                )
