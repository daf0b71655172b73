"""What a refund of a part-used package comes to, by a rule: plain arithmetic without a database.

All amounts are what the patient pays, taxes included, in the branch's currency; the rules that clinics publish are
written so. The patient is charged for what was used (at the package's price or at the list's), a fee and bank charges;
the rest of the price is credited, and what was paid beyond the charge is given back::

    charge = used + fee + bank charges, not above the price
    credit = price - charge
    back   = paid - charge, and where that is below zero the patient owes it

>>> six = Course(price=48000, paid=48000, used=32000, used_list=40000, unused=16000)
>>> reckon(six, Rule(basis="package")).back
16000
>>> reckon(six, Rule(basis="list")).back
8000
>>> half = Course(price=48000, paid=24000, used=32000, used_list=40000, unused=16000)
>>> reckon(half, Rule(basis="list", debt="owed")).owed
16000
>>> reckon(six, Rule(basis="nothing")).back
0
"""

from dataclasses import dataclass

from odoo.tools import float_round


@dataclass(frozen=True)
class Course:
    """What is known of the course: its price, what of it is paid, and what its sessions come to.

    ``used`` and ``unused`` are the sessions' shares of the price, ``used_list`` what the used ones cost alone.
    """

    price: float
    paid: float
    used: float
    used_list: float
    unused: float


@dataclass(frozen=True)
class Rule:
    """A refund rule: see the fields of ``clinic.refund.rule``."""

    basis: str = "package"
    fee_kind: str = "none"
    fee: float = 0.0
    fee_of: str = "price"
    charges: float = 0.0
    debt: str = "owed"
    capped: bool = False


@dataclass(frozen=True)
class Result:
    """The lines of the reckoning as [(key, amount)], and what follows from them."""

    lines: tuple
    charge: float
    credit: float
    back: float
    owed: float


def reckon(course, rule, rounding=0.01):
    """Return the ``Result`` of ``rule`` for ``course``, rounded to the currency's ``rounding``."""

    def rounded(amount):
        return float_round(amount, precision_rounding=rounding)

    lines = [("price", course.price)]
    if rule.basis == "nothing":
        charge = course.price
        lines.append(("nothing", -course.price))
    else:
        charge, lines = _charge(course, rule, rounded, lines)
    charge = rounded(charge)
    back = rounded(course.paid - charge)
    waived = 0.0
    if back < 0 and rule.debt == "waived":
        waived = -back
        charge = rounded(course.paid)
        back = 0.0
    credit = rounded(course.price - charge)
    unpaid = rounded(course.price - course.paid)
    if unpaid:
        lines.append(("unpaid", -unpaid))
    if waived:
        lines.append(("waived", waived))
    return Result(tuple(lines), charge, credit, max(back, 0.0), max(-back, 0.0))


def _charge(course, rule, rounded, lines):
    """Return what is charged and the lines that say so."""
    used = course.used_list if rule.basis == "list" else course.used
    fee = rounded(_fee(course, rule))
    lines = [*lines, (f"used_{rule.basis}", -used), ("fee", -fee), ("charges", -rule.charges)]
    charge = used + fee + rule.charges
    if rule.capped:
        least = course.price - course.unused
        if charge < least:
            lines.append(("capped", charge - least))
            charge = least
    if charge > course.price:
        # Nobody pays more than the package costs.
        lines.append(("limited", charge - course.price))
        charge = course.price
    return charge, [line for line in lines if line[0] in ("price", f"used_{rule.basis}") or line[1]]


def _fee(course, rule):
    if rule.fee_kind == "fixed":
        return rule.fee
    if rule.fee_kind == "percent":
        return rule.fee / 100 * {"price": course.price, "unused": course.unused, "paid": course.paid}[rule.fee_of]
    return 0.0
