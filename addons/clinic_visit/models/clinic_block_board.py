from odoo import models


class ClinicBlock(models.Model):
    _name = "clinic.block"
    _inherit = ["clinic.block", "clinic.board.mixin"]
