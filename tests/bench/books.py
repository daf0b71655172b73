"""Print the table of `make bench-books`; exit with 1 unless every goal is reached.

python tests/bench/books.py DATABASE
    a database made by data.py
"""

import json
import os
import sys
from datetime import timedelta

import connection
from dateutil.relativedelta import relativedelta

connection.start()

import books_data  # noqa: E402 (Odoo's addons can be imported only now)
from measure import Table, Task, below, measure  # noqa: E402

HOMES, REPORTS = 31, 5
HOME, HOME_QUERIES, PROFIT, TRIAL = 300, 15, 5_000, 5_000  # ms
YEAR = timedelta(days=364)


class Profit:
    """The profit and loss of a year up to today, as its page asks for it."""

    def __init__(self, env, columns, name):
        self.reports = env["mis.report.instance"]
        self.instance = self.reports.browse(self.reports.clinic_open(columns)["res_id"])
        self.task = Task(name, env, self.compute)
        self.net = None

    def year_by_branch(self):
        """Let the columns, which are of a month, be of the year up to today."""
        today = self.instance.env.company._clinic_today()
        report = self.instance.sudo()
        report.period_ids.filtered("offset").unlink()
        report.invalidate_recordset()
        report.period_ids.write({"mode": "fix", "manual_date_from": today - YEAR, "manual_date_to": today})
        report.env.flush_all()
        return self

    def compute(self, _number):
        matrix = self.instance._compute_matrix()
        [row] = [row for row in matrix.iter_rows() if row.kpi.name == "net" and not row.account_id]
        columns = [column for column in matrix.iter_cols() if column and column.get_cell_tuple_for_row(row)]
        self.net = [float(column.get_cell_tuple_for_row(row)[0].val) for column in columns]


class TrialBalance:
    """The trial balance of a year up to today, of the company with its branches, as its page asks for it."""

    def __init__(self, env, root):
        self.env, today = env, env.company._clinic_today()
        wizard = env["trial.balance.report.wizard"].create(
            {"company_id": root, "date_from": today - YEAR, "date_to": today}
        )
        # As it comes from the browser.
        self.data = json.loads(json.dumps(wizard._prepare_report_data(), default=str))
        self.task = Task("trial balance of a year", env, self.compute)
        self.rows = None

    def compute(self, _number):
        report = self.env["report.account_financial_report.trial_balance"]
        self.rows = report._get_report_values([], self.data)["trial_balance"]


def main(database):
    table, load = Table(), os.getloadavg()[0]
    with connection.environment(database) as env:
        found = books_data.find(env)
        home = Task("manager's home", found.manager, lambda _n: found.manager["clinic.home"].load())
        books = Task("accountant's home", found.accountant, lambda _n: found.accountant["clinic.books.home"].load())
        measure([home, books], HOMES)
        by_branch = Profit(found.accountant, "branch", "profit and loss of a year, a column a branch").year_by_branch()
        by_month = Profit(found.accountant, "month", "profit and loss of twelve months, a column each")
        trial = TrialBalance(found.accountant, found.root)
        measure([by_branch.task, by_month.task, trial.task], REPORTS)
        _check(env, found, by_branch, by_month, trial)
        heading = _heading(env, found)
    table.heading(heading)
    table.add(home, below(home, milliseconds=HOME, queries=HOME_QUERIES))
    table.add(books, below(books, milliseconds=HOME))
    table.add(by_branch.task, below(by_branch.task, milliseconds=PROFIT))
    table.add(by_month.task, below(by_month.task, milliseconds=PROFIT))
    table.add(trial.task, below(trial.task, milliseconds=TRIAL))
    print(f"{HOMES} and {REPORTS} repetitions in turn, cold ORM cache, load {load:.1f}\n\n{table.text()}")
    return 0 if table.reached else 1


def _heading(env, found):
    env.cr.execute(
        "SELECT (SELECT count(*) FROM clinic_procedure),"
        " (SELECT count(*) FROM account_move WHERE move_type = 'out_invoice' AND state = 'posted'),"
        " (SELECT count(*) FROM account_move_line),"
        " (SELECT count(*) FROM account_move_line WHERE date > %s)",
        [found.accountant.company._clinic_today() - YEAR - timedelta(days=1)],
    )
    [(procedures, invoices, entries, of_year)] = env.cr.fetchall()
    return f"{procedures:,} procedures, {invoices:,} invoices, {entries:,} entries, {of_year:,} of them in the year"


def _check(env, found, by_branch, by_month, trial):
    """What was measured is right: a report of nothing is fast."""
    today = found.accountant.company._clinic_today()
    net = _net(env, found, today - YEAR, today)
    assert round(max(by_branch.net), 2) == net and len(by_branch.net) >= 3, (by_branch.net, net)
    net = _net(env, found, today + relativedelta(day=1, months=-11), today)
    assert round(sum(by_month.net), 2) == net and len(by_month.net) == 12, (by_month.net, net)
    assert abs(sum(row["balance"] for row in trial.rows)) < 1 and len(trial.rows) > 3, trial.rows


def _net(env, found, date_from, date_to):
    """Return the net profit of both branches, asked of the tables."""
    env.cr.execute(
        "SELECT -SUM(l.balance) FROM account_move_line l JOIN account_account a ON a.id = l.account_id"
        " WHERE l.parent_state = 'posted' AND l.company_id = ANY(%s) AND l.date BETWEEN %s AND %s"
        " AND a.account_type ~ '^(income|expense)'",
        [found.branches, date_from, date_to],
    )
    return round(float(env.cr.fetchone()[0]), 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
