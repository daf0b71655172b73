import base64
import io
import json
import logging
from functools import cache

from markupsafe import Markup
from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL, file_open
from odoo.tools.pdf import OdooPdfFileReader, OdooPdfFileWriter

from odoo.addons.clinic import bidi

from ..const import VARIANTS
from ..evidence import digest
from ..words import direction, words
from .clinic_consent import TRIGGER

FONTS = {"400": "NotoNaskhArabic-Regular", "700": "NotoNaskhArabic-Bold"}
MARGINS = {
    "data-report-margin-top": 12,
    "data-report-margin-bottom": 12,
    "data-report-header-spacing": 0,
    "data-report-dpi": 96,
}
EMBEDDED = "consent.json"
_logger = logging.getLogger(__name__)


class NotSealed(UserError):
    """The branch has a certificate, and it cannot seal at the moment."""


@cache
def _fonts():
    """Return {weight: the font as the address of a file}: every engine prints with the same letters."""
    found = {}
    for weight, name in FONTS.items():
        with file_open(f"clinic/static/fonts/{name}.ttf", "rb") as file:
            found[weight] = f"data:font/ttf;base64,{base64.b64encode(file.read()).decode()}"
    return found


class ClinicConsentDocument(models.Model):
    """The PDF of a consent: printed once from its evidence, which is embedded in it, and kept in the vault."""

    _name = "clinic.consent.document"
    _description = "PDF of a Consent"
    _order = "id"

    consent_id = fields.Many2one("clinic.consent", required=True, readonly=True, ondelete="restrict")
    sha256 = fields.Char(string="SHA-256", required=True, readonly=True)
    size = fields.Integer(required=True, readonly=True)
    made_at = fields.Datetime(required=True, readonly=True)
    seal_name = fields.Char(string="Sealed By", readonly=True, help="Empty: it has no seal.")
    seal_fingerprint = fields.Char(string="SHA-256 of the Certificate", readonly=True)
    is_self_signed = fields.Boolean(string="Self-signed Certificate", readonly=True)

    _consent_uniq = models.UniqueIndex("(consent_id)", "This consent is printed already.")

    def init(self):
        result = super().init()
        # The function comes with the model of the consents.
        self.env.cr.execute(TRIGGER % {"table": self._table})
        return result

    @api.depends("consent_id")
    def _compute_display_name(self):
        for document in self:
            document.display_name = document.sudo().consent_id.display_name

    @api.model
    def _cron_print(self):
        """Print what was signed since; what cannot be printed keeps nothing else from being printed."""
        self._watch_certificates()
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() == "install":
            _logger.warning("Consents cannot be printed: wkhtmltopdf is missing")
            return
        waiting = self.env["clinic.consent"].search([("document_ids", "=", False)], order="id")
        blocked = self.env["res.company"]
        for number, consent in enumerate(waiting, 1):
            company = consent.company_id
            if company not in blocked and not self._print_waiting(consent):
                blocked |= company
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(waiting) - number):
                return

    @api.model
    def _print_waiting(self, consent):
        """Print ``consent``; return whether others of its branch can be printed."""
        try:
            with self.env.cr.savepoint():
                self._of(consent)
        except NotSealed:
            return False
        except (UserError, LockNotAvailable, ConcurrencyError) as error:
            _logger.warning("%s could not be printed: %s", consent.display_name, error)
        return True

    @api.model
    def _of(self, consent):
        """Return the bytes of the PDF of ``consent``; it is printed the first time that somebody asks for it.

        :raises UserError: in words, when there is none and none can be made
        """
        # The caller has checked that the user may read the consent.
        consent = consent.sudo()
        if document := consent.document_ids:
            return document._content()
        self._claim(consent)
        evidence = consent._evidence()
        if evidence is None or digest(evidence) != consent.evidence_hash:
            raise UserError(self.env._("The evidence of this consent was altered or is missing. Verify the consents."))
        certificate = self._certificate_now(consent.company_id)
        data = self._embed(self._print(consent, json.loads(evidence), certificate), evidence)
        if certificate:
            data = self._seal(data, certificate, consent.company_id)
        self.sudo().create(self._prepare_document(consent, data, certificate))
        self.env["clinic.vault.file"]._store(consent.uuid, VARIANTS[1], data)
        return data

    @api.model
    def _claim(self, consent):
        """Let nobody else print ``consent`` meanwhile: who comes second is tried again, and finds it printed.

        :raises LockNotAvailable: when somebody prints it at this moment; Odoo then tries again
        :raises ConcurrencyError: when somebody has printed it since this transaction began; Odoo then tries again
        """
        self.env.cr.execute(
            SQL("SELECT FROM clinic_consent WHERE id = %s FOR NO KEY UPDATE NOWAIT", consent.id), log_exceptions=False
        )
        # This transaction sees the database as it was when it began, another one sees it as it is.
        with self.env.registry.cursor() as cr:
            if self.with_env(self.env(cr=cr)).sudo().search_count([("consent_id", "=", consent.id)]):
                raise ConcurrencyError("The consent is printed by now")

    @api.model
    def _prepare_document(self, consent, data, certificate):
        """Return the values of the row of the PDF ``data``."""
        return {
            "consent_id": consent.id,
            "sha256": digest(data),
            "size": len(data),
            "made_at": fields.Datetime.now(),
            "seal_name": certificate and certificate.name,
            "seal_fingerprint": certificate and certificate.fingerprint,
            "is_self_signed": bool(certificate) and certificate.is_self_signed,
        }

    def _content(self):
        self.ensure_one()
        data = self.env["clinic.vault.file"]._open(self.consent_id.uuid, VARIANTS[1])
        if data is None:
            raise UserError(self.env._("The PDF of this consent is missing. Verify the consents."))
        return data

    @api.model
    def _print(self, consent, facts, certificate=None):
        """Return the PDF that says what ``facts`` say, by whichever engine Odoo prints with."""
        reports = self.env["ir.actions.report"].sudo()
        if reports.get_wkhtmltopdf_state() == "install":
            raise UserError(self.env._("PDFs cannot be printed on this server: wkhtmltopdf is missing."))
        values = self._prepare_page(consent, facts, certificate)
        page = self.env["ir.qweb"]._render("clinic_consent.report_consent", values)
        return reports._run_wkhtmltopdf([page], specific_paperformat_args=MARGINS)

    @api.model
    def _prepare_page(self, consent, facts, certificate=None):
        """Return the values of the report's template: all that is printed comes from the evidence, but for the seal."""
        lang = facts["version"]["lang"]
        rtl = direction(lang) == "rtl"
        address = f"{self.get_base_url()}/clinic/consent/check/{consent.evidence_hash}"

        def written(text):
            return bidi.markup(bidi.line(text, rtl))

        def shown(value):
            return bidi.markup(bidi.shown(value, rtl))

        known = {key: written(word) for key, word in words(lang).items()}
        before, name, after = words(lang)[f"identified_{facts['identified']['how']}"].partition("{name}")
        who = bidi.shown(facts["identified"]["by"], rtl) if name else []
        return {
            "facts": facts,
            "hash": consent.evidence_hash,
            "w": known,
            "spoken": lang,
            "dir": direction(lang),
            "written": written,
            "shown": shown,
            # As it was rendered for the patient, out of a sanitised text.
            "text": Markup(facts["text"]),  # noqa: S704
            "fonts": _fonts(),
            "how": bidi.markup([*bidi.prose(before, rtl), *who, *bidi.prose(after, rtl)]),
            "lines": [(known[key], shown(value)) for key, value in self._prepare_lines(consent, facts) if value],
            "certificate": certificate,
            "qr": self.env["clinic.consent.device"]._qr(address),
        }

    @api.model
    def _prepare_lines(self, consent, facts):
        """Yield (word of the label, value) of what stands at the top."""
        patient = facts["patient"]
        yield "patient", patient["name"]
        yield "number", patient["number"]
        yield "born", self._date_text(patient["birth_date"])
        yield "treatment", facts["procedure"]["treatment"]
        yield "signed_at", consent.company_id._clinic_local(consent.signed_at).strftime("%d/%m/%Y %H:%M (%Z)")
        yield "valid_until", self._date_text(facts["valid_until"])
        if facts["kind"] == "withdrawal":
            yield "withdrawn_how", facts["reason"]
            yield "withdraws", facts["withdraws"]["sha256"]

    @api.model
    def _date_text(self, text):
        return f"{fields.Date.to_date(text):%d/%m/%Y}" if text else ""

    @api.model
    def _embed(self, pdf, evidence):
        """Return ``pdf`` with the evidence as a file in it."""
        writer = OdooPdfFileWriter()
        writer.cloneReaderDocumentRoot(OdooPdfFileReader(io.BytesIO(pdf), strict=False))
        writer.add_attachment(EMBEDDED, evidence, subtype="application/json")
        target = io.BytesIO()
        writer.write(target)
        return target.getvalue()
