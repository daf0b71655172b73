from bisect import bisect_right
from typing import NamedTuple

from odoo import api, models

from ..hours import seconds
from .clinic_availability import ROLES, TREATMENT_FIELDS

MOMENT_MAX = 10**12


class Planned(NamedTuple):
    """A planned procedure as far as it matters whether it can take place; times are naive UTC."""

    id: int
    treatment_id: int
    practitioner_id: int
    room_id: int | None
    device_id: int | None
    start: object
    stop: object


class ClinicAvailability(models.AbstractModel):
    """What was booked and can no longer take place as it is planned: by a leave, other hours, or somebody who left.

    Asked of the same facts as the search for free times, whenever somebody looks: so it is true however a leave came
    into the database, and there is nothing to keep up to date.
    """

    _inherit = "clinic.availability"

    @api.model
    def _work_known(self, facts, start, stop):
        """Return {resource id: [(start, stop), …]} in seconds: when all of ``facts`` are at work."""
        resources = self.env["resource.resource"].browse([one.resource_id for one in facts.owners])
        return resources._clinic_work(start, stop, facts.hours)

    @api.model
    def _problems(self, planned, branch, facts=None, work=None):
        """Return {procedure id: (problem, role)} for those of ``planned`` that can't take place in ``branch``.

        The problem is "closed" (the whole branch), "gone", "unauthorized" or "away". A constant number of queries.

        :param facts: of ``branch``, where they are known already; likewise ``work``, see ``_work_known``
        """
        if not planned:
            return {}
        start, stop = min(one.start for one in planned), max(one.stop for one in planned)
        facts = facts or self._facts(branch)
        owners = {(one.role, one.id): one.resource_id for one in facts.owners}
        work = work or self._work_known(facts, start, stop)
        treatments = self.env["product.template"].browse({one.treatment_id for one in planned})
        treatments.fetch(TREATMENT_FIELDS)
        permits = self._permits(treatments, facts, branch, start, stop)
        found = {one.id: self._problem(one, owners, work, permits) for one in planned}
        return {id_: problem for id_, problem in found.items() if problem}

    @api.model
    def _problem(self, one, owners, work, permits):
        """Return (problem, role) of the procedure ``one``, or None."""
        treatment = self.env["product.template"].browse(one.treatment_id)
        length = seconds(one.stop) - seconds(one.start)
        person, place = treatment._practitioner_parts(length)[0], treatment._place_parts(length)[0]
        away = []
        for role, parts in zip(ROLES, (person, place, place), strict=True):
            owner_id = one[2 + ROLES.index(role)]
            if not owner_id:
                continue
            resource_id = owners.get((role, owner_id))
            if not resource_id:
                return "gone", role
            if not self._is_within(work[resource_id], one.start, parts):
                away.append(role)
        forbidden = permits[one.treatment_id].get(one.practitioner_id)
        if forbidden is None or any(first <= seconds(one.start) < last for first, last in forbidden):
            return "unauthorized", "practitioner"
        if "practitioner" in away and "room" in away:
            return "closed", "practitioner"
        return ("away", away[0]) if away else None

    @api.model
    def _is_within(self, work, start, parts):
        """Return whether ``parts``, in seconds from ``start``, lie in ``work``: ascending intervals, none touching."""
        for begin, end in parts:
            position = bisect_right(work, (seconds(start) + begin, MOMENT_MAX)) - 1
            if position < 0 or work[position][1] < seconds(start) + end:
                return False
        return True

    @api.model
    def _problem_text(self, problem, name, treatment, branch):
        """Return in words what is the matter with a procedure.

        :param problem: as ``_problems`` returns it
        :param name: of the practitioner, room or device
        """
        kind, role = problem
        return {
            "closed": self.env._("%s is closed", branch.name),
            "unauthorized": self.env._("%(name)s is not authorized for %(treatment)s", name=name, treatment=treatment),
            "gone": self.env._("%s can no longer be booked here", name),
            "away": self.env._("%s is away", name) if role == "practitioner" else self.env._("%s is closed", name),
        }[kind]
