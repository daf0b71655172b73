"""Numbers, days and moments of addresses and forms: nothing of what a browser sends is believed."""

from datetime import date

from odoo import fields

# The longest number that is read of an address.
DIGITS = 9


def number(text):
    """Return the whole number that ``text`` is, or 0."""
    # Figures of other scripts are no numbers of ours.
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= DIGITS else 0


def a_day(text, earliest=1970):
    """Return the date that ``text`` (YYYY-MM-DD, or YYYY-MM for the first of a month) is, or None."""
    try:
        day = date.fromisoformat(f"{text}-01" if isinstance(text, str) and len(text) == 7 else text)
    except (TypeError, ValueError):
        return None
    return day if earliest < day.year < 2200 else None


def a_start(text):
    """Return the naive UTC datetime that ``text`` (as the pages send it) is, or None."""
    try:
        return fields.Datetime.to_datetime(text) if isinstance(text, str) and len(text) == 19 else None
    except ValueError:
        return None
