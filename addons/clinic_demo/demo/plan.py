from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from . import demand
from .agenda import Agenda, starts_around
from .catalogue import in_catalogue
from .chance import chance
from .clock import DAY, to_local, to_utc
from .places import DHA, GULBERG

EARLY = timedelta(minutes=10)
FIVE = timedelta(minutes=5)


@dataclass
class Moment:
    """What is to be seen on the board of this moment: somebody who has come, or who is to come."""

    branch: str
    # From now to the start, in minutes.
    minutes: int
    # The first of them for which the patient may come.
    treatments: list
    # Login of anyone who is asked first.
    login: str
    early: timedelta = EARLY
    # For the patient whose card has most to show.
    star: bool = False


# In each branch one patient is being treated, others wait or are still to come; those who log in have something to do.
AROUND_NOW = [
    Moment(GULBERG, -150, ["treatment_hydrafacial", "treatment_chemical_peel"], "cosmetologist"),
    Moment(GULBERG, -110, ["treatment_consultation"], "practitioner"),
    Moment(GULBERG, -75, ["treatment_chemical_peel", "treatment_consultation"], "hina"),
    Moment(GULBERG, -20, ["treatment_botulinum_toxin", "treatment_consultation"], "practitioner"),
    Moment(GULBERG, 5, ["treatment_laser_hair_removal", "treatment_carbon_laser"], "cosmetologist"),
    Moment(GULBERG, 25, ["treatment_prp_face", "treatment_consultation"], "practitioner", timedelta(minutes=30), True),
    Moment(GULBERG, 5, ["treatment_chemical_peel", "treatment_consultation"], "hina"),
    Moment(GULBERG, 75, ["treatment_hydrafacial", "treatment_chemical_peel"], "cosmetologist"),
    Moment(GULBERG, 105, ["treatment_dermal_filler", "treatment_consultation"], "practitioner"),
    Moment(DHA, -100, ["treatment_chemical_peel", "treatment_consultation"], "sana"),
    Moment(DHA, -15, ["treatment_laser_hair_removal", "treatment_consultation"], "farah"),
    Moment(DHA, 5, ["treatment_botulinum_toxin", "treatment_consultation"], "sana"),
    Moment(DHA, 60, ["treatment_microneedling", "treatment_consultation"], "sana"),
]
# Who began later than so long ago is still here.
HERE_SINCE = timedelta(minutes=-30)
# Of today's other visits, the first is wanted so long before now.
HALF_A_DAY = timedelta(hours=4, minutes=30)
LONGEST_LEAD = 11
EARLY_BIRD = timedelta(days=14)
TRIES = 4


@dataclass
class Wish:
    """A visit that somebody wants."""

    branch: object
    patient: object
    treatments: object
    practitioner: object
    start: datetime
    booked_at: datetime
    # Decides how this visit goes, whatever happens to the others.
    rng: Random = field(repr=False)
    # Neither cancelled nor missed, and begun on time.
    sure: bool = False
    early: timedelta = EARLY


class Planner:
    """Thinks up the visits of all days; the same day gives the same clinic."""

    def __init__(self, env, branches, patients, now, since=None):
        """Plan for a new clinic, or for one that has lived until ``since`` and is to live on."""
        self._now = now
        self._since = since
        self._today = to_local(now).date()
        self._first_day = self._today - timedelta(days=demand.PAST_DAYS)
        self._branches = branches
        self._patients = {branch: patients.filtered(lambda p, b=branch: p.branch_id == b) for branch in branches}
        self._treatments = {name: in_catalogue(env, name) for name in demand.WANTED}
        self._agenda = Agenda(env, branches, self._treatments.values(), self._today)
        self._people = {person.user_id.login: person for person in env["clinic.practitioner"].search([])}
        # (patient, treatment) -> the day of the last session so far
        self._sessions = {}
        # (branch, day) -> visits that are booked already
        self._booked = Counter()
        self._star = env["clinic.patient"]
        if since:
            self._know_visits(env)

    def _know_visits(self, env):
        """Learn what has been done and booked so far."""
        procedures = env["clinic.procedure"]
        for patient, treatment, start in procedures._read_group(
            [("state", "!=", "cancelled")], ["patient_id", "treatment_id"], ["start:max"]
        ):
            self._sessions[patient, treatment] = to_local(start).date()
        domain = [("state", "not in", ("cancelled", "no_show")), ("start", ">=", to_utc(self._today, 0))]
        for visit in env["clinic.visit"].search(domain):
            day = to_local(visit.start).date()
            self._booked[visit.company_id, day] += 1
            self._agenda.take(visit.patient_id, *_whole_day(day))
        [[self._star, _count]] = procedures._read_group([], ["patient_id"], ["__count"], order="__count desc", limit=1)

    def wishes(self):
        """Return the wishes for all days, from three months ago (from today in a clinic that lives) to two weeks ahead.

        Those around the present come first, so that no one has taken the room that was planned.
        """
        first_day = self._today if self._since else self._first_day
        number_of_days = (self._today - first_day).days + 1 + demand.FUTURE_DAYS
        days = [first_day + timedelta(days=number) for number in range(number_of_days)]
        around_now = [wish for branch in self._branches for wish in self._wishes_around_now(branch)]
        wishes = [wish for day in days for branch in self._branches for wish in self._wishes_of_day(branch, day)]
        return [wish for wish in [*around_now, *wishes] if wish]

    def _wishes_of_day(self, branch, day):
        """Yield the wishes for ``branch`` on ``day``, or None for those that find no place; nothing when closed."""
        hours = self._agenda.opening(branch.resource_calendar_id, day, late=day == self._today)
        if not hours:
            return
        rng = chance(branch.name, day)
        first = max(hours[0], self._now - HALF_A_DAY) if day == self._today else hours[0]
        wanted = demand.visits_wanted(branch.name, day, self._today, rng)
        for _number in range(wanted - self._booked[branch, day]):
            patient = self._draw_patient(branch, day, rng)
            treatments = self._draw_treatments(patient, day, rng)
            starts = starts_around(*hours, first + timedelta(minutes=15 * rng.randint(0, 36)))
            yield self._wish(branch, day, patient, treatments, starts, rng)

    def _wishes_around_now(self, branch):
        """Yield the wishes that make the day board of this moment."""
        rng = chance("now", branch.name)
        for moment in AROUND_NOW:
            if moment.branch == branch.name:
                yield self._wish_around_now(branch, moment, rng)

    def _wish_around_now(self, branch, moment, rng):
        """Return the wish for ``moment``, or None when it cannot be fulfilled."""
        start = self._start_around_now(moment)
        day = to_local(start).date()
        person = self._people.get(moment.login)
        for treatment in map(self._treatments.get, moment.treatments):
            patient = self._patient_around_now(branch, day, rng, treatment, moment)
            if wish := self._wish(branch, day, patient, treatment, [start], rng, person):
                return replace(wish, sure=True, early=moment.early, booked_at=self._long_ago(wish.booked_at))
        return None

    def _start_around_now(self, moment):
        """Return when the visit of ``moment`` starts; who is here today is here for a visit of today."""
        now = self._now.replace(minute=self._now.minute // 5 * 5, second=0, microsecond=0)
        start = now + timedelta(minutes=moment.minutes)
        if not HERE_SINCE < timedelta(minutes=moment.minutes) <= moment.early:
            return start
        midnight = to_utc(self._today, 0)
        return min(max(start, midnight), midnight + DAY - FIVE)

    def _patient_around_now(self, branch, day, rng, treatment, moment):
        """Return somebody who may come for ``moment``: known for long, and without risks where it has begun."""
        if moment.star and self._may_come(self._star, day, treatment):
            return self._star
        while True:
            known_before = self._today if self._since else self._first_day
            patient = self._draw_patient(branch, day, rng, treatment, known_before)
            if not (moment.minutes < 0 and patient.risk_ids) and (not moment.star or patient.sex == "female"):
                return patient

    def _long_ago(self, booked_at):
        """Return a time of booking before those of all other visits."""
        return max(booked_at - EARLY_BIRD, self._since) if self._since else booked_at - EARLY_BIRD

    def _wish(self, branch, day, patient, treatments, starts, rng, person=None):
        """Return a wish that the clinic can fulfil at one of ``starts``, or None."""
        if self._is_too_early(patient, treatments, day):
            return None
        if self._since:
            starts = [start for start in starts if start >= self._since]
        found = self._agenda.place(branch, day, treatments, starts, person)
        if not found:
            return None
        self._sessions.update({(patient, treatment): day for treatment in treatments})
        practitioner, start = found
        self._agenda.take(patient, *_whole_day(day))
        booked_at = max(self._booked_at(start, rng), patient.create_date)
        return Wish(branch, patient, treatments, practitioner, start, booked_at, chance(patient.phone, start))

    def _is_too_early(self, patient, treatments, day):
        """Return whether the least interval of one of ``treatments`` is not over for ``patient``."""
        return any(
            (patient, treatment) in self._sessions
            and (day - self._sessions[patient, treatment]).days < treatment.interval_least
            for treatment in treatments
        )

    def _draw_patient(self, branch, day, rng, treatments=(), known_before=None):
        """Return a patient of ``branch`` who may come on ``day`` for ``treatments`` and does not come that day yet.

        The patient was registered before ``known_before`` or ``day``.
        """
        known_by = to_utc(known_before or day, 0)
        patients = self._patients[branch].filtered(lambda patient: patient.create_date < known_by)
        weights = [demand.patient_weight(index) for index in range(len(patients))]
        while True:
            [patient] = rng.choices(patients, weights=weights)
            if self._may_come(patient, day, treatments):
                return patient

    def _may_come(self, patient, day, treatments):
        """Return whether ``patient`` may come for ``treatments`` on ``day`` and does not come that day yet."""
        free = patient and self._agenda.is_free(patient, *_whole_day(day))
        return free and not self._is_too_early(patient, treatments, day)

    def _draw_treatments(self, patient, day, rng):
        """Return what ``patient`` comes for: rather something else than the same again too early."""
        for _try in range(TRIES):
            [name] = rng.choices(list(demand.WANTED), weights=demand.treatment_weights(patient.sex))
            treatments = self._treatments[name]
            if name in demand.PAIRED and rng.random() < demand.PAIRED_SHARE:
                treatments += self._treatments[demand.PAIRED[name]]
            if not self._is_too_early(patient, treatments, day):
                break
        return treatments

    def _booked_at(self, start, rng):
        """Return when the visit is booked: mostly some days before, within office hours, and before now."""
        lead = min(rng.randint(0, LONGEST_LEAD), rng.randint(0, LONGEST_LEAD))
        day = to_local(start).date() - timedelta(days=lead)
        booked_at = to_utc(day, rng.randint(10, 18), rng.randint(0, 59))
        latest = min(start - timedelta(minutes=45), self._now)
        if self._since:
            # Since then, somehow evenly, where it would have been earlier.
            latest = max(latest, self._since)
            return (
                booked_at if self._since <= booked_at <= latest else self._since + (latest - self._since) * rng.random()
            )
        while booked_at > latest:
            booked_at -= timedelta(days=1)
        return booked_at


def _whole_day(day):
    return to_utc(day, 0), to_utc(day, 23, 59)
