from odoo import models
from odoo.exceptions import UserError

from ..certificate import CertificateError
from ..evidence import digest
from ..seal import seal_of


class ClinicConsent(models.Model):
    """The proof that the PDFs of consents are as they were printed and sealed."""

    _inherit = "clinic.consent"

    def _document_flaws(self):
        """Yield in words what is wrong with the PDF of this consent; one that is not printed yet has no flaw."""
        document = self.document_ids
        if not document:
            return
        try:
            data = document._content()
        except UserError as error:
            yield self.env._("the PDF does not open (%s)", error)
            return
        if digest(data) != document.sha256:
            yield self.env._("the PDF is not what was printed")
        embedded = document._embedded(data)
        if embedded is None or digest(embedded) != self.evidence_hash:
            yield self.env._("the evidence in the PDF is not what was signed")
        yield from self._seal_flaws(document, data)

    def _seal_flaws(self, document, data):
        """Yield in words what is wrong with the seal of the PDF ``data``."""
        if not document.seal_fingerprint:
            return
        try:
            seal = seal_of(data)
        except CertificateError as error:
            yield self.env._("the seal of the PDF cannot be checked (%s)", error)
            return
        if seal is None:
            yield self.env._("the seal of the PDF is missing or cannot be read")
        elif seal.fingerprint != document.seal_fingerprint:
            yield self.env._("the PDF is sealed with another certificate, of “%s”", seal.name)
        elif not seal.is_intact:
            yield self.env._("the seal of the PDF is broken: the PDF was changed")
        elif not seal.covers_all:
            yield self.env._("something was added to the PDF after it was sealed")

    def _evidence_in_document(self):
        """Return the copy of the evidence that lies in the PDF; None where there is none."""
        try:
            return self.document_ids._embedded(self.document_ids._content()) if self.document_ids else None
        except UserError:
            return None

    # -- what is said beside flaws ------------------------------------------------------------------------------------

    def _notes(self):
        """Return in words who has sealed the PDFs of these consents, or of all where none is chosen."""
        return [*self._notes_of_documents(), *self._notes_of_certificates()]

    def _notes_of_documents(self):
        chosen = [("consent_id", "in", self.ids)] if self else []
        groups = self.env["clinic.consent.document"]._read_group(
            chosen, ["seal_fingerprint", "seal_name", "is_self_signed"], ["__count"]
        )
        for fingerprint, name, is_self_signed, count in groups:
            if not fingerprint:
                yield self.env._("PDFs without a seal: %s.", count)
            elif is_self_signed:
                yield self.env._(
                    "PDFs sealed with the certificate “%(name)s”: %(count)s. It is self-signed: nobody but the clinic "
                    "vouches for it.",
                    name=name,
                    count=count,
                )
            else:
                yield self.env._("PDFs sealed with the certificate “%(name)s”: %(count)s.", name=name, count=count)
        printed = sum(count for *_key, count in groups)
        if waiting := (len(self) or self.search_count([])) - printed:
            yield self.env._("Consents whose PDF is not printed yet: %s.", waiting)

    def _notes_of_certificates(self):
        documents = self.env["clinic.consent.document"]
        for company in self.company_id or self.env["res.company"].search([]):
            try:
                documents._certificate(company)
            except CertificateError as error:
                yield self.env._("No PDF of %(branch)s can be sealed now: %(why)s", branch=company.name, why=error)
