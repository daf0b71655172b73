from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        """Take no argument from what anybody may send: the routes marked so read the form by themselves."""
        if endpoint.routing.get("jazzcash"):
            request.params = {}
        return super()._dispatch(endpoint)

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        """Translate the dialogs of the payment form."""
        return [*super()._get_translation_frontend_modules_name(), "payment_jazzcash"]
