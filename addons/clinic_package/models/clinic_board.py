from odoo import api, models


class ClinicBoard(models.AbstractModel):
    """What reception sees of packages on the board: which session a card uses, and that it is not paid for."""

    _inherit = "clinic.board"

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        procedures = self.env["clinic.procedure"].sudo()
        patients = self.env["clinic.patient"].sudo().browse({card["patient_id"] for card in cards})
        # Most days' patients have no package: one statement says so.
        if not cards or not self._patients_with_courses(patients):
            return flags
        found = {}
        for procedure in procedures.browse({card["id"] for card in cards}):
            if flag := self._session_flag(procedure):
                found.setdefault((procedure.visit_id.id, flag["kind"], flag["icon"]), []).append(flag["label"])
        # A visit with several treatments has one flag of a kind.
        for (visit_id, kind, icon), labels in found.items():
            flags[visit_id].append({"kind": kind, "icon": icon, "label": "\n".join(dict.fromkeys(labels))})
        return flags

    @api.model
    def _patients_with_courses(self, patients):
        """Return whether one of ``patients`` has ever bought a package."""
        return bool(self.env["clinic.course"].sudo().search([("patient_id", "in", patients.ids)], limit=1))

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
