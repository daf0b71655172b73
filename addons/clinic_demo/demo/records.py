"""What is recorded of a procedure: its steps, parameters and note, by whoever performs it."""

from odoo.tools import html2plaintext

# Of the allowed range, what is usual: between these shares of it.
USUAL = (0.25, 0.6)
# Outside the range now and then, with a reason.
OUTSIDE = 0.01
SKIPPED = 0.03
# The first heading's, second's, third's and fourth's texts.
SENTENCES = {
    "note_template_injection": [
        ["Lines in motion, slight at rest.", "Loss of volume, symmetric.", "Same wish as at the last visit."],
        ["As marked on the face map, both sides alike.", "Slow injection, small portions."],
        ["No bleeding, no bruise, symmetric.", "One small bruise, cooled.", "Slight swelling, symmetric."],
        ["Aftercare explained; control in two weeks.", "Aftercare explained; to call with any question."],
    ],
    "note_template_laser": [
        ["No tan, skin intact.", "Slight dryness, otherwise intact.", "Fewer and finer hairs than last time."],
        ["Whole area, one pass; lower setting over bone.", "Whole area, overlapping lightly."],
        ["Redness around the follicles.", "Even light redness, no blister.", "Mild warmth only."],
        ["Sunscreen every day; next session as planned.", "No sun for two weeks."],
    ],
    "note_template_facial": [
        ["Oily T-zone, open pores.", "Dull skin, a few comedones.", "Light marks on both cheeks."],
        ["Whole face and neck.", "Face, eyelids left out."],
        ["Even redness.", "Calm and moist.", "Light frosting on the forehead, gone in minutes."],
        ["Mild care and sunscreen.", "No acids for a week; sunscreen every day."],
    ],
    "note_template_needling": [
        ["Atrophic scars on both cheeks.", "Fine lines, dull skin.", "Thinning at the crown and temples."],
        ["Three directions, lighter on the forehead.", "Points one centimetre apart."],
        ["Pinpoint bleeding, stopped at once.", "Even redness, slight swelling."],
        ["No washing until tomorrow; sunscreen.", "No sport for a day; photos at three months."],
    ],
}
TOO_MUCH = ["Well tolerated at the last sessions", "Coarse hair, test pulse without reaction", "Small area only"]
LEFT_OUT = ["Photos of the last visit are recent", "Patient did not want it today"]


def publish_protocols(env):
    """Put the catalogue's protocols in force."""
    env["clinic.protocol"].search([("state", "=", "draft")]).action_publish()


def record(procedure, rng):
    """Record ``procedure``, which is in treatment, in its practitioner's name and with what ``rng`` decides."""
    user = procedure.practitioner_id.user_id
    if user:
        procedure = procedure.with_user(user).sudo()
    if not procedure.protocol_id:
        return
    left_out = procedure.step_ids.filtered(lambda step: not step.mandatory or rng.random() < SKIPPED / 10)
    (procedure.step_ids - left_out).done = True
    for step in left_out.filtered("mandatory"):
        step.skipped_reason = rng.choice(LEFT_OUT)
    for parameter in procedure.parameter_ids:
        parameter.write(_measured(parameter, rng))
    body = _note(procedure.env, procedure.protocol_id.note_template_id, rng)
    procedure.env["clinic.note"].create({"procedure_id": procedure.id, "body": body}).action_sign()


def _measured(parameter, rng):
    low, high = parameter.minimum, parameter.maximum
    if parameter.mandatory and rng.random() < OUTSIDE:
        return {"value": round(high * 1.1, 1), "reason": rng.choice(TOO_MUCH)}
    value = low + (high - low) * rng.uniform(*USUAL)
    return {"value": round(value, 1 if high - low < 10 else 0)}


def _note(env, template, rng):
    """Return the text of a note: the template's headings, each with a sentence."""
    name = env["ir.model.data"].sudo().search(
        [("model", "=", template._name), ("res_id", "=", template.id)], limit=1
    ).name
    headings = [part for part in html2plaintext(template.body).split("\n") if part.strip()]
    return "".join(
        f"<h4>{heading.strip()}</h4><p>{rng.choice(sentences)}</p>"
        for heading, sentences in zip(headings, SENTENCES[name], strict=True)
    )
