"""Problems that patients have reported after a visit: two about one lot, so that the medical lead is alerted."""

from collections import defaultdict
from datetime import timedelta

from odoo import fields

SINCE = timedelta(days=30)
LEAD = "practitioner"
SAID = [
    {
        "symptoms": ("swelling", "lump"),
        "words": "The left side is still swollen, more than after my last visit.",
        "call": True,
        "when": "evening",
    },
    {"symptoms": ("redness", "lump"), "words": "Two hard spots, and they are warm.", "call": False},
]


def load_signals(env, branches):
    """Let two patients of one lot report by the real page's method; the first branch's practitioner leads medically."""
    lead = env["res.users"].search([("login", "=", LEAD)])
    branches.write({"clinic_medical_lead_id": lead.id})
    desk = env(user=env["res.users"].search([("login", "=", "reception")]), su=True)
    for procedure, said in zip(_of_one_lot(env, branches[0], lead), SAID, strict=False):
        report(desk, procedure, said)


def report(env, procedure, said):
    """Let the patient of ``procedure`` report what was ``said``, and return the report."""
    branch, patient = procedure.company_id, procedure.patient_id
    links = env["clinic.signal.link"]
    link = links._find(links._hand_over(patient, branch).split("/")[-1])
    day = branch._clinic_local(procedure.start).date() + timedelta(days=1)
    symptoms = [env.ref(f"clinic_signal.symptom_{code}").id for code in said["symptoms"]]
    values = {
        "since": fields.Date.to_string(min(day, branch._clinic_today())),
        "number": patient.phone or "042 111 222",
    }
    return env["clinic.signal"]._take(link, {**said, **values, "procedure": procedure.id, "symptoms": symptoms})


def _of_one_lot(env, branch, lead):
    """Return two procedures of different patients in which one lot was used, by ``lead`` as far as possible."""
    used = env["clinic.consumption"].search(
        [
            ("company_id", "=", branch.id),
            ("state", "=", "used"),
            ("lot_id", "!=", False),
            ("procedure_id.state", "=", "done"),
            ("procedure_id.start", ">=", fields.Datetime.now() - SINCE),
        ],
        order="id desc",
    )
    by_lot = defaultdict(dict)
    for consumption in used.sorted(lambda one: one.procedure_id.practitioner_id.user_id != lead):
        by_lot[consumption.lot_id].setdefault(consumption.patient_id, consumption.procedure_id)

    def by_lead(procedures):
        return sum(procedure.practitioner_id.user_id == lead for procedure in procedures.values())

    # Where the lead has treated most; of several the first one.
    chosen = max(by_lot.items(), key=lambda item: (min(by_lead(item[1]), 2), len(item[1]), -item[0].id), default=None)
    return list(chosen[1].values())[:2] if chosen else []
