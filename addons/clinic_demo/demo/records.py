"""What is recorded of a procedure: its steps, parameters, kit and note, by the one who performs it."""

from lxml.html import fromstring

from .catalogue import in_catalogue
from .chance import chance

# Of the allowed range, what is usual: between these shares of it.
USUAL = (0.25, 0.6)
# Outside the range now and then, with a reason.
OUTSIDE = 0.01
# How often an optional step is done.
OPTIONAL = 0.7
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
TOO_MUCH = ["Well tolerated at the last sessions", "Test spot without reaction"]


def publish_protocols(env):
    """Put the catalogue's protocols in force."""
    env["clinic.protocol"].search([("state", "=", "draft")]).action_publish()


class Recorder:
    """Records procedures in the name of those who perform them."""

    def __init__(self, env):
        self._texts = {}
        for name, sentences in SENTENCES.items():
            template = in_catalogue(env, name)
            headings = [heading.text for heading in fromstring(template.body).iter("h4")]
            self._texts[template.id] = list(zip(headings, sentences, strict=True))

    def record(self, procedure):
        """Record all that the protocol of ``procedure``, which is in treatment, asks for; what was used is logged."""
        if not procedure.protocol_id:
            return
        rng = chance("record", procedure.patient_id.phone, procedure.start)
        procedure = procedure.with_user(procedure.practitioner_id.user_id).sudo()
        procedure.step_ids.filtered(lambda step: step.mandatory or rng.random() < OPTIONAL).done = True
        used = procedure._used_quantities()
        for parameter in procedure.parameter_ids.filtered(lambda parameter: not parameter.recorded_at):
            parameter.write(_measured(parameter, rng, used))
        procedure._expected_items().action_not_used()
        drafts = procedure.note_ids.filtered(lambda note: note.state == "draft")
        if not procedure.note_ids:
            drafts = drafts.create({"procedure_id": procedure.id, "body": self._body(procedure, rng)})
        drafts.action_sign()

    def _body(self, procedure, rng):
        lines = self._texts[procedure.protocol_id.note_template_id.id]
        return "".join(f"<h4>{heading}</h4><p>{rng.choice(sentences)}</p>" for heading, sentences in lines)


def _measured(parameter, rng, used):
    """Return the values to write for ``parameter``; ``used`` is {product: quantity}, of which it may be the dose."""
    if parameter.protocol_parameter_id.dose_product_ids:
        dose = parameter.protocol_parameter_id._dose_of(used)
        return {"value": dose} if parameter._allows(dose) else {"value": dose, "reason": rng.choice(TOO_MUCH)}
    low, high = parameter.minimum, parameter.maximum
    if parameter.mandatory and rng.random() < OUTSIDE:
        return {"value": round(high * 1.1, 1), "reason": rng.choice(TOO_MUCH)}
    digits = 1 if parameter.unit and high - low < 10 else 0
    return {"value": round(low + (high - low) * rng.uniform(*USUAL), digits)}
