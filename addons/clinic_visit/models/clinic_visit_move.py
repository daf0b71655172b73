from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import a_day, a_form, a_list, a_moment, an_id, takes

from ..hours import naive, seconds
from ..slots import DAY
from .clinic_visit_to_move import EXPECTED

# Another day is most often wanted at the same time of day, some weeks later.
WEEKS_AHEAD = (1, 2, 3, 4)
LOOK_AHEAD = timedelta(weeks=WEEKS_AHEAD[-1], days=4)
SOONEST = 2
# So many of the times nearest to a wish are tried.
NEAR = 8


class Free(NamedTuple):
    """Starts in seconds at which there is somebody for each of ``steps``; see ``clinic.availability._free_starts``."""

    steps: list
    known: object
    starts: list
    anyone: bool


class ClinicVisit(models.Model):
    """Moving a visit to another day: the free times, from which one is taken by a tap."""

    _inherit = "clinic.visit"

    move_times = fields.Json(compute="_compute_move_times", string="Move To", help="The next free times.")

    @api.depends_context("uid")
    @api.depends("start", "state")
    def _compute_move_times(self):
        for visit in self:
            visit.move_times = visit._origin._proposed_times() if visit._can_move() else []

    def _can_move(self):
        """Return whether this visit may still be moved, and by this user."""
        self.ensure_one()
        return self._origin.state in EXPECTED and self._origin.has_access("write")

    def action_move(self):
        """Open the free times to which this visit can be moved."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "clinic_visit.move",
            "name": self.env._("Move %s", self.patient_id.name),
            "target": "new",
            "params": {"visit_id": self.id},
        }

    @takes(
        day=a_day(),
        block=a_form(
            resource_ids=a_list(an_id()),
            start=a_moment(),
            stop=a_moment(),
            repeat_until=a_day(optional=True),
        ),
    )
    def free_times(self, day=None, block=None):
        """Return the times to which this visit can be moved, ready for JSON.

        :param day: an ISO date in the branch's zone: all free times of that day; None for some that may suit
        :return: a dict of ``times``, each a dict of ``start`` in UTC, ``practitioner_id`` of who would take it over
            (False for who treats now) and ``name``; and what is shown beside them
        :param block: the values of a time that is about to be blocked and so is no free time any more
        :raises UserError: when the visit can't be moved any more, or ``day`` is no day
        """
        self.ensure_one()
        self.check_access("write")
        if self.state not in EXPECTED:
            raise UserError(self.env._("Only a visit that is still to come can be moved."))
        branch = self.company_id
        taken = self._blocked(block) if block else ()
        return {
            "patient": self.patient_id.name,
            "start": fields.Datetime.to_string(self.start),
            "treatments": self.treatment_summary,
            "practitioners": ", ".join(self.practitioner_ids.mapped("name")),
            "reason": self.move_reason,
            "zone": branch._clinic_timezone().zone,
            "today": branch._clinic_today().isoformat(),
            "times": self._times_on(day, taken) if day else self._proposed_times(taken),
        }

    def _blocked(self, values):
        """Return [(resource id, start, stop), …] in seconds: what a blocked time with ``values`` would take."""
        block = self.env["clinic.block"].new({"company_id": self.company_id.id, **values})
        taken = block._prepare_reservations()
        return [(vals["resource_id"], seconds(vals["start"]), seconds(vals["stop"])) for vals in taken]

    # -- which times --------------------------------------------------------------------------------------------------

    def _times_on(self, day, taken=()):
        """Return the free times of ``day``: with those who treat now, and then with anybody else."""
        midnights = self.company_id._clinic_days(day)
        mine, others = (self._free_between(*midnights, anyone, taken) for anyone in (False, True))
        times = {at: time for free in (others, mine) for at in free.starts if (time := self._time(at, free))}
        return sorted(times.values(), key=lambda time: (bool(time["practitioner_id"]), time["start"]))

    def _proposed_times(self, taken=()):
        """Return a few free times: the same time with somebody else, the soonest, and this time of day weeks later.

        :param taken: (resource id, start, stop) in seconds that are about to be taken
        """
        now = fields.Datetime.now()
        last = max(now, self.start) + LOOK_AHEAD
        free, instead = self._free_between(now, last, False, taken), None
        if self.to_move or taken or not free.starts:
            others = self._free_between(now, last, True, taken)
            free = free if free.starts else others
            instead = seconds(self.start) in others.starts and self._time(seconds(self.start), others)
        found = [self._first_time(free.starts[position:], free) for position in range(SOONEST)]
        for weeks in WEEKS_AHEAD:
            wish = seconds(self.company_id._clinic_later(self.start, weeks=weeks))
            near = sorted(free.starts, key=lambda at, wish=wish: abs(at - wish))[:NEAR]
            found.append(self._first_time([at for at in near if abs(at - wish) <= 3 * DAY], free))
        proposed = {time["start"]: time for time in found if time}
        times = sorted(proposed.values(), key=lambda time: time["start"])
        return [instead, *(time for time in times if time["start"] != instead["start"])] if instead else times

    def _first_time(self, starts, free):
        """Return the first of ``starts`` that is possible as JSON, or None."""
        return next((time for at in starts[:NEAR] if (time := self._time(at, free))), None)

    def _free_between(self, start, stop, anyone, taken):
        """Return what is ``Free`` between two naive UTC datetimes: with whom they treat now, or with ``anyone``."""
        availability = self.env["clinic.availability"].with_company(self.company_id)
        procedures = self._movable_procedures()
        now = fields.Datetime.now()
        start, stop = max(start, now), min(stop, now + timedelta(days=self.company_id.clinic_booking_horizon))
        steps = self._move_steps(procedures, **({"practitioner": None} if anyone else {}))
        if stop <= start or not steps:
            return Free(steps, None, [], anyone)
        needs = self._move_interval_needs(procedures)
        known, starts = availability._free_starts(steps, self.company_id, start, stop, procedures, taken, needs)
        return Free(steps, known, starts, anyone)

    def _time(self, at, free):
        """Return the time ``at`` (in seconds) as JSON, or None where too many would be needed at once.

        The practitioner's id is given where it is another one than now; one takes over all procedures then.
        """
        keys = self.env["clinic.availability"]._choose(free.steps, at, free.known)
        if not keys or (free.anyone and len({key[0] for key in keys}) > 1):
            return None
        practitioner = self.env["clinic.practitioner"].browse(free.known.owner[keys[0][0]])
        if at == seconds(self.start) and practitioner in self.practitioner_ids and not self.to_move:
            return None
        return {
            "start": fields.Datetime.to_string(naive(at)),
            "practitioner_id": False if practitioner in self.practitioner_ids else practitioner.id,
            "name": practitioner.name,
        }

    def _move_interval_needs(self, procedures):
        """Return the needs that keep the least interval to the patient's other sessions."""
        availability = self.env["clinic.availability"]
        return [
            need
            for treatment in procedures.treatment_id
            for need in availability._interval_needs(treatment, self.patient_id, self.company_id, self)
        ]

    def _movable_procedures(self):
        self.ensure_one()
        return self.procedure_ids.filtered(lambda procedure: procedure.state != "cancelled").sorted("start")

    def _move_steps(self, procedures, **wishes):
        """Return the steps by which ``procedures`` are planned at another time, together as they are."""
        first = min(procedures.mapped("start"))
        return [
            procedure._prepare_step(
                seconds(procedure.start) - seconds(first), seconds(procedure.stop) - seconds(procedure.start), **wishes
            )
            for procedure in procedures
        ]
