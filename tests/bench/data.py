"""Fill a database for the benchmark.

python tests/bench/data.py WHAT DATABASE
    WHAT is one of ``MAKERS``
"""

import sys

import connection

connection.start()

import books_data  # noqa: E402 (Odoo's addons can be imported only now)
import checkout_data  # noqa: E402
import clinic_data  # noqa: E402
import commission_data  # noqa: E402
import consents_data  # noqa: E402
import followup_data  # noqa: E402
import gaps_data  # noqa: E402
import log_data  # noqa: E402
import messages_data  # noqa: E402
import online_data  # noqa: E402
import packages_data  # noqa: E402
import peer_data  # noqa: E402
import record_data  # noqa: E402
import stock_data  # noqa: E402

MAKERS = {
    "ours": clinic_data.make_ours,
    "past": clinic_data.make_past,
    "peer": peer_data.make_peer,
    "record": record_data.make_small,
    "records": record_data.make_large,
    "stock": stock_data.make_small,
    "stocks": stock_data.make_large,
    "messages": messages_data.make,
    "online": online_data.make,
    "packages": packages_data.make,
    "checkout": checkout_data.make,
    "books": books_data.make,
    "followup": followup_data.make,
    "gaps": gaps_data.make,
    "commission": commission_data.make_small,
    "commissions": commission_data.make_large,
    "consents": consents_data.make_small,
    "consentss": consents_data.make_large,
    "log": log_data.make_logged,
    "logs": log_data.make_unlogged,
}


def main(what, database):
    with connection.environment(database) as env:
        MAKERS[what](env)
    with connection.environment(database) as env:
        env.cr._cnx.autocommit = True
        env.cr.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
