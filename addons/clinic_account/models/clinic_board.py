from odoo import api, models
from odoo.tools import SQL


class ClinicBoard(models.AbstractModel):
    """What reception has to collect; nothing of it for those who may not read invoices."""

    _inherit = "clinic.board"

    @api.model
    def _card_columns(self, query):
        columns = super()._card_columns(query)
        if not self.env["account.move"].has_access("read"):
            return columns
        self.env["account.move"].flush_model()
        return {
            **columns,
            "amount_due": self._amount_due(columns["patient_id"]),
            "to_check_out": self._to_check_out(columns["visit_id"]),
        }

    @api.model
    def _amount_due(self, patient_id):
        """Return the SQL expression of what a patient owes on posted invoices; as on the patient, of all branches."""
        return SQL(
            """
            (SELECT SUM(move.amount_residual_signed)
               FROM account_move move
               JOIN clinic_patient debtor ON debtor.partner_id = move.partner_id
              WHERE (debtor.id = %(patient)s OR debtor.merged_into_id = %(patient)s)
                AND move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund'))
            """,
            patient=patient_id,
        )

    @api.model
    def _to_check_out(self, visit_id):
        """Return the SQL expression that says whether a visit still lacks its invoice."""
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
        due = {card["visit_id"]: card["amount_due"] for card in cards if (card.get("amount_due") or 0) > 0}
        currency = self.env.company.currency_id
        for visit_id, amount in due.items():
            label = self.env._("Owes %s", currency.format(amount))
            flags[visit_id].append({"kind": "unpaid", "icon": "fa-money", "label": label})
        return flags
