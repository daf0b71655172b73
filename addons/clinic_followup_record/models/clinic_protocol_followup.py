from odoo import api, models


class ClinicProtocolFollowup(models.Model):
    """Another follow-up in a protocol is asked for of past sessions as well."""

    _inherit = "clinic.protocol.followup"

    @api.model_create_multi
    def create(self, vals_list):
        followups = super().create(vals_list)
        self._look_again()
        return followups

    def write(self, vals):
        if "days" in vals:
            self._look_again()
        return super().write(vals)

    @api.model
    def _look_again(self):
        """Let the rules of follow-ups look at all patients the next time."""
        # Who writes protocols need not write rules.
        rules = self.env["clinic.recall.rule"].sudo().search([("cause", "=", "followup"), ("looked_on", "!=", False)])
        rules._clinic_writing().looked_on = False
