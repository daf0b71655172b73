from odoo import api, models
from odoo.tools import SQL, date_utils

from ..month import of_limit, of_tiers


class ClinicCommissionStatement(models.Model):
    """Making a month's statements: what a month comes to as a whole, then the rows that no statement has yet.

    A month may have 100,000 entries, and they join their statements in one step of the database.
    """

    _inherit = "clinic.commission.statement"

    @api.model
    def _generate(self, month, branches):
        """Return the statements of ``month`` (any date in it), one a practitioner with commissions in each branch.

        They take all entries up to the month's end that no statement has yet: what came too late for an approved
        statement goes to the next. Draft statements of the month are brought up to date.
        """
        first = date_utils.start_of(month, "month")
        self._wait_for_other_statements(branches)
        # Everybody earns by their own rights; what a month comes to is computed of all.
        self.sudo()._write_month_figures(first, branches)
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

    # -- the month as a whole -----------------------------------------------------------------------------------------

    @api.model
    def _write_month_figures(self, first, branches):
        """Write what tiers, guarantees and caps add to the months that are touched; again, only what is new.

        A month that is not over has no figures yet. One that was settled is looked at again when something of it was
        taken back later: the difference goes on the next statement.
        """
        entries = self.env["clinic.commission.entry"]
        entries.flush_model()
        limits = {
            (limit.practitioner_id.id, limit.company_id.id): limit
            for limit in self.env["clinic.commission.limit"]._in_force(first, branches)
        }
        touched = self._months_touched(first, branches)
        touched |= {(*owner, first) for owner, limit in limits.items() if limit.minimum}
        touched |= self._months_there(first, branches)
        over = {branch.id: date_utils.start_of(branch._clinic_today(), "month") for branch in branches}
        touched = sorted(key for key in touched if key[2] < over[key[1]])
        if not touched:
            return entries
        made = entries.create(self._prepare_tier_figures(first, touched))
        return made | entries.create(self._prepare_limit_figures(first, touched))

    @api.model
    def _months_touched(self, first, branches):
        """Return {(practitioner, branch, month)} of the entries that the statements of ``first`` will take."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT practitioner_id, company_id, month
                  FROM clinic_commission_entry
                 WHERE statement_id IS NULL AND company_id = ANY(%s) AND date <= %s
                """,
                branches.ids,
                date_utils.end_of(first, "month"),
            )
        )
        return set(rows)

    @api.model
    def _months_there(self, first, branches):
        """Return {(practitioner, branch, month)} of the statements of this month, and of incomplete ones before it.

        Those may have been made, or even approved, before their month was over.
        """
        there = self.search([("date_from", "=", first), ("company_id", "in", branches.ids)])
        there |= self._incomplete(first, branches)
        return {(statement.practitioner_id.id, statement.company_id.id, statement.date_from) for statement in there}

    @api.model
    def _incomplete(self, first, branches):
        """Return the statements up to this month whose month was not over when they were made."""
        return self.search(
            [("is_complete", "=", False), ("date_from", "<=", first), ("company_id", "in", branches.ids)]
        )

    @api.model
    def _mark_complete(self, first, branches):
        """Note which statements had their month's figures computed after the end of the month."""
        # Who may make statements also completes those of earlier months.
        done = self.sudo()._incomplete(first, branches)
        done = done.filtered(lambda statement: statement.date_to < statement.company_id._clinic_today())
        done._clinic_writing().is_complete = True

    @api.model
    def _sums_of(self, touched, what, where):
        """Return rows of ``what`` summed over the entries of the months ``touched`` that meet ``where``."""
        practitioners, branches, months = (list(values) for values in zip(*touched, strict=True))
        return self.env.execute_query(
            SQL(
                """
                SELECT entry.practitioner_id, entry.company_id, entry.month, %(what)s
                  FROM clinic_commission_entry entry
                  JOIN unnest(%(practitioners)s, %(branches)s, %(months)s::date[]) AS touched(who, branch, month)
                    ON touched.who = entry.practitioner_id AND touched.branch = entry.company_id
                   AND touched.month = entry.month
                 WHERE %(where)s
                """,
                what=what,
                practitioners=practitioners,
                branches=branches,
                months=months,
                where=where,
            )
        )

    @api.model
    def _prepare_tier_figures(self, first, touched):
        """Return the values of the entries by which each rule with tiers comes to what its month has reached."""
        rows = self._sums_of(
            touched,
            SQL(
                """
                entry.rule_id, entry.role, SUM(entry.base_amount), SUM(entry.amount),
                MAX(entry.id) FILTER (WHERE entry.kind = 'earned'), COUNT(*) FILTER (WHERE entry.kind = 'tiers')
                """
            ),
            SQL("entry.tiered GROUP BY 1, 2, 3, 4, 5"),
        )
        entries, prepared = self.env["clinic.commission.entry"], []
        # The last one that was earned tells by which tiers.
        earned = {entry.id: entry for entry in entries.browse([row[7] for row in rows if row[7]])}
        for *key, rule, role, base, amount, last, count in rows:
            if last not in earned or not (terms := earned[last].terms or {}).get("tiers"):
                continue
            currency = earned[last].company_id.currency_id
            base = currency.round(float(base or 0))
            total = currency.round(of_tiers(terms["tiers"], terms["whole"], terms["percent"], base))
            before = currency.round(float(amount or 0))
            if not currency.is_zero(total - before):
                prepared.append(
                    {
                        **self._prepare_figure(first, *key, "tiers", f"{rule}:{role}", count),
                        "rule_id": rule,
                        "role": role,
                        "tiered": True,
                        "amount": currency.round(total - before),
                        "terms": {"base": base, "total": total, "before": before},
                    }
                )
        return prepared

    @api.model
    def _prepare_limit_figures(self, first, touched):
        """Return the values of the entries by which a month comes to what is guaranteed, or the most."""
        self.env["clinic.commission.entry"].flush_model()
        rows = self._sums_of(
            touched,
            SQL(
                """
                COALESCE(SUM(entry.amount) FILTER (WHERE entry.kind != 'limit'), 0),
                COALESCE(SUM(entry.amount) FILTER (WHERE entry.kind = 'limit'), 0),
                MAX(entry.id) FILTER (WHERE entry.kind = 'limit'), COUNT(*) FILTER (WHERE entry.kind = 'limit')
                """
            ),
            SQL("TRUE GROUP BY 1, 2, 3"),
        )
        sums = {tuple(row[:3]): row[3:] for row in rows}
        settled = {
            figure.id: figure
            for figure in self.env["clinic.commission.entry"].browse([row[5] for row in rows if row[5]])
        }
        limits = self.env["clinic.commission.limit"].search([("practitioner_id", "in", [key[0] for key in touched])])
        prepared = []
        for key in touched:
            total, there, last, count = sums.get(key, (0, 0, None, 0))
            # A month that was settled keeps what counted then.
            terms = settled[last].terms if last else limits._terms_of(*key)
            currency = self.env["res.company"].browse(key[1]).currency_id
            total = currency.round(float(total))
            figure = currency.round(of_limit(terms["minimum"], terms["maximum"], total) - float(there))
            if not currency.is_zero(figure):
                prepared.append(
                    {
                        **self._prepare_figure(first, *key, "limit", "", count),
                        "amount": figure,
                        "terms": self._limit_terms(terms["minimum"], terms["maximum"], total),
                    }
                )
        return prepared

    @api.model
    def _limit_terms(self, minimum, maximum, total):
        """Return the terms to freeze of a guarantee or cap; they count for the month from then on."""
        terms = {"minimum": minimum, "maximum": maximum, "before": total}
        if total < minimum:
            return {**terms, "limit": minimum, "cap": False}
        return {**terms, "limit": maximum, "cap": True} if maximum and total > maximum else terms

    @api.model
    def _prepare_figure(self, first, practitioner_id, branch_id, month, kind, what, count):
        """Return the values of an entry that stands for a whole month."""
        branch = self.env["res.company"].browse(branch_id)
        return {
            "date": min(date_utils.end_of(first, "month"), branch._clinic_today()),
            "month": month,
            "kind": kind,
            "practitioner_id": practitioner_id,
            "company_id": branch_id,
            "base_amount": 0.0,
            "origin_key": f"{kind}:{branch_id}:{month}:{what}",
            "posting": count + 1,
        }
