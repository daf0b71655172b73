from odoo import models


class ClinicVisit(models.Model):
    _name = "clinic.visit"
    _inherit = ["clinic.visit", "clinic.board.mixin"]
