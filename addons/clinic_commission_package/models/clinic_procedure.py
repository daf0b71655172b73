from odoo import models


class ClinicProcedure(models.Model):
    """Who took part in a session of a package may still be said at the desk: it earns again until it is settled."""

    _inherit = "clinic.procedure"

    def _before_people_change(self):
        super()._before_people_change()
        # Who may change who took part was checked; what follows from it is seen by others.
        entries = self.env["clinic.commission.entry"].sudo()
        if keys := [use._commission_key() for use in self._commission_uses()]:
            entries._reverse([("origin_key", "in", keys), ("origin_id", "=", False)])

    def _after_people_change(self):
        super()._after_people_change()
        # As above.
        if occasions := self._commission_uses()._performed_occasions():
            self.env["clinic.commission.entry"].sudo()._earn(occasions)

    def _commission_uses(self):
        """Return the rows of the session ledger by which these procedures used sessions that were not given back."""
        # As above.
        events = self.env["clinic.session.event"].sudo()
        uses = events.search([("procedure_id", "in", self.ids), ("kind", "=", "redeemed")])
        return uses - events.search([("reverses_id", "in", uses.ids)]).reverses_id
