from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from odoo.addons.clinic.door import a_choice, takes
from odoo.addons.mis_builder.models.aep import AccountingExpressionProcessor

# The month that is looked at, and the one before.
MONTHS_BY_BRANCH = (0, -1)
MONTHS_OF_A_YEAR = range(-11, 1)


class MisReportInstance(models.Model):
    """The clinic's own profit and loss: one with a column a branch, one with a column a month."""

    _inherit = "mis.report.instance"

    clinic_root_id = fields.Many2one(
        "res.company", string="Clinic", ondelete="cascade", copy=False, readonly=True, index="btree_not_null"
    )
    clinic_columns = fields.Selection(
        [("branch", "A Column a Branch"), ("month", "A Column a Month")], string="Columns", copy=False, readonly=True
    )

    _one_of_a_kind = models.UniqueIndex(
        "(clinic_root_id, clinic_columns) WHERE clinic_root_id IS NOT NULL",
        "This clinic has this report already.",
    )

    # -- opening ------------------------------------------------------------------------------------------------------

    @api.model
    @takes(columns=a_choice(("branch", "month")))
    def clinic_open(self, columns):
        """Return the action that shows the profit and loss of the chosen branches' clinic.

        A branch that is new since the last time gets its columns now.

        :param columns: "branch" or "month"
        """
        self._clinic_check_may_read()
        instance = self._clinic_ensure(self.env.company.sudo().root_id, columns)
        # MIS Builder's page knows by these whose figures to ask for.
        context = {"active_model": self._name, "active_id": instance.id, "active_ids": instance.ids}
        return {**instance.with_env(self.env).preview(), "name": instance.name, "context": context}

    @api.model
    def _clinic_ensure(self, root, columns):
        """Return the report of the clinic ``root`` with ``columns``, made or completed if need be."""
        # Reading the books includes that the page to read them on is made; checked by the caller.
        reports = self.sudo().with_context(lang="en_US")
        instance = reports.search([("clinic_root_id", "=", root.id), ("clinic_columns", "=", columns)])
        if not instance:
            instance = reports.create(self._clinic_prepare_instance(root, columns))
        instance._clinic_add_branches()
        return instance.with_env(self.sudo().env)

    @api.model
    def _clinic_prepare_instance(self, root, columns):
        """Return the values of a new report of the clinic ``root``."""
        names = {"branch": "Profit and Loss by Branch", "month": "Profit and Loss by Month"}
        periods = [] if columns == "branch" else [Command.create(self._clinic_month(n)) for n in MONTHS_OF_A_YEAR]
        return {
            "name": names[columns],
            "report_id": self.env.ref("clinic_books.profit_and_loss").id,
            "company_id": False,
            "multi_company": True,
            "clinic_root_id": root.id,
            "clinic_columns": columns,
            "display_columns_description": True,
            "landscape_pdf": True,
            "widget_show_pivot_date": True,
            "widget_show_settings_button": False,
            "wide_display_by_default": True,
            "period_ids": periods,
        }

    @api.model
    def _clinic_month(self, offset, company=None, place=99):
        """Return the values of the column of the month ``offset`` months from the date looked at.

        :param place: of the column among those of its month
        """
        whose = company.name if company else "All"
        return {
            "name": f"{whose} {offset}",
            "mode": "relative",
            "type": "m",
            "offset": offset,
            "clinic_company_id": company.id if company else False,
            # The newest month first where branches are compared, the oldest where months are.
            "sequence": (-offset if company or place != 99 else offset) * 100 + place,
        }

    def _clinic_add_branches(self):
        """Add the columns of companies of the clinic that have none yet; ours are known by their company."""
        self.ensure_one()
        companies = self.env["res.company"].search([("id", "child_of", self.clinic_root_id.id)])
        self.company_ids = companies
        if self.clinic_columns != "branch":
            return
        missing = companies - self.period_ids.clinic_company_id
        if not missing:
            return
        there = len(self.period_ids.clinic_company_id)
        # What is booked in the company above its branches comes after them.
        missing = missing.sorted(lambda company: (company == self.clinic_root_id, company.sequence, company.name))
        places = {company: 90 if company == self.clinic_root_id else there + n for n, company in enumerate(missing)}
        columns = [self._clinic_month(offset, *place) for offset in MONTHS_BY_BRANCH for place in places.items()]
        if not self.period_ids:
            columns += [self._clinic_month(offset, place=95) for offset in MONTHS_BY_BRANCH]
        self.period_ids = [Command.create(column) for column in columns]
        # In their order.
        self.invalidate_recordset(["period_ids"])

    # -- figures ------------------------------------------------------------------------------------------------------

    def _clinic_check_may_read(self):
        """Raise ``AccessError`` for those who don't keep the books."""
        if not (self.env.su or self.env.user.has_group("clinic.group_accountant")):
            raise AccessError(self.env._("The books are for accountants and managers."))

    @api.depends_context("allowed_company_ids")
    def _compute_query_company_ids(self):
        """Of a clinic's own report: its branches that are chosen, for those who may not see all of them, too."""
        ours = self.filtered("clinic_columns")
        for report in ours:
            # Which branches there are is no secret; the chosen ones are the user's own.
            report.query_company_ids = self.env.companies & report.sudo().company_ids.with_env(self.env)
        super(MisReportInstance, self - ours)._compute_query_company_ids()

    def _compute_matrix(self):
        self._clinic_check_may_read()
        return super()._compute_matrix()

    def _get_filter_domain(self, source_aml_model_name):
        """Only the branches that the user has chosen."""
        domain = super()._get_filter_domain(source_aml_model_name)
        if self.clinic_root_id:
            domain.append(("company_id", "in", self.query_company_ids.ids))
        return domain

    def _add_column(self, aep, kpi_matrix, period, label, description):
        """Head a column by its branch and month; leave out those of branches that are not chosen."""
        if self.clinic_root_id and period.date_from:
            branch = period.clinic_company_id
            if branch and branch not in self.query_company_ids:
                return None
            if self.clinic_columns == "branch" and not branch and len(self.query_company_ids) == 1:
                # All of one branch is that branch.
                return None
            month = format_date(self.env, period.date_from, date_format="LLLL yyyy")
            if self.clinic_columns == "month":
                label, description = format_date(self.env, period.date_from, date_format="LLL yyyy"), ""
            else:
                label, description = branch.name or self.env._("All"), month
        return super()._add_column(aep, kpi_matrix, period, label, description)

    def drilldown(self, arg):
        """Open the entries behind a figure, those of branches on their company's accounts as well."""
        self._clinic_check_may_read()
        expression, period = arg.get("expr"), self.env["mis.report.instance.period"].browse(arg.get("period_id"))
        if not (self.clinic_root_id and period and expression):
            return super().drilldown(arg)
        if not AccountingExpressionProcessor.has_account_var(expression):
            return False
        aep = self.report_id._prepare_aep(self.query_company_ids, self.currency_id)
        found = aep.get_aml_domain_for_expr(expression, period.date_from, period.date_to, arg.get("account_id"))
        domain = Domain(found) & Domain(period._get_additional_move_line_filter())
        return {
            "name": self._get_drilldown_action_name(arg),
            "type": "ir.actions.act_window",
            "res_model": "account.move.line",
            "domain": list(domain),
            "views": [[False, "list"], [False, "pivot"], [False, "form"]],
            "context": {"active_test": False},
        }
