from odoo import models
from odoo.http import request

from ..const import PAGES, SOURCES


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def _content_policy(self):
        """Let the pages with a payment form load what the forms of the providers in use need, and no other page."""
        policy = super()._content_policy()
        if not request.httprequest.path.startswith(PAGES):
            return policy
        # Which providers are in use is public: the form shows them to all who pay.
        providers = self.env["payment.provider"].sudo()
        used = providers.search([("state", "in", ("enabled", "test")), ("code", "in", list(SOURCES))])
        policy = {directive: list(sources) for directive, sources in policy.items()}
        for code in sorted(set(used.mapped("code"))):
            for directive, sources in SOURCES[code].items():
                # What is not named is as the default is.
                policy.setdefault(directive, list(policy["default-src"])).extend(sources)
        return policy
