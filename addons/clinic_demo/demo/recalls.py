"""Follow-up: who is due by the rules, and the calls that reception has made."""

from datetime import timedelta

from odoo import fields

from . import demand
from .chance import chance
from .clock import to_local, to_utc

# On so many days before today reception called: one of so many who were due, and so many at most.
DAYS = (4, 3, 1)
ONE_IN, CALLS = 3, 4
# Of a hundred calls, how they end; the rest are reached and think it over.
OUTCOMES = (("no_answer", 40), ("call_back", 20))


def load_recalls(env, clock, branches, now):
    """Let the rules look and reception call, some days before today and this morning."""
    today = to_local(now).date()
    for days in DAYS:
        clock.move_to(to_utc(today - timedelta(days=days), 11))
        look(env)
        for branch in branches:
            _call(env, branch)
    clock.move_to(now)
    call_today(env, branches)


def call_today(env, branches):
    """Look for whom to call today, and call a few of them, of whom the first is booked."""
    look(env)
    for branch in branches:
        _call(env, branch, books=True)


def look(env):
    """Let each rule look at all patients, as it does at night."""
    for rule in env["clinic.recall.rule"].search([]):
        rule._look()


def _call(env, branch, books=False):
    """Call some of the branch's due list as reception; the first who can be booked is, if it ``books``."""
    desk = env(user=env["res.users"].search([("login", "=", "reception")]), su=False)
    calls = desk["clinic.due.list"].with_context(allowed_company_ids=branch.ids, lang="en_US").with_company(branch)
    for _number in range(min(CALLS, calls._count_due() // ONE_IN)):
        call = calls.next_call()
        if not call:
            return
        patient = calls.env["clinic.patient"].browse(call["patient_id"])
        first = _soonest(call)
        if books and first:
            calls.book(patient.id, call["treatment"]["id"], first["start"], first["practitioner_id"])
            books = False
        else:
            calls.note(patient.id, _outcome(patient))


def _soonest(call):
    """Return the first free time of ``call`` within the days that the clinic has planned, if there is one."""
    until = fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=demand.FUTURE_DAYS - 1))
    return next((time for time in call["times"] if time["start"] < until), None)


def _outcome(patient):
    drawn = chance("call", patient.number, patient.env.cr.now()).randrange(100)
    for outcome, share in OUTCOMES:
        if drawn < share:
            return outcome
        drawn -= share
    return "reached"
