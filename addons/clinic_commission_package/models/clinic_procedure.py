from odoo import models


class ClinicProcedure(models.Model):
    """Who took part in a session of a package can be changed at the desk until a statement with it is approved."""

    _inherit = "clinic.procedure"

    def _before_people_change(self):
        super()._before_people_change()
        self._take_back_sessions()

    def _after_people_change(self):
        super()._after_people_change()
        self._earn_sessions()

    def _earn_again(self):
        super()._earn_again()
        self._take_back_sessions()
        self._earn_sessions()

    def _take_back_sessions(self):
        """Take back what was earned with the sessions that these procedures used."""
        # The right to change what it follows from was checked; commissions are seen by others.
        entries = self.env["clinic.commission.entry"].sudo()
        if keys := [use._commission_key() for use in self._commission_uses()]:
            entries._reverse([("origin_key", "in", keys), ("origin_id", "=", False)])

    def _earn_sessions(self):
        """Write what is earned with the sessions that these procedures used."""
        # As above.
        if occasions := self._commission_uses()._performed_occasions():
            self.env["clinic.commission.entry"].sudo()._earn_sessions(occasions)

    def _commission_uses(self):
        """Return the rows of the session ledger by which these procedures used sessions that were not given back."""
        # As above.
        events = self.env["clinic.session.event"].sudo()
        uses = events.search([("procedure_id", "in", self.ids), ("kind", "=", "redeemed")])
        return uses - uses._given_back()
