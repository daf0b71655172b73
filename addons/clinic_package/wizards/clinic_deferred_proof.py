from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class ClinicDeferredProof(models.TransientModel):
    """The proof that deferred revenue in the books equals the value of the sessions that were not performed.

    On any day, branch by branch; where the two differ, the documents that make the difference are named.
    """

    _name = "clinic.deferred.proof"
    _description = "Deferred Revenue"

    day = fields.Date(string="On", required=True, default=lambda self: self.env.company._clinic_today())
    line_ids = fields.One2many(
        "clinic.deferred.proof.line", "proof_id", compute="_compute_line_ids", compute_sudo=True, store=True
    )
    is_proved = fields.Boolean(compute="_compute_line_ids", compute_sudo=True, store=True)

    @api.depends("day")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for proof in self:
            proof.display_name = self.env._("Deferred Revenue")

    @api.depends("day")
    @api.depends_context("allowed_company_ids")
    def _compute_line_ids(self):
        for proof in self:
            rows = proof._rows()
            proof.line_ids = [fields.Command.clear(), *(fields.Command.create(row) for row in rows)]
            proof.is_proved = not any(row["kind"] == "branch" and row["difference"] for row in rows)

    def _rows(self):
        """Return the values of the lines: each branch, and below it the documents in which the two differ."""
        self.ensure_one()
        # It is computed with all rights, so that nobody else needs to write its lines: who asks is looked at first.
        if not self.env.user.has_group("clinic.group_accountant"):
            raise AccessError(self.env._("Deferred revenue is read by accountants."))
        rows = []
        branches = self.env(su=False).companies.sudo()
        # What a session is worth is shown, not whose it is.
        sessions = self.env["clinic.session.event"].sudo()._deferred_on(self.day, branches)
        for branch in branches:
            books, _sessions, documents = self._compare(branch, self.day)
            ledger = sessions.get(branch.id, 0.0)
            rows.append(self._row("branch", branch, branch.name, books, ledger))
            for name, _move_id, _refund_id, _since, in_books, in_sessions in documents:
                name = name or self.env._("Performed, no entry yet")
                rows.append(self._row("document", branch, name, in_books, in_sessions))
        return rows

    def _row(self, kind, branch, name, books, ledger):
        currency = branch.currency_id
        return {
            "kind": kind,
            "company_id": branch.id,
            "name": name,
            "books": currency.round(books),
            "sessions": currency.round(ledger),
            "difference": currency.round(books - ledger),
        }

    @api.model
    def _compare(self, branch, day):
        """Compare books and sessions of ``branch`` up to ``day``: the one place that does.

        A refund's documents are one, and so are the rows of the ledger that no entry has been made of yet, which have
        neither number.

        :return: (in the books, in the sessions, the documents in which they differ: (name, move's id, refund's id, the
            first day, in the books, in the sessions))
        """
        account = branch.sudo().clinic_deferred_account_id or branch.sudo().root_id.clinic_deferred_account_id
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model()
        self.env["clinic.session.event"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH document AS MATERIALIZED (
                    SELECT COALESCE(MIN(refund.name), MIN(move.name)) AS name,
                           CASE WHEN refund.id IS NULL THEN move.id END AS move_id,
                           refund.id AS refund_id,
                           MIN(part.date) AS since,
                           SUM(part.books) AS books,
                           SUM(part.sessions) AS sessions
                      FROM (
                            SELECT line.move_id, line.date, -line.balance AS books, 0 AS sessions
                              FROM account_move_line line
                             WHERE line.account_id = %(account)s AND line.company_id = %(branch)s
                               AND line.parent_state = 'posted' AND line.date <= %(day)s
                         UNION ALL
                            SELECT event.move_id, event.date, 0, event.amount
                              FROM clinic_session_event event
                             WHERE event.company_id = %(branch)s AND event.date <= %(day)s
                               AND event.kind NOT IN ('transferred', 'received')
                           ) part
                 LEFT JOIN account_move move ON move.id = part.move_id
                 LEFT JOIN clinic_refund refund ON refund.id = move.clinic_refund_id
                  GROUP BY 2, 3
                )
                SELECT TRUE, NULL, NULL, NULL, NULL, SUM(books), SUM(sessions) FROM document
             UNION ALL
                SELECT FALSE, document.* FROM document WHERE ABS(books - sessions) >= %(rounding)s / 2
              ORDER BY 1 DESC, 2
                """,
                account=account.id or 0,
                branch=branch.id,
                day=day,
                rounding=branch.currency_id.rounding,
            )
        )
        [(*_nothing, books, sessions), *documents] = rows
        return (
            float(books or 0),
            float(sessions or 0),
            [(*known, float(in_books), float(in_sessions)) for _whole, *known, in_books, in_sessions in documents],
        )

    def action_items(self):
        """Open the journal items of deferred revenue."""
        self.ensure_one()
        accounts = self.env.companies.sudo().mapped("root_id.clinic_deferred_account_id")
        accounts |= self.env.companies.sudo().clinic_deferred_account_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deferred Revenue"),
            "res_model": "account.move.line",
            "view_mode": "list,pivot",
            "domain": [
                ("account_id", "in", accounts.ids),
                ("parent_state", "=", "posted"),
                ("date", "<=", fields.Date.to_string(self.day)),
            ],
            "context": {"create": False},
        }


class ClinicDeferredProofLine(models.TransientModel):
    """One branch, or one document in which the books and the sessions differ."""

    _name = "clinic.deferred.proof.line"
    _description = "Deferred Revenue of a Branch"

    proof_id = fields.Many2one("clinic.deferred.proof", required=True, ondelete="cascade")
    kind = fields.Selection([("branch", "Branch"), ("document", "Document")], required=True)
    company_id = fields.Many2one("res.company", required=True, string="Branch")
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(required=True)
    books = fields.Monetary(string="In the Books")
    sessions = fields.Monetary(string="Sessions Left")
    difference = fields.Monetary()
