"""What the clinic spends: rent, salaries, commissions, utilities, supplies and advertising, branch by branch."""

from datetime import timedelta

from . import demand
from .chance import chance
from .clock import to_utc
from .places import DHA, GULBERG

# Category: its account in the chart.
ACCOUNTS = {
    "rent": "l10n_pk_4221001",
    "salaries": "l10n_pk_4211001",
    "commissions": "l10n_pk_4311002",
    "utilities": "l10n_pk_4221020",
    "supplies": "l10n_pk_4221023",
    "advertising": "l10n_pk_4311001",
    "maintenance": "l10n_pk_4221011",
    "software": "l10n_pk_4221030",
    "insurance": "l10n_pk_4221016",
    "other": "l10n_pk_4221017",
}
# Amounts of a month in the clinic as it is today, with tax.
MONTHLY = {
    GULBERG: {"rent": 140_000, "salaries": 330_000, "utilities": 42_000, "advertising": 75_000, "software": 14_000},
    DHA: {"rent": 85_000, "salaries": 170_000, "utilities": 24_000, "advertising": 40_000, "software": 8_000},
}
VENDORS = {
    "rent": {GULBERG: "Main Boulevard Properties", DHA: "Y Block Estates"},
    "utilities": {GULBERG: "Lahore Electric", DHA: "Lahore Electric"},
    "supplies": {GULBERG: "Punjab Medical Supplies", DHA: "Punjab Medical Supplies"},
    "advertising": {GULBERG: "Canal Road Media", DHA: "Canal Road Media"},
    "software": {GULBERG: "City Broadband", DHA: "City Broadband"},
}
# The day of the month and the category; what is bought of supplies follows what is done.
DAYS = [
    (1, "rent"),
    (2, "commissions"),
    (5, "advertising"),
    (9, "software"),
    (12, "utilities"),
    (16, "supplies"),
    (27, "salaries"),
]
SUPPLIES_SHARE = 0.14
# Costs of people and electricity grew with the clinic; the rent was the same from the first day.
AT_FIRST = {"rent": 1.0, "salaries": 0.55, "utilities": 0.6, "advertising": 0.8, "software": 1.0}
BY_CASH = {"software"}
# Bills that are paid some days after they came: the last of them are open.
PAID_AFTER = {"utilities": 14, "supplies": 30}


def load_expense_categories(env, branches):
    """Give each category its account, and supplies the tax on goods, which is reclaimed."""
    clinic = branches.root_id
    chart = env["account.chart.template"].with_company(clinic)
    for name, account in ACCOUNTS.items():
        env.ref(f"clinic_books.category_{name}").account_id = chart.ref(account)
    env.ref("clinic_books.category_supplies").tax_ids = clinic.account_purchase_tax_id
    names = sorted({name for vendors in VENDORS.values() for name in vendors.values()})
    env["res.partner"].create([{"name": name, "is_company": True} for name in names])
    env["utm.campaign"].create({"name": "Laser before the Wedding Season"})
    journals = env["account.journal"].search([("type", "=", "cash"), ("company_id", "in", branches.ids)])
    for journal in journals:
        journal.outbound_payment_method_line_ids.payment_account_id = journal.default_account_id
    bank = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", clinic.id)], limit=1)
    bank.outbound_payment_method_line_ids.payment_account_id = bank.default_account_id


def expenses(env, branch, first_day, today):
    """A life: the branch pays what falls due, month by month, from ``first_day`` on."""
    month = first_day.replace(day=1)
    while True:
        next_month = (month + timedelta(days=32)).replace(day=1)
        for number, category in DAYS:
            day = month.replace(day=number)
            if day >= first_day:
                yield to_utc(day, 17)
                _spend(env, branch, category, day, first_day, today)
        month = next_month


def pay_bills(env, branch, first_day):
    """A life: what came some days ago and is not paid yet is paid each Monday by the bank."""
    day = first_day + timedelta(days=7 - first_day.weekday())
    while True:
        yield to_utc(day, 11)
        for category, days in PAID_AFTER.items():
            domain = [
                ("company_id", "=", branch.id),
                ("clinic_expense_category_id", "=", env.ref(f"clinic_books.category_{category}").id),
                ("move_type", "=", "in_invoice"),
                ("amount_residual", ">", 0),
                ("invoice_date", "<=", day - timedelta(days=days)),
            ]
            bills = env["account.move"].search(domain)
            due = bills.line_ids.filtered(lambda line: line.account_type == "liability_payable")
            if due:
                journal = branch._clinic_journal("card")
                register = env["account.payment.register"].create({"journal_id": journal.id, "line_ids": due.ids})
                register._create_payments()
        day += timedelta(days=7)


def _spend(env, branch, category, day, first_day, today):
    amount = round(_amount(env, branch, category, day, first_day, today), -2)
    if amount <= 0:
        return
    vendor = VENDORS.get(category, {}).get(branch.name)
    values = {
        "company_id": branch.id,
        "category_id": env.ref(f"clinic_books.category_{category}").id,
        "amount": amount,
        "date": day,
        "partner_id": env["res.partner"].search([("name", "=", vendor)], limit=1).id if vendor else False,
    }
    if category in PAID_AFTER:
        values["date_due"] = day + timedelta(days=PAID_AFTER[category])
    else:
        values["journal_id"] = branch._clinic_journal("cash" if category in BY_CASH else "card").id
    if category == "advertising":
        values["source_id"] = env.ref("utm.utm_source_facebook").id
        values["campaign_id"] = env["utm.campaign"].search([("name", "like", "Laser before")], limit=1).id
    # Of each month's rent the next bill waits already; the demo writes its own on its day.
    if category == "rent" and (day + timedelta(days=31)).replace(day=1) > today:
        values["repeat"] = "monthly"
    env["clinic.expense"].create(values)._post()


def _amount(env, branch, category, day, first_day, today):
    """Return what ``branch`` spends on ``category`` on ``day``."""
    if category == "commissions":
        return _commissions(env, branch, day)
    if category == "supplies":
        return SUPPLIES_SHARE * _turnover(env, branch, day - timedelta(days=30), day)
    lived = min((day - first_day).days / demand.PAST_DAYS, 1)
    share = AT_FIRST[category] + (1 - AT_FIRST[category]) * lived
    wobble = 1 if category == "rent" else chance("expense", branch.name, category, day).uniform(0.95, 1.05)
    return MONTHLY[branch.name][category] * share * wobble


def _commissions(env, branch, day):
    """Return the commissions of the month before ``day``."""
    last = day.replace(day=1) - timedelta(days=1)
    domain = [("move_id.company_id", "=", branch.id), ("date", ">=", last.replace(day=1)), ("date", "<=", last)]
    return sum(env["clinic.commission.entry"].search(domain).mapped("amount"))


def _turnover(env, branch, date_from, date_to):
    domain = [
        ("company_id", "=", branch.id),
        ("parent_state", "=", "posted"),
        ("account_id.internal_group", "=", "income"),
        ("date", ">=", date_from),
        ("date", "<=", date_to),
    ]
    return -sum(env["account.move.line"].search(domain).mapped("balance"))
