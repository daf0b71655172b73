"""The patient to show: forty visits in eight years, from the days of the paper record, in the new one."""

from datetime import timedelta

from odoo import Command
from odoo.tools import SQL

from odoo.addons.clinic_record.scores import ITEMS

from .catalogue import in_catalogue
from .chance import chance
from .recipes import items_used
from .records import Recorder

MONTH = timedelta(days=30.4)
# Problem: onset in months before today, state, months since it was resolved.
PROBLEMS = {
    "acne_vulgaris": (104, "resolved", 62),
    "acne_scar": (70, "controlled", None),
    "melasma": (50, "active", None),
}
# Treatment, problem that it was for, first and last visit in months before today, visits, responses in their order.
COURSES = [
    ("treatment_chemical_peel", "acne_vulgaris", 96, 64, 9, ["same", "better", "better", "cleared"]),
    ("treatment_hydrafacial", "acne_vulgaris", 92, 68, 4, ["same"]),
    ("treatment_microneedling", "acne_scar", 61, 49, 6, ["better"]),
    ("treatment_laser_scar", "acne_scar", 47, 43, 2, ["worse"]),
    ("treatment_carbon_laser", "melasma", 40, 31, 4, ["same", "worse"]),
    ("treatment_chemical_peel", "melasma", 28, 6, 6, ["better"]),
    ("treatment_botulinum_toxin", None, 33, 4, 9, []),
]
# Problem, instrument, months before today: grade.
SCORES = [
    ("acne_vulgaris", "iga", {96: 4, 88: 3, 80: 3, 72: 2, 66: 1, 62: 0}),
    ("acne_scar", "gais", {55: 3, 49: 2, 43: 4, 36: 3}),
    ("melasma", "dlqi", {40: 12, 31: 15, 26: 10, 18: 7, 10: 5, 6: 4}),
]
# Injection points of the glabella, the forehead and the crow's feet: x, y, units.
PINS = [
    (0.44, 0.335, 4),
    (0.5, 0.32, 4),
    (0.56, 0.335, 4),
    (0.4, 0.24, 2),
    (0.5, 0.23, 2),
    (0.6, 0.24, 2),
    (0.27, 0.4, 3),
    (0.73, 0.4, 3),
]
RISKS = [
    ("Allergy to lidocaine", "allergy", "severe", "Swelling of lips and eyelids after a local anaesthetic, 2016."),
    ("Isotretinoin", "medication", "moderate", "10 mg a day, by her dermatologist, since March."),
    ("Darkening after inflammation", "sensitivity", "mild", "Heals with dark marks: low energy, sunscreen."),
]
REACTION = (
    "Post-inflammatory hyperpigmentation",
    2,
    "Both cheeks, three weeks after the session; faded in five months.",
)


def load_history(env, clock):
    """Give a patient of today, whom the demo's practitioner treats, a long history; return the patient."""
    patient = _patient_of_today(env)
    if not patient:
        return None
    patient.write({"skin_type": "4"})
    History(env, clock, patient).write_down()
    return patient


def _patient_of_today(env):
    """Return the patient who waits for the demo's practitioner, else the next one who comes."""
    procedures = env["clinic.procedure"].search(
        [
            ("practitioner_id.user_id.login", "=", "practitioner"),
            ("state", "=", "planned"),
            ("visit_id.state", "in", ("arrived", "booked")),
            ("start", ">", env.cr.now() - timedelta(hours=3)),
            ("patient_id.sex", "=", "female"),
        ],
        order="start",
    )
    waiting = procedures.filtered(lambda procedure: procedure.visit_id.state == "arrived")
    return (waiting or procedures)[:1].patient_id


class History:
    """Writes down what was on paper: the visits as they were, then their records in the names of their authors."""

    def __init__(self, env, clock, patient):
        self._env = env
        self._clock = clock
        self._patient = patient
        self._now = clock.now
        self._rng = chance("history")
        self._recorder = Recorder(env)
        self._doctor = env["clinic.practitioner"].search([("user_id.login", "=", "practitioner")])
        self._lots = {}

    def write_down(self):
        """Write the whole history, in the order of time."""
        now = self._now
        self._problems = {name: self._add_problem(name, *values) for name, values in PROBLEMS.items()}
        for months, treatment, problem, response in self._visits():
            procedure = self._add_visit(now - months * MONTH, treatment)
            self._record(procedure, treatment, problem, response)
        self._add_scores()
        self._add_risks()
        self._explain_items()
        self._clock.move_to(now)

    def _visits(self):
        """Return (months before today, treatment, problem, response) of all visits, the oldest first."""
        visits = []
        for treatment, problem, first, last, count, responses in COURSES:
            for number in range(count):
                months = first + (last - first) * number / (count - 1)
                response = responses[min(number * len(responses) // count, len(responses) - 1)] if responses else None
                visits.append((months, treatment, problem, response))
        return sorted(visits, key=lambda visit: visit[0], reverse=True)

    # -- visits -------------------------------------------------------------------------------------------------------

    def _add_visit(self, start, treatment_name):
        """Return a procedure in treatment at ``start``, copied from one that was really booked.

        What lies before the clinic's opening cannot be booked any more, so these rows are written directly.
        """
        start = start.replace(minute=self._rng.choice([0, 15, 30, 45]), second=0, microsecond=0)
        self._clock.move_to(start)
        treatment = in_catalogue(self._env, treatment_name)
        model = self._env["clinic.procedure"].search(
            [("treatment_id", "=", treatment.id), ("state", "=", "done")], limit=1
        ) or self._env["clinic.procedure"].search([("state", "=", "done")], limit=1)
        stop = start + timedelta(minutes=treatment.treatment_duration)
        times = {"start": start, "stop": stop, "started_at": start, "create_date": start - timedelta(days=7)}
        shared = {**times, "patient_id": self._patient.id, "company_id": self._patient.branch_id.id}
        visit_id = self._copy(
            model.visit_id,
            **shared,
            name=f"V/{start.year}/{self._rng.randint(10000, 99999)}",
            state="done",
            arrived_at=start,
            done_at=stop,
            checked_out_at=stop,
            is_checked_out=True,
            invoice_id=None,
            payment_state="elsewhere",
            amount_due=0,
        )
        values = {"visit_id": visit_id, "practitioner_id": self._doctor.id, "treatment_id": treatment.id}
        procedure_id = self._copy(model, **shared, **values, state="in_progress", done_at=None, protocol_id=None)
        self._env.invalidate_all()
        procedure = self._env["clinic.procedure"].browse(procedure_id)
        procedure._open_record()
        return procedure

    def _copy(self, record, **values):
        """Insert a copy of the record's row with other ``values``; return its id."""
        cr, table = self._env.cr, record._table
        self._env.flush_all()
        cr.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' AND attname != 'id'",
            [table],
        )
        names = [name for (name,) in cr.fetchall()]
        columns = [SQL.identifier(name) for name in names]
        wanted = [SQL("%s", values[name]) if name in values else SQL.identifier(name) for name in names]
        cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(columns)s) SELECT %(wanted)s FROM %(table)s WHERE id = %(id)s RETURNING id",
                table=SQL.identifier(table),
                columns=SQL(", ").join(columns),
                wanted=SQL(", ").join(wanted),
                id=record.id,
            )
        )
        return cr.fetchone()[0]

    # -- records ------------------------------------------------------------------------------------------------------

    def _record(self, procedure, treatment, problem, response):
        self._use_items(procedure, treatment)
        self._recorder.record(procedure)
        if treatment == "treatment_botulinum_toxin":
            self._add_pins(procedure)
        self._env.flush_all()
        self._env.cr.execute("UPDATE clinic_procedure SET state = 'done', done_at = stop WHERE id = %s", [procedure.id])
        self._env.invalidate_all()
        if response:
            self._add_response(procedure, problem, response)
        if treatment == "treatment_laser_scar" and not self._patient.reaction_ids:
            self._add_reaction(procedure)

    def _as_doctor(self, model):
        return self._env[model].with_user(self._doctor.user_id).sudo()

    def _add_pins(self, procedure):
        toxin = in_catalogue(self._env, "item_botulinum_toxin").product_variant_id
        self._as_doctor("clinic.body.pin").create(
            [
                {
                    "procedure_id": procedure.id,
                    "view": "face_front",
                    "x": x,
                    "y": y,
                    "kind": "injection",
                    "product_id": toxin.id,
                    "quantity": units,
                    "uom_id": toxin.uom_id.id,
                    "depth": "intramuscular",
                }
                for x, y, units in PINS
            ]
        )

    def _use_items(self, procedure, treatment):
        """Write down what was used then; it left the shelves of a warehouse that kept no books."""
        for name, quantity in items_used(treatment, self._rng).items():
            if name == "item_botulinum_toxin":
                # As the body map has it.
                quantity = sum(units for _x, _y, units in PINS)
            product = in_catalogue(self._env, name).product_variant_id
            lot = self._lot(product, procedure.start)
            self._env.flush_all()
            self._env.cr.execute(
                "INSERT INTO clinic_consumption (procedure_id, visit_id, patient_id, company_id, product_id, uom_id,"
                " lot_id, user_id, state, quantity, billable, date, create_date) VALUES"
                " (%s, %s, %s, %s, %s, %s, %s, %s, 'used', %s, FALSE, %s, %s)",
                [
                    procedure.id,
                    procedure.visit_id.id,
                    self._patient.id,
                    procedure.company_id.id,
                    product.id,
                    product.uom_id.id,
                    lot.id or None,
                    self._doctor.user_id.id,
                    quantity,
                    procedure.start,
                    procedure.start,
                ],
            )

    def _explain_items(self):
        """Say of these items why they never left the stock here."""
        gaps = self._env["clinic.discrepancy"].search([("kind", "=", "not_deducted"), ("explained", "=", False)])
        self._env["clinic.discrepancy.explanation"].create(
            [
                {
                    **gap._prepare_explanation(),
                    "reason": "From the paper record: used before this stock was kept.",
                }
                for gap in gaps
            ]
        )

    def _lot(self, product, moment):
        """Return the lot of ``product`` that was in use at ``moment``."""
        lots = self._env["stock.lot"]
        if product.tracking == "none":
            return lots
        name = f"{product.default_code or 'L'}-{moment.year % 100}{'A' if moment.month < 7 else 'B'}"
        key = (product, name)
        if key not in self._lots:
            expires = moment + timedelta(days=400)
            self._lots[key] = lots.create({"name": name, "product_id": product.id, "expiration_date": expires})
        return self._lots[key]

    # -- skin and risks -----------------------------------------------------------------------------------------------

    def _day(self, months):
        return (self._now - months * MONTH).date()

    def _add_problem(self, name, onset, state, resolved):
        self._clock.move_to(self._now - onset * MONTH)
        problem = self._as_doctor("clinic.problem").create(
            {
                "patient_id": self._patient.id,
                "kind_id": self._env.ref(f"clinic_record.problem_kind_{name}").id,
                "onset": self._day(onset),
                "course": "chronic",
                "area_ids": [Command.link(self._env["clinic.body.area"].search([("code", "=", "cheek")]).id)],
            }
        )
        self._clock.move_to(self._now)
        problem.write({"state": state, "resolved_on": self._day(resolved) if resolved else False})
        return problem

    def _add_response(self, procedure, problem, response):
        self._as_doctor("clinic.problem.response").create(
            {
                "patient_id": self._patient.id,
                "problem_id": self._problems[problem].id,
                "procedure_id": procedure.id,
                "response": response,
                "date": procedure.start.date(),
            }
        )

    def _add_reaction(self, procedure):
        name, grade, description = REACTION
        self._as_doctor("clinic.reaction").create(
            {
                "patient_id": self._patient.id,
                "procedure_id": procedure.id,
                "kind_id": self._kind(name, "reaction").id,
                "grade": str(grade),
                "onset": self._env.cr.now(),
                "description": description,
                "measures": "Sunscreen, azelaic acid 20 % for three months.",
                "outcome": "recovered",
            }
        )

    def _add_scores(self):
        self._clock.move_to(self._now)
        for problem, instrument, values in SCORES:
            for months, value in values.items():
                self._as_doctor("clinic.score").create(
                    {
                        "patient_id": self._patient.id,
                        "problem_id": self._problems[problem].id,
                        "instrument": instrument,
                        "items": _answers(instrument, value),
                        "date": self._day(months),
                    }
                )

    def _add_risks(self):
        known = self._patient.sudo().risk_ids.kind_id
        risks = [(self._kind(name, kind), severity, description) for name, kind, severity, description in RISKS]
        self._as_doctor("clinic.risk").create(
            [
                {
                    "patient_id": self._patient.id,
                    "kind_id": kind.id,
                    "severity": severity,
                    "description": description,
                }
                for kind, severity, description in risks
                if kind not in known
            ]
        )

    def _kind(self, name, kind):
        """Return the kind of risk of that name, a new one if the catalogue has none."""
        kinds = self._env["clinic.risk.kind"]
        found = kinds.search([("name", "=", name), ("type", "=", kind)], limit=1)
        return found or kinds.create({"name": name, "type": kind})


def _answers(instrument, value):
    """Return answers that make up ``value``."""
    if instrument != "dlqi":
        return {"grade": value}
    least, rest = divmod(value, len(ITEMS["dlqi"]))
    return {item.key: least + (number < rest) for number, item in enumerate(ITEMS["dlqi"])}
