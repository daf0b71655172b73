from . import controllers, models

from odoo.addons.payment import reset_payment_provider, setup_provider


def post_init_hook(env):
    """Give every company its own provider, to be set up."""
    setup_provider(env, "easypaisa")


def uninstall_hook(env):
    """Leave the providers behind without code: transactions still name them."""
    reset_payment_provider(env, "easypaisa")
