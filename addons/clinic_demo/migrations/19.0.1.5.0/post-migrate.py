from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.clinic_demo.demo.online import offer_times


def migrate(cr, version):
    """Let a demo that was made before offer its times as one that is made now."""
    env = Environment(cr, SUPERUSER_ID, {})
    offer_times(env["res.company"].search([("parent_id", "!=", False), ("clinic_is_online", "=", True)]))
