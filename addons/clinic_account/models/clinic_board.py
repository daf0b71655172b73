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
        self.env["clinic.patient"]._flush_amount_due()
        checked_out, paid, due = (
            self._path_to_sql(f"visit_id.{name}", query) for name in ("is_checked_out", "payment_state", "amount_due")
        )
        return {
            **columns,
            "to_check_out": SQL("(%s IS NOT TRUE OR %s = 'draft')", checked_out, paid),
            "visit_due": SQL("COALESCE(%s, 0)", due),
            "amount_due": self._amount_due(columns["patient_id"]),
        }

    @api.model
    def _amount_due(self, patient_id):
        """Return the SQL expression of what the patient of a card owes; as on the patient, of all branches."""
        return self.env["clinic.patient"]._sql_amount_due(patient_id)

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        due = {card["visit_id"]: card["amount_due"] for card in cards if (card.get("amount_due") or 0) > 0}
        currency = self.env.company.currency_id
        for visit_id, amount in due.items():
            label = self.env._("Owes %s", currency.format(amount))
            flags[visit_id].append({"kind": "unpaid", "icon": "fa-money", "label": label})
        return flags
