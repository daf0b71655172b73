from odoo import api, models

from ..const import SOON


class ClinicProcedure(models.Model):
    _inherit = "clinic.procedure"

    @api.model_create_multi
    def create(self, vals_list):
        procedures = super().create(vals_list)
        procedures.visit_id._review_deposit()
        return procedures

    def write(self, vals):
        """What is asked follows what is booked."""
        result = super().write(vals)
        if {"state", "treatment_id"} & vals.keys():
            self.visit_id._review_deposit()
        return result

    def _write_plan(self, plan):
        """Who came at once was asked for nothing; moved to another day, that is asked again."""
        at_once = self.visit_id.filtered(lambda visit: visit.start and visit.start <= visit.create_date + SOON)
        super()._write_plan(plan)
        at_once._review_deposit()

    def _sync_reservations(self):
        """A visit that was moved ahead does not wait for its deposit longer than until it begins."""
        result = super()._sync_reservations()
        self.visit_id._end_hold_by_start()
        return result
