"""Book online while the mail server is down, bring it back, then move and cancel: what arrives, and how often.

python tests/races/online_mail.py DATABASE
"""

import email
import email.policy
import json
import socket
import sys

import harness
import vobject
from smtp_sink import Sink

PATIENT = "sara@example.com"


def prepare(env, port):
    """Return the branch, the treatment and the practitioner of a clinic whose mail server is at ``port``."""
    from odoo.addons.clinic.tests.common import ClinicMixin  # can be imported once Odoo is connected

    class Clinic(ClinicMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    branch.write({"email": "desk@test.clinic", "clinic_quiet_from": 0, "clinic_quiet_to": 0})
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    branch.clinic_is_online = Clinic.facial.is_online = Clinic.doctor.is_online = True
    env["ir.config_parameter"].set_param("clinic_message.trial", "False")
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create({"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port})
    env["ir.cron"].search([]).active = False
    return branch.id, Clinic.facial.id, Clinic.doctor.id, Clinic._at(10, days=3)


def book(env, branch, treatment, doctor, start):
    """Keep a time and book it; ask for a code for the same address, too. Return the visit's id."""
    branch = env["res.company"].browse(branch)
    chosen = env["product.template"].browse(treatment), env["clinic.practitioner"].browse(doctor)
    holds = env["clinic.online.hold"]
    visit = holds._keep("one", "10.0.0.1", branch, *chosen, start)._book(
        {"name": "Sara New", "phone": "0301 7654321", "email": PATIENT}
    )
    other = holds._keep("two", "10.0.0.2", branch, *chosen, start.replace(hour=start.hour + 2))
    env["clinic.online.code"]._ask(other, "10.0.0.2", PATIENT)
    return visit.id


def use_code(registry):
    """Try another code and then the right one, each in a transaction as a request has it; return who is known then."""
    found = []
    for is_right in (False, True):
        with harness.committed(registry) as env:
            code = env["clinic.online.code"].search([])
            number = int(code._number()) + (not is_right)
            found.append(code._use(f"{number % 10**6:06}"))
    with harness.committed(registry) as env:
        code = env["clinic.online.code"].search([])
        return [*found, code.tries, code._people().mapped("email")]


def send(registry, times=1):
    """Let the outbox run so often, as if the time to wait had passed."""
    for _time in range(times):
        with harness.committed(registry) as env:
            env.cr.execute(
                "UPDATE clinic_message SET send_at = now() AT TIME ZONE 'UTC' - interval '1 minute'"
                " WHERE state = 'queued'"
            )
            env["clinic.message"]._cron_send()


def states(registry):
    with harness.committed(registry) as env:
        rows = env["clinic.message"].search([], order="id")
        return [[row.kind_id.code, row.recipient, row.state] for row in rows]


def arrived(mails):
    """Return [recipient, method, UID, SEQUENCE, STATUS, start] of each mail that has come, in short."""
    found = []
    for recipients, text in mails:
        mail = email.message_from_string(text, policy=email.policy.default)
        row = [recipients[0]]
        for part in mail.iter_attachments():
            calendar = vobject.readOne(part.get_content())
            event = calendar.vevent
            row += [calendar.method.value, event.uid.value, event.sequence.value, event.status.value]
            row.append(event.dtstart.value.isoformat())
        found.append(row)
    return found


def main(database):
    registry = harness.connect(database)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = closed.getsockname()[1]
    with harness.committed(registry) as env:
        asked = prepare(env, dead)
    with harness.committed(registry) as env:
        visit_id = book(env, *asked)
    send(registry, 2)
    down = states(registry)
    with Sink() as sink:
        with harness.committed(registry) as env:
            env["ir.mail_server"].search([("name", "=", "Sink")]).smtp_port = sink.port
        send(registry, 3)
        booked, sink.mails = arrived(sink.mails), []
        known = use_code(registry)
        moments = [asked[-1].isoformat()]
        with harness.committed(registry) as env:
            visit = env["clinic.visit"].browse(visit_id)
            assert visit._patient_moves(visit._patient_times()[-1]["start"])
            moments.append(visit.start.isoformat())
        send(registry, 2)
        moved, sink.mails = arrived(sink.mails), []
        with harness.committed(registry) as env:
            assert env["clinic.visit"].browse(visit_id)._patient_cancels()
        send(registry, 2)
        cancelled = arrived(sink.mails)
    found = {"down": down, "booked": booked, "moved": moved, "cancelled": cancelled, "moments": moments, "known": known}
    json.dump({**found, "end": states(registry)}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
