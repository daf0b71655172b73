"""Kill the process that sends a campaign before and after each of its steps, and look at what arrived.

python tests/races/campaign_once.py DATABASE KILLS
"""

import itertools
import json
import os
import signal
import sys
import threading
from collections import Counter

import harness
from message_once import ended
from smtp_sink import Sink

from odoo import Command
from odoo.sql_db import close_all

# Steps of a batch and of one mail that a worker may die before and after; in the middle of a mail's the server has it.
STEPS = (
    ("mailing.mailing", "_clinic_commit"),
    ("mail.mail", "_clinic_claim"),
    ("ir.mail_server", "send_email"),
    ("mail.mail", "_clinic_settle"),
)
# So many recipients are handed to the outbox together, so that a worker dies between two batches as well.
BATCH = 20
PLACES = 17
WORDS = '<p>Dear <t t-out="object.name"></t>, <a href="/unsubscribe_from_list">Unsubscribe</a></p>'


def prepare(env, port, count):
    """Make a clinic with ``count`` patients who want news and offers, and a campaign to them that is launched."""
    from odoo.addons.clinic.tests.common import ClinicMixin  # can be imported once Odoo is connected

    class Clinic(ClinicMixin):
        """The small clinic of the tests, for real."""

    branch = env["res.company"].create({"name": "Race Clinic", "country_id": env.ref("base.pk").id})
    branch.write({"email": "desk@race.clinic", "clinic_quiet_from": 0, "clinic_quiet_to": 0})
    env.user.company_ids = [Command.link(branch.id)]
    Clinic.env = env(context={"allowed_company_ids": branch.ids, "tracking_disable": True})
    Clinic.setup_clinic(branch)
    env["ir.config_parameter"].set_param("clinic_message.trial", "False")
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create({"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port})
    # Only the test's own processes send.
    env["ir.cron"].search([]).active = False
    patients = Clinic.env["clinic.patient"].create(
        [{"name": f"Patient {number}", "email": f"p{number}@example.com"} for number in range(count)]
    )
    Clinic.env["clinic.message.consent"].create(
        [
            {"patient_id": patient.id, "channel": "email", "purpose": "marketing", "is_given": True}
            for patient in patients
        ]
    )
    segment = Clinic.env["clinic.segment"].create({"name": "All", "company_id": branch.id})
    campaign = Clinic.env["clinic.campaign"].create({"segment_id": segment.id, "company_id": branch.id})
    campaign.action_draw()
    campaign.mailing_id.write({"subject": "Spring", "body_html": WORDS})
    campaign.mailing_id.action_launch()
    return campaign.id


def send(registry, dies_at=None):
    """Let both scheduled actions run in a process of its own, which dies at the place ``dies_at``."""
    close_all()
    child = os.fork()
    if not child:
        try:
            threading.current_thread().dbname = registry.db_name
            if dies_at is not None:
                _arm(registry, dies_at)
            with harness.committed(registry) as env:
                env["mailing.mailing"]._process_mass_mailing_queue()
            with harness.committed(registry) as env:
                env["mail.mail"].process_email_queue()
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

    from odoo.addons.clinic_campaign.models import mailing_mailing  # can be imported once Odoo is connected

    mailing_mailing.BATCH = BATCH
    for model, name in STEPS:
        watch(registry[model], name)


def result(registry, campaign, mails):
    """Return what stands in the clinic's tables beside what arrived."""
    arrived = Counter(address for to, _text in mails for address in to)
    with harness.committed(registry) as env:
        rows = env["clinic.campaign.recipient"].search([("campaign_id", "=", campaign)])
        messages = env["clinic.message"].search([("key", "=like", f"campaign:{campaign}:%")])
        states = {message.address: message.state for message in messages}
        return {
            "recipients": Counter(rows.mapped("state")),
            "messages": Counter(states.values()),
            "a_person": max(Counter(message.patient_id.id for message in messages).values(), default=0),
            "doubles": [address for address, times in arrived.items() if times > 1],
            "sent_and_not_arrived": [one for one, state in states.items() if state == "sent" and not arrived[one]],
            "arrived_and_not_listed": [one for one in arrived if states.get(one) not in ("sent", "unknown")],
            "arrived": sum(arrived.values()),
            "state": env["clinic.campaign"].browse(campaign).state,
            "left in the outbox": env["mail.mail"].search_count(
                [("mailing_id.clinic_campaign_id", "=", campaign), ("state", "=", "outgoing")]
            ),
        }


def main(database, kills):
    registry = harness.connect(database)
    with Sink() as sink:
        with harness.committed(registry) as env:
            campaign = prepare(env, sink.port, 4 * kills)
        died = Counter(str(ended(send(registry, dies_at=number % PLACES))) for number in range(kills))
        # Two nodes whose scheduled actions run at the same moment.
        together = Counter(str(ended(child)) for child in [send(registry), send(registry)])
        died.update([str(ended(send(registry)))])
        with harness.committed(registry) as env:
            env.cr.execute("UPDATE clinic_message SET claimed_at = claimed_at - interval '1 hour'")
        with harness.committed(registry) as env:
            env["clinic.message"]._cron_send()
        found = result(registry, campaign, sink.mails)
    json.dump({"died": died, "together": together, **found}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
