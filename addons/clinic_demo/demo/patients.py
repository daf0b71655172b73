import csv
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from .chance import chance
from .clock import to_utc

PATIENTS = 200
# Registered before the first visit of the demo; the others come as time goes by.
KNOWN_BEFORE = 110
WOMEN = 0.84
KNOWN_CNIC = 0.7
KNOWN_EMAIL = 0.6

# Common first names of women and men, and last names; no real person is meant.
NAMES = Path(__file__).with_name("names.csv")
MOBILE_PREFIXES = ["0300", "0301", "0302", "0304", "0321", "0322", "0333", "0334", "0345", "0346"]
DISTRICTS = ["35201", "35202", "35404", "34101", "61101"]
# Home branch: blocks around it
AREAS = {
    "Noor Gulberg": ["Gulberg II", "Gulberg III", "Model Town", "Garden Town", "Johar Town", "Shadman"],
    "Noor DHA": ["DHA Phase 1", "DHA Phase 3", "DHA Phase 5", "Cavalry Ground", "Askari X", "Walton"],
}


def load_patients(env, branches, clock, first_day, today):
    """Register the patients day by day and return them all."""
    rng = chance("patients")
    country = env.ref("base.pk")
    by_day = defaultdict(list)
    for index, (sex, name) in enumerate(_names(rng), 1):
        [branch] = rng.choices(branches, weights=(6, 4))
        vals = _patient_values(index, sex, name, branch, country, today, rng)
        by_day[_registered_on(index, first_day, today)].append(vals)
    patients = env["clinic.patient"]
    for day, values in sorted(by_day.items()):
        clock.move_to(to_utc(day, 10, 30))
        patients += patients.create(values)
    return patients


def _registered_on(index, first_day, today):
    """Return the day on which the patient number ``index`` is registered."""
    if index <= KNOWN_BEFORE:
        return first_day - timedelta(days=20)
    return first_day + (today - first_day) * (index - KNOWN_BEFORE) // (PATIENTS - KNOWN_BEFORE + 1)


def _names(rng):
    """Return as many different (sex, name) as there are patients."""
    known = defaultdict(list)
    with NAMES.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            known[line["kind"]].append(line["name"])
    names = {}
    while len(names) < PATIENTS:
        sex = "female" if rng.random() < WOMEN else "male"
        names.setdefault(f"{rng.choice(known[sex])} {rng.choice(known['last'])}", sex)
    return [(sex, name) for name, sex in names.items()]


def _patient_values(index, sex, name, branch, country, today, rng):
    area = rng.choice(AREAS[branch.name])
    birth_date = today - timedelta(days=rng.randint(19 * 365, 62 * 365))
    email = f"{name.lower().replace(' ', '.')}@patients.example"
    return {
        "name": name,
        "sex": sex,
        "birth_date": birth_date,
        # Numbers that nobody has: a demo must never call or text a stranger.
        "phone": f"{rng.choice(MOBILE_PREFIXES)} 0000{index:03d}",
        "email": rng.random() < KNOWN_EMAIL and email,
        "street": f"House {rng.randint(1, 320)}, Street {rng.randint(1, 40)}, {area}",
        "city": "Lahore",
        "country_id": country.id,
        "tz": branch.resource_calendar_id.tz,
        "branch_id": branch.id,
        "national_id": rng.random() < KNOWN_CNIC and _cnic(index, sex, rng),
        "national_id_country_id": country.id,
    }


def _cnic(index, sex, rng):
    """Return a well-formed CNIC: district, a serial number, and a digit that is odd for men."""
    last = rng.choice("13579" if sex == "male" else "2468")
    return f"{rng.choice(DISTRICTS)}-0000{index:03d}-{last}"
