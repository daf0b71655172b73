import hashlib

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import hmac

from ..const import HAND_LASTS, MESSAGE_LASTS, MOST_PROCEDURES, RECENT

# 128 bits, in letters and digits that nobody has to type.
LENGTH = 32
LOOKS = frozenset("0123456789abcdef")


class ClinicSignalLink(models.Model):
    """A link by which one patient reports one problem: from a message, or handed over; good once, and for some weeks.

    The link itself is stored nowhere: it follows from the row and the database's secret, and only its hash is kept.
    """

    _name = "clinic.signal.link"
    _description = "Link to Report a Problem"
    _inherit = "clinic.of.patient.mixin"
    _clinic_logs_changes = False

    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True, ondelete="restrict")
    message_id = fields.Many2one("clinic.message", readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Handed Over By", readonly=True, ondelete="restrict")
    token_hash = fields.Char(readonly=True)
    expires_at = fields.Datetime(required=True, readonly=True)
    used_at = fields.Datetime(readonly=True)

    _token_uniq = models.UniqueIndex("(token_hash)", "This link is there already.")
    _message_uniq = models.UniqueIndex("(message_id) WHERE message_id IS NOT NULL", "The message has a link already.")

    @api.model
    def _of_message(self, message):
        """Return the address to which ``message`` leads, always the same."""
        # A patient's link belongs to nobody who is signed in.
        links = self.sudo()
        link = links.search([("message_id", "=", message.id)])
        if not link:
            values = {"message_id": message.id, "expires_at": fields.Datetime.now() + MESSAGE_LASTS}
            link = links._make(message.sudo().patient_id, message.company_id, values)
        return link._address()

    @api.model
    def _hand_over(self, patient, branch):
        """Return the address of a new link for ``patient``; what was handed over before is not good any more.

        The caller has checked that the user may hand over.
        """
        links, now = self.sudo(), fields.Datetime.now()
        earlier = [("patient_id", "=", patient.id), ("message_id", "=", False), ("expires_at", ">", now)]
        links.search(earlier)._clinic_writing().expires_at = now
        values = {"user_id": self.env.uid, "expires_at": now + HAND_LASTS}
        return links._make(patient, branch, values)._address()

    @api.model
    def _make(self, patient, branch, values):
        link = self._clinic_writing().create({"patient_id": patient._kept().id, "company_id": branch.id, **values})
        link.token_hash = self._hash(link._token())
        return link

    def _token(self):
        self.ensure_one()
        return hmac(self.env, "clinic_signal.link", str(self.id))[:LENGTH]

    def _address(self):
        return f"{self.get_base_url()}/clinic/report/{self._token()}"

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _find(self, token):
        """Return the link of ``token``, as superuser, used or not, within its time; else an empty one.

        The holder acts for the patient, to report one problem and nothing else. Whatever is wrong with a token, the
        same is done to find it out.
        """
        fits = isinstance(token, str) and len(token) == LENGTH and set(token) <= LOOKS
        found = self.sudo().search([("token_hash", "=", self._hash(token if fits else ""))])
        return found.filtered(lambda link: link.expires_at > fields.Datetime.now())

    def _is_open(self):
        """Return whether a problem can be reported by this link now."""
        return bool(self) and not self.used_at and bool(self._procedures())

    def _procedures(self):
        """Return the procedures about which something can be reported, the latest first."""
        self.ensure_one()
        return self._recent(self.patient_id)

    @api.model
    def _recent(self, patient):
        """Return what was done for ``patient`` lately, the latest first."""
        since = fields.Datetime.now() - RECENT
        done = Domain("patient_id", "=", patient.id) & Domain("state", "=", "done")
        return self.env["clinic.procedure"].search(
            done & Domain("start", ">=", since), order="start desc, id desc", limit=MOST_PROCEDURES
        )

    def _use(self):
        """A problem was reported: this link is not good any more."""
        self._clinic_writing().used_at = fields.Datetime.now()

    @api.autovacuum
    def _gc_links(self):
        """Forget the hashes of links that are not good any more; who was handed one stays."""
        now = fields.Datetime.now()
        old = self.sudo().search([("token_hash", "!=", False), ("expires_at", "<", now)], limit=10_000)
        old._clinic_writing().token_hash = False
