from odoo.http import request


def is_staff():
    """Return whether somebody of the staff is signed in here: no device for patients."""
    return request.env.user._is_internal()
