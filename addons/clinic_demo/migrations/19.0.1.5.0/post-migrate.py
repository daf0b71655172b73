from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.clinic_demo.demo.loader import loader_env
from odoo.addons.clinic_demo.demo.portal import load_portal


def migrate(cr, version):
    """Let a demo that was made before have a child and a conversation on the portal."""
    env = loader_env(Environment(cr, SUPERUSER_ID, {}))
    user = env["res.users"].search([("login", "=", "patient")], limit=1)
    patient = env["clinic.patient"].search([("partner_id", "=", user.partner_id.id)], limit=1)
    if patient and not env["clinic.portal.message"].search_count([], limit=1):
        load_portal(env, patient)
