from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.clinic_stock_account.hooks import post_init_hook


def migrate(cr, version):
    """Value items by lot from now on, as in a new database: what a visit has used costs what its lots had cost."""
    post_init_hook(Environment(cr, SUPERUSER_ID, {}))
