from odoo import api, models
from odoo.tools import SQL


class ClinicBoard(models.AbstractModel):
    """What reception sees of packages on the board: which session a card uses, and that it is not paid for."""

    _inherit = "clinic.board"

    @api.model
    def _card_columns(self, query):
        columns = super()._card_columns(query)
        self.env["clinic.course"].flush_model(["patient_id"])
        # Within the statement that reads the cards anyway: most patients have never bought a package.
        bought = SQL(
            "EXISTS (SELECT FROM clinic_course course WHERE course.patient_id = %(patient_id)s)",
            patient_id=columns["patient_id"],
        )
        return {**columns, "has_course": bought}

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        found, asked = {}, {card["id"] for card in cards if card.pop("has_course", False)}
        # Who sees a card sees which session pays for it.
        for procedure in self.env["clinic.procedure"].sudo().browse(asked):
            if flag := self._session_flag(procedure):
                found.setdefault((procedure.visit_id.id, flag["kind"], flag["icon"]), []).append(flag["label"])
        # A visit with several treatments has one flag of a kind.
        for (visit_id, kind, icon), labels in found.items():
            flags[visit_id].append({"kind": kind, "icon": icon, "label": "\n".join(dict.fromkeys(labels))})
        return flags

    @api.model
    def _session_flag(self, procedure):
        """Return what a card says of the session that ``procedure`` uses, if anything."""
        session = procedure.session_use_id
        if session and not session._pays_now():
            label = self.env._("%s: not paid yet", session.display_name)
            return {"kind": "session_unpaid", "icon": "fa-exclamation-circle", "label": label}
        if session:
            return {"kind": "session", "icon": "fa-ticket", "label": session.display_name}
        if procedure.has_no_session_left:
            label = self.env._("No session of the package is left")
            return {"kind": "session_none", "icon": "fa-ticket", "label": label}
        return None
