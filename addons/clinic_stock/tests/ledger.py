"""What the stock of a few lots must be, kept by hand beside Odoo's: in decimals, without a database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

ZERO = Decimal(0)


class Refused(Exception):
    """What must not be possible."""


@dataclass
class Vial:
    """An open vial."""

    left: Decimal
    until: datetime
    number: int
    size: Decimal


@dataclass
class Lot:
    """What there is of a lot in the store and in the treatment rooms, and in which vials."""

    store: Decimal = ZERO
    room: Decimal = ZERO
    vials: list[Vial] = field(default_factory=list)

    @property
    def open(self) -> list[Vial]:
        """The vials with something left, the first to be discarded first."""
        return sorted((vial for vial in self.vials if vial.left > 0), key=lambda vial: (vial.until, vial.number))

    @property
    def opened(self) -> Decimal:
        """What is in open vials."""
        return sum((vial.left for vial in self.vials), ZERO)

    @property
    def sealed(self) -> Decimal:
        """What is in the treatment rooms and in no open vial."""
        return self.room - self.opened


class Ledger:
    """The rules of the treatment room, written down a second time."""

    def __init__(self, lots: int, size: int, hours: int):
        self.lots = [Lot() for _number in range(lots)]
        self.size = Decimal(size)
        self.hours = timedelta(hours=hours)
        self.draws: list[tuple[Lot, list[tuple[Vial, Decimal]]] | None] = []
        self.vials: list[tuple[Lot, Vial]] = []

    def receive(self, lot: Lot, quantity: Decimal) -> None:
        lot.store += quantity

    def supply(self, lot: Lot, quantity: Decimal) -> None:
        if quantity > lot.store:
            raise Refused
        lot.store -= quantity
        lot.room += quantity

    def give_back(self, lot: Lot, quantity: Decimal) -> None:
        if quantity > lot.sealed:
            raise Refused
        lot.room -= quantity
        lot.store += quantity

    def draw(self, lot: Lot, quantity: Decimal, now: datetime) -> None:
        usable = [vial for vial in lot.open if vial.until > now]
        if quantity > lot.sealed + sum((vial.left for vial in usable), ZERO):
            raise Refused
        lot.room -= quantity
        sealed, parts = lot.sealed + quantity, []
        for vial in usable:
            take = min(vial.left, quantity)
            if take:
                vial.left -= take
                quantity -= take
                parts.append((vial, take))
        sealed = lot.room + quantity - lot.opened
        while quantity:
            content = min(self.size, sealed)
            vial = Vial(content, now + self.hours, len(self.vials), content)
            sealed -= vial.left
            take = min(vial.left, quantity)
            vial.left -= take
            quantity -= take
            lot.vials.append(vial)
            self.vials.append((lot, vial))
            parts.append((vial, take))
        self.draws.append((lot, parts))

    def undo(self, number: int) -> None:
        if self.draws[number] is None:
            raise Refused
        lot, parts = self.draws[number]
        self.draws[number] = None
        for vial, take in parts:
            vial.left += take
            lot.room += take
            if vial.left == vial.size:
                # Nothing was drawn from it after all: it is sealed.
                vial.left = ZERO

    def discard(self, number: int) -> None:
        lot, vial = self.vials[number]
        if not vial.left:
            raise Refused
        lot.room -= vial.left
        vial.left = ZERO

    def scrap(self, lot: Lot, quantity: Decimal) -> None:
        if quantity > lot.room:
            raise Refused
        self._leave(lot, lot.room - quantity)

    def count(self, lot: Lot, quantity: Decimal) -> None:
        self._leave(lot, quantity)

    def _leave(self, lot: Lot, quantity: Decimal) -> None:
        lot.room = quantity
        for vial in lot.open:
            missing = lot.opened - lot.room
            if missing <= 0:
                break
            vial.left -= min(vial.left, missing)
