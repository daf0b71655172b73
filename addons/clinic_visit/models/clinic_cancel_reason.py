from odoo import fields, models


class ClinicCancelReason(models.Model):
    _name = "clinic.cancel.reason"
    _description = "Reason to Cancel"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    by_patient = fields.Boolean(help="It was the patient's wish, not the clinic's.")
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("((name->>'en_US'))", "There is already a reason with this name.")
