from odoo import api, models


class ClinicBoard(models.AbstractModel):
    """What a patient has to sign, on the day board and on My Day, before the patient is in the chair."""

    _inherit = "clinic.board"

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        if not self.env["clinic.consent.need"]._is_used():
            return flags
        planned = {
            card["id"]: card
            for card in cards
            if card["state"] == "planned" and card["visit_state"] not in ("done", "cancelled", "no_show")
        }
        asked = self._questions(planned.values())
        due = {}
        for row in self.env["clinic.consent.need"]._due(asked, early=True):
            due.setdefault(planned[row["number"]]["visit_id"], []).append(row)
        if not due:
            return flags
        patients = {card["visit_id"]: card["patient_id"] for card in planned.values()}
        known = self._known_patients([patients[visit_id] for visit_id in due])
        for visit_id, rows in due.items():
            flags[visit_id].append(self._prepare_consent_flag(rows, patients[visit_id] in known))
        return flags

    @api.model
    def _prepare_consent_flag(self, rows, is_known):
        """Return what the board says of the consents ``rows`` of one visit; their names where the patient is known.

        What may be left out is offered in the visit's menu, and is no mark on the card.
        """
        names = {row["template_id"]: row["name"] for row in rows if row["mandatory"]}
        if any(row["stopped"] for row in rows):
            label = self.env._("An answer asks for a practitioner")
            return {"kind": "consent", "icon": "fa-hand-paper-o", "label": label}
        if not names:
            label = self.env._("A consent may be signed")
        elif is_known:
            label = self.env._("To sign: %s", ", ".join(names.values()))
        else:
            label = self.env._("Consent to be signed")
        return {"kind": "consent", "icon": "fa-pencil-square-o", "label": label, "is_quiet": not names}
