"""Intakes: asked before some treatments, filled in and reviewed for those who come, one waiting and one due."""

from odoo import Command

from .catalogue import in_catalogue
from .chance import chance

# The treatments that wait for it.
ASKED = ("treatment_dermal_filler", "treatment_mesotherapy")
# Answers of somebody well, and of one of those who come later.
WELL = ("history_any", "allergy_any", "medication_any", "implant_any", "skin_any", "earlier_any")
TOLD = {
    "allergy_any": "yes",
    "allergy_lidocaine": "yes",
    "allergy_lidocaine_what": "Swollen lips at the dentist's",
    "medication_any": "yes",
    "medication_anticoagulants": "yes",
    "medication_anticoagulants_which": "Rivaroxaban 20 mg",
    "earlier_any": "yes",
    "earlier_which": "Filler, lips, two years ago",
    "wishes": "Softer lines beside the mouth, but not a new face",
}


def load_intakes(env):
    """Publish the questionnaire; let the patients of today fill it in, and one of those who come later."""
    form = env.ref("clinic_intake.form_health")
    treatments = env["product.template"].union(*(in_catalogue(env, name) for name in ASKED))
    form.write({"treatment_ids": [Command.set(treatments.ids)]})
    form.version_ids.filtered(lambda version: version.state == "draft").action_publish()
    states = ("booked", "arrived", "in_progress")
    visits = env["clinic.visit"].search([("state", "in", states)], order="start, id")
    due = visits.filtered(lambda visit: visit._intakes_due())
    for visit in due.filtered(lambda visit: visit.state != "booked"):
        fill_in(env, visit)
    later = due.filtered(lambda visit: visit.state == "booked" and visit._intakes_due())
    # The first one waits for a review; those who come after are still to be asked.
    for visit in later[:1]:
        fill_in(env, visit, TOLD, identified="link")


def fill_in(env, visit, told=None, identified="desk"):
    """Let the patient of ``visit`` fill in what is due, by the real page's method.

    What a patient has to tell waits for a review; of those who have nothing to tell there is only the skin.
    """
    desk = env(user=env["res.users"].search([("login", "=", "reception")]), su=True)
    requests = desk["clinic.consent.request"]
    request, _address = requests._hand_over(visit.with_env(desk), identified)
    answer_all(request, told)


def answer_all(request, told=None):
    """Send the intakes that stand before the consents behind ``request``; review what was only said of the skin."""
    while form := request._intakes_due()[:1]:
        version = form._published()
        request._sign(
            {
                "intake": version.id,
                "lang": version._lang((request.patient_id.lang or "")[:2]),
                "answers": {**_well(request), **(told or {})},
                "signer": {"name": f"Mother of {request.patient_id.name}", "relation": "mother"},
            },
            "192.0.2.10",
            "Demo",
        )
        if not told:
            review(request.visit_id.procedure_ids[:1])


def _well(request):
    """Return the answers of somebody who has nothing to tell."""
    answers = dict.fromkeys(WELL, "no")
    if request.patient_id.sex != "male":
        answers.update(dict.fromkeys(("pregnancy_now", "nursing_now"), "no"))
    noted = request.patient_id.noted_skin_type
    return {**answers, "skin_type": noted or chance("intake", request.patient_id.phone).choice("345")}


def review(procedure):
    """Let the user who treats accept what the patient has said, and keep what is on record otherwise."""
    doctor = procedure.practitioner_id.user_id or procedure.env.user
    waiting = [("patient_id", "=", procedure.patient_id.id), ("state", "=", "open")]
    for proposal in procedure.env["clinic.intake.proposal"].with_user(doctor).sudo().search(waiting):
        if proposal.change == "gone":
            proposal.action_refuse()
        else:
            proposal.action_accept()
