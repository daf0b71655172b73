from odoo import http
from odoo.http import request


class MessageInbox(http.Controller):
    @http.route(
        "/clinic/message/in/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def receive(self, token, **values):
        """Take a reply that a provider delivers; the answer is the same whatever becomes of it."""
        # Who calls is known by the address, which nobody but the provider has.
        providers = request.env["clinic.message.provider"].sudo()
        provider = providers.search([("inbound_token", "=", token)]) if token else providers
        number = values.get(provider.inbound_number or "from")
        if provider and isinstance(number, str) and number.strip():
            text = values.get(provider.inbound_text or "text")
            request.env["clinic.message"].sudo()._receive(
                provider, number.strip(), text if isinstance(text, str) else ""
            )
        return request.make_response("OK", headers=[("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
