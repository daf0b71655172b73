from odoo.exceptions import UserError

from .functions import drop_function
from .models.clinic_availability_facts import VERSIONS
from .models.clinic_availability_taken import FUNCTIONS
from .models.clinic_patient import ARCHIVED
from .models.clinic_visit_booking import HOLDS_OVER


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
    for name in (*FUNCTIONS, ARCHIVED, HOLDS_OVER, VERSIONS):
        drop_function(env.cr, name)
