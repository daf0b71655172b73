from odoo.tools import float_repr

# Of what is measured.
DIGITS = 3


def plain_number(value):
    """Return ``value`` without trailing zeros."""
    return float_repr(value, DIGITS).rstrip("0").rstrip(".")
