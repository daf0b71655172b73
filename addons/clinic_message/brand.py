"""The clinic's colour, as dark as it has to be to be read. Plain Python, without Odoo."""

import re

USUAL = "#5b4a7d"
# Of WCAG 2.2, for text of any size.
READABLE = 4.5


def _channels(color):
    return [int(color[index : index + 2], 16) for index in (1, 3, 5)]


def _luminance(color):
    parts = [value / 255 for value in _channels(color)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Return by how much the lighter of two colours is lighter, from 1 to 21.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(color):
    """Return ``color``, darkened until white text on it, and it on white, can be read; the usual one for no colour.

    >>> readable("#102030"), readable("red"), readable(None)
    ('#102030', '#5b4a7d', '#5b4a7d')
    >>> contrast(readable("#ffd54f"), "#ffffff") >= 4.5
    True
    """
    if not isinstance(color, str) or not re.fullmatch("#[0-9a-fA-F]{6}", color):
        return USUAL
    # A tinted background, on which it stands as well, is a little darker than white.
    while contrast(color, "#f6f5f8") < READABLE:
        color = "#" + "".join(f"{int(value * 0.92):02x}" for value in _channels(color))
    return color
