from bisect import bisect_right
from functools import cache
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
        work = work or self._work_known(facts, start, stop)
        self.env["product.template"].browse({one.treatment_id for one in planned}).fetch(TREATMENT_FIELDS)
        return self._problems_known(planned, branch, facts, work)

    @api.model
    def _problems_known(self, planned, branch, facts, work):
        """Return what ``_problems`` does, where all that it needs is known."""
        start, stop = min(one.start for one in planned), max(one.stop for one in planned)
        owners = {(one.role, one.id): one.resource_id for one in facts.owners}
        treatments = self.env["product.template"].browse({one.treatment_id for one in planned})
        permits = self._permits(treatments, facts, branch, start, stop)
        # Most of the procedures of a treatment last equally long.
        parts = cache(self._parts)
        found = {one.id: self._problem(one, owners, work, permits, parts) for one in planned}
        return {id_: problem for id_, problem in found.items() if problem}

    @api.model
    def _problems_by_branch(self, planned):
        """Return what ``_problems`` does, of {branch: procedures}, in as many queries for many branches as for one."""
        planned = {branch: mine for branch, mine in planned.items() if mine}
        if not planned:
            return {}
        everything = [one for mine in planned.values() for one in mine]
        start, stop = min(one.start for one in everything), max(one.stop for one in everything)
        facts, work = self._facts_and_work(list(planned), start, stop)
        self._know_treatments({one.treatment_id for one in everything}, facts[next(iter(planned))])
        found = {}
        for branch, mine in planned.items():
            found |= self._problems_known(mine, branch, facts[branch], work)
        return found

    @api.model
    def _know_treatments(self, ids, facts):
        """Put the treatments of these ``ids`` into the cache: from ``facts``, unless one was made something else."""
        treatments = self.env["product.template"].browse(ids)
        if facts.treatments.keys() >= ids:
            for treatment in treatments:
                treatment._update_cache(facts.treatments[treatment.id], validate=False)
        else:
            treatments.fetch(TREATMENT_FIELDS)

    @api.model
    def _parts(self, treatment_id, length):
        """Return for each of ``ROLES`` when it must be at work, in seconds from the start of the treatment."""
        treatment = self.env["product.template"].browse(treatment_id)
        person, place = treatment._practitioner_parts(length)[0], treatment._place_parts(length)[0]
        return person, place, place

    @api.model
    def _problem(self, one, owners, work, permits, parts_of):
        """Return (problem, role) of the procedure ``one``, or None."""
        start = seconds(one.start)
        needed = parts_of(one.treatment_id, seconds(one.stop) - start)
        away = []
        for role, owner_id, parts in zip(ROLES, one[2:5], needed, strict=True):
            if not owner_id:
                continue
            resource_id = owners.get((role, owner_id))
            if not resource_id:
                return "gone", role
            if not self._is_within(work[resource_id], start, parts):
                away.append(role)
        forbidden = permits[one.treatment_id].get(one.practitioner_id)
        if forbidden is None or any(first <= start < last for first, last in forbidden):
            return "unauthorized", "practitioner"
        if "practitioner" in away and "room" in away:
            return "closed", "practitioner"
        return ("away", away[0]) if away else None

    @api.model
    def _is_within(self, work, start, parts):
        """Return whether ``parts``, in seconds from ``start``, lie in ``work``: ascending intervals, none touching."""
        for begin, end in parts:
            position = bisect_right(work, (start + begin, MOMENT_MAX)) - 1
            if position < 0 or work[position][1] < start + end:
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
