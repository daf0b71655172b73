from odoo.exceptions import UserError
from odoo.tools import SQL

from .models.clinic_availability_taken import FUNCTIONS


def post_init_hook(env):
    """Refuse the installation when the database did not take the constraint that forbids overlaps.

    Odoo only logs a constraint that it could not create; without this one two patients could be booked at once.
    """
    if not env["clinic.reservation"]._overlap_is_forbidden():
        raise UserError(env._("The database did not accept the constraint that forbids overlapping reservations."))


def uninstall_hook(env):
    """Take the triggers off the tables that stay, and what else stands in the database besides tables."""
    env.cr.execute("DROP FUNCTION IF EXISTS clinic_fact_changed CASCADE")
    env.cr.execute("DROP TABLE IF EXISTS clinic_fact")
    for name in FUNCTIONS:
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s", SQL.identifier(name)))
