"""What the reports say, and the same asked of the tables by SQL."""

import json

from odoo.tools.safe_eval import safe_eval

AGES = ("current", "30_days", "60_days", "90_days", "120_days", "older")


class BooksCheck:
    """For tests: read the reports as the web client does, and add the entries up without them."""

    def _sql(self, query, *args):
        self.env.flush_all()
        self.env.cr.execute(query, args)
        return self.env.cr.fetchall()

    def _round(self, value):
        return round(float(value or 0.0), 2)

    # -- profit and loss ----------------------------------------------------------------------------------------------

    def _profit_report(self, companies, columns, date):
        """Return {(column, its month): net profit} of the report as those see it who chose ``companies``."""
        reports = self.env["mis.report.instance"].with_context(
            allowed_company_ids=companies.ids, mis_pivot_date=str(date)
        )
        instance = reports.browse(reports.clinic_open(columns)["res_id"])
        matrix = instance._compute_matrix()
        [row] = [row for row in matrix.iter_rows() if row.kpi.name == "net" and not row.account_id]
        columns = [column for column in matrix.iter_cols() if column and column.get_cell_tuple_for_row(row)]
        return {
            (column.label, column.description): self._round(column.get_cell_tuple_for_row(row)[0].val)
            for column in columns
        }

    def _profit_sql(self, companies, date_from, date_to):
        [[net]] = self._sql(
            "SELECT -SUM(l.balance) FROM account_move_line l JOIN account_account a ON a.id = l.account_id"
            " WHERE l.parent_state = 'posted' AND l.company_id = ANY(%s) AND l.date BETWEEN %s AND %s"
            " AND (a.account_type LIKE 'income%%' OR a.account_type LIKE 'expense%%')",
            companies.ids,
            date_from,
            date_to,
        )
        return self._round(net)

    # -- OCA's reports ------------------------------------------------------------------------------------------------

    def _wizard(self, model, company, companies, **values):
        wizards = self.env[model].with_context(allowed_company_ids=companies.ids)
        return wizards.create({"company_id": company.id, **values})

    def _report_values(self, name, wizard):
        report = self.env[f"report.account_financial_report.{name}"].with_env(wizard.env)
        # As they come from the browser.
        data = json.loads(json.dumps(wizard._prepare_report_data(), default=str))
        return report._get_report_values([], data)

    def _trial_balance(self, company, companies, date_from, date_to):
        """Return {account: (initial, debit, credit, ending)}."""
        wizard = self._wizard("trial.balance.report.wizard", company, companies, date_from=date_from, date_to=date_to)
        lines = self._report_values("trial_balance", wizard)["trial_balance"]
        names = ("initial_balance", "debit", "credit", "ending_balance")
        return {line["id"]: tuple(self._round(line[name]) for name in names) for line in lines}

    def _trial_balance_sql(self, companies, date_from, date_to):
        """Return the same of the tables."""
        # Of income and expenses, what came before the year of the period stands in the equity.
        rows = self._sql(
            "SELECT a.id,"
            " COALESCE(SUM(l.balance) FILTER (WHERE l.date < %s"
            " AND (a.account_type !~ '^(income|expense)' OR l.date >= %s)), 0),"
            " COALESCE(SUM(l.debit) FILTER (WHERE l.date >= %s), 0),"
            " COALESCE(SUM(l.credit) FILTER (WHERE l.date >= %s), 0)"
            " FROM account_move_line l JOIN account_account a ON a.id = l.account_id"
            " WHERE l.parent_state = 'posted' AND l.company_id = ANY(%s) AND l.date <= %s GROUP BY a.id",
            date_from,
            date_from.replace(month=1, day=1),
            date_from,
            date_from,
            companies.ids,
            date_to,
        )
        found = {
            account: tuple(map(self._round, (initial, debit, credit, initial + debit - credit)))
            for account, initial, debit, credit in rows
        }
        return {account: values for account, values in found.items() if any(values)}

    def _unaffected_sql(self, companies, date_from):
        """Return what the equity account of earlier years begins with: their net profit, and what was booked on it."""
        [[initial]] = self._sql(
            "SELECT SUM(l.balance) FROM account_move_line l JOIN account_account a ON a.id = l.account_id"
            " WHERE l.parent_state = 'posted' AND l.company_id = ANY(%s) AND ("
            " (a.account_type ~ '^(income|expense)' AND l.date < %s)"
            " OR (a.account_type = 'equity_unaffected' AND l.date < %s))",
            companies.ids,
            date_from.replace(month=1, day=1),
            date_from,
        )
        return self._round(initial)

    def _assert_trial_balance(self, company, chosen, meant, first, last):
        """Assert that the trial balance says of each account what the tables say, and that it balances."""
        found = self._trial_balance(company, chosen, first, last)
        expected = self._trial_balance_sql(meant, first, last)
        accounts = self.env["account.account"].browse({*found, *expected})
        equity = accounts.filtered(lambda account: account.account_type == "equity_unaffected")
        for account in accounts - equity:
            self.assertEqual(found.get(account.id), expected.get(account.id), account.name)
        self.assertEqual([found[account.id][0] for account in equity], [self._unaffected_sql(meant, first)])
        self.assertEqual(self._round(sum(ending for *_rest, ending in found.values())), 0)

    def _vat_report(self, company, companies, date_from, date_to):
        """Return {tax: (net, tax)} of the VAT report."""
        wizard = self._wizard("vat.report.wizard", company, companies, date_from=date_from, date_to=date_to)
        groups = self._report_values("vat_report", wizard)["vat_report"]
        return {
            tax["id"]: (self._round(tax["net"]), self._round(tax["tax"])) for group in groups for tax in group["taxes"]
        }

    def _vat_sql(self, companies, date_from, date_to):
        rows = self._sql(
            "SELECT tax, SUM(net), SUM(due) FROM ("
            " SELECT l.tax_line_id AS tax, 0 AS net, l.balance AS due FROM account_move_line l"
            " WHERE l.tax_line_id IS NOT NULL AND l.parent_state = 'posted' AND l.company_id = ANY(%s)"
            " AND l.date BETWEEN %s AND %s"
            " UNION ALL"
            " SELECT r.account_tax_id, l.balance, 0 FROM account_move_line l"
            " JOIN account_move_line_account_tax_rel r ON r.account_move_line_id = l.id"
            " WHERE l.parent_state = 'posted' AND l.company_id = ANY(%s) AND l.date BETWEEN %s AND %s"
            ") AS rows GROUP BY tax",
            *(companies.ids, date_from, date_to) * 2,
        )
        return {tax: (self._round(net), self._round(due)) for tax, net, due in rows}

    def _aged(self, company, companies, date_at, kind="receivable"):
        """Return {(partner, age): open} of the aged balance, the accounts found as its dialog finds them."""
        wizards = self.env["aged.partner.balance.report.wizard"].with_context(allowed_company_ids=companies.ids)
        draft = wizards.new({"company_id": company.id, "date_at": date_at, f"{kind}_accounts_only": True})
        draft.onchange_type_accounts_only()
        wizard = wizards.create(
            {"company_id": company.id, "date_at": date_at, "account_ids": [(6, 0, draft.account_ids.ids)]}
        )
        found = {}
        for account in self._report_values("aged_partner_balance", wizard)["aged_partner_balance"]:
            for partner in account["partners"]:
                for age in AGES:
                    if amount := self._round(partner[age]):
                        found[partner["name"], age] = found.get((partner["name"], age), 0) + amount
        return found

    def _aged_sql(self, companies, date_at, kind="receivable"):
        """Return the same of the tables: entries up to ``date_at`` less what was matched with them by then."""
        account_type = {"receivable": "asset_receivable", "payable": "liability_payable"}[kind]
        rows = self._sql(
            "SELECT name, CASE WHEN late <= 0 THEN 'current' WHEN late <= 30 THEN '30_days' WHEN late <= 60"
            " THEN '60_days' WHEN late <= 90 THEN '90_days' WHEN late <= 120 THEN '120_days' ELSE 'older' END,"
            " SUM(residual) FROM ("
            " SELECT p.name, %s::date - COALESCE(l.date_maturity, l.date) AS late, l.balance"
            " - COALESCE((SELECT SUM(amount) FROM account_partial_reconcile"
            " WHERE debit_move_id = l.id AND max_date <= %s), 0)"
            " + COALESCE((SELECT SUM(amount) FROM account_partial_reconcile"
            " WHERE credit_move_id = l.id AND max_date <= %s), 0) AS residual"
            " FROM account_move_line l JOIN account_account a ON a.id = l.account_id"
            " JOIN res_partner p ON p.id = l.partner_id"
            " WHERE l.parent_state = 'posted' AND a.account_type = %s AND l.company_id = ANY(%s) AND l.date <= %s"
            ") AS open GROUP BY 1, 2",
            date_at,
            date_at,
            date_at,
            account_type,
            companies.ids,
            date_at,
        )
        return {(name, age): self._round(amount) for name, age, amount in rows if self._round(amount)}

    # -- cash flow ----------------------------------------------------------------------------------------------------

    def _cash_flow(self, companies, date_from, date_to):
        """Return {(branch, journal, day): amount} as the pivot of the page gets it."""
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_books.cash_flow_action")
        domain = [*safe_eval(action["domain"]), ("date", ">=", date_from), ("date", "<=", date_to)]
        groups = (
            self.env["account.payment"]
            .with_context(allowed_company_ids=companies.ids)
            ._read_group(
                [*domain, ("company_id", "in", companies.ids)],
                ["company_id", "journal_id", "date:day"],
                ["amount_company_currency_signed:sum"],
            )
        )
        return {(branch.id, journal.id, day): self._round(amount) for branch, journal, day, amount in groups}

    def _cash_flow_sql(self, companies, date_from, date_to):
        rows = self._sql(
            "SELECT company_id, journal_id, date, SUM(CASE payment_type WHEN 'inbound' THEN amount ELSE -amount END)"
            " FROM account_payment WHERE state IN ('in_process', 'paid') AND company_id = ANY(%s)"
            " AND date BETWEEN %s AND %s GROUP BY 1, 2, 3",
            companies.ids,
            date_from,
            date_to,
        )
        return {(branch, journal, day): self._round(amount) for branch, journal, day, amount in rows}
