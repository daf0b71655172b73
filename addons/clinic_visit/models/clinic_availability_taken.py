from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..functions import make_function
from ..hours import naive, wall
from .clinic_reservation import LONGEST

# Each returns rows of whole numbers, times in seconds since the epoch; a fraction counts as a second, as in
# ``hours.seconds``.
FUNCTIONS = {
    # Those of procedures are short, so the many of the days after need not be read; blocked times, and what other
    # addons reserve without a procedure, are long but few.
    "clinic_reserved": (
        "resources integer[], first timestamp, last timestamp, longest interval, free integer[]",
        """
        SELECT array_agg(ARRAY[resource_id, ceil(date_part('epoch', start)), ceil(date_part('epoch', stop))]::bigint[])
          FROM (SELECT resource_id, start, stop
                  FROM clinic_reservation
                 WHERE blocking AND resource_id = ANY(resources)
                   AND stop > first AND stop < last + longest AND start < last
                   AND procedure_id != ALL(free)
                 UNION ALL
                SELECT resource_id, start, stop
                  FROM clinic_reservation
                 WHERE blocking AND procedure_id IS NULL AND resource_id = ANY(resources)
                   AND stop > first AND start < last) AS reserved
        """,
    ),
    "clinic_appointments": (
        "partners integer[], first timestamp, last timestamp",
        """
        SELECT array_agg(
                   ARRAY[a.partner_id, ceil(date_part('epoch', e.start)), ceil(date_part('epoch', e.stop)),
                         e.allday::integer]::bigint[])
          FROM calendar_attendee a
          JOIN calendar_event e ON e.id = a.event_id
         WHERE a.partner_id = ANY(partners) AND a.state IS DISTINCT FROM 'declined'
           AND e.active AND e.show_as = 'busy' AND e.clinic_procedure_id IS NULL
           AND e.stop > first AND e.start < last
        """,
    ),
    "clinic_leaves": (
        "resources integer[], first timestamp, last timestamp",
        """
        SELECT array_agg(
                   ARRAY[resource_id, company_id, calendar_id, ceil(date_part('epoch', date_from)),
                         ceil(date_part('epoch', date_to))]::bigint[])
          FROM resource_calendar_leaves
         WHERE time_type = 'leave' AND (resource_id IS NULL OR resource_id = ANY(resources))
           AND date_from < last AND date_to > first
        """,
    ),
}


class Leaves(NamedTuple):
    """When people, rooms and devices that would be at work are not; lists of (start, stop) in seconds."""

    general: dict  # by (company id or False, calendar id or None)
    own: dict  # by resource id


class ClinicAvailability(models.AbstractModel):
    """What is taken: reservations, appointments and leaves. Asked of functions in the database."""

    _inherit = "clinic.availability"

    def init(self):
        """Make the functions."""
        super().init()
        for name, (parameters, query) in FUNCTIONS.items():
            make_function(self.env.cr, name, parameters, query)

    @api.model
    def _ask(self, *calls):
        """Return the arrays that ``calls`` (SQL) give, of these functions and others, asked for in one statement."""
        [answers] = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(calls)))
        return [rows or [] for rows in answers]

    @api.model
    def _busy(self, resources, start, stop, free=()):
        """Return {resource id: [(start, stop), …]} in seconds: what is reserved, but for the procedures ``free``."""
        [reserved] = self._ask(self._ask_reserved(resources, start, stop, free))
        return self._by_resource(reserved)

    @api.model
    def _ask_reserved(self, resources, start, stop, free=()):
        self.env["clinic.reservation"].flush_model(["resource_id", "start", "stop", "blocking", "procedure_id"])
        return SQL("clinic_reserved(%s, %s, %s, %s, %s::integer[])", resources.ids, start, stop, LONGEST, list(free))

    @api.model
    def _by_resource(self, reserved):
        busy = defaultdict(list)
        for resource_id, first, last in reserved:
            busy[resource_id].append((first, last))
        return busy

    @api.model
    def _appointments(self, partners, branch, start, stop):
        """Return {resource id: [(start, stop), …]} in seconds: busy events in the calendars of practitioners.

        Those that stand for procedures are left out: these are reserved. An event of whole days takes the days of the
        branch's zone.

        :param partners: {partner id: resource id}
        """
        [appointments] = self._ask(self._ask_appointments(partners, start, stop))
        return self._by_partner(appointments, partners, branch)

    @api.model
    def _ask_appointments(self, partners, start, stop):
        self.env["calendar.event"].flush_model(["start", "stop", "allday", "active", "show_as", "clinic_procedure_id"])
        self.env["calendar.attendee"].flush_model(["event_id", "partner_id", "state"])
        return SQL("clinic_appointments(%s::integer[], %s, %s)", list(partners), start, stop)

    @api.model
    def _by_partner(self, appointments, partners, branch):
        zone, found = branch._clinic_timezone(), defaultdict(list)
        for partner_id, first, last, allday in appointments:
            if allday:
                first, last = wall(naive(first).toordinal(), 0, zone), wall(naive(last).toordinal() + 1, 0, zone)
            found[partners[partner_id]].append((first, last))
        return found

    @api.model
    def _leaves(self, resources, start, stop):
        """Return the ``Leaves`` of ``resources`` and of whole companies between two naive UTC datetimes."""
        [leaves] = self._ask(self._ask_leaves(resources, start, stop))
        return self._by_scope(leaves)

    @api.model
    def _ask_leaves(self, resources, start, stop):
        columns = ["resource_id", "calendar_id", "company_id", "date_from", "date_to", "time_type"]
        self.env["resource.calendar.leaves"].flush_model(columns)
        return SQL("clinic_leaves(%s, %s, %s)", resources.ids, start, stop)

    @api.model
    def _by_scope(self, leaves):
        found = Leaves(defaultdict(list), defaultdict(list))
        for resource_id, company_id, calendar_id, first, last in leaves:
            scope = found.own[resource_id] if resource_id else found.general[company_id or False, calendar_id]
            scope.append((first, last))
        return found
