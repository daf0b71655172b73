from datetime import timedelta

from odoo.addons.clinic_feedback.const import TRIGGER, segment

from .chance import chance_of

REVIEWS = "https://reviews.example/noor-aesthetic-clinic"
# Of a hundred who are asked, so many answer, and of those who do, so many write something.
ANSWER, COMMENT = 45, 30
# The scores in the order in which they come, so that there is always a low one among ten.
SCORES = (10, 9, 8, 10, 3, 9, 10, 10, 7, 9, 10, 9, 6, 10, 8, 10, 9, 10, 7, 9)
COMMENTS = {
    "detractor": (
        "I waited forty minutes and nobody told me why.",
        "It hurt more than I was told.",
        "The price was not what I was told on the phone.",
        "Hard to find parking, and the room was cold.",
    ),
    "passive": (
        "All good, but the waiting room was full.",
        "A reminder in the morning would help.",
        "Evening times are always taken.",
    ),
    "promoter": (
        "Very gentle, and everything was explained.",
        "My skin has not looked this good for years.",
        "No waiting, friendly people.",
        "The doctor took time for all my questions.",
    ),
}
DONE = (
    "Called the same day, apologised; next visit with the practitioner of choice.",
    "Talked it over with the team; called the patient, who is content.",
    "Called twice, wrote a message; the patient will come to the desk at the next visit.",
)
# So many wait for the manager.
LEFT_OPEN = 2


def ask_for_feedback(env, branches):
    """Let the branches ask their patients how it was, and the manager follow it up."""
    branches.write(
        {
            "clinic_feedback_ask": True,
            "clinic_feedback_review_url": REVIEWS,
            "clinic_message_manager_id": _manager(env).id,
        }
    )


def answer_feedback(env, message):
    """Let the patient answer what ``message`` asks, or not; in a demo all is trial, and these answers count."""
    if message.kind_id.trigger != TRIGGER:
        return
    rng = chance_of("feedback", message)
    feedback = env["clinic.feedback"]
    if rng.randrange(100) >= ANSWER or feedback._of_visit(message.visit_id, False):
        return
    score = SCORES[feedback.search_count([("is_trial", "=", False)]) % len(SCORES)]
    part = segment(score)
    is_low = part == "detractor"
    comment = rng.choice(COMMENTS[part]) if is_low or rng.randrange(100) < COMMENT else False
    contact = is_low and rng.random() < 0.5
    feedback._store(message, {"score": score, "comment": comment, "wants_contact": contact, "is_trial": False})


def close_feedback(env, now):
    """The manager has followed up all but the last ones."""
    tasks = env["clinic.feedback.task"].search([("state", "=", "open")], order="id")
    for number, task in enumerate(tasks[:-LEFT_OPEN].with_user(_manager(env))):
        task.note = DONE[number % len(DONE)]
        task.action_close()
        # Not all of them at this moment.
        task.sudo().closed_at = min(task.answered_at + timedelta(hours=3), now)


def _manager(env):
    return env["res.users"].search([("login", "=", "manager")])
