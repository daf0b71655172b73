"""Skin types, problems, responses, scores and body maps of every fifth patient; one of them has years behind it."""

from datetime import timedelta
from itertools import pairwise

from odoo.addons.clinic_record.scores import DLQI_TOPICS, PASI_SIGNS, REGIONS

from .catalogue import in_catalogue
from .chance import chance, chance_of
from .clock import to_local

SHARE = 5
SKIN_TYPES = ["3"] * 4 + ["4"] * 5 + ["5"] * 2 + ["2"]
# How many are asked for it whatever they come for.
ASKED = 0.7
# What a treatment is for: (kind of problem, area, score).
REASONS = {
    "treatment_laser_hair_removal": ("hirsutism", "chin", "dlqi"),
    "treatment_prp_hair": ("alopecia_androgenetic", "scalp", "gais"),
    "treatment_hair_transplant": ("alopecia_androgenetic", "scalp", "gais"),
    "treatment_chemical_peel": ("melasma", "cheek", "dlqi"),
    "treatment_carbon_laser": ("melasma", "cheek", "dlqi"),
    "treatment_laser_scar": ("acne_scar", "cheek", "dlqi"),
    "treatment_microneedling": ("acne_scar", "cheek", "gais"),
    "treatment_hydrafacial": ("acne_vulgaris", "face", "iga"),
    "treatment_prp_face": ("photoageing", "face", "gais"),
    "treatment_botulinum_toxin": ("wrinkles", "forehead", "gais"),
    "treatment_dermal_filler": ("wrinkles", "nasolabial", "gais"),
}
# Of the psoriasis, each quarter.
SEVERITIES = [4, 4, 3, 3, 2, 2, 2, 1, 1, 2, 3, 3, 2, 2, 1, 1, 1, 0, 1, 1]
COURSE = ["better", "better", "same", "better", "cleared", "worse"]
# Glabella, forehead, crow's feet: a usual order of injection.
TOXIN = [
    (0.5, 0.385),
    (0.45, 0.37),
    (0.55, 0.37),
    (0.39, 0.35),
    (0.61, 0.35),
    (0.38, 0.27),
    (0.46, 0.25),
    (0.54, 0.25),
    (0.62, 0.27),
    (0.29, 0.43),
    (0.28, 0.46),
    (0.71, 0.43),
    (0.72, 0.46),
]
FILLER = [(0.41, 0.61), (0.59, 0.61), (0.45, 0.66), (0.55, 0.66), (0.5, 0.69)]
SCARS = [(0.3, 0.58), (0.34, 0.62), (0.28, 0.54), (0.69, 0.57), (0.66, 0.62)]


def is_charted(patient):
    """Return whether the demo writes the clinical record of ``patient``."""
    return chance("charted", patient.phone).randrange(SHARE) == 0


def note_skin_type(procedure):
    """Note the skin type of the patient of ``procedure``, whom most practitioners ask at the first visit.

    A laser or a peel does not start without it.
    """
    patient = procedure.patient_id
    asked = procedure.treatment_id.needs_skin_type or chance("asked", patient.phone).random() < ASKED
    if asked and not patient.skin_type:
        patient.set_skin_type(_skin_type_of(patient))


def _skin_type_of(patient):
    return chance("skin", patient.phone).choice(SKIN_TYPES)


def draw_map(procedure):
    """Set the pins of ``procedure``, which is in treatment, by what was used in it."""
    if not is_charted(procedure.patient_id):
        return
    env, rng = procedure.env, chance_of("map", procedure)
    used = procedure.sudo()._used_quantities()
    toxin = in_catalogue(env, "item_botulinum_toxin").product_variant_id
    pins = []
    if toxin in used:
        places = TOXIN[: max(1, min(len(TOXIN), int(used[toxin] // 3)))]
        pins += _injections(toxin, used[toxin], places, "intramuscular")
    elif procedure.treatment_id == in_catalogue(env, "treatment_dermal_filler"):
        filler = procedure.consumption_ids[:1].product_id
        pins += _injections(filler, used[filler], FILLER, "subcutaneous") if filler else []
    elif procedure.treatment_id == in_catalogue(env, "treatment_laser_scar"):
        pins += [{"x": x, "y": y, "kind": "lesion"} for x, y in rng.sample(SCARS, 3)]
    author = _author(procedure)
    env["clinic.body.pin"].create([{**pin, "procedure_id": procedure.id, "author_id": author.id} for pin in pins])


def _injections(product, quantity, places, depth):
    """Return the values of pins that spread ``quantity`` of ``product`` over ``places``, in steps that are drawn up."""
    step = next((step for step in (1, 0.5, 0.1, 0.05) if quantity >= step * len(places)), 0.01)
    steps, rest = divmod(round(quantity / step), len(places))
    shares = [round((steps + (number < rest)) * step, 2) for number in range(len(places))]
    shares[0] = round(shares[0] + quantity - sum(shares), 2)
    return [
        {
            "x": x,
            "y": y,
            "product_id": product.id,
            "uom_id": product.uom_id.id,
            "quantity": part,
            "depth": depth,
        }
        for (x, y), part in zip(places, shares, strict=True)
    ]


def _author(procedure):
    return procedure.practitioner_id.user_id or procedure.env.user


def load_skin(env):
    """Write problems, responses and scores of the patients who have been treated."""
    patients = env["clinic.patient"].search([]).filtered(is_charted)
    for patient in patients:
        patient.skin_type = _skin_type_of(patient)
    done = env["clinic.procedure"].search([("patient_id", "in", patients.ids), ("state", "=", "done")], order="start")
    names = {in_catalogue(env, name): name for name in REASONS}
    by_problem = {}
    for procedure in done.filtered(lambda procedure: procedure.treatment_id in names):
        reason = REASONS[names[procedure.treatment_id]]
        by_problem.setdefault((procedure.patient_id, reason[0]), []).append((procedure, reason))
    for (patient, _kind), treated in by_problem.items():
        _load_problem(env, patient, treated)
    _load_years(env, max(patients, key=lambda patient: len(done.filtered(lambda p: p.patient_id == patient))))


def _load_years(env, patient):
    """Write the five years that ``patient`` has had psoriasis: a score each quarter, with one flare-up."""
    today = to_local(env.cr.now()).date()
    problem = env["clinic.problem"].create(
        {
            "patient_id": patient.id,
            "kind_id": env.ref("clinic_record.problem_kind_psoriasis").id,
            "area_ids": (env.ref("clinic_record.body_area_knee") | env.ref("clinic_record.body_area_scalp")).ids,
            "onset": today - timedelta(days=5 * 365 + 40),
            "course": "chronic",
            "state": "controlled",
            "description": "Plaques on knees and scalp. Worse in winter, better after holidays at the sea.",
        }
    )
    env["clinic.score"].create(
        [
            {
                "patient_id": patient.id,
                "problem_id": problem.id,
                "instrument": "pasi",
                "items": _plaques(severity),
                "date": today - timedelta(days=91 * (len(SEVERITIES) - number)),
            }
            for number, severity in enumerate(SEVERITIES)
        ]
    )


def _plaques(severity):
    """Return the answers of the PASI for plaques of ``severity`` 0–4 on scalp and legs."""
    items = {f"{region}_area": 0 for region in REGIONS}
    for region, area in (("head", 2), ("lower", 3)) if severity else ():
        items[f"{region}_area"] = area
        items.update({f"{region}_{sign}": severity for sign in PASI_SIGNS})
    return items


def _load_problem(env, patient, treated):
    """Write the problem for which the procedures ``treated`` were done, with its course."""
    first, (kind, area, instrument) = treated[0]
    rng = chance("problem", patient.phone, kind)
    author = _author(first)
    problem = env["clinic.problem"].create(
        {
            "patient_id": patient.id,
            "author_id": author.id,
            "kind_id": env.ref(f"clinic_record.problem_kind_{kind}").id,
            "area_ids": env.ref(f"clinic_record.body_area_{area}").ids,
            "onset": to_local(first.start).date() - timedelta(days=rng.randint(90, 2500)),
            "course": rng.choice(["chronic", "recurrent"]),
            "state": "controlled" if len(treated) > 2 else "active",
        }
    )
    env["clinic.problem.response"].create(
        [
            {
                "problem_id": problem.id,
                "procedure_id": procedure.id,
                "author_id": author.id,
                "response": rng.choice(COURSE[: 3 + number]),
                "date": to_local(later.start).date(),
            }
            for number, ((procedure, _reason), (later, _next)) in enumerate(pairwise(treated))
        ]
    )
    env["clinic.score"].create(
        [
            {
                "patient_id": patient.id,
                "problem_id": problem.id,
                "procedure_id": procedure.id,
                "author_id": author.id,
                "instrument": instrument,
                "items": _answers(instrument, number, rng),
                "date": to_local(procedure.start).date(),
            }
            for number, (procedure, _reason) in enumerate(treated)
        ]
    )


def _answers(instrument, number, rng):
    """Return answers of the ``number``th visit: it gets better from one to the next."""
    if instrument == "gais":
        return {"grade": max(1, 4 - number)}
    if instrument == "iga":
        return {"grade": max(0, 3 - number)}
    return {topic: max(0, rng.randint(0, 3) - number) for topic in DLQI_TOPICS}
