from base64 import b64encode

from odoo.fields import Command
from odoo.tools import file_open

from .clock import ZONE

BRANCHES = [
    {"name": "Noor Gulberg", "street": "24 Main Boulevard, Gulberg III", "zip": "54660", "phone": "042 35550110"},
    {"name": "Noor DHA", "street": "7 Y Block Commercial, DHA Phase 3", "zip": "54792", "phone": "042 35550120"},
]
PLACE = {"city": "Lahore", "email": "hello@noor-clinic.example", "website": "https://noor-clinic.example"}
ALL_WEEK = range(7)


def load_companies(env):
    """Make the main company the clinic, with a chart of accounts and two branches; return the branches."""
    with file_open("clinic_demo/static/img/logo.png", "rb") as file:
        logo = b64encode(file.read())
    hours = create_hours(env, "Clinic hours, daily 10–20", ALL_WEEK, 10, 20)
    clinic = env.company
    country = env.ref("base.pk")
    clinic.write(
        {
            **PLACE,
            "name": "Noor Aesthetic Clinic",
            "logo": logo,
            "street": BRANCHES[0]["street"],
            "zip": BRANCHES[0]["zip"],
            "phone": BRANCHES[0]["phone"],
            "country_id": country.id,
            "currency_id": env.ref("base.PKR").id,
            "resource_calendar_id": hours.id,
        }
    )
    clinic.partner_id.tz = ZONE.zone
    _load_chart(env, clinic)
    place = {**PLACE, "country_id": country.id, "parent_id": clinic.id, "logo": logo, "resource_calendar_id": hours.id}
    branches = env["res.company"].create([{**place, **values} for values in BRANCHES])
    # The accounting of a branch is set up when the cursor is flushed.
    env.cr.flush()
    branches.resource_calendar_id = hours
    _ensure_warehouses(env, branches)
    return branches


def _load_chart(env, clinic):
    """Give the clinic Pakistan's chart of accounts and taxes."""
    # Installed together with Accounting, Odoo would give the company its generic chart at the end of the installation.
    vars(env.registry).pop("_auto_install_template", None)
    env["account.chart.template"]._load("pk", clinic, install_demo=False)


def _ensure_warehouses(env, branches):
    """Each branch keeps its own stock."""
    warehouses = env["stock.warehouse"]
    for branch in branches:
        if not warehouses.search_count([("company_id", "=", branch.id)]):
            code = branch.name.split()[-1][:3].upper()
            warehouses.create({"name": branch.name, "code": code, "company_id": branch.id})


def create_hours(env, name, weekdays, hour_from, hour_to):
    """Return new working hours, the same on all ``weekdays`` (0 is Monday), for every branch."""
    lines = [
        Command.create(
            {"name": name, "dayofweek": str(day), "hour_from": hour_from, "hour_to": hour_to, "day_period": "full_day"}
        )
        for day in weekdays
    ]
    return env["resource.calendar"].create(
        {"name": name, "company_id": False, "tz": ZONE.zone, "attendance_ids": lines}
    )
