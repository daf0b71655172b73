"""Deposits: rules for who books online, a visit that waits for its deposit, and one whose deposit was paid."""

from datetime import timedelta

from .catalogue import in_catalogue
from .clock import to_local, to_utc

TERMS = "It is taken off at checkout. We keep it when you cancel on the day itself."
# Of those who book online alone: what the demo's reception books by phone takes its course without.
RULES = [
    {"name": "Booked online, 30 %", "kind": "percent", "percent": 30, "channel": "online"},
    {"name": "New patients online", "kind": "fixed", "amount": 2000, "channel": "online", "is_new_patient": True},
    {"name": "Long treatments online, half", "kind": "percent", "percent": 50, "channel": "online", "min_minutes": 60},
    {"name": "Who missed two visits pays online in full", "kind": "full", "channel": "online", "min_no_shows": 2},
]
TREATMENT = "treatment_hydrafacial"
SOON, LATER = 1, 8


def load_deposits(env, branches, patients, now):
    """Ask for deposits online, and let one be due and one be paid by Odoo's demo provider."""
    minutes = {"online_minutes": 24 * 60, "terms": TERMS}
    env["clinic.deposit.rule"].create([{**rule, **minutes} for rule in RULES])
    provider = _prepare_provider(env, branches)
    today = to_local(now).date()
    due = [_book(env, branches[0], patient, today) for patient in patients[-6:-4]]
    if len(due) == 2 and all(due):
        _pay(env, due[1], provider)


def _prepare_provider(env, branches):
    """Let Odoo's demo provider pay into the clinic's bank."""
    clinic = branches.root_id
    provider = env.ref("payment.payment_provider_demo")
    bank = env["account.journal"].search([("company_id", "=", clinic.id), ("type", "=", "bank")], limit=1)
    provider.journal_id = bank
    return provider


def _book(env, branch, patient, today):
    """Book ``patient`` online on one of the next days and return the visit, which waits for its deposit."""
    context = {"allowed_company_ids": branch.ids, "clinic_deposit_channel": "online"}
    visits = env["clinic.visit"].with_company(branch).with_context(**context)
    availability = env["clinic.availability"].with_company(branch)
    treatment = in_catalogue(env, TREATMENT)
    begin, end = (to_utc(today + timedelta(days=days), 9) for days in (SOON, LATER))
    slots = availability.find_slots(treatment, begin, end, limit=1)
    if not slots:
        return visits.browse()
    return visits.book(patient, treatment, slots[0]["start"], slots[0]["practitioner_id"])


def _pay(env, visit, provider):
    """Pay the deposit of ``visit`` as its payment page does."""
    link = env["clinic.payment.link"]._of(visit)
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
        }
    )
    tx.action_demo_set_done()
    tx._post_process()
