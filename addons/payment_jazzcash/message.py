"""What is sent to and comes from JazzCash: named fields, and a hash over them.

The hash is over the values without their names, so it holds for other names in the same order as well. No value that
we sign may therefore stand for another one: none has an "&", and before the merchant's name the amount is the only
number. That is why references begin with a letter, and why passwords and salts are checked.
"""

import hashlib
import hmac
import re
import unicodedata

from . import const

HASH = "pp_SecureHash"
MOST_FIELDS = 100


def clean(data):
    """Return the fields of a message as text, nothing if it is none.

    >>> clean({"pp_Amount": 2500, "pp_AuthCode": None, "lang": "en"})
    {'pp_Amount': '2500', 'pp_AuthCode': ''}
    >>> clean(["pp_Amount"]), clean({"pp_Amount": {"a": 1}}), clean({"pp_Amount": True})
    ({}, {}, {})
    """
    if not isinstance(data, dict) or len(data) > MOST_FIELDS:
        return {}
    fields = {name: value for name, value in data.items() if isinstance(name, str) and name.startswith("pp")}
    if any(isinstance(value, bool) or not isinstance(value, str | int | None) for value in fields.values()):
        return {}
    return {name: "" if value is None else str(value) for name, value in fields.items()}


def sign(fields, salt):
    """Return the hash over ``fields``.

    >>> sign({"pp_Amount": "2995", "pp_MerchantID": "MER123", "pp_OrderInfo": "A48cvE28"}, "0F5DD14AE2").lower()
    'c7689cda7474eb1adcd343fd0c0b676bad0ba66361cc46db589bdb0da4c1c867'
    """
    values = [fields[name] for name in sorted(fields) if name.startswith("pp") and name != HASH and fields[name]]
    text = "&".join([salt, *values])
    return hmac.new(_bytes(salt), _bytes(text), hashlib.sha256).hexdigest().upper()


def signed(fields, salt):
    """Return ``fields`` with their hash."""
    return {**fields, HASH: sign(fields, salt)}


def is_signed(fields, salt):
    """Return whether the hash that came with ``fields`` is theirs; without a salt nothing is signed."""
    given = fields.get(HASH)
    return bool(salt and given) and hmac.compare_digest(_bytes(given.lower()), _bytes(sign(fields, salt).lower()))


def describe(fields):
    """Return what may be logged of a message: no secret, no person, and nothing long.

    >>> describe({"pp_TxnRefNo": "V1", "pp_Password": "secret", "pp_ResponseCode": "0" * 99})
    'pp_TxnRefNo=V1 pp_ResponseCode=?'
    """
    short = {name: fields[name] for name in const.LOGGED_KEYS if fields.get(name)}
    return " ".join(
        f"{name}={value if re.fullmatch(r'[A-Za-z0-9]{1,20}', value) else '?'}" for name, value in short.items()
    )


def digits(text):
    """Return the digits of what somebody typed, in the alphabet of whichever keyboard.

    >>> digits("۰۳۰۰-1234567"), digits("0300 12x4567"), digits(None)
    ('03001234567', '', '')
    """
    if not isinstance(text, str) or len(text) > 40:
        return ""
    typed = re.sub(r"[\s\-()+.]", "", text)
    return "".join(str(unicodedata.digit(sign)) for sign in typed) if typed.isdecimal() else ""


def mobile(text):
    """Return a mobile number of Pakistan as JazzCash writes it, nothing if it is none.

    >>> mobile("+92 300 1234567"), mobile("0092-300-1234567"), mobile("03001234567"), mobile("12345")
    ('03001234567', '03001234567', '03001234567', '')
    """
    number = re.sub(r"^(?:00)?92(?=3\d{9}$)", "0", digits(text))
    return number if re.fullmatch(r"03\d{9}", number) else ""


def _bytes(text):
    # What cannot be written as UTF-8 was not signed by JazzCash.
    return text.encode("utf-8", "replace")
