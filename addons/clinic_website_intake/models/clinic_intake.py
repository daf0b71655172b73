from odoo import fields, models


class ClinicIntake(models.Model):
    _inherit = "clinic.intake"

    identified = fields.Selection(
        selection_add=[("online", "By nobody: booked online")],
        # Rows never change; the words for it go with this addon.
        ondelete={"online": lambda intakes: None},
    )
    visit_id = fields.Many2one(
        "clinic.visit", string="Booked With", readonly=True, ondelete="restrict", index="btree_not_null"
    )
