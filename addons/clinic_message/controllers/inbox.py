from odoo import http
from odoo.http import request

# Of messages in one delivery.
MOST = 100


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
        """Take a reply that a provider delivers; the answer is always the same."""
        # Who calls is known by the address, which nobody but the provider has.
        providers = request.env["clinic.message.provider"].sudo()
        provider = providers.search([("inbound_token", "=", token)]) if token else providers
        for number, text in self._delivered(provider, values) if provider else ():
            if isinstance(number, str) and number.strip():
                request.env["clinic.message"].sudo()._receive(
                    provider, number.strip(), text if isinstance(text, str) else ""
                )
        answer = self._challenge(provider, values) or "OK"
        return request.make_response(answer, headers=[("Content-Type", "text/plain"), ("Cache-Control", "no-store")])

    def _delivered(self, provider, values):
        """Return [(number, text)] of what a provider delivers: as parameters, as JSON, or as the Cloud API does."""
        body = request.httprequest.get_json(silent=True) if request.httprequest.is_json else None
        if provider.service == "cloud":
            return self._delivered_by_cloud(body)
        given = {**values, **(body if isinstance(body, dict) else {})}
        return [(given.get(provider.inbound_number or "from"), given.get(provider.inbound_text or "text"))]

    def _delivered_by_cloud(self, body):
        """Return [(number, text)] of the messages in a delivery of the WhatsApp Cloud API."""
        try:
            changes = [change["value"] for entry in body["entry"] for change in entry["changes"]]
            messages = [message for change in changes for message in change.get("messages", ())]
            return [(message["from"], (message.get("text") or {}).get("body")) for message in messages][:MOST]
        except (AttributeError, KeyError, TypeError):
            return []

    def _challenge(self, provider, values):
        """Return what the Cloud API wants to hear when it is told of this address; its token is that of the address."""
        if provider.service == "cloud" and values.get("hub.verify_token") == provider.inbound_token:
            challenge = values.get("hub.challenge")
            return challenge if isinstance(challenge, str) and challenge.isalnum() else None
        return None
