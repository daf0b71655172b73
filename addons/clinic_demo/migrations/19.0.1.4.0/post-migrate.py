from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.clinic_demo.demo.online import load_online


def migrate(cr, version):
    """Let a demo that was made before be booked online, too."""
    env = Environment(cr, SUPERUSER_ID, {})
    branches = env["res.company"].search([("parent_id", "!=", False)])
    if branches and not any(branches.mapped("clinic_is_online")):
        load_online(env, branches)
