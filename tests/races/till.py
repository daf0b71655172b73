"""Many people close the same till at the same time; each round after another payment.

python tests/races/till.py DATABASE CLIENTS ROUNDS
"""

import sys

import harness

from odoo import Command


def prepare(env):
    """Return the ids of a branch with cash of today, and of its cash journal."""
    branch = harness.branch_with_books(env)
    env = env(context={"allowed_company_ids": branch.ids})
    journal = env["account.journal"].create({"name": "Till", "type": "cash", "code": "TILL", "company_id": branch.id})
    methods = journal.inbound_payment_method_line_ids | journal.outbound_payment_method_line_ids
    methods.payment_account_id = journal.default_account_id
    _count(env, branch, journal)
    return branch.id, journal.id


def _count(env, branch, journal):
    """Begin a count in which 7 are found that nobody has paid."""
    env["clinic.till.closing"].create(
        {
            "journal_id": journal.id,
            "company_id": branch.id,
            "other": 7,
            "deposit": 3,
            "note": "Found",
            "line_ids": [Command.clear()],
        }
    )


def begin(branch, journal):
    def attempt(env):
        env = env(context={"allowed_company_ids": [branch]})
        _count(env, env["res.company"].browse(branch), env["account.journal"].browse(journal))
        return "begun"

    return attempt


def close(branch, journal):
    def attempt(env):
        env = env(context={"allowed_company_ids": [branch]})
        own = [("journal_id", "=", journal), ("company_id", "=", branch)]
        env["clinic.till.closing"].search(own, order="id desc", limit=1).action_close()
        return "closed"

    return attempt


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, journal = prepare(env)
    attempts = [close(branch, journal)]
    for _round in range(rounds - 1):
        attempts += [begin(branch, journal), close(branch, journal)]
    outcomes = harness.race(registry, attempts, clients)
    with harness.committed(registry) as env:
        tills = env["clinic.till.closing"].search([("journal_id", "=", journal), ("company_id", "=", branch)])
        harness.report(outcomes, tills=len(tills), entries=[len(till.move_ids) for till in tills])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
