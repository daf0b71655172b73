"""Print the table of `make bench-checkout`; exit with 1 unless every goal is reached.

python tests/bench/checkout.py DATABASE
    a database made by data.py
"""

import os
import sys

import connection

connection.start()

import checkout_data  # noqa: E402 (Odoo's addons can be imported only now)
from measure import Table, Task, at_most, measure  # noqa: E402

from odoo import Command  # noqa: E402

REPETITIONS = 31
MOST = 1.3
TREATMENTS = 3


class Desk:
    """A visit of three treatments and two products that is checked out and paid on our screen."""

    def __init__(self, env):
        self.clinic = checkout_data.find(env)
        self.visit = None
        self.task = Task("checkout of 5 lines", self.clinic.env, self.pay, self.prepare)

    def prepare(self, _number):
        self.visit = checkout_data.basket(self.clinic, TREATMENTS)
        self.due = self.visit.amount_to_pay

    def pay(self, _number):
        method = self.clinic.cash.inbound_payment_method_line_ids[:1]
        screen = self.clinic.env["clinic.checkout"].pay(
            self.visit.id, self.due, [{"method_id": method.id, "amount": self.due}]
        )
        assert (screen["due"], len(screen["rows"])) == (0, 5), screen


class Native:
    """The same five lines in an invoice that is created, posted and paid by Odoo alone."""

    def __init__(self, env):
        self.clinic = checkout_data.find(env)
        self.values = None
        self.task = Task("Odoo: create, post, pay", self.clinic.env, self.pay, self.prepare)

    def prepare(self, _number):
        """Take the lines of the same basket, so that the database is as full."""
        visit = checkout_data.basket(self.clinic, TREATMENTS)
        lines = visit._prepare_lines(visit.procedure_ids)
        names = ("product_id", "name", "quantity", "price_unit", "discount", "tax_ids")
        self.values = {
            "move_type": "out_invoice",
            "partner_id": self.clinic.patient.partner_id.id,
            "invoice_line_ids": [Command.create({name: line[name] for name in names}) for line in lines],
        }

    def pay(self, _number):
        env = self.clinic.env
        invoice = env["account.move"].create(self.values)
        invoice.action_post()
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        dialogs = env["account.payment.register"].with_context(**context)
        dialogs.create({"journal_id": self.clinic.cash.id})._create_payments()
        assert env.company.currency_id.is_zero(invoice.amount_residual), invoice.amount_residual


def main(database):
    table, load = Table(), os.getloadavg()[0]
    with connection.environment(database) as env:
        native, ours = Native(env), Desk(env)
        measure([native.task, ours.task], REPETITIONS)
    table.heading("An invoice of five lines, posted and paid in cash")
    table.add(native.task)
    table.add(ours.task, at_most(native.task, ours.task, MOST))
    print(f"{REPETITIONS} repetitions in turn, cold ORM cache, load {load:.1f}\n\n{table.text()}")
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
