"""Many processes begin one payment, then hear of it, ask about it and post-process it, all at the same moment.

python tests/races/easypaisa.py DATABASE CLIENTS ROUNDS
"""

import importlib.util
import os
import sys
from pathlib import Path

import harness

TESTS = Path(__file__).parents[2] / "addons" / "payment_easypaisa" / "tests"
AMOUNT, MOBILE = 2500, "03451234567"
START, INQUIRY = "initiate-ma-transaction", "inquire-transaction"


def load_sandbox():
    """Return the module of the server that stands for EasyPaisa, without the tests beside it."""
    spec = importlib.util.spec_from_file_location("easypaisa_sandbox", TESTS / "sandbox.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prepare(env, module, server, rounds):
    """Return the ids of payments that nobody has begun, in a branch with books."""
    branch = harness.branch_with_books(env)
    env["ir.config_parameter"].set_param("payment_easypaisa.local_sandbox", server.url)
    currency = env.ref("base.PKR")
    currency.active = True
    provider = env.ref("payment_easypaisa.payment_provider_easypaisa").copy({"company_id": branch.id})
    provider.write(
        {
            "easypaisa_flow": "wallet",
            "easypaisa_store_id": module.STORE,
            "easypaisa_account_number": module.ACCOUNT,
            "easypaisa_username": module.USERNAME,
            "easypaisa_password": module.PASSWORD,
            "state": "test",
        }
    )
    payments = env["payment.transaction"].create(
        [
            {
                "provider_id": provider.id,
                "payment_method_id": env.ref("payment.payment_method_easypaisa").id,
                "operation": "online_direct",
                "amount": AMOUNT,
                "currency_id": currency.id,
                "partner_id": env["res.partner"].create({"name": f"Patient {number}"}).id,
            }
            for number in range(rounds)
        ]
    )
    return payments.ids


def begin(payment):
    def attempt(env):
        return "begun" if env["payment.transaction"].browse(payment)._easypaisa_start("wallet", MOBILE) else "too late"

    return attempt


def hear(payment):
    """Do one of what may happen at the same moment: a hint from somewhere, the cron, the post-processing."""

    def attempt(env):
        tx = env["payment.transaction"].browse(payment)
        if os.getpid() % 3 == 0:
            tx._cron_easypaisa_inquire()
        elif os.getpid() % 3 == 1:
            tx._easypaisa_inquire()
        else:
            tx._post_process()
        return "heard"

    return attempt


def main(database, clients, rounds):
    registry = harness.connect(database)
    module = load_sandbox()
    with module.running() as server:
        with harness.committed(registry) as env:
            payments = prepare(env, module, server, rounds)
        begun = harness.race(registry, [begin(payment) for payment in payments], clients)
        for reference in server.orders:
            server.pay(reference)
        with harness.committed(registry) as env:
            env["payment.transaction"].browse(payments).easypaisa_inquire_after = "2020-01-01"
        heard = harness.race(registry, [hear(payment) for payment in payments], clients)
        with harness.committed(registry) as env:
            # Perhaps nobody asked but who was not let in: the cron has the last word.
            env["payment.transaction"].browse(payments).easypaisa_inquired_at = False
            env["payment.transaction"]._cron_easypaisa_inquire()
            env["payment.transaction"]._cron_post_process()
        with harness.committed(registry) as env:
            env.cr.execute(
                """SELECT t.state, count(p.id), sum(p.amount)::int
                     FROM payment_transaction t LEFT JOIN account_payment p ON p.payment_transaction_id = t.id
                    WHERE t.id = ANY(%s) GROUP BY t.id ORDER BY t.id""",
                [payments],
            )
            ends = env.cr.fetchall()
        sent = {name: len(server.asked(name)) for name in (START, INQUIRY)}
        harness.report(begun, heard=heard, ends=ends, sent=sent)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
