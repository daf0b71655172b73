"""Kill the process that sends messages after each of its steps, and look at what arrived.

python tests/races/message_once.py DATABASE KILLS
"""

import contextlib
import itertools
import json
import os
import re
import signal
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import harness
from smtp_sink import Sink

from odoo import Command
from odoo.sql_db import close_all

# Steps that a worker may die before and after; six places for each message that is sent.
STEPS = ("_claim", "_attempt", "_write_outcome")
TOGETHER = 20
# Before and after each step and each commit of one message, and the first ones of the next.
PLACES = 12


class Gateway(BaseHTTPRequestHandler):
    """Takes every SMS; each eighth it takes and then drops the connection."""

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        text = self.rfile.read(length).decode()
        with self.server.lock:
            self.server.taken.append(re.search(r"id=\w+-(\d+)", text)[1])
            is_dropped = len(self.server.taken) % 8 == 0
        if is_dropped:
            self.close_connection = True
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"OK")

    def log_message(self, *_args):
        """Say nothing."""


@contextlib.contextmanager
def gateway():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.taken, server.lock = [], threading.Lock()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def prepare(env, sms_port, mail_port, count):
    """Make a clinic with ``count`` visits to be told of, half of them by SMS."""
    from odoo.addons.clinic.tests.common import ClinicMixin  # can be imported once Odoo is connected

    class Clinic(ClinicMixin):
        """The small clinic of the tests, for real."""

    branch = env["res.company"].create({"name": "Race Clinic", "country_id": env.ref("base.pk").id})
    branch.write({"email": "desk@race.clinic", "clinic_quiet_from": 0, "clinic_quiet_to": 0})
    env.user.company_ids = [Command.link(branch.id)]
    Clinic.env = env(context={"allowed_company_ids": branch.ids, "tracking_disable": True})
    Clinic.setup_clinic(branch)
    env["ir.config_parameter"].set_param("clinic_message.trial", "False")
    env["ir.mail_server"].create({"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": mail_port})
    env["clinic.message.provider"].create(
        {
            "name": "Sink",
            "service": "http",
            "url": f"http://127.0.0.1:{sms_port}/",
            "parameters": "to={digits}\ntext={text}\nid={id}",
        }
    )
    # Only the test's own processes send.
    env["ir.cron"].search([]).active = False
    patients = Clinic.env["clinic.patient"].create(
        [
            {"name": f"Patient {number}", "phone": f"0300 {number:07}", "email": f"p{number}@example.com"}
            for number in range(count)
        ]
    )
    for number, patient in enumerate(patients):
        patient.message_channel = "email" if number % 2 else "sms"
        day, place = divmod(number, 20)
        hour, half = divmod(place, 2)
        Clinic.env["clinic.visit"].book(patient, [Clinic.facial], Clinic._at(9 + hour, 30 * half, days=2 + day))
    visits = Clinic.env["clinic.visit"].search([("patient_id", "in", patients.ids)])
    Clinic.env["clinic.message"]._queue(env.ref("clinic_message.kind_booked"), visits)
    return branch.id


def _while_all_are_down(registry, sms, mails):
    """Send while neither gateway nor mail server is there; return the states, and let both come back."""
    dead = 1  # nobody listens at this port
    for sms_port, mail_port in ((dead, dead), (sms.server_port, mails.port)):
        with harness.committed(registry) as env:
            provider = env["clinic.message.provider"].search([("name", "=", "Sink")])
            provider.url = f"http://127.0.0.1:{sms_port}/"
            env["ir.mail_server"].search([("name", "=", "Sink")]).smtp_port = mail_port
        if sms_port == dead:
            ended(send(registry))
            with harness.committed(registry) as env:
                rows = env["clinic.message"].search([("tries", "=", 1)])
                found = Counter(f"{row.channel} {row.state}" for row in rows)
                # As if the time to wait had passed.
                env.cr.execute("UPDATE clinic_message SET send_at = now() AT TIME ZONE 'UTC' - interval '1 minute'")
    return found


def send(registry, dies_at=None):
    """Send what is due in a process of its own, which dies at the place ``dies_at``; return how it ended."""
    close_all()
    child = os.fork()
    if not child:
        try:
            threading.current_thread().dbname = registry.db_name
            if dies_at is not None:
                _arm(registry, dies_at)
            with harness.committed(registry) as env:
                env["clinic.message"]._cron_send()
        except BaseException as error:
            print(type(error).__name__, error, file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return child


def _arm(registry, dies_at):
    """Let this process kill itself when it comes to the place ``dies_at`` for the first time."""
    places = itertools.count()

    def pass_by():
        if next(places) == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(cls, name):
        step = getattr(cls, name)

        def watched(self, *args, **kwargs):
            pass_by()
            result = step(self, *args, **kwargs)
            pass_by()
            return result

        setattr(cls, name, watched)

    for name in STEPS:
        watch(registry["clinic.message"], name)
    watch(registry["ir.cron"], "_commit_progress")


def ended(child):
    _pid, status = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def result(registry, branch, sms, mails):
    """Return what stands in the outbox beside what arrived."""
    with harness.committed(registry) as env:
        rows = env["clinic.message"].search([("company_id", "=", branch)])
        arrived = Counter(sms.taken)
        arrived.update(re.search(r"clinic-message-(\d+)@", text)[1] for _to, text in mails.mails)
        states = {str(row.id): row.state for row in rows}
    return {
        "states": Counter(states.values()),
        "doubles": [number for number, times in arrived.items() if times > 1],
        "sent_and_not_arrived": [n for n, state in states.items() if state == "sent" and not arrived[n]],
        "arrived_and_not_listed": [n for n in arrived if states.get(n) not in ("sent", "unknown")],
        "arrived": sum(arrived.values()),
        "messages": len(rows),
    }


def main(database, kills):
    registry = harness.connect(database)
    with gateway() as sms, Sink() as mails:
        with harness.committed(registry) as env:
            branch = prepare(env, sms.server_port, mails.port, kills + 2 * TOGETHER)
        down = _while_all_are_down(registry, sms, mails)
        died = Counter(str(ended(send(registry, dies_at=number % PLACES))) for number in range(kills))
        # Two nodes whose scheduled actions run at the same moment.
        together = Counter(str(ended(child)) for child in [send(registry), send(registry)])
        with harness.committed(registry) as env:
            env.cr.execute("UPDATE clinic_message SET claimed_at = claimed_at - interval '1 hour'")
        died.update([str(ended(send(registry)))])
        found = result(registry, branch, sms, mails)
    json.dump({"down": down, "died": died, "together": together, **found}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
