from datetime import timedelta

from . import demand
from .catalogue import in_catalogue
from .clock import to_utc

LUNCH_HOUR, LUNCH = 14, timedelta(minutes=30)
MAINTENANCE = timedelta(hours=2)
DAYS_WITH_LUNCH = 4
# treatment, hours that suit, what reception noted
WAITING = [
    ("treatment_laser_hair_removal", (16, 20), "Works until four."),
    ("treatment_hydrafacial", (11, 14), "Only while the children are at school."),
    ("treatment_botulinum_toxin", (0, 24), "Any time, wedding next month."),
    ("treatment_prp_hair", (17, 21), ""),
]


def load_blocks(env, branches, today):
    """Block the lunch of those who are in today and the next days, and a laser for its maintenance."""
    load_lunches(env, branches, today)
    laser = env["clinic.device"].search([("company_id", "=", branches[0].id)], limit=1, order="sequence desc")
    _block(env, branches[0], "Maintenance", laser.resource_id, to_utc(today + timedelta(days=1), 17), MAINTENANCE)


def load_lunches(env, branches, today):
    """Block the lunch of those who are in today and the next days, and have none yet."""
    for branch in branches:
        for number in range(DAYS_WITH_LUNCH):
            _block_lunch(env, branch, today + timedelta(days=number))


def _block_lunch(env, branch, day):
    """Let those who work in ``branch`` alone and are free have lunch, half of them after the other half."""
    people = env["clinic.practitioner"].search([("company_ids", "in", branch.ids)])
    at_work = people.resource_id._clinic_work(to_utc(day, LUNCH_HOUR), to_utc(day, LUNCH_HOUR + 1))
    hungry = [person for person in people if person.company_ids == branch and at_work[person.resource_id.id]]
    for position, person in enumerate(hungry):
        start = to_utc(day, LUNCH_HOUR, 30 * (position % 2))
        if _is_free(env, person.resource_id, start, start + LUNCH):
            _block(env, branch, "Lunch", person.resource_id, start, LUNCH)


def _is_free(env, resource, start, stop):
    domain = [("resource_id", "=", resource.id), ("blocking", "=", True), ("start", "<", stop), ("stop", ">", start)]
    return not env["clinic.reservation"].search_count(domain, limit=1)


def _block(env, branch, name, resource, start, length):
    env["clinic.block"].with_company(branch).create(
        {
            "name": name,
            "company_id": branch.id,
            "resource_ids": [(6, 0, resource.ids)],
            "start": start,
            "stop": start + length,
        }
    )


def load_waitlist(env, branch, patients, today):
    """Let some of ``patients`` wait for a time that suits them better, unless some wait already."""
    if env["clinic.waitlist"].search_count([("state", "in", ("waiting", "offered"))], limit=1):
        return
    desk = env["res.users"].search([("login", "=", "reception")])
    of_branch = patients.filtered(lambda patient: patient.branch_id == branch)[-2 * len(WAITING) :]
    for patient, (treatment, hours, note) in zip(of_branch, WAITING, strict=False):
        env["clinic.waitlist"].with_company(branch).create(
            {
                "patient_id": patient.id,
                "treatment_id": in_catalogue(env, treatment).id,
                "company_id": branch.id,
                "date_from": today,
                "date_to": today + timedelta(days=demand.FUTURE_DAYS),
                "hour_from": hours[0],
                "hour_to": hours[1],
                "user_id": desk.id,
                "note": note,
            }
        )


def count_utilisation(env, first_day, today):
    """Count what the nightly job would have counted."""
    env["clinic.utilisation"]._refresh(first_day, today + timedelta(days=demand.FUTURE_DAYS))
