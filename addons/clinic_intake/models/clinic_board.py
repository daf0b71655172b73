from odoo import api, models

from .clinic_intake_need import OF_PATIENT


class ClinicBoard(models.AbstractModel):
    """That an intake is to be filled in or reviewed, on the day board and on My Day; what it says is not told."""

    _inherit = "clinic.board"

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        if not self.env["clinic.intake.need"]._is_used():
            return flags
        planned = {
            card["id"]: card
            for card in cards
            if card["state"] == "planned" and card["visit_state"] not in ("done", "cancelled", "no_show")
        }
        asked = self._questions(planned.values())
        found = {}
        for row in self.env["clinic.intake.need"]._find(asked):
            # What is only offered is no mark once it was filled in.
            is_open = row["state"] in OF_PATIENT or (row["state"] != "ok" and row["mandatory"])
            if is_open and not row["overridden"]:
                found.setdefault(planned[row["number"]]["visit_id"], []).append(row)
        for visit_id, rows in found.items():
            flags[visit_id].append(self._prepare_intake_flag(rows))
        return flags

    @api.model
    def _prepare_intake_flag(self, rows):
        """Return the flag of a visit whose intakes stand as in ``rows``: what the patient has to do comes first."""
        to_fill_in = any(row["state"] in OF_PATIENT for row in rows)
        is_needed = any(row["mandatory"] for row in rows)
        if not to_fill_in:
            label = self.env._("Intake not reviewed")
        else:
            label = self.env._("Intake to be filled in") if is_needed else self.env._("An intake may be filled in")
        icon = "fa-list-alt" if to_fill_in else "fa-user-md"
        return {"kind": "intake", "icon": icon, "label": label, "to_sign": to_fill_in, "is_quiet": not is_needed}
