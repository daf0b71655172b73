from odoo import api, models
from odoo.tools import SQL, date_utils


class ClinicCommissionStatement(models.Model):
    """Making a month's statements: what the month comes to as a whole, then the entries that no statement has yet.

    A month may have 100,000 entries, and they join their statements in one step of the database.
    """

    _inherit = "clinic.commission.statement"

    @api.model
    def _generate(self, month, branches):
        """Return the statements of ``month`` (any date in it), one a practitioner with commissions in each branch.

        Each entry goes on the statement of its own month; what came too late for an approved one goes on the next. So
        earlier months that have entries without a statement come first. Draft statements are brought up to date.
        """
        first = date_utils.start_of(month, "month")
        self._wait_for_other_statements(branches)
        for earlier in self._months_open(first, branches):
            self._generate_month(earlier, branches, earlier=True)
        return self._generate_month(first, branches)

    @api.model
    def _generate_month(self, first, branches, earlier=False):
        """Return the statements of the month from ``first`` on, with all entries up to its end that have none yet.

        :param earlier: it is made because a later month is
        """
        # Everybody earns by their own rights; what a month comes to is computed of all.
        self.sudo()._write_month_figures(first, branches, earlier)
        owners = self._owners_without_statement(date_utils.end_of(first, "month"), branches)
        statements = self.search([("date_from", "=", first), ("company_id", "in", branches.ids)])
        there = {(statement.practitioner_id.id, statement.company_id.id) for statement in statements}
        created = self._clinic_writing().create(
            [self._prepare_statement(*owner, first) for owner in owners if owner not in there]
        )
        statements |= created.with_env(self.env)
        self._mark_complete(first, branches)
        statements.filtered(lambda statement: statement.state == "draft")._take_entries()
        return statements

    @api.model
    def _months_open(self, first, branches):
        """Return the first days of the months before ``first`` with entries on no statement, the oldest first.

        Of entries that were too late for their own month, these are the months of the drafts that take them.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT date_trunc('month', date)::date
                  FROM clinic_commission_entry
                 WHERE statement_id IS NULL AND company_id = ANY(%(branches)s) AND date < %(first)s
                 UNION
                SELECT DISTINCT statement.date_from
                  FROM clinic_commission_statement statement
                 WHERE statement.state = 'draft' AND statement.company_id = ANY(%(branches)s)
                   AND statement.date_from < %(first)s
                   AND EXISTS (
                       SELECT FROM clinic_commission_entry entry
                        WHERE entry.statement_id IS NULL AND entry.company_id = statement.company_id
                          AND entry.practitioner_id = statement.practitioner_id AND entry.date <= statement.date_to
                       )
              ORDER BY 1
                """,
                branches=branches.ids,
                first=first,
            )
        )
        return [month for (month,) in rows]

    @api.model
    def _wait_for_other_statements(self, branches):
        """Let somebody who makes statements of these branches at this moment finish first.

        This transaction then fails to serialize, and Odoo runs it again, when it sees what the other one has made.
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL("UPDATE res_company SET write_date = write_date WHERE id = ANY(%s) RETURNING id", sorted(branches.ids))
        )

    @api.model
    def _prepare_statement(self, practitioner_id, branch_id, first):
        """Return the values of the statement of a practitioner in a branch for the month from ``first`` on."""
        return {"practitioner_id": practitioner_id, "date_from": first, "company_id": branch_id}

    @api.model
    def _owners_without_statement(self, last, branches):
        """Return [(practitioner, branch)] of the entries up to the day ``last`` that no statement has, by their ids."""
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT practitioner_id, company_id
                  FROM clinic_commission_entry
                 WHERE statement_id IS NULL AND company_id = ANY(%s) AND date <= %s
              ORDER BY practitioner_id, company_id
                """,
                branches.ids,
                last,
            )
        )

    def _take_entries(self):
        """Put on each of these draft statements what is its practitioner's, up to its month, and on none yet.

        In the order in which the entries lie in the table: each of its pages is then written once.
        """
        if not self:
            return
        self.flush_model(["practitioner_id", "company_id", "date_to"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE clinic_commission_entry entry
                   SET statement_id = taken.statement_id
                  FROM (SELECT open.id, statement.id AS statement_id
                          FROM clinic_commission_statement statement
                          JOIN clinic_commission_entry open
                            ON open.statement_id IS NULL AND open.company_id = statement.company_id
                           AND open.practitioner_id = statement.practitioner_id AND open.date <= statement.date_to
                         WHERE statement.id = ANY(%s)
                      ORDER BY open.id) AS taken
                 WHERE entry.id = taken.id
                """,
                self.ids,
            )
        )
        self.env["clinic.commission.entry"].invalidate_model(["statement_id"], flush=False)
        self.invalidate_recordset(["entry_ids"], flush=False)
        for name in ("entry_count", "base_amount", "amount", "clinic_amount"):
            self.env.add_to_compute(self._fields[name], self)
        self._recompute_recordset()
