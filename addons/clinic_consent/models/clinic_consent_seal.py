import io
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.pdf import OdooPdfFileReader

from ..certificate import CertificateError, of_branch
from ..seal import seal
from .clinic_consent_document import EMBEDDED, NotSealed

# The managers are notified so long before a certificate expires.
WARN_BEFORE = timedelta(days=30)
_logger = logging.getLogger(__name__)


class ClinicConsentDocument(models.Model):
    """The seal of the PDFs, and the certificates that seal them."""

    _inherit = "clinic.consent.document"

    def _register_hook(self):
        """Say at the start what would only be found out at the first consent; a trial clinic's certificate is made."""
        super()._register_hook()
        for company in self.env["res.company"].sudo().search([]):
            try:
                self._certificate(company)
            except CertificateError as error:
                _logger.warning("Consents of %s cannot be sealed: %s", company.name, error)

    @api.model
    def _certificate(self, company):
        """Return the certificate that seals for ``company``; None where it has none.

        :raises CertificateError: when it has one that cannot seal now
        """
        certificate = of_branch(reversed(company.sudo().parent_ids.ids))
        if certificate:
            certificate.check_valid(fields.Datetime.now())
        return certificate

    @api.model
    def _certificate_now(self, company):
        """Return as ``_certificate``; notify the managers and tell the user in words where it cannot seal."""
        try:
            return self._certificate(company)
        except CertificateError as error:
            raise self._not_sealed(error) from error

    @api.model
    def _seal(self, pdf, certificate, company):
        """Return ``pdf``, sealed."""
        try:
            return seal(pdf, certificate, company.name)
        except CertificateError as error:
            raise self._not_sealed(error) from error

    @api.model
    def _not_sealed(self, error):
        """Notify the managers of ``error``, and return what is raised to the user."""
        _logger.error("Consents cannot be sealed: %s", error)
        # Also when the caller is rolled back.
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["clinic.access.alarm"]._raise_to_managers("seal", str(error))
        return NotSealed(
            self.env._(
                "This PDF cannot be made at the moment: the certificate that seals it needs a manager, and they were "
                "notified. What was signed is stored; the PDF is made when the certificate is there again."
            )
        )

    @api.model
    def _watch_certificates(self):
        """Notify the managers once of each certificate that expires soon."""
        limit, alarms = fields.Datetime.now() + WARN_BEFORE, self.env["clinic.access.alarm"].sudo()
        for company in self.env["res.company"].sudo().search([]):
            try:
                certificate = self._certificate(company)
            except CertificateError:
                # Told as soon as there is something to print.
                continue
            if not certificate or certificate.expires_at > limit:
                continue
            line = f"The certificate of “{certificate.name}” expires on {certificate.expires_at:%d %B %Y}."
            if not alarms.search_count([("kind", "=", "seal"), ("details", "like", line)], limit=1):
                alarms._raise_to_managers("seal", line)

    @api.model
    def _embedded(self, pdf):
        """Return the evidence that lies in ``pdf``; None where there is none, or it cannot be read."""
        try:
            found = dict(OdooPdfFileReader(io.BytesIO(pdf), strict=False).getAttachments())
        except Exception:
            # Whatever was done to it: a reader of PDFs raises nearly anything.
            _logger.info("The PDF of a consent cannot be read", exc_info=True)
            return None
        return found.get(EMBEDDED)
