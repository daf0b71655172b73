from datetime import timedelta

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# How a message reaches somebody by itself.
AUTOMATIC = [("email", "Email"), ("sms", "SMS"), ("whatsapp", "WhatsApp")]
# And what else stands in the history of what was said.
CHANNELS = [*AUTOMATIC, ("call", "Phone Call"), ("portal", "Patient Portal")]
# The trigger of what those who wait are written.
OFFERED = "offered"
PURPOSES = [
    ("visit", "About a visit"),
    ("care", "Aftercare"),
    ("feedback", "Asking how it was"),
    ("marketing", "News and offers"),
]
RECIPIENTS = [("patient", "Patient"), ("practitioner", "Practitioner"), ("manager", "Manager")]
# What may stand in a message. There is none for what is done, why, or with what: nothing of a patient's health can
# get into a message by a placeholder.
PLACEHOLDERS = {
    "patient": _lt("the patient's name"),
    "branch": _lt("the branch's name"),
    "phone": _lt("the branch's phone"),
    "address": _lt("the branch's address"),
    "date": _lt("the day of the visit"),
    "time": _lt("the time of the visit"),
    "practitioner": _lt("who sees the patient"),
    "visit": _lt("the visit's number"),
    "link": _lt("a link to confirm, move or cancel the visit"),
    "offer": _lt("a link to take the time that is offered to who waits"),
    "answer_until": _lt("until when that time can be taken"),
    "stop": _lt("a link to get no such messages any more"),
}
# What stands in messages that offer a time alone, and what in those about a visit alone.
OF_OFFER, OF_VISIT = ("offer", "answer_until"), ("link",)
# Of one address, so many wrong links in so much time; then it waits.
MOST_GUESSES, GUESS_TIME = 20, timedelta(minutes=10)
# How long an answer to a wrong link takes, whatever was wrong with it.
WRONG_TAKES = 0.25
