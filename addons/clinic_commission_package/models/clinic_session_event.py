from odoo import api, models

from odoo.addons.clinic_commission.occasion import Occasion


class ClinicSessionEvent(models.Model):
    """The session ledger earns: who performs a session earns with its value, until it is given back."""

    _inherit = "clinic.session.event"

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        # Anyone may perform or sell without seeing the rules.
        events.sudo()._write_commissions()
        return events

    def _write_commissions(self):
        """Write what these rows earn and take back."""
        entries = self.env["clinic.commission.entry"]
        if occasions := self._performed_occasions():
            entries._earn_sessions(occasions)
        for event in self.filtered(lambda event: event.kind == "returned"):
            entries._take_back(event.reverses_id._commission_key(), 0, 1, event.date)
        for course in self.filtered(lambda event: event.kind == "unsold").course_id:
            entries._reverse([("origin_key", "in", course._commission_keys()), ("origin_id", "=", False)])

    def _performed_occasions(self):
        """Return the occasions of those of these rows by which a session was performed."""
        return [
            Occasion(
                key=event._commission_key(),
                day=event.date,
                branch=event.company_id,
                people=event.procedure_id._commission_people(),
                treatment=event.procedure_id.treatment_id,
                procedure=event.procedure_id,
                payer=event.course_id._payer().invoice_line_id.move_id,
                charged=event.session_id._commission_amounts(event.procedure_id.treatment_id),
            )
            for event in self
            if event.kind == "redeemed"
        ]

    def _given_back(self):
        """Return those of these uses of sessions that were given back."""
        return self.search([("reverses_id", "in", self.ids)]).reverses_id

    def _commission_key(self):
        """Return what names this use of a session for the commissions."""
        self.ensure_one()
        return f"session:{self.id}"
