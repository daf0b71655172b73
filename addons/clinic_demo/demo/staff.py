from datetime import timedelta

from odoo.fields import Command

from .catalogue import in_catalogue
from .company import ALL_WEEK, create_hours
from .places import DHA, GULBERG

INJECTIONS = ["category_injectables", "category_consultation"]
SKIN = ["category_skin"]
LASER = ["category_laser"]

# kind of licence, who issues it
MEDICAL = ("clinic.licence_kind_medical", "Pakistan Medical and Dental Council")
COSMETOLOGY = ("clinic.licence_kind_cosmetology", "Punjab Board of Technical Education")
LICENCE_DAYS_LEFT = 500

# What each practitioner is, in which branch on which days (0 is Monday), and for what they are authorized: categories
# or treatments.
PRACTITIONERS = [
    {
        "name": "Dr. Mehreen Anwar",
        "kind": "doctor",
        "specialty": "Dermatology, injectables",
        "days": {GULBERG: (0, 1, 2, 4, 6), DHA: (3, 5)},
        # She has settled where her user begins: anyone who logs in as her sees patients waiting.
        "days_ahead": {GULBERG: ALL_WEEK},
        "hours": "doctors",
        "authorized": [*INJECTIONS, *SKIN, *LASER],
        "licence": (*MEDICAL, "PMDC 40218-P"),
    },
    {
        "name": "Dr. Bilal Rehman",
        "kind": "doctor",
        "specialty": "Hair restoration",
        "days": {GULBERG: (1, 5), DHA: (3,)},
        "hours": "hair",
        "authorized": ["category_hair", "category_consultation", "treatment_thread_lift"],
        "licence": (*MEDICAL, "PMDC 51877-P"),
    },
    {
        "name": "Dr. Hina Tariq",
        "kind": "doctor",
        "specialty": "Aesthetic medicine",
        "days": {GULBERG: ALL_WEEK},
        "hours": "doctors",
        "authorized": [*INJECTIONS, *SKIN, *LASER, "treatment_prp_hair"],
        "licence": (*MEDICAL, "PMDC 60342-P"),
        "licence_days_left": 25,
    },
    {
        "name": "Dr. Sana Iftikhar",
        "kind": "doctor",
        "specialty": "Aesthetic medicine",
        "days": {DHA: ALL_WEEK},
        "hours": "doctors",
        "authorized": [*INJECTIONS, *SKIN, *LASER, "treatment_prp_hair"],
        "licence": (*MEDICAL, "PMDC 63905-P"),
    },
    {
        "name": "Rabia Nadeem",
        "kind": "cosmetologist",
        "specialty": "Laser and facials",
        "days": {GULBERG: ALL_WEEK},
        "hours": "cosmetologists",
        "authorized": ["category_facials", "treatment_laser_hair_removal", "treatment_carbon_laser"],
        "licence": (*COSMETOLOGY, "COS-2291"),
    },
    {
        "name": "Farah Yousaf",
        "kind": "cosmetologist",
        "specialty": "Laser and skin care",
        "days": {DHA: ALL_WEEK},
        "hours": "cosmetologists",
        "authorized": ["category_skin", "treatment_laser_hair_removal"],
        "licence": (*COSMETOLOGY, "COS-2348"),
    },
]
# name, weekdays (0 is Monday), from, to
HOURS = {
    "doctors": ("Doctors, daily 11–20", ALL_WEEK, 11, 20),
    "hair": ("Hair consultant, Tue Thu Sat 12–20", (1, 3, 5), 12, 20),
    "cosmetologists": ("Cosmetologists, daily 10–19", ALL_WEEK, 10, 19),
}
EMPLOYED_DAYS = 500


def load_staff(env, branches, today):
    """Create the practitioners with their employees, working hours and authorizations."""
    hours = {key: create_hours(env, *line) for key, line in HOURS.items()}
    for sequence, line in enumerate(PRACTITIONERS, 1):
        companies = branches.filtered(lambda company, line=line: company.name in line["days"])
        employee = _create_employee(env, line, companies[0], hours[line["hours"]], today)
        practitioner = env["clinic.practitioner"].create(
            {
                "employee_id": employee.id,
                "kind": line["kind"],
                "specialty": line["specialty"],
                "company_ids": [Command.set(companies.ids)],
                "color": sequence,
                "sequence": sequence,
            }
        )
        _authorize(env, practitioner, line, today)


def _create_employee(env, line, company, hours, today):
    return (
        env["hr.employee"]
        .with_company(company)
        .create(
            {
                "name": line["name"],
                "job_title": line["specialty"],
                "company_id": company.id,
                "resource_calendar_id": hours.id,
                "tz": hours.tz,
                "date_version": today - timedelta(days=EMPLOYED_DAYS),
            }
        )
    )


def _authorize(env, practitioner, line, today):
    """Grant what ``line`` names: a category covers the treatments below it."""
    env["clinic.authorization"].create(
        [
            {
                "practitioner_id": practitioner.id,
                "category_id" if name.startswith("category_") else "treatment_id": in_catalogue(env, name).id,
                "date_from": today - timedelta(days=EMPLOYED_DAYS),
            }
            for name in line["authorized"]
        ]
    )


def load_licences(env, today):
    """Record the practitioners' licences in the manager's name, and let the authorizations rest on them."""
    env = env(user=env["res.users"].search([("login", "=", "manager")]), su=True)
    for line in PRACTITIONERS:
        practitioner = env["clinic.practitioner"].search([("name", "=", line["name"])])
        kind, issuer, number = line["licence"]
        practitioner.authorization_ids.licence_id = env["clinic.licence"].create(
            {
                "practitioner_id": practitioner.id,
                "kind_id": env.ref(kind).id,
                "number": number,
                "issuer": issuer,
                "date_from": today - timedelta(days=EMPLOYED_DAYS),
                "date_to": today + timedelta(days=line.get("licence_days_left", LICENCE_DAYS_LEFT)),
            }
        )
