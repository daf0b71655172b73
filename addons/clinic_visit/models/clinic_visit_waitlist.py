from odoo import api, models

# In the context of a booking that takes the time of holds that have run out. An object, so that nobody can hand it
# over from outside, and take a time away from those who wait.
GIVES_WAY = object()


class ClinicProcedure(models.Model):
    """A time that is given up, by whatever way, is offered to those who wait."""

    _inherit = "clinic.procedure"

    def _sync_reservations(self):
        """Offer what these procedures no longer hold: cancelled, missed, moved away, or a hold that has run out."""
        held = self._held_resources()
        result = super()._sync_reservations()
        # A hold that ran out and is in the way of a booking gives its time to that booking.
        if held and self.env.context.get("clinic_gives_way") is not GIVES_WAY:
            self._propose_given_up(held)
        return result

    def _held_resources(self):
        """Return {procedure: {(resource, start, stop)}} of the blocking reservations."""
        held = {}
        # Like the reservations themselves, what becomes free does not depend on who looks.
        for reservation in self.sudo().reservation_ids:
            if reservation.blocking:
                times = (reservation.resource_id, reservation.start, reservation.stop)
                held.setdefault(reservation.procedure_id, set()).add(times)
        return held

    def _propose_given_up(self, held):
        """Offer, visit by visit, what was ``held`` and is no longer."""
        still = self._held_resources()
        for visit in self.sudo().visit_id:
            mine = [procedure for procedure in visit.procedure_ids if procedure in held]
            given_up = [times for procedure in mine for times in held[procedure] - still.get(procedure, set())]
            if not given_up:
                continue
            resources = {resource for resource, _start, _stop in given_up}
            self.env["clinic.waitlist"]._propose_freed(
                visit.company_id,
                min(start for _resource, start, _stop in given_up),
                max(stop for _resource, _start, stop in given_up),
                self.env["clinic.practitioner"]
                .sudo()
                .search([("resource_id", "in", [resource.id for resource in resources])]),
                visit.patient_id,
            )


class ClinicReservation(models.Model):
    _inherit = "clinic.reservation"

    @api.model
    def _explain_overlaps(self, wanted):
        return super(ClinicReservation, self.with_context(clinic_gives_way=GIVES_WAY))._explain_overlaps(wanted)
