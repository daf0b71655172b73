from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.clinic_demo.demo.online import load_questions


def migrate(cr, version):
    """Ask in a demo that was made before, too, what is asked before the laser is booked online."""
    env = Environment(cr, SUPERUSER_ID, {})
    forms = env["clinic.intake.form"].search([])
    if env["res.company"].search_count([("clinic_is_online", "=", True)]) and not any(forms.mapped("is_online")):
        load_questions(env)
