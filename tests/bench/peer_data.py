"""The same resources, hours and bookings in OCA's resource_booking.

What costs it time and has no counterpart on our side is switched off: invitations by mail and tracking messages.
"""

import json
from types import SimpleNamespace

from clinic_data import MINUTES, OPENS, SMALL, SMALL_BOOKINGS, SMALL_DAYS, make_hours, start_of  # noqa: F401

from odoo import Command

QUIET = {"tz": "UTC", "no_mail_to_attendees": True, "tracking_disable": True, "no_reset_password": True}
# With the messages about what is tracked, as it is installed; still without mails.
TRACKING = {**QUIET, "tracking_disable": False}


def make_peer(env):
    """Make one bookable combination per practitioner, and the bookings."""
    env = env(context=QUIET)
    hours = make_hours(env, "Hours", SMALL["zone"])
    combinations = [_combination(env, number, hours) for number in range(SMALL["practitioners"])]
    kind = env["resource.booking.type"].create(
        {
            "name": "Treatment",
            "resource_calendar_id": hours.id,
            "duration": MINUTES / 60,
            "slot_duration": MINUTES / 60,
            "modifications_deadline": 0,
            "combination_assignment": "sorted",
            "combination_rel_ids": [
                Command.create({"sequence": number, "combination_id": combination.id})
                for number, combination in enumerate(combinations)
            ],
        }
    )
    partner = env["res.partner"].create({"name": "Patient"})
    facts = {"kind": kind.id, "partner": partner.id}
    env["ir.config_parameter"].set_param("bench.peer", json.dumps(facts))
    for moment in range(SMALL_BOOKINGS):
        combination = combinations[moment * 7 % len(combinations)]
        book(env, start_of(moment, SMALL_DAYS), combination)


def _combination(env, number, hours):
    """Make a person who can be booked alone."""
    name = f"practitioner{number}"
    user = env["res.users"].create({"name": name, "login": name, "email": f"{name}@example.com", "tz": "UTC"})
    resource = env["resource.resource"].create(
        {"name": name, "resource_type": "user", "user_id": user.id, "calendar_id": hours.id, "tz": "UTC"}
    )
    return env["resource.booking.combination"].create({"resource_ids": [Command.set(resource.ids)]})


def find_peer(env) -> SimpleNamespace:
    """Return the ids of what ``make_peer`` made."""
    return SimpleNamespace(**json.loads(env["ir.config_parameter"].sudo().get_param("bench.peer")))


def new_request(env, **values):
    """Make a booking that has no time yet."""
    peer = find_peer(env)
    return env["resource.booking"].create(
        {"partner_ids": [Command.set([peer.partner])], "type_id": peer.kind, **values}
    )


def book(env, start, combination=None):
    """Book ``start`` and confirm it; without a combination the peer takes the first that is free."""
    chosen = {"combination_auto_assign": False, "combination_id": combination.id} if combination else {}
    booking = new_request(env, start=start, **chosen)
    booking.action_confirm()
    return booking
