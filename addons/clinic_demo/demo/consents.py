"""Consents: published for some treatments, signed by most who come, missing for some, and one withdrawn."""

import math

from odoo import Command

from .catalogue import in_catalogue
from .chance import chance, chance_of
from .intakes import answer_all

# form: the treatments that wait for it
FORMS = {
    "template_peel": ("treatment_chemical_peel",),
    "template_filler": ("treatment_dermal_filler",),
    "template_photography": ("treatment_chemical_peel",),
}
SIGNED_TABLES = {"clinic_consent", "clinic_consent_document"}
# Of those who come later: so many in a hundred have signed by the link in their messages.
SIGNED = 40
WITHDRAWN = "On the phone, to reception: wants to think it over"


def load_consents(env):
    """Publish the forms, and let the patients of today and some of the coming days sign."""
    # An installation ends with the change log; what nobody has logged counts as forged.
    env["clinic.change"]._ensure_triggers(SIGNED_TABLES)
    for name, treatments in FORMS.items():
        form = env.ref(f"clinic_consent.{name}")
        treatments = env["product.template"].union(*(in_catalogue(env, treatment) for treatment in treatments))
        form.write({"for_all": False, "treatment_ids": [Command.set(treatments.ids)]})
        form.version_ids.filtered(lambda version: version.state == "draft").action_publish()
    states = ("booked", "arrived", "in_progress")
    visits = env["clinic.visit"].search([("state", "in", states)], order="start, id")
    signed = env["clinic.consent"]
    for visit in visits.filtered("has_consents_due"):
        comes_later = visit.state == "booked"
        if not comes_later or chance_of("consent", visit).randrange(100) < SIGNED:
            signed |= sign(env, visit, "link" if comes_later else "desk")
    ahead = signed.filtered(lambda consent: consent.template_id.mandatory and consent.identified == "link")
    ahead[-1:]._withdraw(WITHDRAWN, "phone")
    env["clinic.consent.device"].create(
        [{"name": "Desk tablet", "company_id": company.id} for company in visits.company_id]
    )


def sign(env, visit, identified="desk"):
    """Let the patient of ``visit`` answer and sign what is due, by the real page's method; return the consents."""
    desk = env(user=env["res.users"].search([("login", "=", "reception")]), su=True)
    visit = visit.with_env(desk)
    request, _address = desk["clinic.consent.request"]._hand_over(visit, identified)
    signed = env["clinic.consent"]
    answer_all(request)
    while due := request._due():
        signed |= request._sign(_filled_in(request, *due[0]), "192.0.2.10", "Demo")
    request._finish()
    return signed


def _filled_in(request, template, procedure):
    """Return what the page sends when a patient has answered everything and signed."""
    version = request._lang(template)
    rng = chance("signature", request.patient_id.phone)
    relation = "self" if "self" in request._relations() else "mother"
    answers = {str(question.id): "no" for question in version.question_ids if question.kind == "yes_no"}
    return {
        "version": version.id,
        "procedure": procedure.id,
        "lang": version.lang,
        "reading": request._reading_hash(version, procedure),
        "seen": True,
        "answers": answers,
        "scopes": {"care": True, "teaching": rng.random() < 0.5, "marketing": rng.random() < 0.3},
        "signer": {"name": f"Mother of {request.patient_id.name}", "relation": relation},
        "signature": {"width": 600, "height": 200, "strokes": [_stroke(rng)]},
    }


def _stroke(rng):
    """Return a line that looks like a name written in a hurry."""
    loops, height, slant = rng.randint(5, 8), rng.uniform(20, 45), rng.uniform(-0.4, 0.4)
    return [
        [
            round(60 + step * 7 + 18 * math.cos(step * loops / 9), 1),
            round(100 + height * math.sin(step * loops / 9) + slant * step, 1),
            step * 14,
        ]
        for step in range(60)
    ]
