"""A clinic that is booked online: ten times the demo clinic's people, places and visits ahead."""

from clinic_data import LARGE_BOOKINGS, LARGE_DAYS, Bookings, ClinicMaker, find_clinic, in_clinic, make_hours

from odoo import Command

NAME, ZONE = "online", "Asia/Karachi"
PRACTITIONERS, ROOMS, DEVICES = 50, 30, 20
# Patients who sign in, each with visits ahead and behind; the password is the login.
PORTAL, PAST, PAST_DAYS = 20, 4_000, 60
SPANS = [[(8, 12), (13, 17)], [(8, 14)], [(14, 20)], [(9, 13), (14, 18)], [(8, 20)]]


def make(env):
    """Make the clinic, half of whose practitioners can be chosen online, with its bookings of two months."""
    maker = ClinicMaker(env, NAME, ZONE)
    hours = [make_hours(maker.env, f"Online shift {n}", ZONE, *span) for n, span in enumerate(SPANS)]
    clinic = maker.make(PRACTITIONERS, ROOMS, DEVICES, hours)
    bookings = Bookings(env, clinic)
    bookings.add_patients()
    bookings.add(LARGE_BOOKINGS, LARGE_DAYS)
    bookings.add(PAST, PAST_DAYS, first=-PAST_DAYS - 1, visit_state="done", procedure_state="done")
    env["clinic.procedure"].search([("calendar_stale", "=", True)])._sync_calendar()
    env = in_clinic(env, clinic)
    env["res.company"].search([]).clinic_is_online = False
    branch = env["res.company"].browse(clinic.branch)
    branch.write({"clinic_is_online": True, "clinic_online_notice": 1})
    treatments = env["product.template"].browse([clinic.treatment, clinic.treatment_of_5])
    treatments.write({"is_online": True, "list_price": 5000, "online_text": "What to expect, in a sentence or two."})
    env["clinic.practitioner"].browse(clinic.practitioners[: PRACTITIONERS // 2]).is_online = True
    add_portal(env, branch)


def add_portal(env, branch):
    """Let some of those who have been here and come again sign in."""
    behind, ahead = (
        dict(env["clinic.visit"]._read_group([("state", "=", state)], ["patient_id"], ["__count"]))
        for state in ("done", "booked")
    )
    patients = [patient for patient in ahead if patient in behind][:PORTAL]
    env["res.users"].with_context(no_reset_password=True).create(
        [
            {
                "login": f"portal{number}",
                "password": f"portal{number}",
                "partner_id": patient.partner_id.id,
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
                "company_id": branch.id,
                "company_ids": [Command.set(branch.ids)],
            }
            for number, patient in enumerate(patients)
        ]
    )


def find(env):
    """Return the clinic's ids."""
    return find_clinic(env, NAME)
