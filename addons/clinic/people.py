"""How people are recognised, however their name, phone or identity number is written: plain Python without Odoo."""

import re
import unicodedata
from datetime import date

import phonenumbers

# Beyond digits, a phone number is written with these, and with an extension.
PHONE_SIGNS = re.compile(r"[\d\s+()./\-–]+")
EXTENSION = re.compile(r"(?:;?ext\.?|extension|x)\s*=?\s*\d+\s*$", re.IGNORECASE)
DATE = re.compile(r"(\d{1,4})[./\-\s](\d{1,2})[./\-\s](\d{1,4})")
NUMBER = re.compile(r"(?<!\S)\d+(?: \d+)*(?!\S)")
# Fewer digits are no part of a number that one could look for.
SHORTEST_PART = 3
# Of ITU-T E.164, and what dials out of a country or a house before it.
LONGEST_NUMBER = 18


def digits_of(text):
    """Return the digits of ``text``, of whatever script, as ASCII.

    >>> digits_of("+92 (300) ١٢٣")
    '92300123'
    """
    return "".join(str(unicodedata.digit(char)) for char in text or "" if char.isdigit())


def name_key(text):
    """Return ``text`` without accents, capitals and punctuation.

    >>> name_key("  Zoë  O'Neil-ALI ")
    'zoe oneil ali'
    """
    kept = []
    for char in unicodedata.normalize("NFKD", text or "").casefold():
        if unicodedata.combining(char) or char in "'’ʼ`":
            continue
        kept.append(" " if unicodedata.category(char)[0] in "PSZC" else char)
    return " ".join("".join(kept).split())


def id_key(text):
    """Return the letters and digits of an identity number.

    >>> id_key("34201-0891231-8")
    '3420108912318'
    """
    return "".join(char for char in unicodedata.normalize("NFKC", text or "").casefold() if char.isalnum())


def _parse(number, region):
    try:
        return phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return None


def is_phone(number):
    """Return whether ``number`` can be dialled. What is written without a country's code is the branch's business.

    >>> is_phone("0300 1234567"), is_phone("042 111 222 333 ext. 5"), is_phone("+44 20 7946 0958")
    (True, True, True)
    >>> is_phone("12ab"), is_phone("12"), is_phone("0300 1234567 (mother)"), is_phone("+92 300 12345678901")
    (False, False, False, False)
    """
    plain = EXTENSION.sub("", number.strip())
    if not PHONE_SIGNS.fullmatch(plain):
        return False
    if plain.startswith("+"):
        parsed = _parse(plain, None)
        return bool(parsed) and phonenumbers.is_possible_number(parsed)
    return SHORTEST_PART < len(digits_of(plain)) <= LONGEST_NUMBER


def phone_key(number, regions):
    """Return the digits of ``number`` with its country's code; without it where no region knows the number.

    >>> phone_key("0300 0000001", ["PK"]), phone_key("+92 300 0000001", []), phone_key("0092-300-0000001", ["PK"])
    ('923000000001', '923000000001', '923000000001')
    >>> phone_key("020 7946 0958", ["PK", "GB"]), phone_key("0300 2", ["PK"])
    ('442079460958', '3002')
    """
    number = number or ""
    for region in regions or [None]:
        parsed = _parse(number, region)
        if parsed and phonenumbers.is_valid_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)[1:]
    return digits_of(number).lstrip("0")


def phone_parts(text, regions):
    """Return what to look for in the keys of phones when ``text`` was typed: nothing when it is no part of a phone.

    >>> sorted(phone_parts("0300 00", ["PK"])), sorted(phone_parts("+92300", ["PK"])), phone_parts("Ali", ["PK"])
    (['30000'], ['92300'], set())
    >>> sorted(phone_parts("+44 (0)20 7946 0958", ["PK"]))
    ['4402079460958', '442079460958']
    """
    if not PHONE_SIGNS.fullmatch(text.strip()):
        return set()
    parts = {digits_of(text).lstrip("0"), phone_key(text, regions)}
    return {part for part in parts if len(part) >= SHORTEST_PART}


def with_phone(words):
    """Return ``words`` with the digits next to each other as one number, as the key of a phone has it.

    >>> with_phone(["zoe", "0300", "0000001"])
    ['zoe', '3000000001']
    """
    return NUMBER.sub(lambda found: digits_of(found[0]).lstrip("0") or "0", " ".join(words)).split()


def typed_date(text, pattern):
    """Return the date that ``text`` writes in the order of ``pattern`` (strftime) or as ISO, or None.

    >>> typed_date("01.05.1990", "%d/%m/%Y"), typed_date("1990-05-01", "%m/%d/%Y"), typed_date("34201", "%d/%m/%Y")
    (datetime.date(1990, 5, 1), datetime.date(1990, 5, 1), None)
    """
    if not (match := DATE.fullmatch(text.strip())):
        return None
    order = "Ymd" if len(match[1]) == 4 else "".join(re.findall("[Ymd]", pattern.replace("%y", "%Y"))) or "dmY"
    parts = dict(zip(order, map(int, match.groups()), strict=False))
    try:
        return date(parts["Y"], parts["m"], parts["d"])
    except (KeyError, ValueError):
        return None
