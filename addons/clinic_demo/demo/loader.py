import logging
from collections import Counter
from datetime import timedelta
from time import perf_counter

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.clinic_signin import installation

from . import demand
from .calls import load_calls
from .campaigns import campaigns, draft_campaign, prepare_campaigns
from .catalogue import load_catalogue, set_costs
from .claims import claims, waiting_claim
from .clock import ZONE, Clock, to_local, to_utc
from .company import load_companies
from .consents import load_consents
from .deposits import compare_money, load_deposits
from .documents import load_documents
from .expenses import expenses, load_expense_categories, pay_bills
from .feedback import ask_for_feedback, close_feedback
from .history import load_history
from .hours import open_around
from .intakes import load_intakes
from .messages import log_calls, messages, prepare_messages
from .money import load_money, load_price_list, month_ends
from .online import load_online, load_questions
from .packages import load_packages, load_refunds, sales, stalled_course
from .patients import load_patients
from .photos import load_photos, plan_photos
from .places import load_places
from .plan import Planner
from .portal import load_portal
from .recalls import load_recalls
from .records import publish_protocols
from .risks import load_risks
from .schedule import count_utilisation, load_blocks, load_waitlist
from .signals import load_signals
from .skin import load_skin
from .staff import load_licences, load_staff
from .stock import DELIVERIES, delivery, load_thresholds, tidy
from .till import Till
from .timeline import Timeline
from .users import load_portal_user, load_users
from .visits import VisitLives

_logger = logging.getLogger(__name__)

SET_UP_DAYS = 30
LIVED_UNTIL = "clinic_demo.lived_until"

# What a living clinic needs of messages and logs, a demo need not write a thousand times.
QUIET = {
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "no_reset_password": True,
}


def load(env, now=None):
    """Make the demo clinic: three months of visits up to ``now`` (naive UTC; the present) and two weeks ahead.

    :raises UserError: when the database is not new
    """
    began = perf_counter()
    _refuse_a_real_clinic(env)
    env = loader_env(env)
    installation.relax(env)  # passwords equal logins, whatever the server's configuration asks of a real clinic
    now = now or fields.Datetime.now()
    with Clock(env, now) as clock:
        _live(env, clock, now)
        remember(env, now)
        env.flush_all()
    _logger.info("Demo clinic loaded in %.0f s", perf_counter() - began)


def loader_env(env):
    """Return ``env`` of anyone who writes the demo."""
    context = {**env.context, **QUIET, "lang": "en_US", "tz": ZONE.zone}
    return env(user=env.ref("base.user_admin"), context=context, su=True)


def remember(env, now):
    """Note that the demo clinic has lived until ``now``."""
    env["ir.config_parameter"].set_param(LIVED_UNTIL, fields.Datetime.to_string(now))


def _refuse_a_real_clinic(env):
    """Raise ``UserError`` in a database that somebody uses already."""
    everything = {"active_test": False}
    if env["clinic.patient"].with_context(**everything).search_count([], limit=1):
        raise UserError(env._("This database holds patients already. Install the demo clinic in a new database."))
    if env["res.company"].with_context(**everything).search_count([]) > 1:
        raise UserError(
            env._("This database has more than one company already. Install the demo clinic in a new database.")
        )


def _live(env, clock, now):
    """Set up the clinic some weeks before its first visit, and live until ``now``."""
    today = to_local(now).date()
    first_day = today - timedelta(days=demand.PAST_DAYS)
    clock.move_to(to_utc(first_day - timedelta(days=SET_UP_DAYS), 9))
    branches = load_companies(env)
    load_catalogue(env)
    plan_photos(env)
    publish_protocols(env)
    set_costs(env, branches)
    load_places(env, branches)
    load_staff(env, branches, today)
    load_users(env, branches)
    load_licences(env, today)
    load_money(env, branches, today)
    load_expense_categories(env, branches)
    packages = load_packages(env)
    open_around(env, branches, now)
    load_blocks(env, branches, today)
    patients = load_patients(env, branches, clock, first_day, today)
    prepare_messages(env, patients)
    ask_for_feedback(env, branches)
    prepare_campaigns(env, patients)
    wishes = Planner(env, branches, patients, now).wishes()
    timeline, lives = _timeline(env, clock, branches, wishes, first_day, today)
    timeline.add(sales(env, branches, packages, today))
    timeline.add(stalled_course(env, branches[0], packages, patients, lives, first_day, today))
    timeline.add(campaigns(env, branches[0], today))
    timeline.run(now)
    clock.move_to(now)
    log_calls(env, today)
    close_feedback(env, now)
    draft_campaign(env, branches[0])
    load_waitlist(env, branches[0], patients, today)
    load_deposits(env, clock, branches, patients, now)
    load_online(env, branches)
    load_risks(env, branches, now)
    count_utilisation(env, first_day, today)
    load_skin(env)
    patient = load_history(env, clock)
    load_refunds(env)
    load_price_list(env, branches, patients)
    waiting_claim(env, branches[0], today)
    load_recalls(env, clock, branches, now)
    portal_patient = _patient_to_show(wishes, now)
    load_portal_user(env, portal_patient)
    load_portal(env, portal_patient)
    load_photos(env, patient, portal_patient)
    load_intakes(env)
    load_questions(env)
    load_documents(env, patient, portal_patient)
    load_consents(env)
    load_signals(env, branches)
    load_calls(env)
    load_thresholds(env, branches)
    compare_money(env, branches)
    env["clinic.licence"]._cron_tell_expiry()


def _timeline(env, clock, branches, wishes, first_day, today):
    """Return the timeline with everything that happens in the clinic, and the lives of its visits."""
    timeline = Timeline(clock)
    for branch in branches:
        for number in range(DELIVERIES):
            timeline.add(delivery(env, branch, first_day, today, number))
        timeline.add(tidy(env, branch, first_day))
        timeline.add(expenses(env, branch, first_day, today))
        timeline.add(pay_bills(env, branch, first_day))
        timeline.add(claims(env, branch, first_day))
    timeline.add(month_ends(env, first_day))
    timeline.add(messages(env, to_utc(first_day, 9)))
    till = Till(env, today)
    timeline.add(till.closings(first_day))
    lives = VisitLives(env, till)
    for wish in wishes:
        timeline.add(lives.live(wish))
    return timeline, lives


def _patient_to_show(wishes, now):
    """Return the patient who has both something behind and something ahead, and most of it."""
    past = Counter(wish.patient for wish in wishes if wish.start < now)
    ahead = Counter(wish.patient for wish in wishes if wish.start > now)
    return max(past, key=lambda patient: (patient in ahead, past[patient], patient.number))
