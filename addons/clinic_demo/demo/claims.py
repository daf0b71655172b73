"""What staff pay for the clinic: claimed by them, approved by the manager, paid back by the accountant."""

from datetime import timedelta

from .clock import to_utc
from .places import DHA, GULBERG

# Branch: day of the month, whose claim it is (login), what it was, its kind, amount.
CLAIMS = {
    GULBERG: [
        (
            6,
            "practitioner",
            "Taxi to the dermatology congress",
            "hr_expense.expense_product_travel_accommodation",
            2400,
        ),
        (13, "reception", "Tea and water for the waiting room", "hr_expense.expense_product_meal", 1850),
        (21, "cosmetologist", "Cotton pads from the pharmacy", "clinic_books_expense.product_supplies", 3150),
    ],
    DHA: [(17, "farah", "Cotton pads from the pharmacy", "clinic_books_expense.product_supplies", 2600)],
}
# Those of before are paid back on these days of the month.
PAY_DAYS = (10, 25)


def claims(env, branch, first_day):
    """A life: staff of ``branch`` claim what they have paid; it is approved a day later, paid back twice a month."""
    day = first_day
    while True:
        for number, login, name, kind, amount in CLAIMS[branch.name]:
            if day.day == number:
                yield to_utc(day, 15)
                _claim(env, branch, login, name, kind, amount, day)
        if (day - timedelta(days=1)).day in {line[0] for line in CLAIMS[branch.name]}:
            yield to_utc(day, 10)
            _approve(env, branch)
        if day.day in PAY_DAYS:
            yield to_utc(day, 12)
            _pay_back(env, branch)
        day += timedelta(days=1)


def waiting_claim(env, branch, today):
    """Leave one claim of today for the manager to approve."""
    kind = "hr_expense.expense_product_travel_accommodation"
    _claim(env, branch, "practitioner", "Parking at the congress", kind, 600, today)


def _claim(env, branch, login, name, kind, amount, day):
    user = env["res.users"].search([("login", "=", login)])
    if not env["hr.employee"].search_count([("user_id", "=", user.id), ("company_id", "=", branch.id)]):
        # A demo clinic of before, in which only practitioners were employed.
        return
    values = {"name": name, "product_id": env.ref(kind).id, "total_amount_currency": amount, "date": day}
    mine = env["hr.expense"].with_user(user).with_company(branch)
    mine.create({**values, "tax_ids": False}).action_submit()


def _approve(env, branch):
    manager = env["res.users"].search([("login", "=", "manager")])
    waiting = env["hr.expense"].search([("company_id", "=", branch.id), ("state", "=", "submitted")])
    waiting.with_user(manager).with_company(branch)._do_approve(False)


def _pay_back(env, branch):
    approved = env["hr.expense"].search([("company_id", "=", branch.id), ("state", "=", "approved")])
    if not approved:
        return
    approved.with_company(branch)._post_without_wizard()
    due = approved.account_move_id.line_ids.filtered(lambda line: line.account_type == "liability_payable")
    journal = branch._clinic_journal("card")
    register = env["account.payment.register"].with_company(branch)
    register.create({"journal_id": journal.id, "line_ids": due.ids})._create_payments()
