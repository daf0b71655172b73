from odoo import api, models
from odoo.tools import SQL


class ClinicBoard(models.AbstractModel):
    """Says on a card whether the patient knows of the time, and has confirmed it."""

    _inherit = "clinic.board"

    @api.model
    def _card_columns(self, query):
        columns = super()._card_columns(query)
        self.env["clinic.message"].flush_model(["state", "is_trial", "visit_id", "visit_start", "recipient", "kind_id"])
        # Within the statement that reads the cards anyway.
        last = SQL(
            """
            (SELECT CASE WHEN message.is_trial THEN 'trial' ELSE message.state END
               FROM clinic_message message
               JOIN clinic_message_kind kind ON kind.id = message.kind_id AND kind.trigger IN ('booked', 'moved')
              WHERE message.visit_id = %(visit_id)s AND message.visit_start = %(visit_start)s
                AND message.recipient = 'patient' AND message.state != 'cancelled'
           ORDER BY message.id DESC
              LIMIT 1)
            """,
            visit_id=columns["visit_id"],
            visit_start=columns["visit_start"],
        )
        return {
            **columns,
            "told": last,
            "confirmed": SQL("%s = %s", self._path_to_sql("visit_id.confirmed_start", query), columns["visit_start"]),
        }

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        expected = {card["visit_id"]: card for card in cards if card["visit_state"] == "booked"}
        for visit_id, card in expected.items():
            if flag := self._prepare_message_flag(card):
                flags[visit_id].append(flag)
        return flags

    @api.model
    def _prepare_message_flag(self, card):
        """Return the one flag that says most about what the patient of ``card`` knows, or None."""
        if card["confirmed"]:
            return {"kind": "confirmed", "icon": "fa-check-circle", "label": self.env._("Confirmed by the patient")}
        if card["told"] in ("sent", "handed_over"):
            return {"kind": "told", "icon": "fa-paper-plane", "label": self.env._("Patient told")}
        if card["told"] == "trial":
            return {"kind": "telling", "icon": "fa-flask", "label": self.env._("Trial: nothing was sent")}
        if card["told"] in ("queued", "sending"):
            return {"kind": "telling", "icon": "fa-clock-o", "label": self.env._("Message on its way")}
        if card["told"] in ("failed", "unknown"):
            label = self.env._("Not told: call the patient")
            return {"kind": "not_told", "icon": "fa-phone", "label": label}
        return None
