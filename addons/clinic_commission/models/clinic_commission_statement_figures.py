from odoo import api, models
from odoo.tools import SQL, date_utils

from ..month import of_limit, of_tiers


class ClinicCommissionStatement(models.Model):
    """What a month comes to as a whole: tiers, guarantees and caps, by entries of their own."""

    _inherit = "clinic.commission.statement"

    @api.model
    def _write_month_figures(self, first, branches, earlier=False):
        """Write what tiers, guarantees and caps add to the months that are touched; again, only what is new.

        A month that is not over has no figures yet. One that was settled is looked at again when something of it was
        taken back later: the difference goes on the next statement.
        """
        entries = self.env["clinic.commission.entry"]
        entries.flush_model()
        touched = self._months_touched(first, branches)
        touched |= self._months_guaranteed(first, branches, earlier)
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
    def _months_guaranteed(self, first, branches, earlier):
        """Return {(practitioner, branch, month)} of those whose month from ``first`` on is made up to a guarantee.

        An earlier month that a branch has settled owes nothing to who had no statement then.
        """
        if earlier:
            settled = self.search(
                [("date_from", "=", first), ("company_id", "in", branches.ids), ("state", "!=", "draft")]
            )
            branches -= settled.company_id
        limits = self.env["clinic.commission.limit"]._in_force(first, branches)
        return {
            (limit.practitioner_id.id, limit.company_id.id, first)
            for limit in limits
            if limit.minimum and limit.practitioner_id.active
        }

    @api.model
    def _months_there(self, first, branches):
        """Return {(practitioner, branch, month)} of the drafts of this month, and of incomplete statements before it.

        Those may have been made, or even approved, before their month was over.
        """
        there = self.search([("date_from", "=", first), ("company_id", "in", branches.ids), ("state", "=", "draft")])
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
        done._freeze_limits()

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
                COUNT(*) FILTER (WHERE entry.kind != 'limit'), COUNT(*) FILTER (WHERE entry.kind = 'limit')
                """
            ),
            SQL("TRUE GROUP BY 1, 2, 3"),
        )
        sums = {tuple(row[:3]): row[3:] for row in rows}
        terms_of, prepared = self._limits_of(touched), []
        for key in touched:
            total, there, earned, count = sums.get(key, (0, 0, 0, 0))
            terms = terms_of[key]
            if not earned and not there and not self.env["clinic.practitioner"].browse(key[0]).active:
                # Who has left is owed no guarantee of a month without work.
                terms = {**terms, "minimum": 0.0}
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
    def _limits_of(self, touched):
        """Return {(practitioner, branch, month): {"minimum", "maximum"}}: a settled month keeps what counted then."""
        practitioners = sorted({key[0] for key in touched})
        limits = self.env["clinic.commission.limit"].search([("practitioner_id", "in", practitioners)])
        settled = self.search(
            [
                ("practitioner_id", "in", practitioners),
                ("date_from", "in", sorted({key[2] for key in touched})),
                ("state", "!=", "draft"),
            ]
        )
        frozen = {
            (statement.practitioner_id.id, statement.company_id.id, statement.date_from): statement.limit_terms
            for statement in settled
        }
        return {key: frozen.get(key) or limits._terms_of(*key) for key in touched}

    def _freeze_limits(self):
        """Keep the guarantee and the cap of those of these months that are over and approved: they count from now on.

        An approval before the month's end comes before its figures, so that their terms are kept with those.
        """
        settled = self.filtered(lambda s: s.state != "draft" and s.is_complete and not s.limit_terms)
        # Who approves a statement need not see the limits.
        limits = self.env["clinic.commission.limit"].sudo()
        limits = limits.search([("practitioner_id", "in", settled.practitioner_id.ids)])
        for statement in settled:
            key = (statement.practitioner_id.id, statement.company_id.id, statement.date_from)
            statement._clinic_writing().limit_terms = limits._terms_of(*key)

    @api.model
    def _limit_terms(self, minimum, maximum, total):
        """Return the terms to freeze of a guarantee or cap, for the words of its entry."""
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
