"""Deposits: rules for who books online, deposits that are due, paid, kept and asked back; and whether all agrees."""

from datetime import timedelta

from .catalogue import in_catalogue
from .clock import DAY, to_local, to_utc
from .wallets import load_wallets

TERMS = "It is taken off at checkout."
# Of those who book online alone: what the demo's reception books by phone takes its course without.
RULES = [
    {"name": "Booked online, 30 %", "kind": "percent", "percent": 30, "channel": "online"},
    {"name": "New patients online", "kind": "fixed", "amount": 2000, "channel": "online", "is_new_patient": True},
    {"name": "Long treatments online, half", "kind": "percent", "percent": 50, "channel": "online", "min_minutes": 60},
    {"name": "Who missed two visits pays online in full", "kind": "full", "channel": "online", "min_no_shows": 2},
]
FEES = {"name": "The deposit is kept", "no_show_kind": "deposit", "late_kind": "deposit"}
TREATMENT = "treatment_hydrafacial"
SOON, LATER = 1, 8
# On the day itself, in the evening, when somebody who books at nine still pays a deposit.
SAME_DAY = (12, 20)
MISSED = timedelta(minutes=30)
# How many days ago somebody was expected.
AGO = range(1, 6)


def load_deposits(env, clock, branches, patients, now):
    """Ask for deposits online; one is due, one was paid by Odoo's demo provider, one kept, and one is asked back."""
    minutes = {"online_minutes": 24 * 60, "terms": TERMS}
    env["clinic.deposit.rule"].create([{**rule, **minutes} for rule in RULES])
    env["clinic.fee.rule"].create(FEES)
    env.ref("clinic_fee.product_fee").taxes_id = in_catalogue(env, TREATMENT).taxes_id
    provider = _prepare_provider(env, branches)
    load_wallets(env, branches.root_id)
    today = to_local(now).date()
    due = [_book(env, branches[0], patient, today) for patient in patients[-6:-4]]
    if len(due) == 2 and all(due):
        _pay(env, due[1], provider)
    _ask_back(env, branches[0], patients[-7], today, provider)
    _miss(env, clock, branches[0], patients[-8], provider)
    clock.move_to(now)


def _ask_back(env, branch, patient, today, provider):
    """Let the clinic cancel a visit whose deposit was paid, and reception ask for a refund."""
    visit = _book(env, branch, patient, today)
    if not visit:
        return
    _pay(env, visit, provider)
    visit.action_cancel(env.ref("clinic_visit.cancel_reason_clinic"))
    desk = env(user=env["res.users"].search([("login", "=", "reception")]), su=True)
    ask = desk["clinic.payment.refund"].create(
        {"payment_id": visit.deposit_payment_ids.id, "cause": "clinic_fault", "reason": "Doctor ill"}
    )
    ask.action_ask()


def _miss(env, clock, branch, patient, provider):
    """Let ``patient``, who has paid a deposit, not come to a visit of the last days."""
    today = to_local(clock.now).date()
    for days in AGO:
        day = today - days * DAY
        clock.move_to(to_utc(day, 9))
        visit = _book(env, branch, patient, day, SAME_DAY)
        if visit:
            _pay(env, visit, provider)
            clock.move_to(visit.start + MISSED)
            visit.action_no_show()
            return


def compare_money(env, branches):
    """Compare the money of the clinic, as the nightly action does."""
    for branch in branches | branches.root_id:
        env["clinic.agreement"]._agree(branch)


def _prepare_provider(env, branches):
    """Let Odoo's demo provider pay into the clinic's bank."""
    clinic = branches.root_id
    provider = env.ref("payment.payment_provider_demo")
    bank = env["account.journal"].search([("company_id", "=", clinic.id), ("type", "=", "bank")], limit=1)
    provider.journal_id = bank
    return provider


def _book(env, branch, patient, today, hours=None):
    """Book ``patient`` online and return the visit, which waits for its deposit; none where no time is free.

    :param hours: on ``today``, between these; else on one of the next days
    """
    context = {"allowed_company_ids": branch.ids, "clinic_deposit_channel": "online"}
    visits = env["clinic.visit"].with_company(branch).with_context(**context)
    availability = env["clinic.availability"].with_company(branch)
    treatment = in_catalogue(env, TREATMENT)
    if hours:
        begin, end = (to_utc(today, hour) for hour in hours)
    else:
        begin, end = (to_utc(today + days * DAY, 9) for days in (SOON, LATER))
    slots = availability.find_slots(treatment, begin, end, limit=1)
    if not slots:
        return visits.browse()
    return visits.book(patient, treatment, slots[0]["start"], slots[0]["practitioner_id"])


def _pay(env, visit, provider):
    """Pay the deposit of ``visit`` as its payment page does."""
    link = env["clinic.payment.link"]._of(visit)
    # As the page keeps it; the address is one of those that are for examples.
    evidence = {
        "clinic_accepted_at": env.cr.now().replace(microsecond=0),
        "clinic_accepted_text": visit.deposit_text,
        "clinic_ip": "203.0.113.24",
        "clinic_browser": "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/142.0 Mobile Safari/537.36",
    }
    transactions = env["payment.transaction"]
    tx = transactions.create(
        {
            "provider_id": provider.id,
            "payment_method_id": provider.payment_method_ids[:1].id,
            "reference": transactions._compute_reference(provider.code, prefix=visit.name),
            "amount": link.amount,
            "currency_id": visit.currency_id.id,
            "partner_id": visit.patient_id.partner_id.id,
            "operation": "online_direct",
            "clinic_visit_id": visit.id,
            "clinic_link_id": link.id,
            **evidence,
        }
    )
    tx.action_demo_set_done()
    tx._post_process()
