"""Gives the administrator a password and a second factor; both are printed once, and stored nowhere in the clear.

docker compose run --rm -T web odoo shell --no-http --log-level=error < first-admin.py
"""

from odoo.addons.clinic_signin.installation import first_admin

print(first_admin(env))  # noqa: F821 (odoo shell's)
env.cr.commit()  # noqa: F821
