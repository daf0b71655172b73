from odoo import api, fields, models


class ClinicCommissionTrialLine(models.TransientModel):
    """A practitioner's month by the rules as they are, and as they would be."""

    _name = "clinic.commission.trial.line"
    _description = "What If: Practitioner"

    trial_id = fields.Many2one("clinic.commission.trial", required=True, ondelete="cascade")
    practitioner_id = fields.Many2one("clinic.practitioner", readonly=True)
    company_id = fields.Many2one("res.company", string="Branch", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    before = fields.Monetary(string="As It Is", readonly=True)
    after = fields.Monetary(string="With This Rule", readonly=True)
    difference = fields.Monetary(compute="_compute_difference")

    @api.depends("before", "after")
    def _compute_difference(self):
        for line in self:
            line.difference = line.after - line.before
