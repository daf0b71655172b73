"""A clinic of two branches with years of invoices: copies of a visit that was really performed, invoiced and paid."""

import json
import os
from types import SimpleNamespace

from clinic_data import Bookings, ClinicMaker, checked_together, copy_row, find_clinic, in_clinic, last_id, zone_of_noon

from odoo import Command

NAME = "books"
BRANCHES = ("books north", "books south")
# Fewer for a quick look. Each has two procedures.
INVOICES = int(os.environ.get("CLINIC_BENCH_INVOICES") or 500_000)
DAYS = 800
# One invoice in a hundred is open, one bill in ten.
OPEN, OPEN_BILL = 100, 10
BILLS = INVOICES // 250
AHEAD, AHEAD_DAYS = 1_400, 28
TABLES = [
    "clinic_visit",
    "clinic_procedure",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
]


def make(env):
    """Make the company above the branches with its chart of accounts, and what each branch has done."""
    root = env["res.company"].create({"name": NAME, "country_id": env.ref("base.pk").id})
    env.user.company_ids += root
    env["account.chart.template"].try_loading("pk", root, install_demo=False)
    env["account.journal"].create({"name": "Till", "type": "cash", "code": "TILL", "company_id": root.id})
    zone = zone_of_noon()
    branches = [Branch(env, root, name, zone) for name in BRANCHES]
    facts = {"root": root.id, "branches": [branch.env.company.id for branch in branches]}
    facts |= {role: _user(env, role, facts["branches"], zone).id for role in ("manager", "accountant")}
    env["ir.config_parameter"].set_param(f"bench.{NAME}", json.dumps(facts))
    env.flush_all()
    env.cr.execute("SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '128MB'")
    with checked_together(env.cr, TABLES):
        for branch in branches:
            branch.copy()


def find(env):
    """Return the root company's id and environments of the manager and the accountant, who have chosen both branches.

    An accountant is let into the company above them, too.
    """
    facts = find_clinic(env, NAME)
    # As the web client asks.
    asked = {"lang": "en_US", "tz": "Asia/Karachi"}
    return SimpleNamespace(
        root=facts.root,
        branches=facts.branches,
        manager=env(user=facts.manager, context={"allowed_company_ids": facts.branches, **asked}),
        accountant=env(user=facts.accountant, context={"allowed_company_ids": [*facts.branches, facts.root], **asked}),
    )


def _user(env, role, branches, zone):
    root = env["res.company"].browse(branches).root_id
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": role,
                "login": f"{NAME} {role}",
                "company_id": branches[0],
                "company_ids": [Command.set([*branches, *root.ids])],
                "group_ids": [Command.set(env.ref(f"clinic.group_{role}").ids)],
                "tz": zone,
            }
        )
    )


class Branch:
    """One branch: a visit of two procedures that was invoiced and paid, a bill, and many copies of them."""

    def __init__(self, env, root, name, zone):
        clinic = ClinicMaker(env, name, zone, root).make(10, 10, 10)
        self.env = in_clinic(env, clinic)
        self.cr, self.clinic, self.code, self.zone = env.cr, clinic, name.split()[-1].upper(), zone
        treatment = self.env["product.template"].browse(clinic.treatment)
        treatment.write({"list_price": 5_000, "taxes_id": False})
        bookings = Bookings(self.env, clinic)
        if name == BRANCHES[0]:
            bookings.add_patients()
        self.patients = self.env["clinic.patient"].search([("number", "=like", "B%")]).ids
        bookings.add(AHEAD, days=AHEAD_DAYS, first=0)
        self.visit = self._visit()
        self.bill = self._bill()
        self.env.flush_all()

    def _visit(self):
        """Return a visit that went its whole way by the steps of the clinic."""
        visit = self.env["clinic.visit"].book_walk_in(self.clinic.patient, [self.clinic.treatment] * 2)
        for procedure in visit.procedure_ids.sorted("start"):
            procedure.action_start()
            procedure.action_done()
        method = self.env.company._clinic_journal("cash").inbound_payment_method_line_ids[:1]
        due = visit.amount_to_pay
        self.env["clinic.checkout"].pay(visit.id, due, [{"method_id": method.id, "amount": due}])
        self.payment = self.env["account.payment"].search([("company_id", "=", self.env.company.id)])
        assert (visit.payment_state, visit.amount_due) == ("paid", 0), visit.payment_state
        return visit

    def _bill(self):
        category = self.env.ref("clinic_books.category_rent")
        if not category.account_id:
            accounts = self.env["account.account"].with_company(self.env.company.root_id)
            category.account_id = accounts.search([("account_type", "=", "expense")], limit=1)
        expense = self.env["clinic.expense"].create({"category_id": category.id, "amount": 30_000, "tax_ids": False})
        return expense._post()

    def copy(self):
        """Copy the visit and the bill for all days until today."""
        self._plan(INVOICES // len(BRANCHES), OPEN)
        self._copy_visits()
        self.cr.execute("DROP TABLE plan")
        self._plan(BILLS // len(BRANCHES), OPEN_BILL)
        self._copy_invoice(self.bill, "BILL")
        self.cr.execute("DROP TABLE plan")

    def _plan(self, count, open_each):
        self.cr.execute(
            """
            CREATE TEMPORARY TABLE plan ON COMMIT DROP AS
            SELECT n, day, n %% %(open)s = 0 AS is_open, patient.id AS patient_id, patient.partner_id,
                   (%(people)s)[1 + n %% array_length(%(people)s, 1)] AS practitioner_id,
                   (day + interval '8 hours' + n / %(days)s %% 48 * interval '15 minutes')
                   AT TIME ZONE %(zone)s AT TIME ZONE 'UTC' AS start
              FROM (SELECT n, %(today)s::date - (n %% %(days)s)::integer AS day,
                           (%(patients)s)[1 + n %% array_length(%(patients)s, 1)] AS patient_id
                      FROM generate_series(1, %(count)s) AS n) AS number
              JOIN clinic_patient AS patient ON patient.id = number.patient_id
            """,
            {
                "open": open_each,
                "patients": self.patients,
                "people": self.clinic.practitioners,
                "days": DAYS,
                "zone": self.zone,
                "today": self.env.company._clinic_today(),
                "count": count,
            },
        )

    def _copy_visits(self):
        shared = {
            "start": "plan.start",
            "stop": "plan.start + interval '30 minutes'",
            "patient_id": "plan.patient_id",
        }
        invoices = last_id(self.cr, "account_move")
        visits = copy_row(
            self.cr,
            self.visit,
            **shared,
            name=f"'{self.code}-' || n",
            done_at="plan.start",
            checked_out_at="plan.start",
            invoice_id=f"{invoices} + n",
            amount_due=_when_open(self.visit.invoice_id.amount_total, 0),
            payment_state=_when_open("'not_paid'", "'paid'"),
        )
        procedures = {
            procedure: copy_row(
                self.cr,
                procedure,
                **shared,
                visit_id=f"{visits} + n",
                practitioner_id="plan.practitioner_id",
                calendar_stale="FALSE",
            )
            for procedure in self.visit.procedure_ids
        }
        due = self._copy_invoice(self.visit.invoice_id, "INV", visits, procedures)
        self.cr.execute("DELETE FROM plan WHERE is_open")
        self._copy_payments(due)

    def _copy_invoice(self, invoice, prefix, visits=None, procedures=None):
        """Copy ``invoice`` or bill, open where the plan says so; return what to add for the ids of its due lines."""
        sign = invoice.direction_sign * -1
        values = {
            "invoice_date": "plan.day",
            "invoice_date_due": "plan.day",
            "amount_residual": _when_open(invoice.amount_total, 0),
            "amount_residual_signed": _when_open(sign * invoice.amount_total, 0),
            "payment_state": _when_open("'not_paid'", "'paid'"),
        }
        if visits is not None:
            values |= {"clinic_visit_id": f"{visits} + n", "partner_id": "plan.partner_id"}
            values |= {"commercial_partner_id": "plan.partner_id", "partner_shipping_id": "plan.partner_id"}
        moves = self._copy_move(invoice, prefix, **values)
        for line in invoice.line_ids:
            of_line = {name: values[name] for name in ("invoice_date", "partner_id") if name in values}
            if line.clinic_procedure_id:
                of_line["clinic_procedure_id"] = f"{procedures[line.clinic_procedure_id]} + n"
            if line.account_type in ("asset_receivable", "liability_payable"):
                of_line |= {
                    "date_maturity": "plan.day",
                    "amount_residual": _when_open(line.balance, 0),
                    "amount_residual_currency": _when_open(line.balance, 0),
                    "reconciled": "NOT plan.is_open",
                }
                due = self._copy_line(line, prefix, moves, **of_line)
            else:
                self._copy_line(line, prefix, moves, **of_line)
        return due

    def _copy_payments(self, due):
        """Copy the payment and its entry, and match it with the invoices' lines."""
        moves = last_id(self.cr, "account_move")
        payments = copy_row(
            self.cr,
            self.payment,
            name=f"'PAY/{self.code}/' || n",
            date="plan.day",
            partner_id="plan.partner_id",
            move_id=f"{moves} + n",
        )
        entry = self.payment.move_id
        shared = {"partner_id": "plan.partner_id"}
        moves = self._copy_move(
            entry, "CSH", commercial_partner_id="plan.partner_id", origin_payment_id=f"{payments} + n", **shared
        )
        for line in entry.line_ids:
            lines = self._copy_line(
                line, "CSH", moves, payment_id=f"{payments} + n", date_maturity="plan.day", **shared
            )
            for partial in line.matched_debit_ids:
                copy_row(
                    self.cr,
                    partial,
                    debit_move_id=f"{due} + n",
                    credit_move_id=f"{lines} + n",
                    max_date="plan.day",
                    full_reconcile_id="NULL",
                )

    def _copy_move(self, move, prefix, **values):
        name = f"'{prefix}/{self.code}/' || n"
        return copy_row(
            self.cr,
            move,
            name=name,
            payment_reference=name,
            sequence_prefix=f"'{prefix}/{self.code}/'",
            sequence_number="n",
            date="plan.day",
            access_token="NULL",
            **values,
        )

    def _copy_line(self, line, prefix, moves, **values):
        name = f"'{prefix}/{self.code}/' || n"
        return copy_row(
            self.cr,
            line,
            move_id=f"{moves} + n",
            move_name=name,
            date="plan.day",
            full_reconcile_id="NULL",
            matching_number="NULL",
            **values,
        )


def _when_open(value, otherwise):
    return f"CASE WHEN plan.is_open THEN {value} ELSE {otherwise} END"
