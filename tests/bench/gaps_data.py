"""Two clinics of the same shape: one offers every start of its grid, the other those that leave no gap."""

import random
from datetime import timedelta
from types import SimpleNamespace

from clinic_data import CLOSES, OPENS, ClinicMaker, find_clinic, in_clinic, opening

NAMES = {"every": "fixed grid", "tight": "ranked"}
PRACTITIONERS, DAYS, STEP, REQUESTS, SEED = 5, 20, 15, 1000, 20261
# Minutes of the treatments, and how many of a hundred ask for each.
LENGTHS = {30: 40, 45: 30, 60: 20, 90: 10}
ANYONE = 0.4


def make(env):
    """Make both clinics, with a treatment of each length."""
    for offers, name in NAMES.items():
        clinic = ClinicMaker(env, name, "UTC").make(PRACTITIONERS, PRACTITIONERS, PRACTITIONERS)
        here = in_clinic(env, clinic)
        branch = here["res.company"].browse(clinic.branch)
        branch.write({"clinic_slot_step": STEP, "clinic_offered_times": offers})
        treatment = here["product.template"].browse(clinic.treatment)
        permits = here["clinic.authorization"].search([("treatment_id", "=", treatment.id)])
        for minutes in LENGTHS:
            copy = treatment.copy({"name": _called(branch, minutes), "treatment_duration": minutes})
            for permit in permits:
                permit.copy({"treatment_id": copy.id})


def _called(branch, minutes):
    return f"{minutes} minutes in {branch.name}"


def find(env, offers):
    """Return what ``make`` made of the clinic that offers its times like this, in an environment of the branch."""
    clinic = find_clinic(env, NAMES[offers])
    env = in_clinic(env, clinic)
    branch = env["res.company"].browse(clinic.branch)
    templates = env["product.template"]
    return SimpleNamespace(
        env=env,
        branch=branch,
        patient=env["clinic.patient"].browse(clinic.patient),
        people=env["clinic.practitioner"].browse(clinic.practitioners),
        treatments={
            minutes: templates.search([("name", "=", _called(branch, minutes)), ("is_treatment", "=", True)])
            for minutes in LENGTHS
        },
    )


def requests():
    """Yield (day, minutes of the treatment, number of the practitioner or None, wished start), the same each time."""
    chance = random.Random(SEED)
    for _number in range(REQUESTS):
        day = chance.randrange(1, DAYS + 1)
        [minutes] = chance.choices(list(LENGTHS), LENGTHS.values())
        person = None if chance.random() < ANYONE else chance.randrange(PRACTITIONERS)
        yield day, minutes, person, opening(day) + timedelta(minutes=chance.randrange((CLOSES - OPENS) * 60))


def unsold(clinic, least):
    """Return (minutes booked, free minutes in stretches shorter than ``least``) of all practitioners and days."""
    booked, lost = 0, 0
    reservations = clinic.env["clinic.reservation"].search(
        [("resource_id", "in", clinic.people.resource_id.ids), ("blocking", "=", True)], order="start"
    )
    for resource in clinic.people.resource_id:
        mine = reservations.filtered(lambda one, resource=resource: one.resource_id == resource)
        for day in range(1, DAYS + 1):
            first, last = opening(day), opening(day) + timedelta(hours=CLOSES - OPENS)
            today = mine.filtered(lambda one, first=first, last=last: first <= one.start < last)
            edges = [first, *(edge for one in today for edge in (one.start, one.stop)), last]
            free = [(stop - start) // timedelta(minutes=1) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
            booked += (last - first) // timedelta(minutes=1) - sum(free)
            lost += sum(minutes for minutes in free if minutes < least)
    return booked, lost
