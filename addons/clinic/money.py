"""Money that is split or taken back in parts: the rounded parts add up to the rounded whole, to the last cent."""

from odoo.tools import float_round


def next_part(total, reached, whole, taken, rounding):
    """Return what is due now of ``total``, once ``reached`` of ``whole`` is there and ``taken`` was due before.

    The share of all that is reached is rounded, not that of each part, so the last part takes the rest.

    >>> parts = []
    >>> for reached in (1, 2, 3):
    ...     parts.append(next_part(100, reached, 3, sum(parts), 0.01))
    >>> parts
    [33.33, 33.34, 33.33]
    """
    if not whole:
        return 0.0
    return float_round(
        float_round(total * reached / whole, precision_rounding=rounding) - taken, precision_rounding=rounding
    )


def value_taken(price, before, after, rounding):
    """Return the value of what was taken out at ``price`` a unit, when ``before`` units were there and ``after`` are.

    The difference of two rounded values: however often something is taken, all of it amounts to the value of all.

    >>> [value_taken(100 / 3, before, before - 1, 0.01) for before in (3, 2, 1)]
    [33.33, 33.34, 33.33]
    """
    there, left = (float_round(price * quantity, precision_rounding=rounding) for quantity in (before, after))
    return float_round(there - left, precision_rounding=rounding)
