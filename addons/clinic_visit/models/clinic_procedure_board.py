from odoo import models


class ClinicProcedure(models.Model):
    _name = "clinic.procedure"
    _inherit = ["clinic.procedure", "clinic.board.mixin"]
