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
        amounts, ids = {}, []
        # Seldom many: what this month's calls have brought.
        for branch, amount, of_branch in self._revenue_groups():
            amounts[branch.currency_id] = amounts.get(branch.currency_id, 0.0) + amount
            ids += of_branch
        domain = Domain("id", "in", ids)
        name = self.env._("Revenue")
        title = self.env._("Follow-up this month: %s", name)
        opens = self._opens("account.action_move_out_invoice_type", domain, title)
        return self._row("revenue", name, self._money(amounts), opens)

    @api.model
    def _revenue_groups(self):
        """Return (branch, revenue, ids of the invoices) of the visits that this month's calls have booked."""
        if not self._count("recalls_booked"):
            return []
        booked = self.env["clinic.recall"]._search(self._since_month("booked_at")).subselect("visit_id")
        domain = Domain("clinic_visit_id", "in", booked) & Domain("state", "=", "posted")
        return self.env["account.move"]._read_group(
            domain, ["company_id"], ["amount_untaxed_signed:sum", "id:array_agg"]
        )
