from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..exceptions import SlotTaken
from ..gaps import gap, span
from ..hours import naive, seconds
from ..slots import Need, gap_around, grid, possible_at, search
from .clinic_availability import ROLES
from .clinic_procedure import MARGIN

# Anyone who loses so many races for the last free resources may read the nearest other times.
TRIES = 25
# How far from the time that is not free the nearest others are looked for.
NEIGHBOURHOOD = timedelta(days=14)


@dataclass(frozen=True)
class Step:
    """One procedure of a visit to be planned; times in seconds, ``offset`` from the start of the visit.

    ``practitioner``, ``room`` and ``device`` are ids that must be taken, ``preferred`` those to keep if they can.
    """

    treatment: models.BaseModel
    offset: int
    length: int
    practitioner: int | None = None
    room: int | None = None
    device: int | None = None
    preferred: frozenset = frozenset()  # resource ids


class ClinicAvailability(models.AbstractModel):
    """From a time and treatments to a plan: who, where and with what."""

    _inherit = "clinic.availability"

    @api.model
    def _steps(self, treatments, practitioner=None):
        """Return the steps of ``treatments``, one after the other; a list within the list is performed in parallel.

        :param treatments: a list of ``product.template`` records, and of lists of them
        :param practitioner: who performs all that follows one another, and the first of what is parallel
        """
        steps, offset = [], 0
        for position, group in enumerate(treatments):
            together = group if isinstance(group, list) else [group]
            if position:
                offset += max(treatment.buffer_before for treatment in together) * 60
            for number, treatment in enumerate(together):
                named = practitioner.id if practitioner and not number else None
                steps.append(Step(treatment, offset, treatment.treatment_duration * 60, practitioner=named))
            offset += max(treatment.treatment_duration + treatment.buffer_after for treatment in together) * 60
        return steps

    @api.model
    def _gather_for(self, steps, branch, start, stop, ignore=None, standing=None):
        """Return what is ``Known`` about the resources that ``steps`` can use between two naive UTC datetimes."""
        treatments, only = self._asked_by(steps)
        return self._gather(treatments, branch, start, stop, only, ignore, standing)

    @api.model
    def _asked_by(self, steps):
        """Return (the treatments, the only practitioners or None) of ``steps``."""
        treatments = self.env["product.template"].browse(dict.fromkeys(step.treatment.id for step in steps))
        named = {step.practitioner for step in steps}
        return treatments, None if None in named else self.env["clinic.practitioner"].browse(named)

    @api.model
    def _known_of_day(self, steps, start, branch, ignore=None, standing=None):
        """Return what is ``Known`` for planning ``steps`` at ``start`` (naive UTC): the day, and the night after it."""
        return self._gather_for(steps, branch, *self._span_of_day(branch, start), ignore, standing)

    @api.model
    def _span_of_day(self, branch, start):
        """Return (start, stop), naive UTC: the branch's day of ``start``, and the night after it."""
        first, last = self._day(branch, start)
        return first, max(last, start + timedelta(hours=12))

    @api.model
    def _question_of_day(self, steps, start, branch, facts, expired):
        """Return the ``Question`` for planning ``steps`` at ``start`` (naive UTC)."""
        treatments, only = self._asked_by(steps)
        return self._question(treatments, branch, *self._span_of_day(branch, start), only, None, facts, expired)

    @api.model
    def _plan(self, steps, start, branch, ignore=None, taken=(), known=None):
        """Return the values (practitioner, room, device, start, stop) of one procedure a step, in their order.

        The practitioner is the same for the whole visit where that is possible, else the one with least to do that
        day; rooms and devices are those that fit most tightly, so that long gaps stay whole for others.

        :param start: naive UTC datetime
        :param ignore: procedures that are about to be moved
        :param taken: (resource id, start, stop) in seconds that are known to be lost although not yet visible
        :param known: what ``_known_of_day`` has returned in this transaction
        :raises SlotTaken: with the reason and the three nearest times that are free
        :raises ValidationError: when it is impossible at any time
        """
        known = known or self._known_of_day(steps, start, branch, ignore)
        known.take(taken)
        chosen = self._choose(steps, seconds(start), known)
        if chosen is None:
            reason = self._explain(steps, seconds(start), known, ignore)
            near = self._nearest(steps, start, branch, ignore, taken)
            raise SlotTaken(self._with_alternatives(reason, near), alternatives=near)
        return [self._prepare_plan(step, seconds(start), keys, known) for step, keys in zip(steps, chosen, strict=True)]

    @api.model
    def _first_free(self, steps, start, known, make):
        """Return what ``make`` (a function of a plan) makes of the first plan whose resources nobody has meanwhile.

        :param start: naive UTC datetime
        :param known: what ``_known_of_day`` has returned in this transaction
        :raises SlotTaken: as ``_plan``, or when others were faster each time
        """
        taken = []
        for _attempt in range(TRIES):
            plan = self._plan(steps, start, known.branch, taken=taken, known=known)
            try:
                with self.env.cr.savepoint():
                    return make(plan)
            except SlotTaken as error:
                taken += self._lost(plan, error, known)
        raise SlotTaken(self.env._("Others were faster again and again. Try once more."))

    @api.model
    def _prepare_plan(self, step, start, keys, known):
        """Return the values of the procedure that ``step`` becomes; ``keys`` are the resources chosen by role."""
        owners = [known.owner.get(key, False) for key in keys]
        begin = start + step.offset
        self._remember_resources(keys, owners, known)
        return {
            "treatment_id": step.treatment.id,
            **{f"{role}_id": owner for role, owner in zip(ROLES, owners, strict=True)},
            "start": naive(begin),
            "stop": naive(begin + step.length),
        }

    @api.model
    def _remember_resources(self, keys, owners, known):
        """Put what was gathered of those who are chosen into the cache: to make the procedure asks for nothing else."""
        for role, key, owner in zip(ROLES, keys, owners, strict=True):
            if owner:
                branch = {} if role == "practitioner" else {"company_id": known.branch.id}
                self.env[f"clinic.{role}"].browse(owner)._update_cache({"resource_id": key, **branch}, validate=False)

    @api.model
    def _step_needs(self, step, known):
        """Return the three needs of ``step``, with only those candidates that it allows."""
        needs = self._needs(step.treatment, step.length, known, step.offset)
        return [
            need
            if wish is None
            else need._replace(candidates=[c for c in need.candidates if known.owner.get(c.key) == wish])
            for need, wish in zip(needs, (step.practitioner, step.room, step.device), strict=True)
        ]

    @api.model
    def _choose(self, steps, start, known):
        """Return the resources (practitioner, room, device) for each of ``steps`` at ``start``; None if impossible."""
        is_any = self._offers(known.branch) == "every"
        wanted, least = [], 0 if is_any else self._least_sold(known.branch, known.facts)
        for step in steps:
            for role, need in zip(ROLES, self._step_needs(step, known), strict=True):
                candidates = possible_at(start, need)
                if len(candidates) > 1:
                    # Sorting is stable: where the fit is equal, what is less used still comes first.
                    if role != "practitioner":
                        candidates.sort(key=partial(gap_around, start, need))
                    if least and (taken := span(need)):
                        candidates.sort(key=lambda one: gap(start, taken, one, least, known.window))
                wanted.append((need, candidates, step.preferred))
        if not all(candidates for _need, candidates, _preferred in wanted):
            return None
        found = _assign(wanted, self._versatile(steps, [candidates for _need, candidates, _preferred in wanted]))
        return found and [tuple(found[index : index + 3]) for index in range(0, len(found), 3)]

    @api.model
    def _versatile(self, steps, ranked):
        """Return the practitioners who can do all that follows one another: a patient likes to stay with one."""
        per_offset = {}
        for step, candidates in zip(steps, ranked[::3], strict=True):
            per_offset.setdefault(step.offset, set()).update(candidate.key for candidate in candidates)
        return set.intersection(*per_offset.values())

    @api.model
    def _lost(self, plan, error, known, ignore=None):
        """Return (resource id, start, stop) of what others have booked in the meantime; raise ``error`` if nobody has.

        This transaction sees the database as it was when it began, another one sees it as it is.

        :param known: from which ``plan`` was made
        :param ignore: procedures that are about to be moved
        """
        if not error.resource_id:
            raise error
        start, stop = min(vals["start"] for vals in plan) - MARGIN, max(vals["stop"] for vals in plan) + MARGIN
        resources = self.env["resource.resource"].browse(known.owner)
        with self.env.registry.cursor() as cr:
            there = self.with_env(self.env(cr=cr))
            expired = there._held_procedures(there._standing(known.branch).held_ids)
            free = [*expired, *(ignore.ids if ignore else ())]
            busy = there._busy(resources, start, stop, free)
        lost = [(key, *interval) for key, intervals in busy.items() for interval in intervals]
        # A hold that has run out but that somebody is just confirming counts as free there.
        for vals in plan:
            treatment = self.env["product.template"].browse(vals["treatment_id"])
            begin, end = treatment._occupied(vals["start"], vals["stop"])
            lost.append((error.resource_id, seconds(begin), seconds(end)))
        return lost

    # -- when it is not possible --------------------------------------------------------------------------------------

    @api.model
    def _explain(self, steps, start, known, ignore=None):
        """Return in words why ``steps`` can't be performed at ``start``; raise when they never can."""
        self._check_open(known.branch)
        for step in steps:
            if not step.practitioner:
                self._check_possible(step.treatment, known)
            for role, need in zip(ROLES, self._step_needs(step, known), strict=True):
                if not possible_at(start, need):
                    return self._explain_need(step, role, need, start + step.offset, known, ignore)
        return self.env._("There are not enough practitioners, rooms or devices for treatments at the same time.")

    @api.model
    def _explain_need(self, step, role, need, begin, known, ignore):
        wish = getattr(step, role)
        if wish:
            return self._explain_wish(self.env[f"clinic.{role}"].browse(wish), step, need, begin, known, ignore)
        if role == "practitioner":
            return self.env._(
                "Nobody who may perform %(treatment)s is free on %(moment)s. Choose another time or another "
                "practitioner.",
                treatment=step.treatment.name,
                moment=known.branch._clinic_moment_text(naive(begin)),
            )
        kind = step.treatment[f"{role}_kind_id"]
        return self.env["clinic.procedure"]._no_place_text(step.treatment, role, kind)

    @api.model
    def _explain_wish(self, record, step, need, begin, known, ignore):
        """Return why ``record``, who was asked for, can't; raise ``ValidationError`` where no time would help."""
        branch = known.branch
        if not need.candidates and not record.sudo().active:
            raise ValidationError(self.env["clinic.procedure"]._archived_text(record))
        if not need.candidates and record._name == "clinic.practitioner":
            raise ValidationError(
                self.env["clinic.procedure"]._unauthorized_text(
                    record, step.treatment, branch, branch._clinic_local(naive(begin)).date()
                )
            )
        resource = record.sudo().resource_id
        if not need.candidates:
            return self.env["clinic.procedure"]._no_place_text(
                step.treatment, record._name.split(".")[1], record.kind_id
            )
        if not possible_at(begin - step.offset, need._replace(hold=())):
            return self.env["clinic.procedure"]._closed_text(resource, branch, naive(begin), naive(begin + step.length))
        held = [
            {
                "resource_id": resource.id,
                "start": naive(begin - step.offset + a),
                "stop": naive(begin - step.offset + b),
                "blocking": True,
            }
            for a, b in need.hold
        ]
        taken = self.env["clinic.reservation"]._conflicting_reservations(held)
        if taken := taken.filtered(lambda reservation: reservation.procedure_id not in (ignore or ())):
            return taken[0]._taken_text()
        return self.env._("%s has just been booked, or has an appointment in the calendar at that time.", resource.name)

    @api.model
    def _nearest(self, steps, start, branch, ignore=None, taken=(), count=3):
        """Return the ``count`` free times nearest to ``start`` as dicts, the earliest first; see ``SlotTaken``."""
        now = fields.Datetime.now()
        first = max(start - NEIGHBOURHOOD, now)
        last = min(max(start, now) + NEIGHBOURHOOD, now + timedelta(days=branch.clinic_booking_horizon))
        if last <= first:
            return []
        known, free = self._free_starts(steps, branch, first, last, ignore, taken)
        # Every day that has a free time has one that is worth offering.
        better = free if self._offers(branch) == "every" else self._worth(steps, known, free)
        near = sorted(better, key=lambda t: (abs(t - seconds(start)), t))
        if len(better) < len(free):
            near += sorted(set(free) - set(better), key=lambda t: (abs(t - seconds(start)), t))
        return self._first_alternatives(near, steps, known, count)

    @api.model
    def _first_alternatives(self, near, steps, known, count):
        """Return the first ``count`` of the free starts ``near`` at which ``steps`` can be planned, by time."""
        plans = ((at, self._choose(steps, at, known)) for at in near)
        chosen = []
        for at, plan in plans:
            if plan:
                chosen.append((at, plan[0]))
            if len(chosen) == count:
                break
        return [self._prepare_alternative(at, keys, known) for at, keys in sorted(chosen)]

    @api.model
    def _free_starts(self, steps, branch, start, stop, ignore=None, taken=(), needs=()):
        """Return (what is ``Known``, the starts at which there is somebody for each of ``steps`` and of ``needs``).

        Starts are in seconds, ascending, between two naive UTC datetimes; whether nobody is needed twice is seen by
        ``_choose`` alone.
        """
        known = self._gather_for(steps, branch, start, stop, ignore)
        known.take(taken)
        needs = [*(need for step in steps for need in self._step_needs(step, known)), *needs]
        starts = grid(seconds(start), seconds(stop), branch.clinic_slot_step, branch._clinic_timezone())
        return known, [found for found, _keys in search(starts, needs)]

    @api.model
    def _prepare_alternative(self, start, keys, known):
        """Return one alternative as JSON: the start in UTC, who, where and with what, and a text to show."""
        owners = [known.owner.get(key, False) for key in keys]
        name = self.env["clinic.practitioner"].browse(owners[0]).name
        return {
            "start": fields.Datetime.to_string(naive(start)),
            **{f"{role}_id": owner for role, owner in zip(ROLES, owners, strict=True)},
            "text": f"{known.branch._clinic_moment_text(naive(start))} {name}",
        }

    @api.model
    def _with_alternatives(self, reason, near):
        """Return ``reason`` with the alternatives ``near`` in words."""
        if not near:
            return reason
        return self.env._(
            "%(reason)s\nThe nearest free times: %(times)s.",
            reason=reason,
            times=", ".join(one["text"] for one in near),
        )


def _assign(wanted: list, versatile: set) -> list[int] | None:
    """Return one key for each (need, candidates, preferred keys), nobody in two places at once; None if impossible.

    The preferred are tried first, then those who are chosen already, then those in ``versatile``.
    """
    chosen: list[tuple[int, Need]] = []

    def clash(key, need):
        return key and any(key == other and _overlap(need.hold, theirs.hold) for other, theirs in chosen)

    def place(position):
        if position == len(wanted):
            return True
        need, candidates, preferred = wanted[position]
        used = {key for key, _need in chosen}
        order = (preferred, used, versatile)
        for candidate in sorted(candidates, key=lambda one: [one.key not in group for group in order]):
            if clash(candidate.key, need):
                continue
            chosen.append((candidate.key, need))
            if place(position + 1):
                return True
            chosen.pop()
        return False

    return [key for key, _need in chosen] if place(0) else None


def _overlap(parts, others) -> bool:
    return any(a < d and c < b for a, b in parts for c, d in others)
