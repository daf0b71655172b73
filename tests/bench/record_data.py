"""Patients with records in bulk: copies of visits that were really recorded, so each column is filled as by them."""

from datetime import timedelta

from clinic_data import ClinicMaker, checked_together, copy_row, find_clinic, in_clinic, last_id, zone_of_noon

from odoo import Command, fields

NAME = "record"
VISITS = 40
YEARS = 10
# What a patient's visit has beside its procedure.
RECORDED = (
    "clinic.note",
    "clinic.body.pin",
    "clinic.problem.response",
    "clinic.procedure.parameter",
    "clinic.consumption",
)
TABLES = [
    "clinic_visit",
    "clinic_procedure",
    *(model.replace(".", "_") for model in RECORDED),
    "clinic_risk",
    "clinic_problem",
    "clinic_patient",
    "res_partner",
]


def make_small(env):
    """Make a clinic with one patient of forty recorded visits in ten years."""
    clinic = ClinicMaker(env, NAME, zone_of_noon()).make(2, 2, 2)
    env = in_clinic(env, clinic)
    treatment = env["product.template"].browse(clinic.treatment)
    _publish_protocol(env, treatment)
    doctor = env["clinic.practitioner"].browse(clinic.practitioners[0])
    visit = env["clinic.visit"].book_walk_in(clinic.patient, treatment, doctor.id)
    visit.action_start()
    procedure = visit.procedure_ids
    _record(env, procedure)
    env.flush_all()
    bulk = Bulk(env)
    bulk.copy_visits(procedure, env["clinic.patient"].browse(clinic.patient).ids, VISITS)


def make_large(env, patients=100_000, visits=10):
    """Add ``patients`` with ``visits`` visits each, recorded like the small clinic's patient's, but in fewer rows."""
    clinic = find_clinic(env, NAME)
    env = in_clinic(env, clinic)
    procedure = env["clinic.procedure"].search([("patient_id", "=", clinic.patient)], order="id", limit=1)
    bulk = Bulk(env)
    with checked_together(env.cr, TABLES):
        made = bulk.copy_patients(env["clinic.patient"].browse(clinic.patient), patients)
        bulk.copy_visits(procedure, made, visits, each=1)


def _publish_protocol(env, treatment):
    protocol = env["clinic.protocol"].create(
        {
            "treatment_id": treatment.id,
            "parameter_ids": [
                Command.create({"name": name, "unit": "J/cm²", "minimum": 1, "maximum": 40})
                for name in ("Fluence", "Spot size")
            ],
        }
    )
    protocol.action_publish()


def _record(env, procedure):
    """Record all that a visit may have."""
    patient = procedure.patient_id
    kinds = env["clinic.risk.kind"].create([{"name": f"Risk {n}", "type": "allergy"} for n in range(3)])
    env["clinic.risk"].create([{"patient_id": patient.id, "kind_id": kind.id} for kind in kinds])
    problem = env["clinic.problem"].create(
        {"patient_id": patient.id, "kind_id": env["clinic.problem.kind"].search([], limit=1).id}
    )
    env["clinic.note"].create(
        {"procedure_id": procedure.id, "body": "<p>Even redness, calm skin. </p>" * 8}
    ).action_sign()
    procedure.parameter_ids.write({"value": 12})
    env["clinic.body.pin"].create(
        [
            {"procedure_id": procedure.id, "view": "face_front", "x": 0.3 + n / 20, "y": 0.3, "kind": "treated"}
            for n in range(6)
        ]
    )
    env["clinic.problem.response"].create(
        {
            "patient_id": patient.id,
            "problem_id": problem.id,
            "procedure_id": procedure.id,
            "response": "better",
        }
    )
    _use_items(env, procedure)


def _use_items(env, procedure):
    item = env["product.product"].create(
        {"name": "Bench item", "type": "consu", "is_storable": True, "clinic_item": True, "tracking": "none"}
    )
    env["stock.warehouse"].create({"name": NAME, "code": "REC", "company_id": procedure.company_id.id})
    location = procedure.company_id._get_treatment_location()
    env["stock.quant"]._update_available_quantity(item, location, 100)
    for _time in range(3):
        procedure.consume(item, 1)


class Bulk:
    """Copies rows by SQL, a statement a table."""

    def __init__(self, env):
        self.env = env
        self.cr = env.cr
        self.problem_of_patient = None  # SQL; by default that of the procedure which is copied

    def copy_patients(self, patient, count):
        """Return the first and the last id of ``count`` copies of ``patient``, with the same risks and problems."""
        self._plan(f"SELECT n FROM generate_series(1, {count}) AS n")
        partners = self._copy(patient.partner_id)
        patients = self._copy(patient, partner_id=f"{partners} + n", number="'R' || n")
        for model in ("clinic.risk", "clinic.problem"):
            for record in self.env[model].search([("patient_id", "=", patient.id)]):
                offset = self._copy(record, patient_id=f"{patients} + n")
                self.problem_of_patient = f"{offset} + plan.patient_id - {patients}"
        self.cr.execute("DROP TABLE plan")
        return range(patients + 1, patients + count + 1)

    def copy_visits(self, procedure, patient_ids, visits, each=None):
        """Give each of the patients so many visits in ten years, each recorded like ``procedure``.

        :param each: how many rows of each kind a visit gets at most; all that ``procedure`` has by default
        """
        self.env.flush_all()
        first, last = patient_ids[0], patient_ids[-1]
        now = fields.Datetime.now().replace(microsecond=0)
        step = timedelta(days=365 * YEARS) / visits
        self._plan(
            "SELECT row_number() OVER (ORDER BY visit, patient_id) AS n, patient_id,"
            f" timestamp '{now}' - visit * interval '{step.total_seconds():.0f} seconds' AS start"
            f"  FROM generate_series({first}, {last}) AS patient_id, generate_series(1, {visits}) AS visit"
        )
        times = {"start": "plan.start", "stop": "plan.start + interval '30 minutes'"}
        shared = {**times, "patient_id": "plan.patient_id", "state": "'done'"}
        visits_before = self._last_id("clinic_visit")
        offset = self._copy(procedure.visit_id, **shared, name=f"'R' || {visits_before} + n")
        procedures = self._copy(procedure, **shared, visit_id=f"{offset} + n", calendar_stale="FALSE")
        self._copy_records(procedure, procedures, offset, each)
        self.cr.execute("DROP TABLE plan")

    def _copy_records(self, procedure, procedures, visits, each):
        links = {"procedure_id": f"{procedures} + n", "patient_id": "plan.patient_id"}
        for model in RECORDED:
            values = dict(links)
            if model == "clinic.consumption":
                # Their stock moves are of no interest here.
                values.update(visit_id=f"{visits} + n", move_id="NULL", date="plan.start")
            elif model == "clinic.problem.response":
                values.update({"problem_id": self.problem_of_patient} if self.problem_of_patient else {})
            for record in self.env[model].search([("procedure_id", "=", procedure.id)], limit=each):
                self._copy(record, **values)

    def _plan(self, select):
        self.cr.execute(f"CREATE TEMPORARY TABLE plan ON COMMIT DROP AS {select}")

    def _copy(self, record, **values):
        self.env.flush_all()
        return copy_row(self.cr, record, **values)

    def _last_id(self, table):
        return last_id(self.cr, table)
