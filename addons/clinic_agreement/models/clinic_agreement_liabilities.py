from odoo import api, fields, models
from odoo.tools import SQL

from ..const import LISTED, POSTED


class ClinicAgreement(models.Model):
    """What the branch owes to its patients: deposits, credits and sessions, by our records and by the books."""

    _inherit = "clinic.agreement"

    @api.model
    def _compare_deposits(self, branch):
        """What a visit to come counts as paid in advance is open in the books for it."""
        return self._compare(
            SQL(
                """
                SELECT 'clinic.visit' AS model, visit.id, visit.name AS document,
                       CASE WHEN ABS(COALESCE(visit.deposit_paid, 0) - COALESCE(paid.amount, 0)) < %(cent)s THEN NULL
                            WHEN paid.is_waiting THEN 'by_statement'
                            ELSE 'deposit_amount'
                        END AS cause,
                       COALESCE(visit.deposit_paid, 0) AS ours,
                       COALESCE(paid.amount, 0) AS ledger
                  FROM clinic_visit visit
             LEFT JOIN (
                       SELECT paid.clinic_visit_id,
                              -SUM(line.amount_residual) AS amount,
                              BOOL_OR(
                                  paid.move_id IS NULL AND paid.outstanding_account_id IS NULL
                                  AND paid.state IN %(posted)s
                              ) AS is_waiting
                         FROM account_payment paid
                    LEFT JOIN (
                              SELECT line.move_id, line.amount_residual
                                FROM account_move_line line
                                JOIN account_account account ON account.id = line.account_id
                               WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
                              ) line ON line.move_id = paid.move_id
                        WHERE paid.clinic_visit_id IS NOT NULL
                     GROUP BY paid.clinic_visit_id
                       ) paid ON paid.clinic_visit_id = visit.id
                 WHERE visit.company_id = %(branch)s
                   AND NOT %(no_visit_ahead)s
                   AND (visit.deposit_paid != 0 OR paid.amount != 0)
                """,
                posted=POSTED,
                cent=self._cent(branch),
                branch=branch.id,
                no_visit_ahead=self.env["account.payment"]._no_visit_ahead_sql(),
            )
        )

    @api.model
    def _compare_credits(self, branch):
        """Each credit of a patient comes from a payment, a credit note or the bank's statement."""
        return self._compare(
            SQL(
                """
                SELECT 'account.move' AS model, move.id, move.name AS document,
                       CASE WHEN %(known)s THEN NULL ELSE 'by_hand' END AS cause,
                       CASE WHEN %(known)s THEN -line.amount_residual ELSE 0 END AS ours,
                       -line.amount_residual AS ledger
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
             LEFT JOIN account_payment paid ON paid.move_id = move.id
             LEFT JOIN clinic_visit visit ON visit.id = paid.clinic_visit_id
                 WHERE line.company_id = %(branch)s
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual < 0
                   AND account.account_type = 'asset_receivable'
                   AND %(no_visit_ahead)s
                   AND EXISTS (SELECT FROM clinic_patient patient WHERE patient.partner_id = line.partner_id)
                """,
                known=SQL("(paid.id IS NOT NULL OR move.move_type != 'entry' OR move.statement_line_id IS NOT NULL)"),
                branch=branch.id,
                no_visit_ahead=self.env["account.payment"]._no_visit_ahead_sql(),
            )
        )

    @api.model
    def _compare_refunds(self, branch):
        """A refund that was approved has credited what was approved."""
        return self._compare(
            SQL(
                """
                SELECT 'clinic.refund' AS model, refund.id, refund.name AS document,
                       CASE WHEN ABS(refund.amount_credit - COALESCE(SUM(note.amount_total), 0)) >= %(cent)s
                            THEN 'refund_note' END AS cause,
                       refund.amount_credit AS ours,
                       COALESCE(SUM(note.amount_total), 0) AS ledger
                  FROM clinic_refund refund
             LEFT JOIN account_move note
                    ON note.clinic_refund_id = refund.id AND note.move_type = 'out_refund' AND note.state = 'posted'
                 WHERE refund.state = 'done' AND refund.company_id = %(branch)s
              GROUP BY refund.id
                """,
                cent=self._cent(branch),
                branch=branch.id,
            )
        )

    @api.model
    def _compare_deferred(self, branch):
        """The sessions that are left are worth what waits as deferred revenue; the proof names the documents."""
        proof = self.env["clinic.deferred.proof"]
        books, sessions, documents = proof._compare(branch, fields.Date.to_date("9999-12-31"))
        listed = [
            (
                self._cause_of_deferred(branch, move_id, refund_id, since),
                *self._deferred_document(move_id, refund_id),
                name,
            )
            for name, move_id, refund_id, since, _books, _sessions in documents[:LISTED]
        ]
        figures = [(in_sessions, in_books) for *_known, in_books, in_sessions in documents[:LISTED]]
        return (
            sessions,
            books,
            len(documents[LISTED:]),
            [(*one, *amounts) for one, amounts in zip(listed, figures, strict=True)],
        )

    @api.model
    def _deferred_document(self, move_id, refund_id):
        if refund_id:
            return "clinic.refund", refund_id
        return ("account.move", move_id) if move_id else (None, None)

    @api.model
    def _cause_of_deferred(self, branch, move_id, refund_id, since):
        """Return why books and sessions differ in a document, or in what was performed from ``since`` without one."""
        if move_id or refund_id:
            return "deferred_entry"
        yesterday = fields.Date.subtract(branch._clinic_today(), days=1)
        # One entry a day is made once the day is over.
        return "waiting_entry" if branch.clinic_package_entries == "day" and since >= yesterday else "session_no_entry"
