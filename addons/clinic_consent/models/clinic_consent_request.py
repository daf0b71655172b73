import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models

from ..const import IDENTIFIED, LINK_LASTS, PUSH_LASTS
from ..evidence import canonical, digest

# 192 bits; nobody types them.
TOKEN_BYTES = 24
LENGTH = len(secrets.token_urlsafe(TOKEN_BYTES))


class ClinicConsentRequest(models.Model):
    """What was handed over to a patient once: the consents that one visit needs, behind a link that is good once.

    The link is stored nowhere, only its hash; that of a tablet is made when the tablet asks for it.
    """

    _name = "clinic.consent.request"
    _description = "Hand-over of Consents"
    _inherit = ["clinic.of.patient.mixin"]
    _order = "id desc"

    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    visit_id = fields.Many2one("clinic.visit", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="visit_id.company_id", string="Branch")
    device_id = fields.Many2one("clinic.consent.device", readonly=True, ondelete="restrict", index="btree_not_null")
    identified = fields.Selection(IDENTIFIED, required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Handed Over By", required=True, readonly=True, ondelete="restrict")
    token_hash = fields.Char(readonly=True)
    expires_at = fields.Datetime(required=True, readonly=True)
    opened_at = fields.Datetime(readonly=True)
    stopped = fields.Boolean(readonly=True, help="An answer asks for a practitioner before anybody signs.")
    stop_text = fields.Char(string="Answer", readonly=True, help="What was asked, and answered.")
    cleared_at = fields.Datetime(readonly=True, help="When somebody who treats has talked with the patient.")
    cleared_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    done_at = fields.Datetime(readonly=True)
    signed_count = fields.Integer(string="Signatures", readonly=True)
    guardian_id = fields.Many2one(
        "res.partner", readonly=True, ondelete="restrict", help="Who signs for the minor, known by the portal login."
    )
    skipped = fields.Json(readonly=True, help="Forms that are not mandatory, and that the patient has left out.")
    revoked = fields.Boolean(readonly=True, help="Another one took its place.")
    consent_ids = fields.One2many("clinic.consent", "request_id")

    _token_uniq = models.UniqueIndex("(token_hash)", "This link is there already.")
    _stopped_idx = models.Index("(visit_id) WHERE stopped AND cleared_at IS NULL")

    @api.depends("visit_id")
    def _compute_display_name(self):
        for request in self:
            request.display_name = request.visit_id.name or ""

    @api.model
    def _hand_over(self, visit, identified, device=None, guardian=None):
        """Return a new request for ``visit``, and its link where no tablet fetches it; earlier ones end.

        The caller has checked that the user may hand over.

        :param device: the tablet that shows it; what that one was to show before, it does not show any more
        :param guardian: who signs for a minor, where the login says it
        """
        requests = self.sudo()
        earlier = requests._open_ones([("visit_id", "=", visit.id)])
        if device:
            earlier |= requests._open_ones([("device_id", "=", device.id)])
        earlier._clinic_writing().write({"revoked": True})
        token = None if device else secrets.token_urlsafe(TOKEN_BYTES)
        request = requests._clinic_writing().create(
            {
                "patient_id": visit.patient_id._kept().id,
                "visit_id": visit.id,
                "identified": identified,
                "device_id": device.id if device else False,
                "user_id": self.env.uid,
                "guardian_id": guardian.id if guardian else False,
                "token_hash": token and self._hash(token),
                "expires_at": fields.Datetime.now() + (PUSH_LASTS if device else LINK_LASTS),
            }
        )
        return request, token and request._address(token)

    @api.model
    def _open_ones(self, domain):
        """Return the requests of ``domain`` that can still be signed."""
        now = fields.Datetime.now()
        return self.search([*domain, ("done_at", "=", False), ("revoked", "=", False), ("expires_at", ">", now)])

    @api.model
    def _is_read_at_the_desk(self, visit):
        """Return whether the patient of ``visit`` is reading what the desk has handed over."""
        domain = [("visit_id", "=", visit.id), ("identified", "=", "desk"), ("opened_at", "!=", False)]
        return bool(self.sudo()._open_ones(domain))

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    def _address(self, token):
        return f"{self.get_base_url()}/clinic/sign/{token}"

    def _new_token(self):
        """Return the link's token for the tablet that fetches it, now and never again."""
        self.ensure_one()
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._clinic_writing().write({"token_hash": self._hash(token)})
        return token

    @api.model
    def _find(self, token, is_done=False):
        """Return the request of ``token``, as superuser, if it is still good; else an empty one.

        Who has the token acts for the patient, for this visit's consents and nothing else. Whatever is wrong with a
        token, the same is done to find it out.

        :param is_done: return one with which all was signed, within its time
        """
        fits = isinstance(token, str) and len(token) == LENGTH and token.isascii()
        hashed = self._hash(token if fits else "")
        found = self.sudo().search([("token_hash", "=", hashed)])
        now = fields.Datetime.now()
        return found.filtered(
            lambda request: bool(request.done_at) and request.expires_at > now if is_done else request._is_open()
        )

    def _is_open(self):
        return not self.done_at and not self.revoked and self.expires_at > fields.Datetime.now()

    def _note_opened(self):
        """Note that the patient reads; from then on there is the whole time again."""
        if not self.opened_at:
            now = fields.Datetime.now()
            expiry = max(self.expires_at, now + LINK_LASTS) if self.identified != "desk" else now + LINK_LASTS
            self._clinic_writing().write({"opened_at": now, "expires_at": expiry})

    # -- what is to be signed -----------------------------------------------------------------------------------------

    def _due(self):
        """Return [(consent form, procedure)] that this visit still needs, each text once, mandatory ones first."""
        self.ensure_one()
        signed = {(consent.template_id, consent.procedure_id) for consent in self.consent_ids}
        return [
            (form, procedure)
            for form, procedure in self.visit_id._consents_due()
            if form.id not in (self.skipped or []) and (form, procedure) not in signed
        ]

    def _reading_hash(self, version, procedure):
        """Return the SHA-256 of all that the patient reads on the page of ``version`` at this moment."""
        values = version._values_for(self.patient_id, procedure)
        template = version.template_id
        shown = {
            "title": version._render_title(values),
            "body": str(version._render_body(values)),
            "version": version.text_hash,
            "kind": template.kind,
            "witness": template.witness,
            "patient": self.patient_id.name,
        }
        return digest(canonical(shown))

    def _stop(self, question):
        """An answer to ``question`` asks for a practitioner: nobody signs with this link any more."""
        self._clinic_writing().write(
            {"stopped": True, "stop_text": f"{question.label} {question.stop_answer}"[:1000], "revoked": True}
        )
        self.visit_id._notify_board()

    def _clear(self):
        """Who treats the patient has talked about the answer that stopped."""
        self._clinic_writing().write({"cleared_at": fields.Datetime.now(), "cleared_by_id": self.env.uid})

    def _is_left(self):
        """Return whether the patient has a page left to go through; other addons add theirs."""
        return bool(self._due())

    def _is_filled_in(self):
        """Return whether the patient has signed anything; other addons add what else was sent."""
        return bool(self.consent_ids)

    def _progress(self):
        """Return how many pages the patient is through with, and how many are left; other addons count theirs."""
        return len(self.consent_ids), len(self._due())

    def _lang(self, template, asked=None):
        """Return the text of ``template`` in the language ``asked``, else in the patient's, else the first one."""
        versions = template.version_ids.filtered(lambda version: version.state == "published")
        wanted = [asked, (self.patient_id.lang or "")[:2], "en"]
        for lang in wanted:
            if version := versions.filtered(lambda version, lang=lang: version.lang == lang):
                return version
        return versions.sorted("lang")[:1]

    def _finish(self):
        """The link is not valid any more."""
        self._clinic_writing().write({"done_at": fields.Datetime.now()})

    def _state(self):
        """Return how far the patient has got, for the dialog from which it was handed over."""
        self.ensure_one()
        if self.stopped:
            return "stopped"
        if self.done_at:
            return "done" if self._is_filled_in() else "left_out"
        if not self._is_open():
            return "expired"
        return "opened" if self.opened_at else "waiting"

    @api.autovacuum
    def _gc_links(self):
        """Forget the hashes of links that are not valid any more; who was handed what stays."""
        old = fields.Datetime.now() - timedelta(days=2)
        rows = self.sudo().search([("token_hash", "!=", False), ("expires_at", "<", old)], limit=10_000)
        rows._clinic_writing().write({"token_hash": False})
