"""What EasyPaisa's formats ask for: hash, times, amounts, references. Nothing here knows of Odoo's models."""

import base64
import ipaddress
import re
import secrets
import string
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from pytz import timezone as named_zone

from . import const

_REFERENCE = re.compile(rf"[A-Za-z0-9]{{1,{const.REFERENCE_LENGTH}}}", re.ASCII)
_MOBILE = re.compile(r"03\d{9}", re.ASCII)
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,4})?", re.ASCII)
_AUTH_TOKEN = re.compile(r"[A-Za-z0-9._~+/=%:-]{1,1024}", re.ASCII)
_ZONE = named_zone(const.TIME_ZONE)
_ALPHABET = string.ascii_uppercase + string.digits


def hash_request(fields, key):
    """Return the ``merchantHashedReq`` of a form: its fields, sorted and encrypted. It proves nothing of an answer.

    AES-ECB is what EasyPaisa's contract says.
    """
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if value not in (None, ""))
    padder = PKCS7(128).padder()
    padded = padder.update(text.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key.encode()), modes.ECB()).encryptor()  # noqa: S305
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def format_amount(amount):
    """Return ``amount`` with one decimal, as the contract says, and with two where it has paisas.

    >>> format_amount(2500.0), format_amount(99.5), format_amount(99.55)
    ('2500.0', '99.5', '99.55')
    """
    text = f"{amount:.2f}"
    return text[:-1] if text.endswith("0") else text


def parse_amount(value):
    """Return what an answer names as amount, or 0.0 for anything that is none.

    >>> parse_amount("2500.0"), parse_amount(12), parse_amount("1e3"), parse_amount("nan"), parse_amount(True)
    (2500.0, 12.0, 0.0, 0.0, 0.0)
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return 0.0
    text = str(value).strip()
    try:
        return float(Decimal(text)) if _AMOUNT.fullmatch(text) else 0.0
    except InvalidOperation:
        return 0.0


def to_karachi(moment, pattern):
    """Return ``moment``, a naive time in UTC, as EasyPaisa writes it: in Karachi, wherever the server stands.

    >>> to_karachi(datetime(2026, 11, 30, 20, 15), "%Y%m%d %H%M%S")
    '20261201 011500'
    """
    return moment.replace(tzinfo=timezone.utc).astimezone(_ZONE).strftime(pattern)


def from_karachi(text):
    """Return the naive time in UTC of "12/08/2021 11:30 PM" in Karachi, or None.

    >>> from_karachi("01/12/2026 01:15 AM")
    datetime.datetime(2026, 11, 30, 20, 15)
    """
    try:
        local = datetime.strptime(text, "%d/%m/%Y %I:%M %p")
        return _ZONE.localize(local).astimezone(timezone.utc).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError):
        return None


def make_reference(prefix):
    """Return a reference that EasyPaisa takes: the letters and digits of ``prefix``, and some that nobody guesses."""
    clean = re.sub(r"[^A-Za-z0-9]", "", prefix)[: const.REFERENCE_LENGTH - const.RANDOM_LENGTH]
    return clean + "".join(secrets.choice(_ALPHABET) for _number in range(const.RANDOM_LENGTH))


def is_reference(text):
    """Whether ``text`` can be a reference at all."""
    return isinstance(text, str) and bool(_REFERENCE.fullmatch(text))


def is_mobile_number(text):
    """Whether ``text`` is the number of a mobile phone in Pakistan, as EasyPaisa wants it: 03001234567."""
    return isinstance(text, str) and bool(_MOBILE.fullmatch(text))


def is_auth_token(text):
    """Whether ``text`` can be what EasyPaisa gave a browser between its two pages."""
    return isinstance(text, str) and bool(_AUTH_TOKEN.fullmatch(text))


def hinted_reference(url):
    """Return the last part of the path of a notification's ``url``, if it can be a reference. The url is never fetched.

    >>> hinted_reference("https://easypay.easypaisa.com.pk/easypay-service/rest/v4/ipn/V202600042?x=1")
    'V202600042'
    >>> hinted_reference("http://[::1/../%00")
    """
    if not isinstance(url, str):
        return None
    last = re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    return last if is_reference(last) else None


def word_of(value):
    """Return a number or word of an answer, or None: what is kept and logged is nothing that somebody else can write.

    >>> word_of("0000"), word_of(253184), word_of(" tok_1 "), word_of("x\\nERROR"), word_of(None)
    ('0000', '253184', 'tok_1', None, None)
    """
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text if re.fullmatch(r"[A-Za-z0-9_-]{1,32}", text, re.ASCII) else None


def code_of(value):
    """Return a code or status of an answer as it is compared and logged, or "?".

    >>> code_of("0000"), code_of(" paid "), code_of({"a": 1})
    ('0000', 'PAID', '?')
    """
    return (word_of(value) or "?").upper()


def is_loopback(url):
    """Whether ``url`` is a plain address of this very machine: a number, not a name that may lead elsewhere.

    >>> is_loopback("http://127.0.0.1:8099"), is_loopback("http://[::1]:8099")
    (True, True)
    >>> [is_loopback(url) for url in ("http://localhost:1", "http://127.0.0.1@x.y", "http://10.0.0.1:1", "ftp://127.0.0.1")]
    [False, False, False, False]
    """
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme == "http" and "@" not in parts.netloc and parts.port and parts.path in ("", "/")
        return bool(is_plain and not parts.query and ipaddress.ip_address(parts.hostname).is_loopback)
    except (TypeError, ValueError):
        return False
