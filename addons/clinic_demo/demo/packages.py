"""Packages: what is offered, and courses in every state, each sold to somebody who comes for that treatment anyway."""

from datetime import timedelta

from odoo import Command

from .catalogue import in_catalogue
from .clock import to_utc

# name, (treatment, sessions), price, may be transferred, before they are paid, a no-show uses one
PACKAGES = [
    ("Laser hair removal, 6 sessions", "treatment_laser_hair_removal", 6, 69000, True, True, True),
    ("Carbon laser facial, 4 sessions", "treatment_carbon_laser", 4, 40000, False, False, False),
    ("Chemical peel, 6 sessions", "treatment_chemical_peel", 6, 45000, False, True, False),
    ("Microneedling, 3 sessions", "treatment_microneedling", 3, 42000, False, True, False),
    ("Hydradermabrasion facial, 6 sessions", "treatment_hydrafacial", 6, 54000, True, True, False),
]
# Three of six sessions were performed a fortnight apart, the last one so many days ago: the fourth is three weeks late.
PERFORMED, APART, LAST = 3, 14, 53
# So many weeks before today the sales begin, one every few days.
WEEKS, EVERY = 11, 3
TERMS = (None, "clinic_package.payment_term_3", "clinic_package.payment_term_2")
LEAST_VISITS = 2


def load_packages(env):
    """Make the packages of the catalogue and return them."""
    packages = env["product.template"]
    for name, treatment, count, price, *terms in PACKAGES:
        treatment = in_catalogue(env, treatment)
        transferable, beyond_paid, missed_counts = terms
        packages |= packages.create(
            {
                "name": name,
                "is_package": True,
                "type": "service",
                "purchase_ok": False,
                "categ_id": treatment.categ_id.id,
                "list_price": price,
                "taxes_id": [Command.set(treatment.taxes_id.ids)],
                "package_transferable": transferable,
                "package_beyond_paid": beyond_paid,
                "package_missed_counts": missed_counts,
                "package_line_ids": [Command.create({"treatment_id": treatment.id, "count": count})],
            }
        )
    return packages


def sales(env, branches, packages, today):
    """A life: every few days somebody who has an appointment for it buys a package, at once or in instalments."""
    desk = env(user=env["res.users"].search([("login", "=", "reception")]), su=True)
    day, number = today - timedelta(weeks=WEEKS), 0
    packages = packages[:-1]
    while day <= today:
        yield to_utc(day, 9, 15)
        package = packages[number % len(packages)].with_env(desk)
        branch = branches[number % len(branches)]
        if patient := _buyer(desk, branch, package, day):
            _sell(desk, branch, package, patient, TERMS[number % len(TERMS)], in_parts=number % 4)
        day, number = day + timedelta(days=EVERY), number + 1


def stalled_course(env, branch, packages, patients, lives, first_day, today):
    """A life: somebody buys six sessions, comes to three of them, and is not seen again.

    A clinic that has not been there for so long has none.
    """
    desk = env(user=env["res.users"].search([("login", "=", "reception")]), su=True)
    package = packages[-1].with_env(desk)
    treatment = package.package_line_ids.treatment_id
    patient = patients[-2].with_env(desk)
    first = today - timedelta(days=LAST + APART * (PERFORMED - 1))
    if first - timedelta(days=3) < first_day:
        return
    yield to_utc(first - timedelta(days=2), 10)
    _sell(desk, branch, package, patient, None, in_parts=0)
    for number in range(PERFORMED):
        day = first + timedelta(days=APART * number)
        yield to_utc(day - timedelta(days=1), 11)
        availability = desk["clinic.availability"].with_company(branch)
        slots = availability.find_slots(treatment, to_utc(day, 9), to_utc(day + timedelta(days=3), 20), limit=1)
        if slots:
            visits = desk["clinic.visit"].with_company(branch).with_context(allowed_company_ids=branch.ids)
            visit = visits.book(patient, treatment, slots[0]["start"], slots[0]["practitioner_id"])
            yield from lives.go_through(visit, number)


def _buyer(env, branch, package, day):
    """Return somebody with an appointment for the treatment of ``package`` and no such course."""
    treatment = package.package_line_ids.treatment_id
    planned = env["clinic.procedure"].search(
        [
            ("treatment_id", "=", treatment.id),
            ("company_id", "=", branch.id),
            ("state", "=", "planned"),
            ("visit_state", "=", "booked"),
            ("start", ">", to_utc(day, 9, 20)),
        ],
        order="start, id",
    )
    having = env["clinic.course"].search([("package_id", "=", package.id)]).patient_id
    return (planned.patient_id - having)[:1]


def _sell(env, branch, package, patient, term, in_parts):
    """Sell ``package`` and take its first payment, or all of it."""
    dialogs = env["clinic.package.sell"].with_company(branch).with_context(allowed_company_ids=branch.ids)
    term = env.ref(term) if term else env["account.payment.term"]
    before = env["clinic.course"].search([], limit=1).id or 0
    dialogs.create(
        {
            "company_id": branch.id,
            "patient_id": patient.id,
            "package_id": package.id,
            "payment_term_id": term.id,
        }
    ).action_sell()
    invoice = env["clinic.course"].search([("id", ">", before)]).invoice_line_id.move_id
    due = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable").sorted("date_maturity")
    # Some pay the first instalment and forget the others.
    paid = due[:1] if term and in_parts and package.package_beyond_paid else due
    journal = branch._clinic_journal("cash")
    context = {"active_model": "account.move.line", "active_ids": paid.ids, "dont_redirect_to_payments": True}
    register = env["account.payment.register"].with_context(**context).with_company(branch)
    dialog = register.create({"journal_id": journal.id, "payment_date": branch._clinic_today()})
    if paid != due:
        dialog.amount = sum(paid.mapped("amount_residual"))
    dialog.action_create_payments()


def load_refunds(env):
    """Somebody asks for money back, and nobody has decided yet; another was refunded."""
    desk = env(user=env["res.users"].search([("login", "=", "reception")]), su=True)
    manager = env["res.users"].search([("login", "=", "manager")])
    courses = desk["clinic.course"].search([("state", "=", "open"), ("used_count", ">", 0)], order="id", limit=3)
    rule = env.ref("clinic_package.rule_list_price")
    for course, decided in zip(courses[:2], (True, False), strict=False):
        sessions = course.session_ids.filtered(lambda session: session.state == "open")
        ask = desk["clinic.refund.ask"].create(
            {"course_id": course.id, "session_ids": [Command.set(sessions.ids)], "rule_id": rule.id}
        )
        if rule not in ask._applying_rules():
            continue
        refund = env["clinic.refund"].browse(ask.action_ask()["res_id"])
        if decided:
            refund.with_user(manager).sudo().action_approve()
