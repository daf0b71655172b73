from odoo import fields, models
from odoo.tools import SQL


class ClinicRecallRule(models.Model):
    """What patients owe and has become due; the recall says neither for what nor how much."""

    _inherit = "clinic.recall.rule"

    cause = fields.Selection(
        selection_add=[("instalment", "Unpaid instalment")], ondelete={"instalment": lambda rules: rules._forget()}
    )

    def _since_last(self, today):
        # An invoice may be posted with a due date that has passed, and not many are open.
        return self._whole_window(today) if self.cause == "instalment" else super()._since_last(today)

    def _find_instalment(self, scope, window):
        """An instalment, or an invoice, is overdue by so many days."""
        for model in ("account.move", "account.move.line"):
            self.env[model].flush_model()
        day = SQL("line.date_maturity + %s", self.days)
        return SQL(
            """
            SELECT person.id AS patient_id, line.company_id, NULL::int AS treatment_id, %(day)s AS due_on,
                   'm' || line.id AS origin
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
               AND account.account_type = 'asset_receivable'
              JOIN account_move move ON move.id = line.move_id AND move.move_type = 'out_invoice'
              JOIN clinic_patient person ON person.partner_id = line.partner_id
              JOIN branch ON branch.id = line.company_id
             WHERE line.parent_state = 'posted' AND line.amount_residual > 0 AND line.reconciled IS NOT TRUE
               AND %(due)s AND %(scope)s
            """,
            day=day,
            due=self._is_due(day),
            scope=scope(SQL("person.id")),
        )
