from odoo import api, fields, models
from odoo.tools import SQL

from ..const import EXPLAINED, FRESH, LISTED, POSTED, RATES, TOO_LONG


class ClinicAgreement(models.Model):
    """Providers, payments and books: each pair is compared by one statement over all that there is.

    A check returns (our figure, that of the books, how many differences are not listed, the listed ones). Figures are
    in the branch's currency, money of others at today's rate on both sides.
    """

    _inherit = "clinic.agreement"

    # -- the statement ------------------------------------------------------------------------------------------------

    @api.model
    def _compare(self, each):
        """Return what a check returns, of the rows (model, id, document, cause, ours, ledger) of the query ``each``.

        A row without a cause agrees. All are added up by the database, and the last of those that differ listed.
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH each AS MATERIALIZED (%s)
                SELECT TRUE, cause, NULL AS model, NULL AS id, NULL AS document, SUM(ours), SUM(ledger), COUNT(*)
                  FROM each GROUP BY cause
             UNION ALL
                (SELECT FALSE, cause, model, id, document, ours, ledger, 1
                   FROM each WHERE cause IS NOT NULL ORDER BY id DESC LIMIT %s)
                """,
                each,
                LISTED,
            )
        )
        ours = sum(float(row[5] or 0) for row in rows if row[0])
        ledger = sum(float(row[6] or 0) for row in rows if row[0])
        listed = [(*row[1:5], float(row[5] or 0), float(row[6] or 0)) for row in rows if not row[0]]
        differing = sum(row[7] for row in rows if row[0] and row[1] and row[1] not in EXPLAINED)
        return ours, ledger, differing - sum(row[0] not in EXPLAINED for row in listed), listed

    @api.model
    def _lines_of(self, branch, check, ours, ledger, unlisted, listed):
        """Return the values of the lines of a check: its total, and what differs."""
        round_ = branch.currency_id.round
        rows = [
            {
                "check": check,
                "is_total": False,
                "cause": cause,
                "res_model": model,
                "res_id": id_,
                "document": document,
                "ours": round_(our),
                "ledger": round_(their),
                "difference": round_(our - their),
                "count": 0,
                "unlisted": 0,
                "state": "explained" if cause in EXPLAINED else "differs",
            }
            for cause, model, id_, document, our, their in listed
        ]
        total = {
            "check": check,
            "is_total": True,
            "cause": False,
            "ours": round_(ours),
            "ledger": round_(ledger),
            "difference": round_(ours - ledger),
            "unlisted": unlisted,
            **self._state_of(unlisted, [row["state"] for row in rows]),
        }
        return [total, *rows]

    @api.model
    def _rates(self, branch):
        """Return {id of another currency: today's rate to that of ``branch``}."""
        own, today = branch.currency_id, branch._clinic_today()
        others = self.env["res.currency"].with_context(active_test=True).search([]) - own
        return {one.id: one._get_conversion_rate(one, own, branch, today) for one in others}

    @api.model
    def _rate_sql(self, currency):
        """Return the SQL expression of today's rate from ``currency`` to that of the branch."""
        rates = self.env.context[RATES]
        cases = [SQL("WHEN %s THEN %s", currency_id, rate) for currency_id, rate in rates.items()]
        return SQL("CASE %s %s ELSE 1 END", currency, SQL(" ").join(cases)) if cases else SQL("1")

    @api.model
    def _cent(self, branch):
        """Return from which difference on two amounts differ."""
        return branch.currency_id.rounding / 2

    @api.model
    def _of_branch_sql(self):
        """Return the joins by which a transaction ``tx`` knows its branch: its provider may be the whole clinic's."""
        return SQL(
            """
            LEFT JOIN clinic_visit visit ON visit.id = tx.clinic_visit_id
            LEFT JOIN LATERAL (
                      SELECT move.company_id
                        FROM account_invoice_transaction_rel rel
                        JOIN account_move move ON move.id = rel.invoice_id
                       WHERE rel.transaction_id = tx.id
                    ORDER BY move.id
                       LIMIT 1
                      ) invoice ON TRUE
            """
        )

    # -- providers' word = payments -----------------------------------------------------------------------------------

    @api.model
    def _compare_online(self, branch):
        """Each online transaction that is done has one posted payment of its amount, and each such payment has one."""
        return self._compare(
            SQL(
                """
                SELECT 'payment.transaction' AS model, tx.id, tx.reference AS document,
                       CASE WHEN tx.state != 'done' THEN CASE WHEN paid.state IN %(posted)s THEN 'not_confirmed' END
                            WHEN paid.id IS NULL AND tx.last_state_change > %(fresh)s THEN 'being_entered'
                            WHEN paid.id IS NULL THEN 'not_entered'
                            WHEN paid.state NOT IN %(posted)s THEN 'taken_back'
                            WHEN paid.currency_id != tx.currency_id
                                 OR ABS(ABS(tx.amount) - paid.amount) >= %(cent)s THEN 'other_amount'
                        END AS cause,
                       CASE WHEN tx.state = 'done' THEN tx.amount * %(tx_rate)s ELSE 0 END AS ours,
                       CASE WHEN paid.state IN %(posted)s
                            THEN paid.amount * %(rate)s * CASE paid.payment_type WHEN 'outbound' THEN -1 ELSE 1 END
                            ELSE 0 END AS ledger
                  FROM payment_transaction tx
             LEFT JOIN account_payment paid
                    ON paid.id = COALESCE(
                           (SELECT own.id FROM account_payment own WHERE own.payment_transaction_id = tx.id),
                           tx.payment_id
                       )
                    %(of_branch)s
                 WHERE tx.operation != 'validation'
                   AND (tx.state = 'done' OR paid.id IS NOT NULL)
                   AND COALESCE(visit.company_id, invoice.company_id, paid.company_id, tx.company_id) = %(branch)s
                   -- What was captured in parts has its payments by the parts.
                   AND (paid.id IS NOT NULL OR NOT EXISTS (
                       SELECT FROM payment_transaction part
                        WHERE part.source_transaction_id = tx.id AND part.operation != 'refund'
                          AND part.state IN ('done', 'cancel')
                       ))
             UNION ALL
                SELECT 'account.payment', paid.id, paid.name, 'no_transaction', 0,
                       paid.amount * %(rate)s * CASE paid.payment_type WHEN 'outbound' THEN -1 ELSE 1 END
                  FROM account_payment paid
                  JOIN account_payment_method_line method ON method.id = paid.payment_method_line_id
                 WHERE method.payment_provider_id IS NOT NULL
                   AND paid.payment_transaction_id IS NULL
                   AND paid.state IN %(posted)s
                   AND paid.company_id = %(branch)s
                   AND NOT EXISTS (SELECT FROM payment_transaction tx WHERE tx.payment_id = paid.id)
                """,
                of_branch=self._of_branch_sql(),
                posted=POSTED,
                fresh=fields.Datetime.now() - FRESH,
                cent=self._cent(branch),
                tx_rate=self._rate_sql(SQL("tx.currency_id")),
                rate=self._rate_sql(SQL("paid.currency_id")),
                branch=branch.id,
            )
        )

    @api.model
    def _compare_under_way(self, branch):
        """Online payments that are neither done nor given up are asked about, and named while they are old."""
        now = fields.Datetime.now()
        return self._compare(
            SQL(
                """
                SELECT 'payment.transaction' AS model, tx.id, tx.reference AS document,
                       CASE WHEN tx.last_state_change > %(week)s THEN 'pending' ELSE 'pending_long' END AS cause,
                       tx.amount * %(rate)s AS ours,
                       0 AS ledger
                  FROM payment_transaction tx
                    %(of_branch)s
                 WHERE tx.state IN ('pending', 'authorized')
                   AND COALESCE(visit.company_id, invoice.company_id, tx.company_id) = %(branch)s
                """,
                of_branch=self._of_branch_sql(),
                week=now - TOO_LONG,
                rate=self._rate_sql(SQL("tx.currency_id")),
                branch=branch.id,
            )
        )

    # -- payments = books ---------------------------------------------------------------------------------------------

    @api.model
    def _compare_entries(self, branch):
        """Each payment that counts has a posted entry of its amount, and each of the others has none."""
        return self._compare(
            SQL(
                """
                SELECT 'account.payment' AS model, paid.id, COALESCE(paid.name, move.name) AS document,
                       CASE WHEN paid.state NOT IN %(posted)s
                            THEN CASE WHEN move.state = 'posted' THEN 'entry_of_none' END
                            WHEN move.id IS NULL AND paid.outstanding_account_id IS NULL THEN 'by_statement'
                            WHEN move.id IS NULL THEN 'no_entry'
                            WHEN move.state != 'posted' THEN 'entry_not_posted'
                            WHEN ABS(paid.amount - ABS(COALESCE(SUM(line.amount_currency), 0))) >= %(cent)s
                            THEN 'entry_amount'
                        END AS cause,
                       CASE WHEN paid.state IN %(posted)s
                            THEN paid.amount * %(rate)s * CASE paid.payment_type WHEN 'outbound' THEN -1 ELSE 1 END
                            ELSE 0 END AS ours,
                       CASE WHEN move.state = 'posted' THEN COALESCE(SUM(line.amount_currency), 0) * %(rate)s ELSE 0 END
                           AS ledger
                  FROM account_payment paid
             LEFT JOIN account_move move ON move.id = paid.move_id
             LEFT JOIN account_move_line line
                    ON line.move_id = move.id AND line.account_id = paid.outstanding_account_id
                 WHERE paid.company_id = %(branch)s
              GROUP BY paid.id, move.id
                """,
                posted=POSTED,
                cent=self._cent(branch),
                rate=self._rate_sql(SQL("paid.currency_id")),
                branch=branch.id,
            )
        )

    @api.model
    def _compare_open(self, branch):
        """What a patient's payment says is not used is its amount less all that was set off against it."""
        return self._compare(
            SQL(
                """
                SELECT 'account.payment' AS model, each.id, each.name AS document,
                       CASE WHEN ABS(each.ours - each.ledger) >= %(cent)s THEN 'open_amount' END AS cause,
                       each.ours * %(rate)s AS ours,
                       each.ledger * %(rate)s AS ledger
                  FROM (
                        SELECT paid.id, paid.name, paid.currency_id,
                               -SUM(line.amount_residual_currency) AS ours,
                               -SUM(
                                   line.amount_currency + COALESCE(credit.amount, 0) - COALESCE(debit.amount, 0)
                               ) AS ledger
                          FROM account_payment paid
                          JOIN account_move_line line ON line.move_id = paid.move_id
                          JOIN account_account account
                            ON account.id = line.account_id AND account.account_type = 'asset_receivable'
                     LEFT JOIN (
                               SELECT credit_move_id, SUM(credit_amount_currency) AS amount
                                 FROM account_partial_reconcile GROUP BY 1
                               ) credit ON credit.credit_move_id = line.id
                     LEFT JOIN (
                               SELECT debit_move_id, SUM(debit_amount_currency) AS amount
                                 FROM account_partial_reconcile GROUP BY 1
                               ) debit ON debit.debit_move_id = line.id
                         WHERE paid.company_id = %(branch)s AND line.parent_state = 'posted'
                      GROUP BY paid.id
                       ) each
                """,
                cent=self._cent(branch),
                rate=self._rate_sql(SQL("each.currency_id")),
                branch=branch.id,
            )
        )
