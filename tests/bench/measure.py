"""Times and queries of things that are done in turn, and a table of them."""

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

WARM_UP = 2


@dataclass
class Task:
    """Something to measure in one environment; ``run`` takes the number of the repetition.

    What ``prepare`` does before it isn't measured. A task that does ``size`` things at once is reported for one.
    """

    name: str
    env: object
    run: Callable[[int], object]
    prepare: Callable[[int], object] | None = None
    size: int = 1
    seconds: list[float] = field(default_factory=list)
    queries: int = 0

    def repeat(self, number: int, *, counted: bool) -> None:
        """Do it once, from a cold ORM cache, with all its SQL; the database is then as before."""
        cr = self.env.cr
        savepoint = cr.savepoint(flush=False)
        if self.prepare:
            self.prepare(number)
            cr.flush()
        self.env.invalidate_all()
        gc.collect()
        queries, began = cr.sql_log_count, time.perf_counter()
        self.run(number)
        cr.flush()  # what a commit would do: pending SQL and tracking
        took = time.perf_counter() - began
        self.queries = math.ceil((cr.sql_log_count - queries) / self.size)
        if counted:
            self.seconds.append(took / self.size)
        cr.clear()
        savepoint.rollback()
        savepoint.close(rollback=False)

    @property
    def median(self) -> float:
        """The median in milliseconds."""
        return statistics.median(self.seconds) * 1000

    @property
    def p95(self) -> float:
        """The 95th percentile in milliseconds."""
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[-1] * 1000


def measure(tasks: Iterable[Task], repetitions: int) -> None:
    """Repeat all tasks in turn, so that a busy moment of the machine meets each of them."""
    tasks = list(tasks)
    for number in range(WARM_UP + repetitions):
        for task in tasks:
            task.repeat(number, counted=number >= WARM_UP)


@dataclass
class Goal:
    """What a figure is compared with: ``ratio`` as text, and whether the goal is reached."""

    ratio: str
    text: str
    reached: bool


def at_least(peer: Task, ours: Task, times: float) -> Goal:
    """We are ``times`` as fast as the peer."""
    ratio = peer.median / ours.median
    return Goal(f"{ratio:.1f}x", f">= {times:g}x", ratio >= times)


def at_most(before: Task, after: Task, times: float) -> Goal:
    """It takes no longer than ``times`` what it took before."""
    ratio = after.median / before.median
    return Goal(f"{ratio:.2f}x", f"<= {times:g}x", ratio <= times)


def below(task: Task, milliseconds: float | None = None, queries: int | None = None) -> Goal:
    """It stays below a time, and needs no more than so many queries."""
    reached = (milliseconds is None or task.median < milliseconds) and (queries is None or task.queries <= queries)
    words = [f"< {milliseconds:g} ms" if milliseconds else "", f"<= {queries} q" if queries else ""]
    return Goal("", ", ".join(word for word in words if word), reached)


def p95_below(task: Task, milliseconds: float) -> Goal:
    """Its 95th percentile stays below a time."""
    return Goal("", f"p95 < {milliseconds:g} ms", task.p95 < milliseconds)


def same_queries(one: Task, other: Task) -> Goal:
    """Both need as many queries."""
    return Goal(f"{other.queries - one.queries:+d} q", "same q", one.queries == other.queries)


class Table:
    """Rows of tasks under headings; says at the end whether all goals are reached."""

    HEAD = ("", "median ms", "p95 ms", "queries", "ratio", "goal", "reached")

    def __init__(self):
        self.rows: list[tuple[str, ...]] = []
        self.reached = True

    def heading(self, text: str) -> None:
        """Begin a group of rows."""
        self.rows.append((text,))

    def add(self, task: Task, goal: Goal | None = None) -> None:
        """Add what was measured of a task, and what it was to be."""
        figures = (f"  {task.name}", f"{task.median:.1f}", f"{task.p95:.1f}", str(task.queries))
        if goal:
            figures += (goal.ratio, goal.text, "yes" if goal.reached else "NO")
            self.reached = self.reached and goal.reached
        self.rows.append(figures)

    def text(self) -> str:
        """The table as it is printed."""
        full = [(*row, *[""] * (len(self.HEAD) - len(row))) for row in self.rows if len(row) > 1]
        widths = [max(len(row[column]) for row in [self.HEAD, *full]) for column in range(len(self.HEAD))]
        lines = [self._line(self.HEAD, widths), "-" * (sum(widths) + 2 * len(widths) - 2)]
        lines += [row[0] if len(row) == 1 else self._line(row, widths) for row in self.rows]
        return "\n".join(lines)

    def _line(self, row, widths) -> str:
        row = (*row, *[""] * (len(widths) - len(row)))
        first, *others = (word.rjust(width) for word, width in zip(row, widths, strict=True))
        return "  ".join([row[0].ljust(len(first)), *others]).rstrip()
