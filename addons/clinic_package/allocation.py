"""Which session pays for which treatment, and where a course stands: plain rules without a database.

The models read facts in one statement each and ask here, so that screens with many patients need no more statements
than those with one.
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class CourseFact:
    """What is known of the course of a session, and of the treatment that its last session was of."""

    id: int
    name: str
    used: int
    count: int
    state: str
    sold_on: date | None
    last_on: date | None
    interval: int
    tolerance: int
    stalled: int


@dataclass(frozen=True)
class SessionFact:
    """A session that can be used, or is being sold by the checkout of ``visit_id``; ``path`` is that of a category."""

    id: int
    course: CourseFact
    patient_id: int
    branch_id: int
    state: str
    treatment_id: int | None
    path: str | None
    valid_to: date | None
    visit_id: int | None
    practitioner_ids: frozenset


@dataclass(frozen=True)
class UseFact:
    """A procedure that is booked or was performed, and what reception has chosen for it."""

    id: int
    patient_id: int
    branch_id: int
    treatment_id: int
    path: str | None
    practitioner_id: int
    day: date
    visit_id: int
    session_id: int | None
    state: str


def misfit(session, use):
    """Return why ``session`` is not for ``use``: a word, or None when it is."""
    of_category = session.path and (use.path or "").startswith(session.path)
    reasons = {
        "treatment": session.treatment_id != use.treatment_id if session.treatment_id else not of_category,
        "patient": session.patient_id != use.patient_id,
        "branch": session.branch_id != use.branch_id,
        "practitioner": bool(session.practitioner_ids) and use.practitioner_id not in session.practitioner_ids,
        # What is about to be sold pays in the visit at whose checkout it is sold, and nowhere before.
        "sale": session.state == "draft" and session.visit_id != use.visit_id,
        "state": session.state not in ("open", "draft"),
        "expired": session.valid_to is not None and session.valid_to < use.day,
    }
    return next((reason for reason, is_true in reasons.items() if is_true), None)


def allocate(sessions, uses):
    """Return {id of a use: id of its session}.

    The one rule of which session is used: what was chosen, else the one that fits and expires first, for one use after
    the other.

    :param sessions: in the order in which they expire
    :param uses: in the order of time
    """
    known = {session.id: session for session in sessions}
    # A choice that does not fit any more, as the visit was moved or the session used, is none.
    chosen = {
        use.id: use.session_id for use in uses if use.session_id in known and misfit(known[use.session_id], use) is None
    }
    free = [session for session in sessions if session.id not in chosen.values()]
    for use in uses:
        if use.id in chosen:
            continue
        session = next((session for session in free if misfit(session, use) is None), None)
        if session:
            chosen[use.id] = session.id
            free.remove(session)
    return chosen


def recommended(course):
    """Return the day on which the next session is best: the interval after the last one, or the day of the sale."""
    return course.last_on + timedelta(days=course.interval) if course.last_on else course.sold_on


def days_late(course, booked_on, today):
    """Return how many days ago the next session was best, while nothing is booked; 0 before."""
    due = recommended(course)
    return max((today - due).days, 0) if due and not booked_on else 0


def standing(course, booked_on, today):
    """Return where a course with sessions left stands on ``today``, with the next day for which something is booked.

    >>> course = CourseFact(1, "Six", 3, 6, "open", date(2026, 1, 1), date(2026, 3, 1), 28, 7, 21)
    >>> [standing(course, None, date(2026, 3, 29) + timedelta(days=late)) for late in (0, 8, 22)]
    ['on_time', 'late', 'stalled']
    """
    if booked_on:
        return "booked"
    late = days_late(course, booked_on, today)
    if late > course.stalled:
        return "stalled"
    if late > course.tolerance:
        return "late"
    return "on_time" if course.last_on else "new"
