"""What fits into a message, in plain Python without Odoo."""

import math
import re

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# The GSM 03.38 alphabet; characters of its extension take two places.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("^{}\\[~]|€\f")
# More parts are refused by most networks.
MOST_PARTS = 10


def placeholders(text):
    """Return the names of all placeholders in ``text``.

    >>> sorted(placeholders("Hi {patient}, see you on {date}. {nobody.knows}"))
    ['date', 'nobody.knows', 'patient']
    """
    return set(PLACEHOLDER.findall(text or ""))


def fill(text, values):
    """Return ``text`` with the placeholders that ``values`` knows filled in; the others stay as they are.

    >>> fill("Hi {patient}: {link}", {"patient": "Ayesha {x}"})
    'Hi Ayesha {x}: {link}'
    """
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text or "")


def sms_parts(text):
    """Return of how many SMS ``text`` consists: of 160 characters each in the GSM alphabet, else of 70 in UCS-2.

    Those of a longer text are 153 or 67, because each says which part it is (3GPP TS 23.040).

    >>> sms_parts(""), sms_parts("a" * 160), sms_parts("a" * 161), sms_parts("€" * 81)
    (0, 1, 2, 2)
    >>> sms_parts("آپ" * 35), sms_parts("آپ" * 36), sms_parts("😀" * 36)
    (1, 2, 2)
    """
    if not text:
        return 0
    if set(text) <= GSM | GSM_EXTENSION:
        length, single, several = sum(2 if char in GSM_EXTENSION else 1 for char in text), 160, 153
    else:
        length, single, several = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= single else math.ceil(length / several)
