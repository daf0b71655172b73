"""The scores of dermatology and aesthetics, computed from their items. Plain Python without Odoo.

Sources of the formulas:

* PASI: Fredriksson T, Pettersson U. Severe psoriasis – oral therapy with a new retinoid. Dermatologica
  1978;157:238–244.
* EASI: Hanifin JM, Thurston M, Omoto M, et al. The eczema area and severity index (EASI): assessment of reliability in
  atopic dermatitis. Exp Dermatol 2001;10:11–18. Other weights below the age of eight; half points are allowed.
* DLQI: Finlay AY, Khan GK. Dermatology Life Quality Index (DLQI) – a simple practical measure for routine clinical use.
  Clin Exp Dermatol 1994;19:210–216. The questionnaire's wording is its authors'; only its topics are named here. One
  answer may be missing and counts 0.
* GAIS: Narins RS, Brandt F, Leyden J, et al. A randomized, double-blind, multicenter comparison of the efficacy and
  tolerability of Restylane versus Zyplast. Dermatol Surg 2003;29:588–595. Here 1 is the best grade and 5 the worst.
* IGA: Simpson E, Bissonnette R, Eichenfield LF, et al. The Validated Investigator Global Assessment for Atopic
  Dermatitis (vIGA-AD). J Am Acad Dermatol 2020;83:839–846.

Sources of the bands:

* PASI: Mrowietz U, Kragballe K, Reich K, et al. Definition of treatment goals for moderate to severe psoriasis: a
  European consensus. Arch Dermatol Res 2011;303:1–10.
* EASI: Leshem YA, Hajar T, Hanifin JM, Simpson EL. What the Eczema Area and Severity Index score tells us about the
  severity of atopic dermatitis: an interpretability study. Br J Dermatol 2015;172:1353–1357.
* DLQI: Hongbo Y, Thomas CL, Harrison MA, Salek MS, Finlay AY. Translating the science of quality of life into practice.
  J Invest Dermatol 2005;125:659–664.
"""

from math import floor, isfinite
from typing import NamedTuple

REGIONS = ("head", "upper", "trunk", "lower")
PASI_SIGNS = ("erythema", "induration", "scaling")
EASI_SIGNS = ("erythema", "papulation", "excoriation", "lichenification")
DLQI_TOPICS = (
    "symptoms",
    "embarrassment",
    "errands",
    "clothes",
    "social",
    "sport",
    "work",
    "relations",
    "intimacy",
    "treatment",
)
# In tenths, so that sums are exact.
WEIGHTS = {"head": 1, "upper": 2, "trunk": 3, "lower": 4}
CHILD_WEIGHTS = {"head": 2, "upper": 2, "trunk": 3, "lower": 3}
CHILD_UNDER = 8


class Item(NamedTuple):
    """What is asked: numbers from ``low`` to ``high`` by ``step``."""

    key: str
    low: float
    high: float
    step: float = 1


class Flaw(NamedTuple):
    """What is wrong with an item: ``missing``, ``range``, ``step`` or ``unknown``."""

    key: str
    reason: str
    item: Item | None = None


class ScoreError(ValueError):
    """Raised for items of which no score can be computed; ``flaws`` lists what is wrong with them."""

    def __init__(self, flaws):
        super().__init__(", ".join(f"{flaw.key}: {flaw.reason}" for flaw in flaws))
        self.flaws = flaws


def _regional(signs, highest, step=1):
    items = []
    for region in REGIONS:
        items += [Item(f"{region}_{sign}", 0, highest, step) for sign in signs]
        items.append(Item(f"{region}_area", 0, 6))
    return items


ITEMS = {
    "pasi": _regional(PASI_SIGNS, 4),
    "easi": [*_regional(EASI_SIGNS, 3, 0.5), Item("under_8", 0, 1)],
    "dlqi": [Item(topic, 0, 3) for topic in DLQI_TOPICS],
    "gais": [Item("grade", 1, 5)],
    "iga": [Item("grade", 0, 4)],
}
# (highest value of the band, its name)
BANDS = {
    "pasi": [(0, "clear"), (10, "mild"), (72, "moderate_severe")],
    "easi": [
        (0, "clear"),
        (1, "almost_clear"),
        (7, "mild"),
        (21, "moderate"),
        (50, "severe"),
        (72, "very_severe"),
    ],
    "dlqi": [
        (1, "no_effect"),
        (5, "small_effect"),
        (10, "moderate_effect"),
        (20, "very_large_effect"),
        (30, "extremely_large_effect"),
    ],
    "gais": [
        (1, "very_much_improved"),
        (2, "much_improved"),
        (3, "improved"),
        (4, "no_change"),
        (5, "worse"),
    ],
    "iga": [(0, "clear"), (1, "almost_clear"), (2, "mild"), (3, "moderate"), (4, "severe")],
}
# How many items may be missing, and count 0.
MAY_MISS = {"dlqi": 1}


def find_flaws(instrument, items):
    """Return the flaws of ``items``, a dict of numbers by key.

    >>> find_flaws("iga", {"grade": 7})
    [Flaw(key='grade', reason='range', item=Item(key='grade', low=0, high=4, step=1))]
    >>> [flaw.reason for flaw in find_flaws("gais", {"garde": 1})]
    ['unknown', 'missing']
    """
    asked = {item.key: item for item in ITEMS[instrument]}
    flaws = [Flaw(key, "unknown") for key in items if key not in asked]
    for key, item in asked.items():
        value = items.get(key)
        if value is not None and (reason := _misfit(item, value)):
            flaws.append(Flaw(key, reason, item))
    missing = [item for key, item in asked.items() if items.get(key) is None and _needed(key, items)]
    if len(missing) > MAY_MISS.get(instrument, 0):
        flaws += [Flaw(item.key, "missing", item) for item in missing]
    return flaws


def _misfit(item, value):
    """Return why ``value`` is no answer to ``item``, or None."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if not number or not item.low <= value <= item.high:
        return "range"
    return "step" if (value / item.step) % 1 else None


def _needed(key, items):
    """Return whether ``key`` must be answered: the signs of a region that is not affected need not be."""
    region, _separator, sign = key.partition("_")
    if region not in REGIONS or sign == "area":
        return key != "under_8"
    return items.get(f"{region}_area") != 0


def evaluate(instrument, items):
    """Return (value, band) of ``items``, a dict of numbers by key.

    :raises ScoreError: when items are missing or out of range
    """
    flaws = find_flaws(instrument, items)
    if flaws:
        raise ScoreError(flaws)
    value = FORMULAS[instrument](items)
    return value, band(instrument, value)


def band(instrument, value):
    """Return the band into which ``value`` falls.

    >>> band("easi", 7.0), band("easi", 7.1), band("dlqi", 11), band("pasi", 10.1)
    ('mild', 'moderate', 'very_large_effect', 'moderate_severe')
    """
    return next(name for highest, name in BANDS[instrument] if value <= highest)


def _weighted(items, signs, weights):
    """Return the sum over the regions of weight × (sum of the signs) × area, to one decimal, halves upwards."""
    tenths = 0
    for region in REGIONS:
        signs_sum = sum(items.get(f"{region}_{sign}") or 0 for sign in signs)
        tenths += weights[region] * signs_sum * items[f"{region}_area"]
    return floor(tenths + 0.5) / 10


def pasi(items):
    """Return the PASI, 0–72: 0.1/0.2/0.3/0.4 × (E + I + D) × A for head, arms, trunk and legs.

    Elbows and knees: arms 2 + 2 + 2 on 10–29 % (2 points), legs 3 + 2 + 2 on 1–9 % (1 point):
    0.2 × 6 × 2 + 0.4 × 7 × 1 = 2.4 + 2.8.

    >>> pasi({"head_area": 0, "trunk_area": 0,
    ...       "upper_erythema": 2, "upper_induration": 2, "upper_scaling": 2, "upper_area": 2,
    ...       "lower_erythema": 3, "lower_induration": 2, "lower_scaling": 2, "lower_area": 1})
    5.2
    >>> pasi({item.key: item.high for item in ITEMS["pasi"]})
    72.0
    """
    return _weighted(items, PASI_SIGNS, WEIGHTS)


def easi(items):
    """Return the EASI, 0–72: 0.1/0.2/0.3/0.4 × (signs) × A; 0.2/0.2/0.3/0.3 below the age of eight (``under_8``).

    Face 2 + 1 + 1 + 0 on 30–49 % (3 points): 0.1 × 4 × 3 for an adult, 0.2 × 4 × 3 for a child.

    >>> face = {"head_erythema": 2, "head_papulation": 1, "head_excoriation": 1, "head_lichenification": 0,
    ...         "head_area": 3, "upper_area": 0, "trunk_area": 0, "lower_area": 0}
    >>> easi(face), easi({**face, "under_8": 1})
    (1.2, 2.4)
    >>> easi({**face, "head_lichenification": 0.5})
    1.4
    """
    return _weighted(items, EASI_SIGNS, CHILD_WEIGHTS if items.get("under_8") else WEIGHTS)


def dlqi(items):
    """Return the DLQI, 0–30: the sum of ten answers of 0–3.

    >>> dlqi({topic: 1 for topic in DLQI_TOPICS})
    10
    """
    return sum(items.get(topic) or 0 for topic in DLQI_TOPICS)


def grade(items):
    """Return the grade that was chosen.

    >>> grade({"grade": 3})
    3
    """
    return items["grade"]


FORMULAS = {"pasi": pasi, "easi": easi, "dlqi": dlqi, "gais": grade, "iga": grade}
