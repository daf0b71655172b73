"""Seals a PDF with the clinic's certificate (PAdES), so that every reader of PDFs shows whether it was changed since.

pyHanko is imported where it is used: a clinic without a certificate needs none.
"""

import io
import logging
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from .certificate import CertificateError, name_of

_logger = logging.getLogger(__name__)
FIELD, REASON = "Clinic", "This is the consent as it was signed"
NOT_INSTALLED = "pyHanko, which seals PDFs, is not installed on this server: pip install pyHanko, see requirements.txt."


class Seal(NamedTuple):
    """What a PDF says of its seal."""

    fingerprint: str
    name: str
    is_intact: bool
    # Nothing was added or changed behind it, and it allows nothing to be.
    covers_all: bool


def seal(pdf: bytes, certificate, clinic: str) -> bytes:
    """Return ``pdf`` certified by ``certificate``, such that no change is allowed.

    :raises CertificateError: in words, when it cannot be sealed
    """
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign import PdfSignatureMetadata, sign_pdf
        from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    except ImportError as error:
        raise CertificateError(NOT_INSTALLED) from error
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=clinic,
        reason=REASON,
    )
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        return sign_pdf(writer, metadata, signer=_signer(certificate)).getvalue()
    except (PdfError, ValueError, NotImplementedError) as error:
        raise CertificateError(f"The certificate of “{certificate.name}” could not seal a PDF: {error}") from error


def _signer(certificate):
    from asn1crypto.keys import PrivateKeyInfo
    from pyhanko.sign import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    issuers = SimpleCertificateStore()
    issuers.register_multiple(certificate.chain[1:])
    key = certificate.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=certificate.leaf, signing_key=PrivateKeyInfo.load(key), cert_registry=issuers, embed_roots=True
    )


def seal_of(pdf: bytes) -> Seal | None:
    """Return the seal of ``pdf``; None where there is none, or none that could be read.

    Whether its certificate is the clinic's is not looked at here: who seals is kept beside the PDF.

    :raises CertificateError: when seals cannot be checked on this server
    """
    try:
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext
    except ImportError as error:
        raise CertificateError(NOT_INSTALLED) from error
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1:
            return None
        [found] = signatures
        # Nothing is asked of the network, nor of the certificates that this machine trusts.
        context = ValidationContext(trust_roots=[found.signer_cert], allow_fetching=False)
        status = validate_pdf_signature(found, signer_validation_context=context)
    except Exception as error:
        # Whatever was done to it: a reader of PDFs raises nearly anything.
        _logger.info("The seal of a PDF cannot be read: %r", error)
        return None
    covers_all = status.coverage.name == "ENTIRE_FILE" and bool(status.docmdp_ok)
    return Seal(found.signer_cert.sha256.hex(), name_of(found.signer_cert), status.intact and status.valid, covers_all)
