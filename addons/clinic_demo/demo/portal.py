"""The portal: what branches tell their patients, a child in somebody's care, and a conversation."""

from dateutil.relativedelta import relativedelta

DIRECTIONS = {
    "Noor Gulberg": "Second floor, above the bank. Parking is in the basement; the guard opens for patients.",
    "Noor DHA": "The white house on the corner. Please ring twice.",
}
BRING = "Your identity card, and a list of the medicines that you take."
# Who says it, and what; the last one waits for an answer.
TALK = [
    ("patient", "Hello, may I go swimming on the weekend after my last visit?"),
    ("clinic", "Hello! Please wait three days, then it is fine. Use sunscreen."),
    ("patient", "Thank you. One more question: can my sister come along next time?"),
]


def load_portal(env, patient):
    """Let ``patient``, who signs in to the portal, have a child and write with the clinic."""
    for branch in env["res.company"].search([("name", "in", list(DIRECTIONS))]):
        branch.write({"clinic_portal_directions": DIRECTIONS[branch.name], "clinic_portal_bring": BRING})
    branch = patient.branch_id or env.company
    today = branch._clinic_today()
    child = env["clinic.patient"].create(
        {
            "name": f"Zain {patient.name.split()[-1]}",
            # One of its own, so that nobody takes mother and child for one.
            "phone": f"0333 9{patient.id:06}",
            "birth_date": today - relativedelta(years=9, days=40),
            "branch_id": branch.id,
        }
    )
    values = {"partner_id": patient.partner_id.id, "reason": "Mother", "date_from": today}
    env["clinic.guardian"].create({**values, "patient_id": child.id})
    reception = env["res.users"].search([("login", "=", "reception")], limit=1)
    messages = env["clinic.portal.message"]
    for who, text in TALK:
        if who == "patient":
            messages._receive(patient, patient.partner_id.user_ids[:1], text)
        else:
            messages.with_user(reception).create({"patient_id": patient.id, "text": text})
