from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import an_id, takes


class ClinicCheckout(models.AbstractModel):
    """Which session pays for a treatment, and the tap that chooses another way."""

    _inherit = "clinic.checkout"

    @api.model
    def _prepare_covered_row(self, procedure):
        row = super()._prepare_covered_row(procedure)
        # What pays for a treatment is known to everybody who sees it.
        session = procedure.sudo().session_use_id
        if not session:
            return row
        tap = {"method": "set_session", "label": self.env._("Charge It"), "value": False}
        return {**row, "detail": session.display_name, "taps": [tap]}

    @api.model
    def _prepare_row_kind(self, visit, vals, product):
        row = super()._prepare_row_kind(visit, vals, product)
        if row.get("kind") != "treatment":
            return row
        procedure = self.env["clinic.procedure"].browse(row["id"])
        # As above.
        session = procedure.sudo().session_choice_ids.filtered(lambda one: one._pays_now())[:1]
        if not session or procedure.sudo().session_use_id:
            return row
        tap = {"method": "set_session", "label": self.env._("Use a Session"), "value": session.id}
        return {**row, "taps": [tap]}

    @api.model
    @takes(visit_id=an_id(), procedure_id=an_id(), session_id=an_id())
    def set_session(self, visit_id, procedure_id, session_id=None):
        """Let a session pay for a treatment; none: it is charged.

        :raises UserError: when the session is not for it, or it was charged
        """
        visit = self._open_visit(visit_id)
        procedure = visit._procedures_to_charge().filtered(lambda one: one.id == procedure_id)
        if not procedure:
            raise UserError(self.env._("This treatment is no longer in the visit."))
        procedure.session_use_id = self.env["clinic.session"].browse(session_id or None)
        return self._prepare_screen(visit)
