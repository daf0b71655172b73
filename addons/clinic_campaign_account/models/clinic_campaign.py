from odoo import fields, models
from odoo.tools import SQL


class ClinicCampaign(models.Model):
    """What the visits that a campaign brought were invoiced at, without tax."""

    _inherit = "clinic.campaign"

    currency_id = fields.Many2one(related="company_id.currency_id")
    revenue = fields.Monetary(
        compute="_compute_results",
        compute_sudo=True,
        groups="clinic.group_manager",
        help="Of the visits that those written to booked within 7 days: their posted invoices, without tax.",
    )
    revenue_each = fields.Monetary(
        compute="_compute_results", compute_sudo=True, groups="clinic.group_manager", string="Revenue a Recipient"
    )
    control_revenue_each = fields.Monetary(
        compute="_compute_results",
        compute_sudo=True,
        groups="clinic.group_manager",
        string="Revenue a Patient Without It",
    )

    def _result_columns(self):
        return {
            **super()._result_columns(),
            "revenue": SQL(
                """
                COALESCE(SUM((SELECT SUM(move.amount_untaxed_signed)
                                FROM brought
                                JOIN account_move move ON move.clinic_visit_id = brought.visit_id
                                 AND move.state = 'posted'
                               WHERE brought.id = asked.id)), 0)
                """
            ),
        }

    def _set_results(self, sent, control):
        super()._set_results(sent, control)
        self.revenue = sent.get("revenue", 0.0)
        self.revenue_each = self.revenue / sent["people"] if sent else 0.0
        self.control_revenue_each = float(control["revenue"]) / control["people"] if control else 0.0
