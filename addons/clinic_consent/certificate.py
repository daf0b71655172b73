"""The certificate that seals the PDFs of consents, and where it is, as the configuration file says::

    [clinic]
    consent_certificate = /run/secrets/consent_certificate
    consent_certificate_3 = /run/secrets/branch_certificate

Each names one file (PEM) with the private key and the certificate, followed by those of its issuers; it is outside of
the data folder and the vault. A number at the end is the id of the branch that has a certificate of its own.
``development`` has one made beside the data folder, for trial clinics. Where none is named nothing is sealed.
"""

import functools
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from odoo.tools import config

from odoo.addons.clinic_vault import configuration
from odoo.addons.clinic_vault.kernel import make_secret

OPTION, DEVELOPMENT = "consent_certificate", "development"
DEVELOPMENT_NAME = "Development certificate, made by this machine"
DEVELOPMENT_LASTS = timedelta(days=3650)


class CertificateError(Exception):
    """A certificate is named, and it cannot seal anything; the text says why, and what to do."""


class Certificate:
    """A private key, the certificate that goes with it, and those of its issuers."""

    def __init__(self, key, chain):
        self.key, self.chain, self.leaf = key, chain, chain[0]

    def __repr__(self):
        # Never the key: this ends up in tracebacks.
        return f"<Certificate of {self.name}>"

    @property
    def name(self) -> str:
        """Return whose it is."""
        return name_of(self.leaf)

    @property
    def fingerprint(self) -> str:
        """Return its SHA-256 as 64 hexadecimal digits."""
        return self.leaf.sha256.hex()

    @property
    def is_self_signed(self) -> bool:
        """Return whether nobody else vouches for it."""
        return self.leaf.subject == self.leaf.issuer

    @property
    def expires_at(self) -> datetime:
        """Return its last moment (UTC)."""
        return self.leaf.not_valid_after.astimezone(UTC).replace(tzinfo=None)

    def check_valid(self, now):
        """Raise ``CertificateError`` unless it may be used at ``now`` (UTC)."""
        if now > self.expires_at:
            raise CertificateError(
                f"The certificate of “{self.name}” expired on {self.expires_at:%d %B %Y}. Put a new one into its file."
            )
        begins = self.leaf.not_valid_before.astimezone(UTC).replace(tzinfo=None)
        if now < begins:
            raise CertificateError(f"The certificate of “{self.name}” is valid from {begins:%d %B %Y} on, not before.")


def name_of(leaf) -> str:
    """Return in words whose the certificate ``leaf`` is."""
    names = leaf.subject.native
    return str(names.get("common_name") or names.get("organization_name") or leaf.subject.human_friendly)


def of_branch(ids) -> Certificate | None:
    """Return the certificate of a branch; None where none is named, so that nothing is sealed.

    :param ids: of the branch and what it belongs to, the nearest first
    :raises CertificateError: when one is named, and cannot be used
    """
    named = next(
        filter(None, (configuration.option(name) for name in [*(f"{OPTION}_{id_}" for id_ in ids), OPTION])), ""
    )
    if not named:
        return None
    path = _development() if named == DEVELOPMENT else Path(named).resolve()
    if fault := configuration.misplaced(path):
        raise CertificateError(f"The file of the certificate, {path}, must be outside of {fault}.")
    try:
        facts = path.stat()
        return _load(path, facts.st_mtime_ns, facts.st_size)
    except OSError as error:
        raise CertificateError(f"The file of the certificate, {path}, cannot be read: {error.strerror}.") from None


def _development():
    path = Path(config["data_dir"]).resolve().parent / "consent.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        make_secret(path, self_signed(DEVELOPMENT_NAME, datetime.now(UTC), DEVELOPMENT_LASTS))
    return path


@functools.lru_cache(maxsize=8)
def _load(path, _changed, _size):
    return parse(path.read_bytes(), path)


def parse(data, path) -> Certificate:
    """Return what is in ``data``, the content of the file ``path``; raise ``CertificateError`` in words."""
    if not data.strip():
        raise CertificateError(f"The file of the certificate, {path}, is empty.")
    try:
        blocks = [(kind, headers, der) for kind, headers, der in pem.unarmor(data, multiple=True)]
        chain = [_parse_certificate(der) for kind, _headers, der in blocks if kind == "CERTIFICATE"]
    except (ValueError, TypeError):
        raise CertificateError(f"The file of the certificate, {path}, is no PEM file.") from None
    keys = [(kind, headers, der) for kind, headers, der in blocks if kind.endswith("PRIVATE KEY")]
    if not chain:
        raise CertificateError(f"There is no certificate in {path}.")
    if len(keys) != 1:
        raise CertificateError(f"There must be one private key in {path}, before or after the certificate.")
    key = _parse_key(*keys[0], path)
    if _public(key.public_key()) != _public(x509.load_der_x509_certificate(chain[0].dump()).public_key()):
        raise CertificateError(f"The private key in {path} does not go with the first certificate there.")
    return Certificate(key, chain)


def _parse_certificate(der):
    found = asn1.Certificate.load(der, strict=True)
    # Parsed here rather than wherever it is looked at first.
    found.native  # noqa: B018
    x509.load_der_x509_certificate(der)
    return found


def _parse_key(kind, headers, der, path):
    if kind.startswith("ENCRYPTED") or "Proc-Type" in headers:
        raise CertificateError(
            f"The private key in {path} asks for a passphrase, and nobody is there to type it. Write it without one "
            "(openssl pkcs12 -nodes, or openssl pkey)."
        )
    try:
        key = load_der_private_key(der, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CertificateError(f"The private key in {path} cannot be read.") from None
    return key


def _public(key):
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def self_signed(name, begins, lasts, key=None) -> bytes:
    """Return a key and a certificate of ``name`` for which nobody vouches, as PEM.

    :param begins: its first moment, with a time zone
    :param lasts: a timedelta
    """
    key = key or rsa.generate_private_key(public_exponent=65537, key_size=3072)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    use = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False)
    use |= {"digital_signature": True, "content_commitment": True, "encipher_only": False, "decipher_only": False}
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + lasts)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**use), critical=True)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + made.public_bytes(Encoding.PEM)
