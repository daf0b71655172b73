from datetime import timedelta

from .chance import chance, chance_of
from .clock import to_local
from .feedback import answer_feedback

# The scheduled actions look every minute; a demo clinic need not.
EVERY = timedelta(hours=3)
# How many in a hundred prefer which channel; the others take what comes.
PREFER = (("whatsapp", 30), ("email", 15))
# Of a hundred messages: how many are answered, by which nobody is reached, and how many have confirmed by the link.
ANSWERED, BOUNCED, CONFIRMED = 3, 1, 40
REPLIES = ["Thank you, I will come", "Thank you", "I may be ten minutes late"]


def prepare_messages(env, patients):
    """Let the patients have their ways to be written to; all in trial operation, so that nothing leaves the house."""
    rng = chance("messages")
    env["clinic.message.provider"].create(
        {
            "name": "WhatsApp (trial)",
            "channel": "whatsapp",
            "service": "http",
            "url": "https://whatsapp.invalid/send",
        }
    )
    # To try WhatsApp reaches no patient.
    env["ir.config_parameter"].set_param("clinic_message.trial_phone", "+923000000000")
    env["clinic.message.kind"].search([("trigger", "in", ("booked", "moved", "cancelled"))]).use_whatsapp = True
    for patient in patients:
        if channel := _channel(rng):
            patient.message_channel = channel
    # Some have said what they want.
    consents = env["clinic.message.consent"]
    some = rng.sample(list(patients), 30)
    consents.create(
        [
            {
                "patient_id": patient.id,
                "channel": rng.choice(["sms", "email"]),
                "purpose": "marketing",
                "is_given": rng.random() < 0.7,
                "source": "form",
                "evidence": "Registration form",
            }
            for patient in some
        ]
    )


def _channel(rng):
    drawn = rng.randrange(100)
    for channel, share in PREFER:
        if drawn < share:
            return channel
        drawn -= share
    return None


def messages(env, begin):
    """A life: what patients are told goes out, and some of them answer."""
    moment = begin
    while True:
        yield moment
        moment += EVERY
        _write(env)
        _send(env, moment)


def _write(env):
    """Write what is due by now, as the scheduled action does, but for its commits."""
    queue, kinds = env["clinic.message"], env["clinic.message.kind"]
    while visits := queue._visits_to_tell():
        visits._tell()
    for kind in kinds.search([("trigger", "in", kinds._timed())]):
        if due := queue._due_visits(kind, 0):
            queue._queue(kind, env["clinic.visit"].browse(due).filtered(kind._suits))


def _send(env, moment):
    """Let what is due have been sent; a demo has too many to take each in hand."""
    now = moment - EVERY
    due = env["clinic.message"].search(env["clinic.message"]._due_domain())
    ready = due.filtered(lambda message: not message._quiet_until(now))
    bounced = ready.filtered(lambda message: _drawn(message) < BOUNCED)
    (ready - bounced)._change({"state": "sent", "sent_at": now, "is_trial": True, "tries": 1})
    for message in bounced:
        reason = "The mail came back." if message.channel == "email" else "The number cannot be reached."
        message._change({"state": "failed", "reason": reason, "tries": 1})
    for message in ready - bounced:
        _answer(env, message, now)
        answer_feedback(env, message)


def _answer(env, message, now):
    drawn, visit = _drawn(message), message.visit_id
    if message.kind_id.trigger == "before" and drawn >= 100 - CONFIRMED:
        visit._patient_confirms(visit.start)
    elif message.channel != "email" and drawn < BOUNCED + ANSWERED:
        env["clinic.message"]._enqueue(
            [
                {
                    "key": f"demo:in:{message.id}",
                    "direction": "in",
                    "channel": message.channel,
                    "patient_id": message.patient_id.id,
                    "visit_id": visit.id,
                    "visit_start": visit.start,
                    "company_id": message.company_id.id,
                    "address": message.address,
                    "body": REPLIES[drawn % len(REPLIES)],
                    "state": "received",
                    "sent_at": now,
                }
            ]
        )


def log_calls(env, today):
    """Reception has called those who did not come."""
    missed = env["clinic.visit"].search([("state", "=", "no_show")])
    calls = env["clinic.message"]
    results = ("reached", "no_answer", "call_back", "reached")
    rows = [
        {
            "key": f"demo:call:{visit.id}",
            "channel": "call",
            "patient_id": visit.patient_id.id,
            "visit_id": visit.id,
            "visit_start": visit.start,
            "company_id": visit.company_id.id,
            "state": "logged",
            "result": chance_of("called", visit).choice(results),
            "sent_at": visit.start + timedelta(hours=1),
            "user_id": env.uid,
        }
        for visit in missed
        if to_local(visit.start).date() < today
    ]
    calls._enqueue(rows)


def _drawn(message):
    kind = message.kind_id.trigger
    return chance_of(f"{kind} by {message.channel}", message).randrange(100)
