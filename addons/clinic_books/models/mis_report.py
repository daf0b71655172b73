from odoo import models

from ..aep import BranchProcessor


class MisReport(models.Model):
    _inherit = "mis.report"

    def _prepare_aep(self, companies, currency=None):
        """As MIS Builder's, by a processor that knows of branches."""
        self.ensure_one()
        aep = BranchProcessor(companies, currency, self.account_model)
        for expression in self.all_kpi_ids.expression_ids:
            if expression.name:
                aep.parse_expr(expression.name)
        aep.done_parsing()
        return aep

    def prepare_kpi_matrix(self, companies=None):
        """Name an account as its company does, without that company's name behind it where it is the only one."""
        roots = companies.sudo().root_id.with_env(self.env) if companies else companies
        # Who works in one branch only may not act in the company above it.
        return super().prepare_kpi_matrix(roots if roots and roots <= self.env.companies else companies)
