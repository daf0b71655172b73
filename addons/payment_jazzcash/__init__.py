from . import controllers, models

from odoo.addons.payment import reset_payment_provider, setup_provider


def post_init_hook(env):
    """Have a provider in each company, and say that what was paid by this method can be given back."""
    setup_provider(env, "jazzcash")
    env.ref("payment.payment_method_jazzcash").support_refund = "partial"


def uninstall_hook(env):
    """Leave Odoo's payment method as it was."""
    reset_payment_provider(env, "jazzcash")
    env.ref("payment.payment_method_jazzcash").support_refund = "none"
