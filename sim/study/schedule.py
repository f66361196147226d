"""The schedule worked back from the year's end: by kind of work the last day for each gate, so that it still counts.

All dates of a kind of work are those of one plan: all of it is approved on the last safe day to begin, and begins at
once where nothing but crew, season and site is waited for. The last day for any gate after that is the one by which
nine in ten of the cases that counted had come through it; who comes later is among the last tenth, or does not count.

Work is held back with its papers, and on its day does not wait for its first money. So the last day to approve is the
last safe day itself as long as work begins without that money. Where it waits, approval has to come earlier: on the
last of the days of the design on which the money, asked for on approval, has come to nine in ten by the last safe day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from math import ceil, inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.record import Run

#: Approved where it waits for its first money, approved where it does not, and what is told of runs.
GATES = ("paid_first", "approved", "begun", "finished", "accepted", "settled")
#: The part of the cases that counted which has come through a gate on its last day.
MOST = 0.9
#: Of so many replications one may have a day before the range of a date, and one a day after it.
TAIL = 10


@dataclass(frozen=True)
class LastDay:
    """The last day for a gate, and between which days it lies in eight of ten replications.

    None is no day of the year: none is early enough for approval, none brings most through any other gate. ``share`` of
    the cases that counted had come through by the day, else by the year's end (of *paid_first*: had their money in time
    when approved on the day, else on the first one). ``replications`` are those in which any counted. A gate that a
    kind of work does not have has no last day.
    """

    work: str
    gate: str
    day: date | None
    low: date | None
    high: date | None
    share: float
    replications: int

    def row(self) -> dict[str, Any]:
        """Return one flat row."""
        named = (("day", self.day), ("low", self.low), ("high", self.high))
        days = {name: None if day is None else day.isoformat() for name, day in named}
        return {"work": self.work, "gate": self.gate, **days, "share": self.share, "replications": self.replications}


def last_day(row: Mapping[str, Any]) -> LastDay:
    """Return what `LastDay.row` made a row of."""
    day, low, high = (None if row[name] is None else date.fromisoformat(row[name]) for name in ("day", "low", "high"))
    return LastDay(row["work"], row["gate"], day, low, high, float(row["share"]), int(row["replications"]))


@dataclass(frozen=True)
class Start:
    """The runs, one a replication, in which all work of a kind began on a day, counted from the first one."""

    day: int
    runs: Sequence[Run]

    def only(self, place: int) -> Start:
        """Return the start with a single replication."""
        return Start(self.day, self.runs[place : place + 1])

    @property
    def met(self) -> int:
        """Return how many cases counted."""
        return int(sum(run.scalars["held_met"] for run in self.runs))

    def through(self, step: str) -> list[tuple[int, int]]:
        """Return the days on which cases that counted came through, each with how many had by then."""
        counts = Counter[int]()
        for run in self.runs:
            for day, cases in run.held.get(step, ()):
                counts[day] += cases
        return list(zip(sorted(counts), accumulate(counts[day] for day in sorted(counts)), strict=True))

    def share(self, step: str, day: float) -> float:
        """Return the share of the cases that counted which had come through by a day."""
        return max((count for at, count in self.through(step) if at <= day), default=0) / self.met

    def most(self, step: str) -> float:
        """Return the day by which most had come through, infinite where they had not by the year's end."""
        enough = ceil(MOST * self.met - 1e-9)
        return next((day for day, count in self.through(step) if count >= enough), inf)


def schedule(
    work: str, first: date, starts: Sequence[Start], safe: date, own: Sequence[date | None]
) -> Iterator[LastDay]:
    """Tell the last days of a kind of work that may begin until a ``safe`` day.

    The ``starts`` stand in order; ``own`` is by replication the day that is safe by it alone.
    """
    starts = [start for start in starts if start.day <= (safe - first).days]
    last = starts[-1]
    told = [place for place in range(len(last.runs)) if last.only(place).met]
    steps = {step for run in last.runs for step in run.held}

    def day_of(gate: str, day: float, each: Sequence[float], share: float) -> LastDay:
        low, high = _range(day, each)
        return LastDay(work, gate, _date(first, day), _date(first, low), _date(first, high), share, len(told))

    if "funded" in steps:
        before, each = _paid_first(starts), [_paid_first([start.only(place) for start in starts]) for place in told]
        asked = next(start for start in starts if start.met and start.day >= before)
        yield day_of("paid_first", before, each, asked.share("funded", last.day))
    if "settled" in steps:
        yield day_of("approved", last.day, [_day(first, own[place]) for place in told], 1.0)
    for gate in (gate for gate in GATES if gate in steps):
        day = last.most(gate)
        yield day_of(gate, day, [last.only(place).most(gate) for place in told], last.share(gate, day))


def _paid_first(starts: Sequence[Start]) -> float:
    """The last day on which approval brings the first money by the last of them; before all days where none does."""
    safe = starts[-1].day
    return max((start.day for start in starts if start.met and start.most("funded") <= safe), default=-inf)


def _range(day: float, each: Sequence[float]) -> tuple[float, float]:
    """Where the days of single replications lie, but for a tenth at either end; the day of all is within."""
    ordered, left_out = sorted(each), (len(each) - 1) // TAIL
    return min(day, ordered[left_out]), max(day, ordered[-1 - left_out])


def _date(first: date, day: float) -> date | None:
    return None if day in (-inf, inf) else first + timedelta(days=int(day))


def _day(first: date, day: date | None) -> float:
    return -inf if day is None else (day - first).days
