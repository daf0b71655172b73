from datetime import datetime
from heapq import heappop, heappush
from itertools import count


class Timeline:
    """Interleaves lives in the order of time.

    A life is a generator that does one thing after the other, and yields the moment (naive UTC) at which it goes on.
    """

    def __init__(self, clock, begin=datetime.min):
        self._clock = clock
        # Time never goes back: anyone who is late goes on at once.
        self._now = begin
        self._waiting = []
        self._tickets = count()

    def add(self, life):
        """Let ``life`` begin, and wait for the moment at which it wants to go on."""
        moment = next(life, None)
        if moment is not None:
            # Of two lives that wait for the same moment, the one that waited first goes first.
            heappush(self._waiting, (moment, next(self._tickets), life))

    def run(self, until):
        """Live until the moment ``until``; what would come later has not happened yet."""
        while self._waiting and self._waiting[0][0] <= until:
            moment, _ticket, life = heappop(self._waiting)
            self._now = max(self._now, moment)
            self._clock.move_to(self._now)
            self.add(life)
