"""What a whole month makes of its commissions: tiers, guarantees and caps."""


def of_tiers(tiers, whole, percent, base):
    """Return the commission on a month's ``base``.

    :param tiers: [[from, to or None, percent]]; what is in no tier earns ``percent``
    :param whole: the tier that is reached counts for all of the base, not only for the part within it

    >>> tiers = [[100, 200, 10], [200, None, 20]]
    >>> [of_tiers(tiers, False, 5, base) for base in (50, 100, 150, 300)]
    [2.5, 5.0, 10.0, 35.0]
    >>> [of_tiers(tiers, True, 5, base) for base in (50, 100, 150, 300)]
    [2.5, 10.0, 15.0, 60.0]
    """
    if whole:
        reached = [rate for start, stop, rate in tiers if start <= base and (stop is None or base < stop)]
        return base * (reached[0] if reached else percent) / 100
    above = 0.0
    for start, stop, rate in tiers:
        inside = max(min(base, base if stop is None else stop) - start, 0)
        above += inside * (rate - percent)
    return (base * percent + above) / 100


def of_limit(minimum, maximum, total):
    """Return what comes on top of a month's ``total``; below zero where it is more than the most.

    >>> [of_limit(100, 200, total) for total in (40, 150, 260)], of_limit(0, 0, 10)
    ([60, 0, -60], 0)
    """
    if total < minimum:
        return minimum - total
    return maximum - total if maximum and total > maximum else 0
