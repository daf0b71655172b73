from datetime import date

import psycopg2.errors
from pytz import utc

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL
from odoo.tools.intervals import Intervals
from odoo.tools.misc import clean_context


class ClinicProcedure(models.Model):
    """Who, where and with what: the choice of free resources and their reservation."""

    _inherit = "clinic.procedure"

    @api.depends("treatment_id", "start", "company_id")
    def _compute_practitioner_id(self):
        """Keep the chosen practitioner while authorized; otherwise take an authorized one who is free."""
        for procedure in self:
            if not (procedure.treatment_id and procedure.start and procedure.company_id):
                continue
            if not procedure._authorized_among(procedure.practitioner_id):
                candidates = self.env["clinic.practitioner"].search([])
                procedure.practitioner_id = procedure._first_free(procedure._authorized_among(candidates))

    @api.depends("treatment_id", "start", "stop", "company_id")
    def _compute_room_id(self):
        for procedure in self:
            procedure.room_id = procedure._choose_place(procedure.room_id, procedure.treatment_id.room_kind_id)

    @api.depends("treatment_id", "start", "stop", "company_id")
    def _compute_device_id(self):
        for procedure in self:
            procedure.device_id = procedure._choose_place(procedure.device_id, procedure.treatment_id.device_kind_id)

    def _choose_place(self, current, kind):
        """Return ``current`` (a room or device) while it fits and is free, else a free one of ``kind``.

        Nothing is chosen where nothing is needed; where nothing is free, the current one stays, so that the
        message can name it.
        """
        if not kind or not (self.start and self.stop and self.company_id):
            return current.browse() if not kind else current
        if current.kind_id == kind and current.company_id == self.company_id and self._first_free(current):
            return current
        candidates = current.search([("kind_id", "=", kind.id), ("company_id", "=", self.company_id.id)])
        fitting = current if current.kind_id == kind and current.company_id == self.company_id else current.browse()
        return self._first_free(candidates) or fitting

    def _authorized_among(self, practitioners):
        """Return those of ``practitioners`` who may perform this procedure: branch and authorization."""
        self.ensure_one()
        if not (self.treatment_id and self.start and self.company_id):
            return practitioners.browse()
        in_branch = practitioners.filtered(lambda p: self.company_id in p.sudo().company_ids)
        return in_branch._authorized_for(self.treatment_id, self._local_day())

    def _first_free(self, candidates):
        """Return the first of ``candidates`` who is at work and not reserved, the least busy of the day first."""
        self.ensure_one()
        if not candidates:
            return candidates
        stop = self.stop or self.start
        taken_from, taken_to = self.treatment_id._occupied(self.start, stop)
        reservations = self.env["clinic.reservation"]
        busy = reservations._blocking_between(candidates.resource_id, taken_from, taken_to, self._origin).resource_id
        load = reservations._load_of_day(candidates.resource_id, self.company_id, self.start)
        work = self._work_intervals(candidates.resource_id, self.start, stop)
        wanted = Intervals([(utc.localize(self.start), utc.localize(stop), self.browse())])
        free = candidates.filtered(lambda c: c.resource_id not in busy and not wanted - work[c.resource_id.id])
        return free.sorted(lambda c: load.get(c.resource_id.id, 0))[:1]

    def _work_intervals(self, resources, start, stop):
        """Return {resource id: working Intervals} between the naive UTC datetimes ``start`` and ``stop``."""
        if stop <= start:
            return {resource.id: Intervals() for resource in resources}
        # Working hours depend on HR versions, which bookers may not read.
        work, _calendars = resources.sudo()._get_valid_work_intervals(utc.localize(start), utc.localize(stop))
        return work

    def _needed_resources(self):
        """Return (record, needed kind, label) for room and device."""
        self.ensure_one()
        treatment = self.treatment_id
        return [
            (self.room_id, treatment.room_kind_id, self.env._("room")),
            (self.device_id, treatment.device_kind_id, self.env._("device")),
        ]

    def _resources(self):
        """Return the ``resource.resource`` records that this procedure occupies."""
        self.ensure_one()
        return self.practitioner_id.resource_id | self.room_id.resource_id | self.device_id.resource_id

    def _is_blocking(self):
        """Return whether this procedure holds its resources."""
        self.ensure_one()
        return self.state != "cancelled" and self.visit_id.state not in ("cancelled", "no_show")

    def _prepare_reservations(self):
        """Return the values of the reservations that this procedure needs, one a resource."""
        self.ensure_one()
        start, stop = self.treatment_id._occupied(self.start, self.stop)
        return [
            {
                "procedure_id": self.id,
                "resource_id": resource.id,
                "start": start,
                "stop": stop,
                "blocking": self._is_blocking(),
            }
            for resource in self._resources()
        ]

    def _sync_reservations(self):
        """Make the reservations of these procedures what their times, resources and states say.

        Raises ``ValidationError`` when a resource is taken. The database decides: the search before it only finds
        the words to explain.
        """
        # The rights to the procedures were checked by whoever wrote them; reservations merely follow.
        procedures = self.sudo()
        wanted = [vals for procedure in procedures for vals in procedure._prepare_reservations()]
        released = [vals for vals in wanted if not vals["blocking"]]
        if released and len(released) == len(wanted):
            procedures.reservation_ids.blocking = False
            return
        procedures.reservation_ids.unlink()
        procedures._queue_for_resources(wanted)
        procedures._explain_overlaps(wanted)
        try:
            with self.env.cr.savepoint():
                procedures.env(context=clean_context(self.env.context))["clinic.reservation"].create(wanted)
        except psycopg2.errors.ExclusionViolation as error:
            raise ValidationError(
                self.env._(
                    "This time was just taken: the practitioner, room or device is already booked. Choose another time."
                )
            ) from error

    def _queue_for_resources(self, wanted):
        """Wait for the transactions that reserve the same resources on the same days to finish.

        The exclusion constraint alone is safe but not kind: two transactions that insert at the same moment each wait
        for the other's row, and PostgreSQL resolves that only after its deadlock timeout. Here they line up, all in
        the same order, until the end of their transactions.
        """
        epoch = date(1970, 1, 1)
        days = {
            (vals["resource_id"], (moment.date() - epoch).days)
            for vals in wanted
            for moment in (vals["start"], vals["stop"])
        }
        keys = SQL(", ").join(SQL("(%s, %s)", resource_id, day) for resource_id, day in sorted(days))
        self.env.execute_query(
            SQL("SELECT pg_advisory_xact_lock(resource_id, day) FROM (VALUES %s) AS queue (resource_id, day)", keys)
        )

    def _explain_overlaps(self, wanted):
        """Release the expired holds in the way of ``wanted`` and name the first booking that remains in it."""
        reservations = self.env["clinic.reservation"]
        for vals in wanted:
            if not vals["blocking"]:
                continue
            resource = self.env["resource.resource"].browse(vals["resource_id"])
            found = reservations._blocking_between(resource, vals["start"], vals["stop"])
            found -= found.procedure_id.visit_id._release_expired_holds().procedure_ids.reservation_ids
            if found:
                company = found[0].procedure_id.company_id
                raise ValidationError(
                    self.env._(
                        "%(resource)s is already booked on %(day)s from %(start)s to %(stop)s (visit %(visit)s). "
                        "Choose another time.",
                        resource=resource.name,
                        day=company._clinic_local(found[0].start).date(),
                        start=company._clinic_local(found[0].start).strftime("%H:%M"),
                        stop=company._clinic_local(found[0].stop).strftime("%H:%M"),
                        visit=found[0].procedure_id.visit_id.name,
                    )
                )
