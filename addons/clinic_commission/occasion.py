"""What a commission is earned with, in plain values: an invoice is only one of its sources."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Amounts:
    """What was charged, in the branch's currency: after discount, before it, the tax on it, how many units.

    >>> Amounts(net=900, list=1000) + Amounts(net=100, list=100, quantity=2)
    Amounts(net=1000, list=1100, tax=0.0, quantity=2.0)
    """

    net: float = 0.0
    list: float = 0.0
    tax: float = 0.0
    quantity: float = 0.0

    def __add__(self, other):
        return Amounts(
            self.net + other.net, self.list + other.list, self.tax + other.tax, self.quantity + other.quantity
        )

    def measure(self):
        """Return the name of the value by which a part of this is a part of the whole.

        >>> Amounts(net=900, list=1000).measure(), Amounts(list=1000).measure(), Amounts(quantity=1).measure()
        ('net', 'list', 'quantity')
        """
        return next((name for name in ("net", "list", "quantity") if getattr(self, name)), "net")


@dataclass(frozen=True)
class Occasion:
    """Something with which people earn.

    ``key`` names it and never changes: while what it earned counts, it earns nothing more. ``people`` is
    {role: [(practitioner, percent of the role's share)]}.
    """

    key: str
    day: date
    branch: Any
    people: dict
    # What is performed, or the item or package that is sold; the other one is empty.
    treatment: Any = None
    product: Any = None
    procedure: Any = None
    move: Any = None
    # The invoice that pays for it, where it is not the one that charges it.
    payer: Any = None
    charged: Amounts = field(default_factory=Amounts)
    # What was used and charged beside it: some rules count it.
    items: Amounts = field(default_factory=Amounts)
    # A further charge is no session more.
    further: bool = False
    # How much of it is left, where a report asks for what was earned.
    left: float = 1.0
    # What it has cost, where a report has read that for all its occasions.
    costs: Any = None

    def counted(self, items):
        """Return the amounts with or without what was used beside it."""
        return self.charged + self.items if items else self.charged
