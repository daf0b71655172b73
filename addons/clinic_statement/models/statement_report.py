"""OCA's statements: for those who keep the books, and over all branches that they work in."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError


class StatementReport(models.AbstractModel):
    _inherit = "statement.common"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what a statement shows, of contacts and a company that the user may read.

        :raises AccessError: for those who don't keep the books; a report is asked for by its address, and reads by SQL
        """
        company, partners = self._clinic_allowed(data)
        asked = {**data, "company_id": company.id, "partner_ids": partners.ids}
        values = super()._get_report_values(docids, asked)
        # Those who are left out, as they owe nothing, are left out of the spreadsheet, too.
        return {**values, "partner_ids": values["doc_ids"]}

    def _clinic_allowed(self, data):
        """Return company and contacts of the statement ``data`` asks for, if the user may read them."""
        self.env["res.partner"]._clinic_check_statement()
        company = self.env["res.company"].browse(int(data["company_id"]))
        if company not in self.env.companies and not self.env.su:
            raise AccessError(self.env._("Switch to the branch of the statement first."))
        partners = self.env["res.partner"].browse([int(partner) for partner in data["partner_ids"] or ()])
        if not partners:
            raise UserError(self.env._("Select whom the statement is for."))
        partners.check_access("read")
        return company, partners

    def _clinic_over_branches(self, query, company_id):
        """Return ``query`` of OCA, which asks for the entries of one company, for those of its branches, too.

        Of the branches, those that the user works in now: what else there is stays unseen, as by the rules by branch.
        """
        asked = f"c.id = {company_id}"
        if asked not in query:
            raise ValueError("The statement no longer asks for its company by this condition")
        below = self.env["res.company"].search([("id", "child_of", company_id)])
        branches = below if self.env.su else below & self.env.companies
        return query.replace(asked, f"c.id IN ({', '.join(map(str, branches.ids))})")

    def _get_aging_buckets_title(self, partner, **kwargs):
        # In languages that OCA's addon does not speak, the words of a statement are translated here.
        return self.env._("Age on %(ending_date)s in %(currency)s", **kwargs)

    def _get_bucket_labels_days(self, date_end):
        return [
            self.env._("Not due"),
            self.env._("1 - 30 days"),
            self.env._("31 - 60 days"),
            self.env._("61 - 90 days"),
            self.env._("91 - 120 days"),
            self.env._("Older"),
            self.env._("Total"),
        ]

    def _show_buckets_sql_q3(self, company_id):
        return self._clinic_over_branches(super()._show_buckets_sql_q3(company_id), company_id)


class OutstandingStatement(models.AbstractModel):
    _inherit = "report.partner_statement.outstanding_statement"

    def _get_title(self, partner, **kwargs):
        if kwargs.get("account_type") == "asset_receivable":
            return self.env._("Open on %(ending_date)s in %(currency)s", **kwargs)
        return self.env._("What we owe on %(ending_date)s in %(currency)s", **kwargs)

    def _display_outstanding_lines_sql_q3(self, sub, company_id):
        return self._clinic_over_branches(super()._display_outstanding_lines_sql_q3(sub, company_id), company_id)

    @api.model
    def _get_report_values(self, docids, data=None):
        return super()._get_report_values(docids, self.env["res.partner"]._clinic_statement_data(docids, data))


class ActivityStatement(models.AbstractModel):
    _inherit = "report.partner_statement.activity_statement"

    def _get_title(self, partner, **kwargs):
        if kwargs.get("account_type") == "asset_receivable":
            return self.env._("From %(starting_date)s to %(ending_date)s in %(currency)s", **kwargs)
        return self.env._("Our account with you from %(starting_date)s to %(ending_date)s in %(currency)s", **kwargs)

    def _initial_balance_sql_q3(self, sub, company_id):
        return self._clinic_over_branches(super()._initial_balance_sql_q3(sub, company_id), company_id)

    def _display_activity_lines_sql_q2(self, sub, company_id):
        return self._clinic_over_branches(super()._display_activity_lines_sql_q2(sub, company_id), company_id)

    def _display_outstanding_lines_sql_q3(self, sub, company_id):
        return self._clinic_over_branches(super()._display_outstanding_lines_sql_q3(sub, company_id), company_id)

    @api.model
    def _get_report_values(self, docids, data=None):
        return super()._get_report_values(docids, self.env["res.partner"]._clinic_statement_data(docids, data))
