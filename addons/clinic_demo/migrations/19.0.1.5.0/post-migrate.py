from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.clinic_demo.demo.loader import loader_env
from odoo.addons.clinic_demo.demo.online import load_questions, offer_times
from odoo.addons.clinic_demo.demo.portal import load_portal


def migrate(cr, version):
    """Let a demo that was made before be booked online as one that is made now, and have a child on the portal."""
    env = Environment(cr, SUPERUSER_ID, {})
    forms = env["clinic.intake.form"].search([])
    if env["res.company"].search_count([("clinic_is_online", "=", True)]) and not any(forms.mapped("is_online")):
        load_questions(env)
    offer_times(env["res.company"].search([("parent_id", "!=", False), ("clinic_is_online", "=", True)]))
    env = loader_env(env)
    user = env["res.users"].search([("login", "=", "patient")], limit=1)
    patient = env["clinic.patient"].search([("partner_id", "=", user.partner_id.id)], limit=1)
    if patient and not env["clinic.portal.message"].search_count([], limit=1):
        load_portal(env, patient)
