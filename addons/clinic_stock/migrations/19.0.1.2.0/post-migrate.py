from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Let the lots there are expire at the end of their day, as those that are entered from now on do."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    lots = env["stock.lot"].with_context(active_test=False)
    for lot in lots.search([("expiration_date", "!=", False), ("product_id.clinic_item", "=", True)]):
        in_branch = lot.with_company(lot.company_id or env.company)
        in_branch.write({"expiration_date": lot.expiration_date})
