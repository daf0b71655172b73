from odoo import fields, models
from odoo.orm.models import NO_ACCESS


class ResPartner(models.Model):
    _inherit = "res.partner"
    # In these Odoo counts invoices and bills.
    _clinic_unlogged_fields = ("customer_rank", "supplier_rank")

    # Only for the record rules of the portal: that a contact is a patient is nobody else's business.
    clinic_patient_ids = fields.One2many(
        "clinic.patient", "partner_id", groups=NO_ACCESS, context={"active_test": False}, copy=False
    )
