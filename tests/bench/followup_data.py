"""A clinic with ten years of visits of 100,000 patients: copies of one that was really performed."""

import os

from clinic_data import ClinicMaker, checked_together, copy_row, find_clinic, in_clinic, zone_of_noon

from odoo import fields

NAME = "followup"
# Fewer for a quick look.
PATIENTS = int(os.environ.get("CLINIC_BENCH_PATIENTS") or 100_000)
EACH = 10
TABLES = ["clinic_visit", "clinic_procedure", "clinic_patient", "res_partner"]
# From one visit of a patient to the next: the same for each, and from 20 days to two years.
SHORTEST, LONGEST = 20, 365


def make(env):
    """Make ``PATIENTS`` with ``EACH`` visits each, of whom most are past all that a rule asks for, and some due."""
    clinic = ClinicMaker(env, NAME, zone_of_noon()).make(2, 2, 2)
    env = in_clinic(env, clinic)
    env["product.template"].browse(clinic.treatment).interval_recommended = 28
    visit = env["clinic.visit"].book_walk_in(clinic.patient, [clinic.treatment])
    visit.action_start()
    visit.action_done()
    rules = env["clinic.recall.rule"].with_context(active_test=False).search([])
    rules.write({"is_marketing": False})
    env.ref("clinic_followup.rule_effect").treatment_ids = env["product.template"].browse(clinic.treatment)
    env.flush_all()
    with checked_together(env.cr, TABLES):
        _plan(env, f"SELECT n FROM generate_series(1, {PATIENTS}) AS n")
        patient = env["clinic.patient"].browse(clinic.patient)
        partners = copy_row(env.cr, patient.partner_id)
        patients = copy_row(
            env.cr,
            patient,
            partner_id=f"{partners} + n",
            number="'F' || n",
            birth_date="date '1960-01-01' + mod(n * 7, 16000)::int",
        )
        env.cr.execute("DROP TABLE plan")
        _copy_visits(env, visit, patients)


def find(env):
    """Return the environment in the clinic."""
    return in_clinic(env, find_clinic(env, NAME))


def _copy_visits(env, visit, patients):
    now = f"timestamp '{fields.Datetime.now():%Y-%m-%d %H:00:00}'"
    # The last one was some days to four years ago, one in fifty was missed.
    _plan(
        env,
        f"""
        SELECT n, {patients} + 1 + (n - 1) / {EACH} AS patient_id,
               {now} - (1 + (n - 1) / {EACH} * 13 % 1400) * interval '1 day'
                     - (n - 1) % {EACH} * ({SHORTEST} + (n - 1) / {EACH} % {LONGEST}) * interval '1 day' AS start,
               CASE WHEN n % 50 = 0 THEN 'no_show' ELSE 'done' END AS state
          FROM generate_series(1, {PATIENTS * EACH}) AS n
        """,
    )
    values = {
        "start": "plan.start",
        "stop": "plan.start + interval '30 minutes'",
        "patient_id": "plan.patient_id",
    }
    offset = copy_row(env.cr, visit, **values, state="plan.state", done_at="plan.start", name="'F-' || n")
    copy_row(
        env.cr,
        visit.procedure_ids,
        **values,
        state="CASE plan.state WHEN 'done' THEN 'done' ELSE 'planned' END",
        visit_id=f"{offset} + n",
        calendar_stale="FALSE",
    )
    env.cr.execute("DROP TABLE plan")


def _plan(env, select):
    env.cr.execute(f"CREATE TEMPORARY TABLE plan ON COMMIT DROP AS {select}")
