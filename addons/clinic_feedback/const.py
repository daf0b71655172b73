"""What feedback is made of."""

from datetime import timedelta

SCORES = range(11)
# Up to this score, and from this one on: Reichheld's detractors and promoters.
MOST_OF_DETRACTOR, LEAST_OF_PROMOTER = 6, 9
SEGMENTS = [("detractor", "Detractor"), ("passive", "Passive"), ("promoter", "Promoter")]
# The first question, and the one that each answer leads to.
PARTS = [("score", "First question"), *[(key, f"After the answer of a {key}") for key, _label in SEGMENTS]]
# How long a link that asks is good.
LINK_LASTS = timedelta(days=14)
MOST_COMMENT = 2000
# Of a form, in bytes: what is far longer than any comment is not even read.
MOST_FORM = 64 * 1024
TRIGGER = "feedback"


def segment(score):
    """Return of which segment a ``score`` is.

    >>> [segment(score) for score in (0, 6, 7, 8, 9, 10)]
    ['detractor', 'detractor', 'passive', 'passive', 'promoter', 'promoter']
    """
    if score <= MOST_OF_DETRACTOR:
        return "detractor"
    return "promoter" if score >= LEAST_OF_PROMOTER else "passive"
