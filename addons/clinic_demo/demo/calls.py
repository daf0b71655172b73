"""Calls of the last weeks at the desk, in and out: some booked, most asked something."""

from datetime import timedelta

from odoo import fields

from .chance import chance_of

WEEKS = timedelta(weeks=4)
# Of a hundred bookings so many came by a call; and so many calls for each of them in which nothing was booked.
BY_CALL, OTHERS = 30, 2
OUTCOMES = ["asked", "asked", "asked", "changed", "changed", "call_back", "reached", "no_answer", "other"]
OUTGOING = {"reached", "no_answer"}
# The last one has hidden the number.
UNKNOWN = ["0321 0000001", "042 0000002", None]


def load_calls(env):
    """Write down the calls in which the visits of the last weeks were booked, and those around them."""
    user, now = env["res.users"].search([("login", "=", "reception")]), fields.Datetime.now()
    booked = env["clinic.visit"].search([("create_date", ">=", now - WEEKS), ("state", "!=", "held")], order="id")
    # What was booked from the due list is written down already.
    booked -= env["clinic.call"].search([("visit_id", "!=", False)]).visit_id
    patients = env["clinic.patient"].search([], order="id")
    rows = []
    for visit in booked:
        rng = chance_of("call", visit)
        if rng.randrange(100) >= BY_CALL:
            continue
        at = visit.create_date.replace(microsecond=0)
        rows.append(_row(user, visit.company_id, at, "in", "booked", visit.patient_id, visit_id=visit.id))
        for number in range(OTHERS):
            outcome = rng.choice(OUTCOMES)
            direction = "out" if outcome in OUTGOING else "in"
            around = at - timedelta(minutes=7 * (number + 1))
            rows.append(_row(user, visit.company_id, around, direction, outcome, rng.choice(patients)))
    rows += [
        _row(user, user.company_id, now - timedelta(days=day), "in", "wrong_number", number=number)
        for day, number in enumerate(UNKNOWN, 1)
    ]
    env["clinic.call"]._clinic_writing().create(rows)


def _row(user, branch, at, direction, outcome, patient=None, number=None, **values):
    return {
        "direction": direction,
        "outcome": outcome,
        "number": number or (patient.phone if patient else False),
        "patient_id": patient.id if patient else False,
        "company_id": branch.id,
        "user_id": user.id,
        "called_at": at,
        **values,
    }
