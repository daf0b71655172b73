"""A clinic with very many visits ahead: copies of one that was really booked."""

from clinic_data import ClinicMaker, checked_together, copy_row, find_clinic, in_clinic

from odoo import fields

NAME = "messages"
AHEAD, DUE = 100_000, 10_000
PATIENTS = 5_000
TABLES = ["clinic_visit", "clinic_procedure", "clinic_patient", "res_partner"]


def make(env):
    """Make a clinic with ``AHEAD`` visits of which nothing is to be said now, and ``DUE`` to be reminded of."""
    clinic = ClinicMaker(env, NAME, "UTC").make(2, 2, 2)
    env = in_clinic(env, clinic)
    patient = env["clinic.patient"].browse(clinic.patient)
    patient.email = "patient@example.com"
    visit = env["clinic.visit"].book(patient, [clinic.treatment], fields.Datetime.add(fields.Datetime.now(), days=30))
    visit._tell()
    env["clinic.message"].search([("visit_id", "=", visit.id)])._change({"state": "cancelled"})
    env.flush_all()
    with checked_together(env.cr, TABLES):
        _plan(env, f"SELECT n FROM generate_series(1, {PATIENTS}) AS n")
        partners = copy_row(env.cr, patient.partner_id)
        patients = copy_row(env.cr, patient, partner_id=f"{partners} + n", number="'M' || n")
        env.cr.execute("DROP TABLE plan")
        # From a week ahead on; and within the two days for which a reminder is due.
        _copy_visits(env, visit, patients, AHEAD, "interval '7 days' + n * interval '1 minute'")
        _copy_visits(env, visit, patients, DUE, "interval '40 hours' + n * interval '2 seconds'")


def find(env):
    """Return the environment in the clinic."""
    return in_clinic(env, find_clinic(env, NAME))


def _copy_visits(env, visit, patients, count, later):
    now = f"timestamp '{fields.Datetime.now():%Y-%m-%d %H:%M:%S}'"
    _plan(
        env,
        f"SELECT n, {patients} + 1 + n % {PATIENTS} AS patient_id, date_trunc('second', {now} + {later}) AS start"
        f"  FROM generate_series(1, {count}) AS n",
    )
    values = {
        "start": "plan.start",
        "stop": "plan.start + interval '30 minutes'",
        "patient_id": "plan.patient_id",
    }
    told = {"told_start": "plan.start", "told_at": f"{now} - interval '30 days'"}
    offset = copy_row(env.cr, visit, **values, **told, name=f"'M{count}-' || n")
    copy_row(env.cr, visit.procedure_ids, **values, visit_id=f"{offset} + n", calendar_stale="FALSE")
    env.cr.execute("DROP TABLE plan")


def _plan(env, select):
    env.cr.execute(f"CREATE TEMPORARY TABLE plan ON COMMIT DROP AS {select}")
