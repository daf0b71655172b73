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
    """Look for whom to call today, call a few of them, and book one."""
    look(env)
    for branch in branches:
        _call(env, branch)
        _book(_desk(env, branch))


def look(env):
    """Let each rule look at all patients, as it does at night."""
    for rule in env["clinic.recall.rule"].search([]):
        rule._look()


def _desk(env, branch):
    """Return the due list as reception of ``branch`` has it."""
    desk = env(user=env["res.users"].search([("login", "=", "reception")]), su=False)
    return desk["clinic.due.list"].with_context(allowed_company_ids=branch.ids, lang="en_US").with_company(branch)


def _call(env, branch):
    """Call some of those who are due."""
    calls = _desk(env, branch)
    for _number in range(min(CALLS, calls._count_due() // ONE_IN)):
        call = calls.next_call()
        if not call:
            return
        calls.note(call["patient_id"], _outcome(calls.env["clinic.patient"].browse(call["patient_id"])))


def _book(calls):
    """Call and book the first who is due for something of which there is a free time."""
    for row in calls.load()["rows"]:
        call = calls.open_call(row["patient_id"])
        if first := _soonest(call):
            calls.book(row["patient_id"], call["treatment"]["id"], first["start"], first["practitioner_id"])
            return
        calls.close_call(row["patient_id"])


def _soonest(call):
    """Return the first free time of ``call`` within the days that the clinic has planned, if there is one."""
    until = fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=demand.FUTURE_DAYS - 1))
    return next((time for time in call["times"] if time["start"] < until), None)


def _outcome(patient):
    drawn = chance("call", patient.phone, patient.env.cr.now()).randrange(100)
    for outcome, share in OUTCOMES:
        if drawn < share:
            return outcome
        drawn -= share
    return "reached"
