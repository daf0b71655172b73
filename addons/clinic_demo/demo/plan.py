from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from . import demand
from .agenda import Agenda, starts_around
from .catalogue import in_catalogue
from .chance import chance
from .clock import to_local, to_utc

# Around now, in minutes: one patient is being treated, and two are waiting.
AROUND_NOW = [
    (-20, "treatment_botulinum_toxin"),
    (5, "treatment_laser_hair_removal"),
    (5, "treatment_prp_face"),
]
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
    # Neither cancelled nor missed.
    sure: bool = False


class Planner:
    """Thinks up the visits of all days; the same day gives the same clinic."""

    def __init__(self, env, branches, patients, now):
        self._now = now
        self._today = to_local(now).date()
        self._first_day = self._today - timedelta(days=demand.PAST_DAYS)
        self._branches = branches
        self._patients = {branch: patients.filtered(lambda p, b=branch: p.branch_id == b) for branch in branches}
        self._treatments = {name: in_catalogue(env, name) for name in demand.WANTED}
        self._agenda = Agenda(env, branches, self._treatments.values())
        # (patient, treatment) -> the day of the last session so far
        self._sessions = {}

    def wishes(self):
        """Return the wishes for all days, from three months ago to two weeks ahead."""
        number_of_days = demand.PAST_DAYS + 1 + demand.FUTURE_DAYS
        days = [self._first_day + timedelta(days=number) for number in range(number_of_days)]
        wishes = [wish for day in days for branch in self._branches for wish in self._wishes_of_day(branch, day)]
        return [wish for wish in wishes if wish]

    def _wishes_of_day(self, branch, day):
        """Yield the wishes for ``branch`` on ``day``, or None for those that find no place; nothing when closed."""
        hours = self._agenda.opening(branch.resource_calendar_id, day)
        if not hours:
            return
        rng = chance(branch.name, day)
        if day == self._today and branch == self._branches[0]:
            yield from self._wishes_around_now(branch, hours)
        for _number in range(demand.visits_wanted(branch.name, day, self._today, rng)):
            patient = self._draw_patient(branch, day, rng)
            treatments = self._draw_treatments(patient, day, rng)
            wanted = hours[0] + timedelta(minutes=15 * rng.randint(0, 36))
            yield self._wish(branch, day, patient, treatments, starts_around(*hours, wanted), rng)

    def _wishes_around_now(self, branch, hours):
        """Yield the wishes that make the day board of this moment, while the branch is open."""
        rng = chance("now")
        moment = self._now.replace(minute=self._now.minute // 5 * 5, second=0, microsecond=0)
        for minutes, name in AROUND_NOW:
            start = moment + timedelta(minutes=minutes)
            if hours[0] <= start < hours[1]:
                treatment = self._treatments[name]
                patient = self._draw_patient(branch, self._today, rng, treatment, known_before=self._first_day)
                if wish := self._wish(branch, self._today, patient, treatment, [start], rng):
                    # Before all others, so that no one has taken the room that was planned.
                    yield replace(wish, sure=True, booked_at=wish.booked_at - EARLY_BIRD)

    def _wish(self, branch, day, patient, treatments, starts, rng):
        """Return a wish that the clinic can fulfil at one of ``starts``, or None."""
        found = not self._is_too_early(patient, treatments, day) and self._agenda.place(branch, day, treatments, starts)
        if not found:
            return None
        self._sessions.update({(patient, treatment): day for treatment in treatments})
        practitioner, start = found
        self._agenda.take((patient, day), *_whole_day(day))
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
            free = self._agenda.is_free((patient, day), *_whole_day(day))
            if free and not self._is_too_early(patient, treatments, day):
                return patient

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
        while booked_at > latest:
            booked_at -= timedelta(days=1)
        return booked_at


def _whole_day(day):
    return to_utc(day, 0), to_utc(day, 23, 59)
