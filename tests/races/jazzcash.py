"""Messages about payments come to many processes at once, and many refund the same payment.

python tests/races/jazzcash.py DATABASE CLIENTS ROUNDS
"""

import importlib.util
import os
import sys
import time
from datetime import datetime
from pathlib import Path

import harness

TESTS = Path(__file__).parents[2] / "addons" / "payment_jazzcash" / "tests"
PAID, REFUNDED = 2500, 1500


def sandbox():
    """Return a server that stands for JazzCash, without the tests beside it."""
    spec = importlib.util.spec_from_file_location("jazzcash_sandbox", TESTS / "sandbox.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    server = module.Sandbox()
    server.start()
    return server


def prepare(env, server, rounds):
    """Return the ids and the references of payments that have begun, in a branch with books."""
    branch = harness.branch_with_books(env)
    env["ir.config_parameter"].set_param("payment_jazzcash.local_sandbox", server.url)
    currency = env.ref("base.PKR")
    currency.active = True
    provider = env["payment.provider"].search([("code", "=", "jazzcash"), ("company_id", "=", branch.id)])
    provider.write(
        {
            "jazzcash_merchant_id": server.merchant,
            "jazzcash_password": server.password,
            "jazzcash_integrity_salt": server.salt,
            "jazzcash_merchant_mpin": server.mpin,
            "state": "test",
        }
    )
    payments = env["payment.transaction"].create(
        [
            {
                "provider_id": provider.id,
                "payment_method_id": env.ref("payment.payment_method_jazzcash").id,
                "operation": "online_redirect",
                "amount": PAID,
                "currency_id": currency.id,
                "partner_id": env["res.partner"].create({"name": f"Patient {number}"}).id,
            }
            for number in range(rounds)
        ]
    )
    payments.jazzcash_next_inquiry = datetime(2020, 1, 1)
    for payment in payments:
        server.page(payment._jazzcash_get_form()["inputs"])
        server.payments[payment.reference]["status"] = "Completed"
    return [(payment.id, payment.reference) for payment in payments]


def hear(server, payment, reference):
    """Do one of what may happen at the same moment: messages of all kinds, the inquiry, the post-processing."""
    # Made before the processes part, each with the status it tells.
    messages = [server.result(reference, status) for status in ("Pending", "Dropped", "Failed", "Completed")]

    def attempt(env):
        transactions, number = env["payment.transaction"], os.getpid() % 6
        if number < len(messages):
            transactions.browse(payment)._jazzcash_receive(messages[number])
        elif number == len(messages):
            transactions._cron_jazzcash_inquire()
        else:
            transactions.browse(payment)._post_process()
        return "heard"

    return attempt


def give_back(payment):
    def attempt(env):
        # Some come later, and have not seen what happened since they began.
        env.cr.execute("SELECT 1")
        time.sleep(os.getpid() % 4 * 0.3)
        refund = env["payment.transaction"].browse(payment)._refund(REFUNDED)
        return refund.state

    return attempt


def main(database, clients, rounds):
    registry = harness.connect(database)
    server = sandbox()
    with harness.committed(registry) as env:
        payments = prepare(env, server, rounds)
    ids = [payment for payment, _reference in payments]
    heard = harness.race(registry, [hear(server, *payment) for payment in payments], clients)
    with harness.committed(registry) as env:
        # Perhaps no process has heard of the success: the inquiry has the last word.
        env["payment.transaction"]._cron_jazzcash_inquire()
        env["payment.transaction"]._cron_post_process()
    outcomes = harness.race(registry, [give_back(payment) for payment in ids], clients)
    with harness.committed(registry) as env:
        env["payment.transaction"]._cron_post_process()
        env.cr.execute(
            """SELECT t.state, count(DISTINCT p.id) FILTER (WHERE p.payment_type = 'inbound')
                 FROM payment_transaction t LEFT JOIN account_payment p ON p.payment_transaction_id = t.id
                WHERE t.id = ANY(%s) GROUP BY t.id ORDER BY t.id""",
            [ids],
        )
        ends = env.cr.fetchall()
        env.cr.execute(
            """SELECT sum(l.amount_currency)::int FROM account_move_line l JOIN account_account a ON a.id = l.account_id
                WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted' AND l.partner_id IN
                      (SELECT partner_id FROM payment_transaction WHERE id = ANY(%s)) GROUP BY l.partner_id""",
            [ids],
        )
        owed = [amount for (amount,) in env.cr.fetchall()]
        sent = [server.payments[reference]["refunded"] for _payment, reference in payments]
        made = env["account.payment"].search([("payment_transaction_id", "in", ids)])
        left = made.mapped("amount_available_for_refund")
        harness.report(outcomes, heard=heard, ends=ends, owed=owed, sent=sent, left=left)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
