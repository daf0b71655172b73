from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.clinic_demo.demo.online import load_questions, offer_times


def migrate(cr, version):
    """Let a demo that was made before be booked online as one that is made now: questions and times."""
    env = Environment(cr, SUPERUSER_ID, {})
    forms = env["clinic.intake.form"].search([])
    if env["res.company"].search_count([("clinic_is_online", "=", True)]) and not any(forms.mapped("is_online")):
        load_questions(env)
    offer_times(env["res.company"].search([("parent_id", "!=", False), ("clinic_is_online", "=", True)]))
