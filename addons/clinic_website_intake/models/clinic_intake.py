from odoo import fields, models


class ClinicIntake(models.Model):
    _inherit = "clinic.intake"

    identified = fields.Selection(
        selection_add=[
            ("online", "Not identified: booked online"),
            ("online_code", "By a code sent to the phone or email of the patient"),
        ],
        # Rows never change; the words for it go with this addon.
        ondelete={"online": lambda intakes: None, "online_code": lambda intakes: None},
    )
    visit_id = fields.Many2one(
        "clinic.visit", string="Booked With", readonly=True, ondelete="restrict", index="btree_not_null"
    )
