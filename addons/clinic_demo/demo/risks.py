"""Risks of some patients, and adverse reactions: asked and recorded by those who treat."""

from datetime import timedelta

from odoo import fields

from .catalogue import in_catalogue
from .chance import chance
from .clock import to_local

# One patient in so many has a risk on record.
ONE_IN = 10
# kind of risk: (since how many days, until how many days from now, details); None: unknown, or it lasts
KINDS = {
    "risk_allergy_lidocaine": (None, None, "Rash and swelling at the dentist's."),
    "risk_pregnancy": (80, 190, "Week 12."),
    "risk_isotretinoin": (240, -60, "20 mg daily for acne."),
    "risk_anticoagulants": (400, None, "Rivaroxaban after a thrombosis."),
    "risk_photosensitisers": (10, 20, "Doxycycline 100 mg."),
    "risk_keloid": (None, None, "Keloid on the shoulder after a vaccination."),
    "risk_herpes": (3, None, "Lower lip."),
    "risk_diabetes": (2000, None, "Type 2, metformin."),
    "risk_autoimmune": (1500, None, "Hashimoto's thyroiditis, stable."),
    "risk_allergy_bee_venom": (None, None, "Swollen arm after a sting, no breathing trouble."),
    "risk_allergy_salicylates": (None, None, "Hives after aspirin."),
    "risk_nursing": (60, None, None),
}
# Anyone who is due today shows what the gate does: (treatments, kind of risk), the first that fits.
DUE_TODAY = [
    (
        ("treatment_dermal_filler", "treatment_microneedling", "treatment_thread_lift", "treatment_laser_scar"),
        "risk_allergy_lidocaine",
    ),
    (("treatment_botulinum_toxin", "treatment_mesotherapy"), "risk_anticoagulants"),
    (("treatment_laser_hair_removal", "treatment_carbon_laser"), "risk_photosensitisers"),
]
# treatment: (kind of reaction, grade, hours after, item, description, measures, outcome)
REACTIONS = {
    "treatment_dermal_filler": (
        "risk_swelling",
        "2",
        20,
        "item_filler_soft",
        "Lips swollen beyond the expected, no blanching.",
        "Cold packs, cetirizine, seen again after two days.",
        "recovered",
    ),
    "treatment_botulinum_toxin": (
        "risk_ptosis",
        "2",
        96,
        "item_botulinum_toxin",
        "Left upper lid lower by 2 mm.",
        "Apraclonidine drops three times a day.",
        "recovering",
    ),
    "treatment_chemical_peel": (
        "risk_hyperpigmentation",
        "3",
        240,
        "item_peel_glycolic",
        "Brown patches on both cheeks.",
        "Sun protection, hydroquinone 4 % at night.",
        "not_recovered",
    ),
    "treatment_laser_hair_removal": (
        "risk_burn",
        "2",
        2,
        None,
        "Superficial blisters on the left shin.",
        "Cooling, silver sulfadiazine, no session before it has healed.",
        "recovered",
    ),
}


def load_risks(env, branches, now):
    """Record reactions to some past procedures, and risks of a tenth of the patients and of some who are due today."""
    # In the name of the one who treats, with the rights of the loader.
    env = env(user=env["res.users"].search([("login", "=", "practitioner")]), su=True)
    _load_reactions(env, branches[0], now)
    risks = _due_today(env, branches[0], now)
    risks += _others(env, {vals["patient_id"] for vals in risks}, to_local(now).date())
    env["clinic.risk"].create(risks)


def _load_reactions(env, branch, now):
    for name, (kind, grade, hours, item, description, measures, outcome) in REACTIONS.items():
        procedure = env["clinic.procedure"].search(
            [
                ("treatment_id", "=", in_catalogue(env, name).id),
                ("company_id", "=", branch.id),
                ("state", "=", "done"),
                ("done_at", "<", now - timedelta(hours=hours)),
            ],
            order="done_at desc, id desc",
            limit=1,
        )
        if not procedure:
            continue
        env["clinic.reaction"].create(
            {
                "procedure_id": procedure.id,
                "kind_id": in_catalogue(env, kind).id,
                "grade": grade,
                "onset": procedure.done_at + timedelta(hours=hours),
                "product_id": item and in_catalogue(env, item).product_variant_id.id,
                "description": description,
                "measures": measures,
                "outcome": outcome,
            }
        )


def _due_today(env, branch, now):
    """Return the values of risks of patients who are still due today."""
    today = to_local(now).date()
    due = env["clinic.procedure"].search(
        [("company_id", "=", branch.id), ("state", "=", "planned"), ("start", ">", now)], order="start"
    )
    due = due.filtered(lambda p: to_local(p.start).date() == today and p.visit_state in ("booked", "arrived"))
    values = {}
    for names, kind in DUE_TODAY:
        wanted = [in_catalogue(env, name) for name in names]
        fitting = due.filtered(
            lambda p, wanted=wanted: p.treatment_id in wanted and p.patient_id.id not in values
        ) or due.filtered(lambda p: p.patient_id.id not in values)
        for patient in fitting.patient_id[:1]:
            values[patient.id] = _risk(env, patient, kind, today)
    return list(values.values())


def _others(env, known, today):
    rng = chance("risks")
    patients = env["clinic.patient"].search([("id", "not in", list(known))], order="id")
    values = []
    for patient in rng.sample(list(patients), len(patients) // ONE_IN):
        names = [name for name in KINDS if patient.sex == "female" or name not in ("risk_pregnancy", "risk_nursing")]
        values.append(_risk(env, patient, rng.choice(names), today))
    return values


def _risk(env, patient, kind, today):
    since, until, description = KINDS[kind]
    return {
        "patient_id": patient.id,
        "kind_id": in_catalogue(env, kind).id,
        "date_from": since is not None and fields.Date.subtract(today, days=since),
        "date_to": until is not None and fields.Date.add(today, days=until),
        "description": description,
    }
