from odoo import api, models
from odoo.tools import SQL


class ClinicBoard(models.AbstractModel):
    """Says on a card that the patient is due for something else: reception speaks of it at the desk."""

    _inherit = "clinic.board"

    @api.model
    def _card_columns(self, query):
        columns = super()._card_columns(query)
        recalls = self.env["clinic.recall"]
        if not recalls.has_access("read"):
            return columns
        recalls.flush_model(["patient_id", "state", "next_on", "company_id", "rule_id"])
        reason = self.env["clinic.recall.rule"].sudo()._field_to_sql("rule", "reason")
        # Within the statement that reads the cards anyway.
        due = SQL(
            """
            (SELECT STRING_AGG(%(reason)s, E'\\n' ORDER BY recall.priority, recall.due_on)
               FROM clinic_recall recall
               JOIN clinic_recall_rule rule ON rule.id = recall.rule_id
              WHERE recall.patient_id = %(patient_id)s AND recall.state = 'open' AND recall.next_on <= %(today)s
                AND recall.company_id = ANY(%(branches)s))
            """,
            reason=reason,
            patient_id=columns["patient_id"],
            today=self.env.company._clinic_today(),
            branches=self.env.companies.ids,
        )
        return {**columns, "recall": due}

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        for visit_id, texts in {card["visit_id"]: card["recall"] for card in cards if card.get("recall")}.items():
            flags[visit_id].append({"kind": "recall", "icon": "fa-bell", "label": texts})
        return flags
