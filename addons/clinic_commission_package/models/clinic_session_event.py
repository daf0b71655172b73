from odoo import api, models

from odoo.addons.clinic_commission.occasion import Amounts, Occasion


class ClinicSessionEvent(models.Model):
    """The session ledger earns: who performs a session earns with its value, until it is given back."""

    _inherit = "clinic.session.event"

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        # Whoever performs or sells does not see the rules.
        events.sudo()._write_commissions()
        return events

    def _write_commissions(self):
        """Write what these rows earn and take back."""
        entries = self.env["clinic.commission.entry"]
        if occasions := self._performed_occasions():
            entries._earn(occasions)
        for event in self.filtered(lambda event: event.kind == "returned"):
            entries._take_back(event.reverses_id._commission_key(), 0, 1, event.date)
        for course in self.filtered(lambda event: event.kind == "unsold").course_id:
            entries._reverse([("origin_key", "=", course._commission_key()), ("origin_id", "=", False)])

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
                charged=Amounts(net=event.session_id.value, list=event.session_id.list_value, quantity=1),
            )
            for event in self
            if event.kind == "redeemed"
        ]

    def _commission_key(self):
        """Return what names this use of a session for the commissions."""
        self.ensure_one()
        return f"session:{self.id}"
