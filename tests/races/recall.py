"""A lot is recalled while others draw from it, and many press "Send" at the same time; the mails really go out.

python tests/races/recall.py DATABASE CLIENTS ROUNDS
"""

import email
import email.policy
import os
import random
import socket
import sys
import time

import harness
from freezegun import freeze_time
from psycopg2 import OperationalError
from smtp_sink import Sink

HURRY = 0.05  # seconds, within which the one who recalls and those who draw begin


def prepare(env, clients, rounds):
    """Make a clinic with a patient in treatment for each client, and a lot for each round and one for the mails."""
    from odoo.addons.clinic_stock.tests.recall_common import RecallMixin  # can be imported once Odoo is connected

    class Clinic(RecallMixin):
        """The small clinic of the tests, for real."""

    branch = env["res.company"].create({"name": "Race Clinic", "country_id": env.ref("base.pk").id})
    env.user.company_ids += branch
    env["stock.warehouse"].create({"name": "Race", "code": "RACE", "company_id": branch.id})
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    Clinic.setup_recall()
    procedures = []
    for number in range(clients):
        patient = Clinic.env["clinic.patient"].create({"name": f"P {number}", "email": f"p{number}@patients.example"})
        visit = Clinic.env["clinic.visit"].book(patient, Clinic.facial, Clinic._at(9, days=20 + number), Clinic.doctor)
        procedure = Clinic._treat(visit)
        with freeze_time(visit.start):
            procedure.consume(Clinic.toxin, 1, lot=Clinic.lot_late)
        procedures.append(procedure.id)
    lots = [Clinic._receive(Clinic.toxin, 100, f"RACE{number}", 90) for number in range(rounds)]
    for lot in lots:
        # The first draw changes the lot itself, since it lies in two places from then on; the later ones do not.
        Clinic.env["clinic.procedure"].browse(procedures[0]).consume(Clinic.toxin, 1, lot=lot)
    lots = [lot.id for lot in lots]
    return branch.id, Clinic.toxin.id, procedures, lots, Clinic.lot_late.id, Clinic.lot_soon.id


def recall(env, lot, open_it=True):
    """Return a recall of ``lot``, opened at once."""
    found = env["clinic.lot.recall"].create({"lot_id": lot, "reason": "Particles in some vials"})
    if open_it:
        found.action_open()
    return found


# -- drawing from a lot while it is recalled --------------------------------------------------------------------------


def drawing(branch, product, procedures, lot, turn):
    """The first client recalls the lot, each other draws from it for a patient of their own."""
    numbers = {}

    def attempt(env):
        env = env(context={"allowed_company_ids": [branch]})
        if os.getpid() not in numbers:
            with turn.get_lock():
                numbers[os.getpid()] = turn.value
                turn.value += 1
            time.sleep(random.uniform(0, HURRY))
        number = numbers[os.getpid()]
        if not number:
            recall(env, lot)
            return "recalled"
        env["clinic.procedure"].browse(procedures[number]).consume(product, 1, lot=lot)
        return "drawn"

    return attempt


def overtaken(registry, branch, lot):
    """Return how a recall ends that began before stock of its lot was changed by somebody who has finished since."""
    with registry.cursor() as late, registry.cursor() as quick:
        late.execute("SELECT 1")
        quick.execute("UPDATE stock_quant SET quantity = quantity WHERE lot_id = %s", [lot])
        quick.commit()
        env = harness.Environment(late, harness.SUPERUSER_ID, {"allowed_company_ids": [branch]})
        try:
            recall(env, lot)
        except OperationalError as error:
            return type(error).__name__
        finally:
            late.rollback()
    return "opened"


def missed(registry, branch, lots):
    """Return how many drew from each lot, and how many of them its recall does not list."""
    counts = []
    with harness.committed(registry) as env:
        env = env(context={"allowed_company_ids": [branch]})
        for lot in lots:
            used = env["clinic.consumption"].search([("lot_id", "=", lot), ("state", "=", "used")]).patient_id
            listed = env["clinic.lot.recall.line"].search([("recall_id.lot_id", "=", lot)]).patient_id
            counts.append((len(used), len(used - listed)))
    return counts


# -- messages ---------------------------------------------------------------------------------------------------------


def sending(branch, found):
    def attempt(env):
        env = env(context={"allowed_company_ids": [branch]})
        env["clinic.lot.recall"].browse(found).action_send_all()
        return "pressed"

    return attempt


def deliver(registry, port):
    """Let Odoo's outbox send what is in it to the mail server on ``port``."""
    with harness.committed(registry) as env:
        servers = env["ir.mail_server"]
        servers.search([]).active = False
        servers.create({"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"})
    with harness.committed(registry) as env:
        env["mail.mail"].process_email_queue()


def states(registry, found):
    """Return {patient: (status, why the message failed)} of a recall's lines."""
    with harness.committed(registry) as env:
        lines = env["clinic.lot.recall.line"].search([("recall_id", "=", found)])
        return {line.patient_id.email or line.patient_id.name: (line.state, line.failure) for line in lines}


def closed_port():
    """Return a port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def plain(text):
    """Return what somebody sees of a mail, and its headers."""
    mail = email.message_from_string(text, policy=email.policy.default)
    headers = "\n".join(f"{name}: {value}" for name, value in mail.items())
    return headers + "\n" + "\n".join(part.get_content() for part in mail.walk() if not part.is_multipart())


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, product, procedures, lots, used_lot, other_lot = prepare(env, clients, rounds)
    turns = [harness.FORK.Value("i", 0) for _lot in lots]
    attempts = [drawing(branch, product, procedures, lot, turn) for lot, turn in zip(lots, turns, strict=True)]
    overtaking = overtaken(registry, branch, lots[0])
    outcomes = harness.race(registry, attempts, clients)
    with harness.committed(registry) as env:
        env = env(context={"allowed_company_ids": [branch]})
        found, failing = recall(env, used_lot).id, recall(env, other_lot).id
    pressed = harness.race(registry, [sending(branch, found)], clients)
    facts = {"overtaken": overtaking, "drawn": missed(registry, branch, lots), "pressed": pressed}
    with Sink() as sink:
        deliver(registry, sink.port)
        facts |= {"mails": [(to, plain(text)) for to, text in sink.mails], "sent": states(registry, found)}
        sink.mails.clear()
        harness.race(registry, [sending(branch, failing)], 1)
        deliver(registry, closed_port())
        facts["failed"] = states(registry, failing)
        with harness.committed(registry) as env:
            env = env(context={"allowed_company_ids": [branch]})
            env["clinic.lot.recall"].browse(failing).line_ids.action_send()
        deliver(registry, sink.port)
        facts |= {"again": [to for to, _text in sink.mails], "sent again": states(registry, failing)}
    with harness.committed(registry) as env:
        facts["left in the outbox"] = env["mail.mail"].search_count([("email_to", "like", "patients.example")])
    harness.report(outcomes, **facts)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
