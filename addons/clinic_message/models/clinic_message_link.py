import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import hmac

# A link to stop messages stays good: the patient may look for the oldest one.
STOP_DAYS = 730
# 128 bits, in letters and digits that nobody has to type.
LENGTH = 32
LOOKS = frozenset("0123456789abcdef")


class ClinicMessageLink(models.Model):
    """What a link in a message is good for: one purpose, one patient, one visit, until a day.

    The link itself is stored nowhere: it follows from the message and the database's secret, and only its hash is kept.
    """

    _name = "clinic.message.link"
    _description = "Link in a Message"
    _clinic_logs_changes = False

    token_hash = fields.Char(required=True, readonly=True)
    purpose = fields.Selection(
        [("link", "The visit"), ("offer", "A time that is offered"), ("stop", "No more messages")],
        required=True,
        readonly=True,
    )
    message_id = fields.Many2one("clinic.message", required=True, readonly=True, ondelete="cascade", index=True)
    expires_at = fields.Datetime(required=True, readonly=True)

    _token_uniq = models.UniqueIndex("(token_hash)", "This link is there already.")

    @api.model
    def _purposes(self):
        """Return what a link may be good for; a placeholder of the same name is replaced by it."""
        return [purpose for purpose, _label in self._fields["purpose"].selection]

    @api.model
    def _address(self, message, purpose):
        """Return the address of the page that ``message`` leads to for ``purpose``."""
        # A patient's link belongs to nobody who is signed in.
        links = self.sudo()
        token = hmac(links.env, "clinic_message.link", f"{purpose}:{message.id}")[:LENGTH]
        hashed = self._hash(token)
        if not links.search_count([("token_hash", "=", hashed)]):
            links._clinic_writing().create(
                {
                    "token_hash": hashed,
                    "purpose": purpose,
                    "message_id": message.id,
                    "expires_at": self._expiry(message, purpose),
                }
            )
        return f"{links.get_base_url()}/c/{token}"

    @api.model
    def _expiry(self, message, purpose):
        if purpose == "stop" or not message.visit_start:
            return fields.Datetime.now() + timedelta(days=STOP_DAYS)
        # Until the day after the visit, so that who comes late still reads where to.
        return message.visit_start + timedelta(days=1)

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _find(self, token):
        """Return the link of ``token``, as superuser, if there is one that is still good; else an empty one.

        The holder of the token acts for the patient, for the purpose of the link only.
        """
        return self._of_token(token).filtered(lambda link: link._is_good())

    @api.model
    def _of_token(self, token):
        """Return the link of ``token``, as superuser, whether or not it is still good."""
        links = self.sudo()
        if not isinstance(token, str) or len(token) != LENGTH or not set(token) <= LOOKS:
            return links
        return links.search([("token_hash", "=", self._hash(token))])

    def _is_good(self):
        """Return whether this link still leads somewhere; other addons add until when theirs do."""
        self.ensure_one()
        return self.expires_at > fields.Datetime.now()

    @api.autovacuum
    def _gc_expired(self):
        self.sudo().search([("expires_at", "<", fields.Datetime.now())], limit=10_000).unlink()
