"""The net promoter score (NPS) and its 95 % confidence interval.

The score of n answers is 100 × (promoters − detractors) / n. An answer is +1, 0 or −1, so the score is the difference
of two shares of one trinomial, whose variance is p + d − (p − d)², for the shares p of promoters and d of detractors.
The interval is the adjusted Wald one, which B. Rocks found to keep its coverage with few answers and extreme scores:
three answers are added, ¾ of a promoter, 1½ of a passive, ¾ of a detractor, and with N = n + 3,
P = (promoters + ¾) / N and D = (detractors + ¾) / N it is

    100 × (P − D ± z √((P + D − (P − D)²) / N)),  z = 1.96,

cut off at −100 and 100. Its middle lies between the score and zero.

Rocks, B. (2016): Interval Estimation for the “Net Promoter Score”. The American Statistician 70 (4), 365–372.
"""

import math

from odoo.tools import SQL

Z = 1.959964
ADDED, ADDED_TO_EACH = 3, 0.75


def interval(promoters, passives, detractors):
    """Return (score, low, high) of so many answers, or None of none.

    >>> [round(value, 2) for value in interval(60, 30, 10)]
    [50.0, 35.47, 61.62]
    >>> [round(value, 2) for value in interval(1, 0, 0)]
    [100.0, -48.5, 98.5]
    >>> interval(0, 0, 0)
    """
    count = promoters + passives + detractors
    if not count:
        return None
    adjusted = count + ADDED
    middle = (promoters - detractors) / adjusted
    variance = (promoters + detractors + 2 * ADDED_TO_EACH) / adjusted - middle**2
    half = Z * math.sqrt(variance / adjusted)
    score = (promoters - detractors) / count
    return tuple(100 * max(-1.0, min(1.0, value)) for value in (score, middle - half, middle + half))


def interval_sql(count, promoters, detractors):
    """Return ``interval`` as three SQL expressions, of three that are numbers of answers."""
    score = SQL("(100.0 * (%s - %s) / NULLIF(%s, 0))", promoters, detractors, count)
    adjusted = SQL("(%s + %s)", count, ADDED)
    middle = SQL("((%s - %s)::float / %s)", promoters, detractors, adjusted)
    variance = SQL("((%s + %s + %s)::float / %s - %s ^ 2)", promoters, detractors, 2 * ADDED_TO_EACH, adjusted, middle)
    half = SQL("(%s * sqrt(%s / %s))", Z, variance, adjusted)
    # Of no answers there is none.
    known = SQL("NULLIF(%s, 0) IS NOT NULL", count)
    low = SQL("CASE WHEN %s THEN GREATEST(-100, 100 * (%s - %s)) END", known, middle, half)
    high = SQL("CASE WHEN %s THEN LEAST(100, 100 * (%s + %s)) END", known, middle, half)
    return score, low, high
