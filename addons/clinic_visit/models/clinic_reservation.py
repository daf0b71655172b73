from datetime import timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.tools import SQL


class ClinicReservation(models.Model):
    """One resource (practitioner, room or device) occupied by one procedure, buffers included.

    The table's exclusion constraint is the only guarantee against double booking; everything that Python checks
    before is there to explain.
    """

    _name = "clinic.reservation"
    _description = "Reservation"
    _order = "start, id"

    procedure_id = fields.Many2one("clinic.procedure", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="procedure_id.company_id", store=True, string="Branch", index=True)
    resource_id = fields.Many2one("resource.resource", required=True, index=True, ondelete="restrict")
    start = fields.Datetime(required=True, help="Buffer before included.")
    stop = fields.Datetime(required=True, help="Buffer after included.")
    blocking = fields.Boolean(help="Nobody else can have the resource. Off once cancelled or the hold has run out.")

    _stop_after_start = models.Constraint("CHECK (stop > start)", "A reservation must end after it starts.")
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(resource_id, resource_id, '[]') WITH =,"
        " tsrange(start, stop, '[)') WITH &&) WHERE (blocking)",
        "This time was just taken: the practitioner, room or device is already booked. Choose another time.",
    )

    @api.depends("resource_id.name", "procedure_id.visit_id.name")
    def _compute_display_name(self):
        for reservation in self:
            reservation.display_name = f"{reservation.resource_id.name}: {reservation.procedure_id.visit_id.name}"

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
    def _blocking_between(self, resources, start, stop, ignore=None):
        """Return the blocking reservations of ``resources`` that overlap ``start`` to ``stop`` (UTC).

        :param ignore: procedures whose own reservations do not count
        """
        # Whether a resource is free must not depend on the branches that the user may see.
        return self.sudo().search(
            [
                ("resource_id", "in", resources.ids),
                ("start", "<", stop),
                ("stop", ">", start),
                ("blocking", "=", True),
                ("procedure_id", "not in", ignore.ids if ignore else []),
            ]
        )

    @api.model
    def _load_of_day(self, resources, company, moment):
        """Return {resource id: number of blocking reservations} on the branch's day around ``moment`` (UTC)."""
        local = company._clinic_local(moment)
        first = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(utc).replace(tzinfo=None)
        # Balance must not depend on the branches that the user may see.
        groups = self.sudo()._read_group(
            [
                ("resource_id", "in", resources.ids),
                ("start", ">=", first),
                ("start", "<", first + timedelta(days=1)),
                ("blocking", "=", True),
            ],
            ["resource_id"],
            ["__count"],
        )
        return {resource.id: count for resource, count in groups}
