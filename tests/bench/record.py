"""Print the table of `make bench-record`; exit with 1 unless every goal is reached.

python tests/bench/record.py SMALL LARGE
    two databases made by data.py: SMALL with one patient of forty visits; LARGE, a copy with 100,000 patients more and
    their 1,000,000 procedures
"""

import os
import sys
from contextlib import ExitStack

import connection

connection.start()

import clinic_data  # noqa: E402 (Odoo's addons can be imported only now)
import record_data  # noqa: E402
from measure import Table, Task, at_most, measure, p95_below, same_queries  # noqa: E402

REPETITIONS = 60
P95 = 300


class Record:
    """The record of the patient with forty visits, as one of the practitioners opens it."""

    def __init__(self, env):
        facts = clinic_data.find_clinic(env, record_data.NAME)
        doctor = env["clinic.practitioner"].browse(facts.practitioners[0])
        self.env = clinic_data.in_clinic(env, facts)(user=doctor.user_id.id)
        self.patient = facts.patient
        found = self._cards().load(self.patient)
        self.treatment = found["entries"][0]["treatment_id"]
        self.problem = found["problems"][0]["id"]

    def _cards(self):
        return self.env["clinic.patient.card"]

    def tasks(self, where):
        """Return what to measure in this database."""
        cards, patient = self._cards(), self.patient
        running = self.env["clinic.procedure"].search(
            [("patient_id", "=", patient), ("state", "=", "in_progress")], limit=1
        )
        return {
            "card": Task(f"card, {where}", self.env, lambda _n: cards.load(patient)),
            "page": Task(f"next page, {where}", self.env, lambda _n: cards.load(patient, offset=20, limit=20)),
            "filter": Task(
                f"by problem, {where}",
                self.env,
                lambda _n: cards.load(patient, filters={"problem_id": self.problem}),
            ),
            "treatment": Task(f"treatment, {where}", self.env, lambda _n: cards.load_treatment(running.id)),
            "day": Task(f"My Day, {where}", self.env, lambda _n: self.env["clinic.my.day"].load()),
        }


def main(small, large):
    table = Table()
    load = os.getloadavg()[0]
    with ExitStack() as stack:
        envs = [stack.enter_context(connection.environment(name)) for name in (small, large)]
        few, many = (Record(env).tasks(where) for env, where in zip(envs, ("small", "large"), strict=True))
        cr = envs[1].cr
        cr.execute("SELECT (SELECT count(*) FROM clinic_patient), (SELECT count(*) FROM clinic_procedure)")
        patients, procedures = cr.fetchone()
        for name, task in few.items():
            measure([task, many[name]], REPETITIONS)
    table.heading(f"The patient with 41 visits, alone and among {patients:,} patients with {procedures:,} procedures")
    for name, task in few.items():
        table.add(task, p95_below(task, P95))
        table.add(many[name], p95_below(many[name], P95))
        table.add(many[name], at_most(task, many[name], 1.5))
        table.add(many[name], same_queries(task, many[name]))
    print(f"{REPETITIONS} repetitions in turn, cold ORM cache, load {load:.1f}\n\n{table.text()}")
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
