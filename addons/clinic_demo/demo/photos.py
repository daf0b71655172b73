"""Photos of the demo's patients: drawn, taken in as any photo, and dated as if they had been taken at the sessions."""

from pathlib import Path

from odoo import Command
from odoo.tools import config

from odoo.addons.clinic_photo.const import MOST_PIXELS, STANDARD_VIEWS
from odoo.addons.clinic_photo.intake import take_in

from .catalogue import in_catalogue
from .faces import draw_face

# Treatments before which the five views are taken, and the first one afterwards.
PLANNED = (
    "treatment_chemical_peel",
    "treatment_hydrafacial",
    "treatment_microneedling",
    "treatment_laser_scar",
    "treatment_carbon_laser",
    "treatment_botulinum_toxin",
)
SESSIONS = 6
VIEWS = ("front", "right_45", "left_45")
EVIDENCE = "Form signed at the first session"


def plan_photos(env):
    """Let the protocols of ``PLANNED`` ask for photos."""
    treatments = env["product.template"].union(*(in_catalogue(env, name) for name in PLANNED))
    lines = [("before", view) for view in STANDARD_VIEWS] + [("after", "front")]
    plan = [Command.create({"kind": kind, "view": view, "sequence": n}) for n, (kind, view) in enumerate(lines)]
    env["clinic.protocol"].search([("treatment_id", "in", treatments.ids), ("state", "=", "draft")]).write(
        {"photo_plan_ids": plan}
    )


def load_photos(env, patient, portal_patient):
    """Give ``patient`` a sequence of six sessions in three views, and ``portal_patient`` some to see on the portal."""
    face = env.ref("clinic_record.body_area_face")
    if patient:
        _sequence(env, patient, in_catalogue(env, "treatment_chemical_peel"), face, VIEWS, "olive")
        for use in ("care", "teaching", "marketing"):
            env["clinic.photo.permission"]._decide(patient, use, True, EVIDENCE)
    if portal_patient and portal_patient != patient:
        shown = _sequence(env, portal_patient, None, face, ("front",), "light")
        shown._clinic_writing().is_shared = True
        env["clinic.photo.permission"]._decide(portal_patient, "marketing", True, EVIDENCE)


def _sequence(env, patient, treatment, area, views, skin):
    """Return the photos of the last sessions of ``treatment``, or of whatever was done last."""
    domain = [("patient_id", "=", patient.id), ("state", "=", "done")]
    if treatment:
        domain += [("treatment_id", "=", treatment.id)]
    procedures = env["clinic.procedure"].search(domain, order="start desc", limit=SESSIONS).sorted("start")
    photos = env["clinic.photo"]
    for number, procedure in enumerate(procedures):
        progress = number / max(len(procedures) - 1, 1)
        for view in views:
            kind = "after" if number and number == len(procedures) - 1 else "before"
            picture = draw_face(patient.number, view, progress, skin)
            photos |= _take(env, procedure, picture, view=view, kind=kind, area_id=area.id)
    return photos


def _take(env, procedure, picture, **values):
    # Of this database alone: another demo clinic may be made beside it.
    lock = Path(config["data_dir"]) / f"clinic_demo_intake_{env.cr.dbname}.lock"
    facts, made = take_in(picture, lock, {"pixels": MOST_PIXELS})
    photo = env["clinic.photo"].create(
        {
            **values,
            "patient_id": procedure.patient_id.id,
            "procedure_id": procedure.id,
            "author_id": procedure.practitioner_id.user_id.id or env.uid,
            "taken_at": procedure.start,
            "received_at": procedure.start,
            "width": facts["width"],
            "height": facts["height"],
        }
    )
    for variant, data in made.items():
        env["clinic.vault.file"]._store(photo.uuid, variant, data)
    return photo
