from odoo import api, fields, models


class ClinicReservation(models.Model):
    """A time that is being booked online is reserved like any other."""

    _inherit = "clinic.reservation"

    online_hold_id = fields.Many2one("clinic.online.hold", ondelete="cascade", index="btree_not_null")

    _online_is_other = models.Constraint(
        "CHECK (online_hold_id IS NULL OR is_other)", "What is being booked online is reserved for nothing else."
    )

    @api.model
    def _causes(self):
        return {**super()._causes(), "online_hold_id": "clinic.online.hold"}

    @api.model
    def _explain_overlaps(self, wanted):
        """Nor is a time that somebody online has let pass in anyone's way."""
        self._conflicting_reservations(wanted).online_hold_id._release_over()
        return super()._explain_overlaps(wanted)
