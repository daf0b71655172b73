from functools import lru_cache

from pytz import utc

from odoo import api, fields, models

ICONS = {"stop": "fa-ban", "ask": "fa-exclamation-triangle", "info": "fa-info-circle"}


@lru_cache(maxsize=4096)
def _local_day(start, zone):
    """Return the day of ``start`` (UTC, as text) in ``zone``: several addons ask it of each card of a day."""
    return utc.localize(fields.Datetime.to_datetime(start)).astimezone(zone).date()


class ClinicBoard(models.AbstractModel):
    """A patient's risks on the day board, before the patient is in the chair."""

    _inherit = "clinic.board"

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        planned = {card["id"]: card for card in cards if card["state"] == "planned"}
        asked = [(*question, None) for question in self._questions(planned.values())]
        found = {}
        for row in self.env["clinic.risk.check"]._find(asked):
            if row["overridden"]:
                row["level"] = "info"
            found.setdefault(planned[row["number"]]["visit_id"], []).append(row)
        known = self._known_patients([planned[row["number"]]["patient_id"] for rows in found.values() for row in rows])
        patients = {card["visit_id"]: card["patient_id"] for card in planned.values()}
        for visit_id, rows in found.items():
            flags[visit_id].append(self._prepare_risk_flag(rows, patients[visit_id] in known))
        return flags

    @api.model
    def _known_patients(self, patient_ids):
        """Return the ids of those of these patients of whose risks the user may know the names."""
        if not patient_ids or not self.env["clinic.procedure"]._has_clinical_eyes():
            return set()
        return set(self.env["clinic.patient"].browse(set(patient_ids))._in_care().ids)

    @api.model
    def _questions(self, cards):
        """Return (procedure id, patient id, treatment id, day) of each of ``cards``, as what is needed is asked for."""
        zone = self.env.company._clinic_timezone()
        return [
            (card["id"], card["patient_id"], card["treatment_id"], _local_day(card["start"], zone)) for card in cards
        ]

    @api.model
    def _day_of(self, card):
        return _local_day(card["start"], self.env.company._clinic_timezone())

    @api.model
    def _gravest_level(self, rows):
        """Return the gravest level among ``rows``, of which there are some."""
        return next(level for level in ICONS if any(row["level"] == level for row in rows))

    @api.model
    def _prepare_risk_flag(self, rows, is_known):
        """Return the flag of a visit for what was found for its procedures: the gravest level gives its look.

        :param is_known: whether the user may know the names
        """
        level = self._gravest_level(rows)
        label = self.env["clinic.risk"]._neutral_text(level)
        if is_known:
            ordered = sorted(rows, key=lambda row: list(ICONS).index(row["level"]))
            names = list(dict.fromkeys(row["name"] for row in ordered))
            # All of them: the one that is left out may be the one that matters.
            label = ", ".join(names)
            label = self.env._("Stop: %s", label) if level == "stop" else self.env._("Risk: %s", label)
        return {"kind": "risk" if level != "stop" else "risk_stop", "icon": ICONS[level], "label": label}
