from odoo import api, models
from odoo.tools import SQL

from .clinic_board import ICONS

INTERVALS = ("interval_least", "interval_latest")


class ClinicBoard(models.AbstractModel):
    """An interval that is too short, or too long, on the day board: as the gate will say at the start."""

    _inherit = "clinic.board"

    @api.model
    def _card_columns(self, query):
        columns = super()._card_columns(query)
        return columns | {name: self._path_to_sql(f"treatment_id.{name}", query) for name in INTERVALS}

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        short, long = {}, {}
        for card, days in self._days_since_last(cards):
            if days < (card["interval_least"] or 0):
                short.setdefault(card["visit_id"], []).append(card["treatment"])
            elif days > (card["interval_latest"] or days):
                long.setdefault(card["visit_id"], []).append(card["treatment"])
        for visit_id, names in short.items():
            label = self.env._("Interval too short: %s", ", ".join(names))
            flags[visit_id].append({"kind": "interval_stop", "icon": ICONS["stop"], "label": label})
        for visit_id, names in long.items():
            label = self.env._("Interval too long: %s", ", ".join(names))
            flags[visit_id].append({"kind": "interval", "icon": ICONS["info"], "label": label})
        return flags

    @api.model
    def _days_since_last(self, cards):
        """Return (card, days since the last session of its treatment) where there was one and an interval is set."""
        planned = {card["id"]: card for card in cards if card["state"] == "planned"}
        asked = [card for card in planned.values() if any(card[name] for name in INTERVALS)]
        if not asked:
            return []
        self.env["clinic.gate.override"].flush_model()
        rows = self.env.execute_query(self._last_sessions(asked))
        local = self.env.company._clinic_local
        return [(planned[id_], (self._day_of(planned[id_]) - local(last).date()).days) for id_, last in rows]

    @api.model
    def _last_sessions(self, cards):
        """Return the statement for the last session before each of ``cards``, unless it was overridden."""
        columns = [[card[key] for card in cards] for key in ("id", "patient_id", "treatment_id", "start")]
        return SQL(
            """
            SELECT asked.id, last.start
              FROM unnest(%s::int[], %s::int[], %s::int[], %s::timestamp[])
                   AS asked (id, patient_id, treatment_id, start)
        CROSS JOIN LATERAL (
                       SELECT id, start
                         FROM clinic_procedure
                        WHERE patient_id = asked.patient_id
                          AND treatment_id = asked.treatment_id
                          AND state = 'done'
                          AND start < asked.start
                     ORDER BY start DESC, id DESC
                        LIMIT 1
                   ) AS last
             WHERE NOT EXISTS (
                       SELECT 1
                         FROM clinic_gate_override
                        WHERE procedure_id = asked.id AND key = concat('interval-stop-', last.id)
                   )
            """,
            *columns,
        )
