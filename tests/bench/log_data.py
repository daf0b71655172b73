"""A clinic that books and one that uses items, with and without the change log."""

import stock_data
from clinic_data import SMALL, SMALL_BOOKINGS, SMALL_DAYS, Bookings, ClinicMaker


def make_logged(env):
    """Make both clinics."""
    small = ClinicMaker(env, "small", SMALL["zone"]).make(SMALL["practitioners"], SMALL["rooms"], SMALL["devices"])
    Bookings(env, small).add(SMALL_BOOKINGS, SMALL_DAYS)
    stock_data.make_small(env)


def make_unlogged(env):
    """Take the triggers of the change log away."""
    env["clinic.change"]._drop_triggers()
