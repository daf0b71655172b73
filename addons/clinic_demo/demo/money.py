from datetime import timedelta

from odoo import Command

from .catalogue import in_catalogue
from .chance import chance_of
from .clock import to_utc

# The tax of Punjab on services; the items sold keep the chart's default, the tax on goods.
SERVICE_TAX = "pk_sales_tax_services_16_punjab"
SENIOR_DOCTOR = "Dr. Mehreen Anwar"

# The first rule that matches wins.
COMMISSION_RULES = [
    {"name": "Senior doctor, half of everything", "practitioner": SENIOR_DOCTOR, "kind": "percent", "percent": 50},
    {"name": "Laser 40 %", "category": "category_laser", "kind": "percent", "percent": 40},
    {"name": "Facials, per session", "category": "category_facials", "kind": "flat", "amount": 1500},
    {"name": "Everything else 30 %", "kind": "percent", "percent": 30},
    {"name": "Assistant 5 %", "role": "assistant", "kind": "percent", "percent": 5},
]
# Who brings in more than this in a month gets more for what lies above it.
TIERS = {SENIOR_DOCTOR: (500_000, 55)}
# What a cosmetologist earns in a month at least.
GUARANTEED = 60_000
# So many laser treatments need a second pair of hands.
HELPED = 0.6


def load_money(env, branches, today):
    """Set up taxes, journals and commission rules."""
    # By now the user who loads the clinic works in a branch; the chart belongs to the clinic as a whole.
    clinic = branches.root_id
    chart = env["account.chart.template"].with_company(clinic)
    env["product.template"].search([("is_treatment", "=", True)]).taxes_id = chart.ref(SERVICE_TAX)
    _prepare_bank(env, clinic, chart)
    for branch in branches:
        _create_cash_desk(env, clinic, branch)
    prepare_cash(branches)
    _take_tips(env, clinic, branches)
    for sequence, line in enumerate(COMMISSION_RULES, 1):
        _create_rule(env, sequence * 10, line, today)
    guarantee(env, branches)


def load_price_list(env, branches, patients):
    """Give the family of staff, of whom one patient is, a tenth off all treatments, by Odoo's own price lists."""
    rule = {"applied_on": "3_global", "compute_price": "percentage", "percent_price": 10}
    prices = env["product.pricelist"].create(
        {
            "name": "Family of Staff",
            "company_id": branches.root_id.id,
            "currency_id": branches.root_id.currency_id.id,
            "item_ids": [Command.create(rule)],
        }
    )
    for branch in branches:
        patients[-1].partner_id.with_company(branch).specific_property_product_pricelist = prices


def _prepare_bank(env, clinic, chart):
    """Let payments by card wait in the account of outstanding receipts until the bank's statement shows them."""
    bank = env["account.journal"].search([("company_id", "=", clinic.id), ("type", "=", "bank")], limit=1)
    waiting = chart.ref("account_journal_payment_debit_account_id")
    bank.name = "Card terminal and bank"
    bank.inbound_payment_method_line_ids.payment_account_id = waiting


def _create_cash_desk(env, clinic, branch):
    """Give ``branch`` its own cash."""
    area = branch.name.split()[-1]
    journal = (
        env["account.journal"]
        .with_company(branch)
        .create({"name": f"Cash {area}", "code": f"CS{area[:1]}", "type": "cash", "company_id": branch.id})
    )
    journal.profit_account_id = clinic.default_cash_difference_income_account_id
    journal.loss_account_id = clinic.default_cash_difference_expense_account_id
    branch.clinic_till_limit = 1000


def prepare_cash(branches):
    """Let what is paid in cash, and paid back, be on the cash account at once: a till is counted by nothing else."""
    own = [("type", "=", "cash"), ("company_id", "in", (branches | branches.root_id).ids)]
    for journal in branches.env["account.journal"].search(own):
        methods = journal.inbound_payment_method_line_ids | journal.outbound_payment_method_line_ids
        methods.payment_account_id = journal.default_account_id


def _take_tips(env, clinic, branches):
    """Let tips wait in an account of their own until they are paid out."""
    values = {"name": "Tips to pay out", "code": "2221901", "account_type": "liability_current"}
    account = env["account.account"].with_company(clinic).create(values)
    (clinic | branches).clinic_tip_account_id = account


def _create_rule(env, sequence, line, today):
    """Create the commission rule that ``line`` describes, valid since last year."""
    values = {key: value for key, value in line.items() if key not in ("practitioner", "category")}
    if name := line.get("practitioner"):
        values["practitioner_id"] = env["clinic.practitioner"].search([("name", "=", name)]).id
    if name := line.get("category"):
        values["category_id"] = in_catalogue(env, name).id
    if tier := TIERS.get(line.get("practitioner")):
        start, percent = tier
        values.update(tiers="marginal", tier_ids=[Command.create({"amount_from": start, "percent": percent})])
    date_from = today.replace(month=1, day=1) - timedelta(days=365)
    env["clinic.commission.rule"].create({**values, "sequence": sequence, "date_from": date_from})


def guarantee(env, branches):
    """Guarantee each cosmetologist's month in the branch of that person."""
    people = env["clinic.practitioner"].search([("kind", "=", "cosmetologist")])
    env["clinic.commission.limit"].create(
        [
            {
                "practitioner_id": who.id,
                "company_id": who.company_ids[:1].id,
                "minimum": GUARANTEED,
                # The days of the demo's past count, too.
                "date_from": False,
            }
            for who in people
            if who.company_ids & branches
        ]
    )


def note_helpers(visit):
    """Note who helped with the laser in ``visit``: a cosmetologist of the branch."""
    for procedure in visit.procedure_ids.filtered(lambda p: p.state == "done" and p.device_id):
        fortune = chance_of("helper", procedure)
        domain = [("kind", "=", "cosmetologist"), ("company_ids", "in", visit.company_id.ids)]
        people = procedure.env["clinic.practitioner"].search(domain, order="id") - procedure.practitioner_id
        if people and fortune.random() < HELPED:
            helper = {"procedure_id": procedure.id, "practitioner_id": fortune.choice(people).id, "role": "assistant"}
            procedure.env["clinic.procedure.participant"].create(helper)


def month_ends(env, first_day):
    """Live the first night of each month: the statements of the month before are made, and the older ones paid out."""
    statements = env["clinic.commission.statement"]
    month = first_day.replace(day=1)
    while True:
        next_month = (month + timedelta(days=32)).replace(day=1)
        yield to_utc(next_month, 0, 5)
        older = statements.search([("state", "=", "draft")])
        older.action_approve()
        older.action_paid()
        statements._generate(month, env["res.company"].search([]))
        month = next_month
