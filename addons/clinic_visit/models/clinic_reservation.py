import re
from datetime import date, timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import SlotTaken
from .clinic_procedure import PLANNED

# A procedure lasts no longer than a day, nor does each of its buffers; so says the constraint below.
LONGEST = timedelta(days=3)


class ClinicReservation(models.Model):
    """One resource (practitioner, room or device) occupied by one procedure or blocked time, buffers included.

    Other addons add causes of their own: see ``_causes``.

    The table's exclusion constraint is the only guarantee against double booking; everything that Python checks
    before is there to explain.
    """

    _name = "clinic.reservation"
    _description = "Reservation"
    _order = "start, id"
    # Who planned it and when stands on the procedure or the blocked time, from which reservations merely follow.
    _log_access = False
    _clinic_logs_changes = False

    procedure_id = fields.Many2one("clinic.procedure", ondelete="cascade", index=True)
    block_id = fields.Many2one("clinic.block", string="Blocked Time", ondelete="cascade", index="btree_not_null")
    is_other = fields.Boolean(help="For something that another addon reserves for.")
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True, string="Branch"
    )
    resource_id = fields.Many2one("resource.resource", required=True, ondelete="restrict")
    start = fields.Datetime(required=True, help="Buffer before included.")
    stop = fields.Datetime(required=True, help="Buffer after included.")
    blocking = fields.Boolean(help="Nobody else can have the resource. Off once cancelled or the hold has run out.")

    _stop_after_start = models.Constraint("CHECK (stop > start)", "A reservation must end after it starts.")
    _one_cause = models.Constraint(
        "CHECK (num_nonnulls(procedure_id, block_id) + (is_other IS TRUE)::int = 1)",
        "A reservation is for one thing: a procedure, a blocked time, or what another addon reserves for.",
    )
    _procedure_is_short = models.Constraint(
        "CHECK (block_id IS NOT NULL OR stop - start <= interval '3 days')",
        "A procedure and its buffers last no longer than three days.",
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(resource_id, resource_id, '[]') WITH =,"
        " tsrange(start, stop, '[)') WITH &&) WHERE (blocking)",
        "This time was just taken: the practitioner, room or device is already booked. Choose another time.",
    )
    # Searches look ahead: by its end, the long past is never read.
    _resource_stop_idx = models.Index("(resource_id, stop) WHERE blocking")
    _block_stop_idx = models.Index("(resource_id, stop) WHERE blocking AND procedure_id IS NULL")

    @api.model
    def _causes(self):
        """Return {field: model} of that for which something is reserved; other addons add theirs."""
        return {"procedure_id": "clinic.procedure", "block_id": "clinic.block"}

    def _cause(self):
        """Return the record for which this is reserved."""
        self.ensure_one()
        causes = [name for name in self._causes() if self[name]]
        return self[causes[0]] if causes else self.env["clinic.block"]

    @api.depends(lambda self: [f"{name}.company_id" for name in self._causes()])
    def _compute_company_id(self):
        for reservation in self:
            reservation.company_id = reservation._cause().company_id

    @api.depends("resource_id.name", "procedure_id.visit_id.name", "block_id.name")
    def _compute_display_name(self):
        for reservation in self:
            # For what it is says no more than the board shows to everybody who may read reservations.
            cause = reservation.procedure_id.visit_id.name or reservation._cause().sudo().display_name
            reservation.display_name = f"{reservation.resource_id.name}: {cause}"

    @api.model
    def _overlap_is_forbidden(self):
        """Return whether the exclusion constraint really stands in the database."""
        query = SQL(
            "SELECT 1 FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'x' AND conname = %s",
            self._table,
            f"{self._table}_no_overlap",
        )
        return bool(self.env.execute_query(query))

    @api.model
    def _reserve(self, wanted):
        """Create the reservations of ``wanted`` (values), all or none.

        Raises ``SlotTaken`` when a resource is taken. The database decides: the search before it only finds the words
        to explain. After that the transaction can go on only from a savepoint that the caller has made. The caller
        has checked the rights; reservations merely follow.
        """
        if not wanted:
            return
        queue = self._queue_for_resources(wanted)
        if queue and self.env.context.get("clinic_free") is not PLANNED:
            self.env.execute_query(queue)
            self._explain_overlaps(wanted)
            queue = None
        # What has just been released must be free in the database, too, before the rows are inserted.
        self.flush_model(["blocking"])
        try:
            self._insert(wanted, queue)
        except psycopg2.errors.ExclusionViolation as error:
            raise SlotTaken(
                self.env._(
                    "This time was just taken: the practitioner, room or device is already booked. Choose another time."
                ),
                self._resource_of_conflict(error),
            ) from error

    @api.model
    def _insert(self, wanted, queue=None):
        """Insert the rows of ``wanted`` in one statement, which first waits for its turn in ``queue`` if that is given.

        Not through the ORM, which logs every row that is refused as an error: to lose a race for a time is ordinary
        here, and anyone who loses reads why.
        """
        names = [*self._causes(), "is_other", "company_id", "resource_id", "start", "stop", "blocking"]
        columns = [
            SQL("%s::%s[]", [vals.get(name) for vals in wanted], SQL(self._fields[name].column_type[1]))
            for name in names
        ]
        # Each row needs the count of locks, so that none is inserted before all of them are held.
        query = SQL(
            "INSERT INTO clinic_reservation (%s) SELECT wanted.* FROM unnest(%s) AS wanted, (%s) AS turn"
            " WHERE turn.locks > 0",
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(columns),
            queue or SQL("SELECT 1 AS locks"),
        )
        self.env.cr.execute(query, log_exceptions=False)
        for model in self._causes().values():
            self.env[model].invalidate_model(["reservation_ids"], flush=False)

    @api.model
    def _resource_of_conflict(self, error):
        """Return the id of the resource that PostgreSQL names in an exclusion violation."""
        found = re.search(r"=\(\[(\d+),", error.diag.message_detail or "")
        return int(found.group(1)) if found else None

    @api.model
    def _queue_for_resources(self, wanted):
        """Return the query that waits for the transactions that reserve the same resources on the same days to finish.

        It gives the number of ``locks``; None where there is nobody to wait for.

        The exclusion constraint alone is safe but not kind: two transactions that insert at the same moment each wait
        for the other's row, and PostgreSQL resolves that only after its deadlock timeout. Here they line up, all in
        the same order, until the end of their transactions.
        """
        epoch = date(1970, 1, 1)
        days = {
            (vals["resource_id"], day)
            for vals in wanted
            if vals["blocking"]
            for day in range((vals["start"].date() - epoch).days, (vals["stop"].date() - epoch).days + 1)
        }
        if not days:
            return None
        # In the same order everywhere, so that nobody waits for somebody who waits for them.
        resources, numbers = zip(*sorted(days), strict=True)
        return SQL(
            "SELECT count(pg_advisory_xact_lock(resource_id, day)) AS locks"
            " FROM unnest(%s, %s) AS queue (resource_id, day)",
            list(resources),
            list(numbers),
        )

    @api.model
    def _explain_overlaps(self, wanted):
        """Release the expired holds in the way of ``wanted`` and name the first booking that remains in it."""
        found = self._conflicting_reservations(wanted)
        if found:
            found -= found.procedure_id.visit_id._release_expired_holds().procedure_ids.reservation_ids
        if found:
            raise SlotTaken(found[0]._taken_text(), found[0].resource_id.id)

    @api.model
    def _conflicting_reservations(self, wanted):
        """Return the blocking reservations that overlap those to be made of ``wanted``, whatever their branch."""
        rows = [(vals["resource_id"], vals["start"], vals["stop"]) for vals in wanted if vals["blocking"]]
        if not rows:
            return self.browse()
        self.flush_model(["resource_id", "start", "stop", "blocking"])
        # Spelled out row by row, so that each is found by its end in an index: a join would read the resource's past.
        overlaps = SQL(" OR ").join(
            SQL("(resource_id = %s AND start < %s AND stop > %s)", resource_id, stop, start)
            for resource_id, start, stop in rows
        )
        query = SQL("SELECT start, id FROM clinic_reservation WHERE blocking AND (%s) ORDER BY start, id", overlaps)
        # Whether a resource is free must not depend on the branches that the user may see.
        return self.sudo().browse([id_ for _start, id_ in self.env.execute_query(query)])

    def _taken_text(self):
        """Return the sentence that tells what has the resource of this reservation, and when."""
        self.ensure_one()
        visit = self.procedure_id.visit_id
        return self.env._(
            "%(resource)s is already booked on %(day)s, %(time)s (%(cause)s). Choose another time.",
            resource=self.resource_id.name,
            day=self.company_id._clinic_day_text(self.start),
            time=self.company_id._clinic_time_range(self.start, self.stop),
            cause=visit._spoken_name() if visit else self._cause().display_name,
        )
