import base64
import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# A tablet asks every second or two; its last word is written down more rarely.
SEEN_EVERY, AWAKE = timedelta(seconds=20), timedelta(seconds=60)
CODE_LASTS = timedelta(minutes=15)


class ClinicConsentDevice(models.Model):
    """A tablet of the clinic that is handed to patients. It is never signed in: it waits for the next page to show.

    It is registered once, by a code that is good for some minutes; afterwards a cookie tells it, of which only the
    hash is kept here.
    """

    _name = "clinic.consent.device"
    _description = "Tablet"
    _order = "name, id"
    _clinic_unlogged_fields = ("seen_at",)

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    code_hash = fields.Char(readonly=True, copy=False)
    code_expires_at = fields.Datetime(readonly=True, copy=False)
    token_hash = fields.Char(readonly=True, copy=False)
    registered_at = fields.Datetime(readonly=True, copy=False)
    seen_at = fields.Datetime(string="Last Seen", readonly=True, copy=False)
    is_awake = fields.Boolean(compute="_compute_is_awake", string="Waiting")

    _token_uniq = models.UniqueIndex("(token_hash)", "This tablet is registered already.")
    _code_uniq = models.UniqueIndex("(code_hash)", "This code is there already.")

    @api.depends("seen_at", "token_hash")
    def _compute_is_awake(self):
        limit = fields.Datetime.now() - AWAKE
        for device in self:
            # Who hands over may know that a tablet is there; its secret stays hidden.
            known = device.sudo()
            device.is_awake = bool(known.token_hash and known.seen_at and known.seen_at > limit)

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    # -- registering --------------------------------------------------------------------------------------------------

    def action_register(self):
        """Show the code by which the tablet's browser is registered; what was registered before is forgotten."""
        self.ensure_one()
        self.check_access("write")
        code = secrets.token_urlsafe(12)
        self._clinic_writing().write(
            {
                "code_hash": self._hash(code),
                "code_expires_at": fields.Datetime.now() + CODE_LASTS,
                "token_hash": False,
                "seen_at": False,
            }
        )
        address = f"{self.get_base_url()}/clinic/kiosk/register/{code}"
        return {
            "type": "ir.actions.client",
            "tag": "clinic_consent.hand_over",
            "name": self.env._("Register %s", self.name),
            "target": "new",
            "params": {
                "url": address,
                "qr": self._qr(address),
                "device": self.name,
                "devices": [],
                "state": "register",
            },
        }

    def action_forget(self):
        """Forget the browser that was registered: a lost tablet shows nothing any more."""
        self.check_access("write")
        return self._clinic_writing().write({"token_hash": False, "code_hash": False, "seen_at": False})

    @api.model
    def _qr(self, address):
        """Return the QR code of ``address`` as the address of a picture."""
        picture = self.env["ir.actions.report"].barcode("QR", address, width=320, height=320)
        return f"data:image/png;base64,{base64.b64encode(picture).decode()}"

    @api.model
    def _of_code(self, code):
        """Return the tablet that is registered by ``code``, as superuser, while that is good."""
        if not isinstance(code, str) or not code.isascii() or len(code) > 100:
            code = ""
        found = self.sudo().search([("code_hash", "=", self._hash(code))])
        return found.filtered(lambda device: device.code_expires_at > fields.Datetime.now())

    def _enrol(self):
        """Return the secret that the tablet's browser keeps from now on."""
        secret = secrets.token_urlsafe(32)
        now = fields.Datetime.now()
        self._clinic_writing().write(
            {
                "token_hash": self._hash(secret),
                "registered_at": now,
                "seen_at": now,
                "code_hash": False,
                "code_expires_at": False,
            }
        )
        return secret

    # -- what it shows ------------------------------------------------------------------------------------------------

    @api.model
    def _of_secret(self, secret):
        """Return the tablet whose browser has ``secret``, as superuser."""
        if not secret or not isinstance(secret, str) or not secret.isascii() or len(secret) > 100:
            return self.sudo().browse()
        return self.sudo().search([("token_hash", "=", self._hash(secret))])

    def _note_seen(self):
        now = fields.Datetime.now()
        if not self.seen_at or self.seen_at < now - SEEN_EVERY:
            self._clinic_writing().seen_at = now

    def _open_request(self, shown):
        """Return the request that this tablet shows, or is to show next."""
        self.ensure_one()
        domain = [("device_id", "=", self.id), ("token_hash", "!=" if shown else "=", False)]
        return self.env["clinic.consent.request"].sudo()._open_ones(domain)[:1]

    def _next_token(self):
        """Return the token of the page that was pushed to this tablet, once; None where there is none."""
        request = self._open_request(shown=False)
        return request._new_token() if request else None

    @api.model
    def _awake_in(self, company):
        """Return the tablets of ``company`` that wait for a page: they answer, and are in no patient's hands."""
        waiting = self.search([("company_id", "=", company.id)]).filtered("is_awake")
        return waiting.filtered(lambda device: not device._open_request(shown=True))

    def _check_awake(self, company):
        """Raise unless this is a tablet of ``company`` that waits for a page."""
        # Which tablets a branch has is no secret from its staff.
        device = self.sudo()
        if device.company_id != company or not device.is_awake:
            raise UserError(self.env._("That tablet does not answer. Wake it, or use the QR code."))
        if device._open_request(shown=True):
            raise UserError(self.env._("Another patient is reading on that tablet. Use another one, or the QR code."))
