"""How much is asked for, by whom and of what."""

from .places import DHA, GULBERG

PAST_DAYS = 91
FUTURE_DAYS = 14
# Visits on a day without a free hour.
FULL_DAY = {GULBERG: 8, DHA: 5}
# How full the days are: three months ago in the young clinic, these days, tomorrow as booked so far, and the last day.
FILLED_AT_FIRST = 0.05
FILLED_TODAY = 0.6
FILLED_TOMORROW = 1.2
FILLED_LAST = 0.15
# Today is the busiest day so far: anyone who opens the demo should see a board in full swing.
BUSY_TODAY = 2.2
# The weekend is busier.
WEEKDAY_FACTOR = [0.9, 0.8, 0.9, 1.0, 1.0, 1.3, 1.1]

# treatment: weight for women, for men
WANTED = {
    "treatment_consultation": (11, 14),
    "treatment_botulinum_toxin": (16, 4),
    "treatment_dermal_filler": (9, 1),
    "treatment_mesotherapy": (4, 3),
    "treatment_thread_lift": (1, 0),
    "treatment_laser_hair_removal": (20, 5),
    "treatment_carbon_laser": (7, 5),
    "treatment_laser_scar": (4, 9),
    "treatment_chemical_peel": (8, 3),
    "treatment_hydrafacial": (11, 4),
    "treatment_microneedling": (6, 6),
    "treatment_prp_face": (5, 2),
    "treatment_prp_hair": (4, 22),
    "treatment_hair_transplant": (0.5, 10),
}
# What is often done in the same visit, right afterwards.
PAIRED = {
    "treatment_chemical_peel": "treatment_prp_face",
    "treatment_carbon_laser": "treatment_laser_scar",
    "treatment_consultation": "treatment_botulinum_toxin",
}
PAIRED_SHARE = 0.12

CANCELLED = 0.04
NO_SHOW = 0.03
DISCOUNTED = 0.08
# How a visit is paid; the rest is a debt.
PAID_NOW = 0.92
PAID_LATER = 0.04
BY_CASH = 0.45


def visits_wanted(branch, day, today, rng):
    """Return how many visits are asked for in the branch (by name) on ``day``."""
    ahead = (day - today).days
    if ahead > 0:
        filled = FILLED_TOMORROW + (FILLED_LAST - FILLED_TOMORROW) * (ahead - 1) / (FUTURE_DAYS - 1)
    else:
        # Growth that speeds up: most of what there is to see lies in the last weeks.
        filled = FILLED_AT_FIRST + (FILLED_TODAY - FILLED_AT_FIRST) * (1 + ahead / PAST_DAYS) ** 3
    if not ahead:
        filled *= BUSY_TODAY
    return round(FULL_DAY[branch] * filled * WEEKDAY_FACTOR[day.weekday()] * rng.uniform(0.8, 1.2))


def treatment_weights(sex):
    """Return the weights of the treatments for patients of ``sex``."""
    return [weights[1 if sex == "male" else 0] for weights in WANTED.values()]


def patient_weight(index):
    """Return how often the patient number ``index`` comes: the first are regulars, and there is a long tail."""
    return 1 / (1 + index / 40)
