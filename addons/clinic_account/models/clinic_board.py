from odoo import api, models
from odoo.tools import SQL


class ClinicBoard(models.AbstractModel):
    _inherit = "clinic.board"

    @api.model
    def _card_columns(self, query):
        columns = super()._card_columns(query)
        return {**columns, "to_check_out": self._to_check_out(columns["visit_id"])}

    @api.model
    def _to_check_out(self, visit_id):
        """Return the SQL expression that says whether the user may make the invoice that a visit still lacks."""
        if not self.env["account.move"].has_access("create"):
            return SQL("FALSE")
        return SQL(
            """
            NOT EXISTS (
                SELECT 1
                  FROM account_move invoice
                 WHERE invoice.clinic_visit_id = %s AND invoice.move_type = 'out_invoice' AND invoice.state != 'cancel'
            )
            """,
            visit_id,
        )

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        due = self._amounts_due(list({card["patient_id"] for card in cards}))
        currency = self.env.company.currency_id
        labels = {patient_id: self.env._("Owes %s", currency.format(amount)) for patient_id, amount in due.items()}
        for visit_id, patient_id in {(card["visit_id"], card["patient_id"]) for card in cards}:
            if patient_id in labels:
                flags[visit_id].append({"kind": "unpaid", "icon": "fa-money", "label": labels[patient_id]})
        return flags

    @api.model
    def _amounts_due(self, patient_ids):
        """Return {patient id: what the patient owes on posted invoices} of those who owe something."""
        if not self.env["account.move"].has_access("read"):
            return {}
        self.env["account.move"].flush_model(["partner_id", "state", "move_type", "amount_residual_signed"])
        self.env["clinic.patient"].flush_model(["partner_id"])
        # As on the patient: a debt in any branch is a debt.
        query = SQL(
            """
            SELECT patient.id, SUM(move.amount_residual_signed)
              FROM clinic_patient patient
              JOIN account_move move ON move.partner_id = patient.partner_id
             WHERE patient.id = ANY(%s)
               AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund')
          GROUP BY patient.id
            HAVING SUM(move.amount_residual_signed) > 0
            """,
            patient_ids,
        )
        return dict(self.env.execute_query(query))
