from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Forget the parts of photos that are on their way: parts are smaller from now on, and browsers send them again."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for upload in env["clinic.photo.upload"].search([("photo_id", "=", False)]):
        upload._files()._erase()
