"""The demo clinic lives on: anyone who opens it on another day finds that day in progress."""

import logging
from datetime import timedelta
from time import perf_counter

from odoo import fields

from . import demand
from .claims import claims
from .clock import DAY, Clock, to_local, to_utc
from .expenses import expenses, pay_bills
from .feedback import close_feedback
from .hours import open_around
from .loader import LIVED_UNTIL, loader_env, remember
from .messages import log_calls, messages
from .money import month_ends, prepare_cash
from .plan import Planner
from .recalls import call_today, look
from .schedule import count_utilisation, load_lunches, load_waitlist
from .stock import restock, tidy
from .till import Till
from .timeline import Timeline
from .visits import VisitLives

_logger = logging.getLogger(__name__)

# Nothing much happens within this time.
PAUSE = timedelta(minutes=10)
# After a longer absence the clinic was closed, but for these last days.
FEW_DAYS = 3
SOON = timedelta(minutes=30)


def follow(env, now=None):
    """Let the demo clinic live on until ``now`` (naive UTC; the present), and plan two weeks from there.

    What was booked takes its course by the real methods, each thing at its time; nothing that is past is changed.
    Calling it again changes nothing.
    """
    began = perf_counter()
    now = now or fields.Datetime.now()
    env = loader_env(env)
    since = _lived_until(env)
    branches = env["res.company"].search([("name", "in", list(demand.FULL_DAY))], order="id")
    if not branches or not since or now - since < PAUSE:
        return
    with Clock(env, now) as clock:
        clock.move_to(since)
        _live_on(env, clock, branches, since, now)
        remember(env, now)
        env.flush_all()
    _logger.info("The demo clinic has lived on from %s in %.0f s", since, perf_counter() - began)


def _lived_until(env):
    """Return the moment until which the clinic has lived; of a demo that did not note it, the last booking."""
    if noted := env["ir.config_parameter"].get_param(LIVED_UNTIL):
        return fields.Datetime.to_datetime(noted)
    last = env["clinic.visit"].search([], order="create_date desc", limit=1)
    return last.create_date and last.create_date.replace(microsecond=0)


def _live_on(env, clock, branches, since, now):
    today = to_local(now).date()
    begin = max(since, to_utc(today - FEW_DAYS * DAY, 0))
    first_day = to_local(begin).date()
    open_around(env, branches, now)
    prepare_cash(branches)
    load_lunches(env, branches, today)
    patients = env["clinic.patient"].search([], order="id")
    # Of no day: what is taken is registered in one go, which is faster.
    till = Till(env, None)
    lives = VisitLives(env, till, forgiving=True)
    timeline = Timeline(clock, since)
    for branch in branches:
        timeline.add(restock(env, branch, begin, today))
        timeline.add(tidy(env, branch, first_day))
        timeline.add(expenses(env, branch, first_day, today))
        timeline.add(pay_bills(env, branch, first_day))
        timeline.add(claims(env, branch, first_day))
    timeline.add(month_ends(env, max(to_local(since).date(), (today.replace(day=1) - DAY).replace(day=1))))
    timeline.add(till.closings(first_day))
    timeline.add(messages(env, begin))
    lives.give_up(_missed(env, since, begin))
    for visit in _under_way(env, now):
        timeline.add(lives.go_on(visit))
    for wish in Planner(env, branches, patients, now, since).wishes():
        timeline.add(lives.live(wish))
    timeline.run(now)
    till.close()
    clock.move_to(now)
    _release_holds(env)
    lives.begin_early(branches)
    lives.come_early(branches, now)
    log_calls(env, today)
    close_feedback(env, now)
    load_waitlist(env, branches[0], patients, today)
    if to_local(since).date() < today:
        call_today(env, branches)
    else:
        look(env)
    count_utilisation(env, first_day, today)


def _release_holds(env):
    """Give up what waited for a deposit that nobody has paid meanwhile."""
    visits = env["clinic.visit"]
    visits.search(visits._hold_over_domain())._release_expired_holds()


def _missed(env, since, begin):
    """Return the visits that were booked for days on which nobody opened the clinic."""
    return env["clinic.visit"].search([("state", "=", "booked"), ("start", ">=", since), ("start", "<", begin)])


def _under_way(env, now):
    """Return the visits that are not over and have begun, or begin soon."""
    return env["clinic.visit"].search(
        [("state", "in", ("booked", "arrived", "in_progress")), ("start", "<=", now + SOON)], order="start, id"
    )
