from odoo import api, models


class ClinicProblem(models.Model):
    """A problem that becomes chronic, or ceases to be active, changes when its patient is to be called."""

    _inherit = "clinic.problem"

    @api.model_create_multi
    def create(self, vals_list):
        problems = super().create(vals_list)
        self.env["clinic.recall"]._refresh(problems.filtered(lambda p: p.course == "chronic").patient_id)
        return problems

    def write(self, vals):
        result = super().write(vals)
        if {"state", "course"} & vals.keys():
            self.env["clinic.recall"]._refresh(self.patient_id)
        return result
