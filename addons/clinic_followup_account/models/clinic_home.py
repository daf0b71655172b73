from odoo import api, models
from odoo.fields import Domain


class ClinicHome(models.AbstractModel):
    """What the calls of the month brought: what the visits that they booked were invoiced at, without tax."""

    _inherit = "clinic.home"

    @api.model
    def _followup_rows(self):
        return [*super()._followup_rows(), self._followup_revenue()]

    @api.model
    def _followup_revenue(self):
        booked = self.env["clinic.recall"].search(self._since_month("booked_at"))
        domain = Domain("clinic_visit_id", "in", booked.visit_id.ids) & Domain("state", "=", "posted")
        groups = self.env["account.move"]._read_group(domain, ["company_id"], ["amount_untaxed_signed:sum"])
        amounts = {}
        for branch, amount in groups:
            amounts[branch.currency_id] = amounts.get(branch.currency_id, 0.0) + amount
        name = self.env._("Revenue")
        title = self.env._("Follow-up this month: %s", name)
        opens = self._opens("account.action_move_out_invoice_type", domain, title)
        return self._row("revenue", name, self._money(amounts), opens)
