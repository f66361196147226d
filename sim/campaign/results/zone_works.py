"""By command zone and kind of work: cases, those begun, finished, accepted and settled by the end, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING, Any

from sim.campaign.milestones import work_days

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case, Kind

#: Kinds of work that a zone's page tells of, each with the kinds of cases that it is.
WORKS: Mapping[str, tuple[str, ...]] = {
    "relocation": ("relocation",), "hamlet_roads": ("road",), "village_roads": ("seat_road",), "water": ("water",),
    "housing": ("housing",), "rooms": ("rooms",), "power": ("electricity", "television", "receiver", "broadcast"),
    "collective": ("collective",), "committees": ("committee",), "industry": ("industry",), "jobs": ("job",),
    "posts": ("post",), "backstop": ("backstop",),
}  # fmt: skip
GATES = ("begun", "finished", "accepted", "settled")


def zone_works(c: Campaign) -> dict[str, list[Any]]:
    """Return a row a township and kind of work that it has cases of in the time told of.

    ``half_begun`` and ``half_accepted`` are the days, counted from the first day, by which half of the cases are (-1:
    fewer are by the end).
    """
    work_of = {kind: work for work, kinds in WORKS.items() for kind in kinds}
    first = c.first_day
    alike: dict[tuple[Kind, int], list[Case]] = defaultdict(list)
    for case in c.cases.all:
        if case.closed >= first and not case.dropped:
            alike[case.kind, case.township].append(case)
    days: dict[tuple[int, str], tuple[list[float], ...]] = defaultdict(lambda: tuple([] for _ in GATES))
    for (kind, township), cases in alike.items():
        if kind.name in work_of:
            found = *work_days(cases), [case.closed for case in cases], [case.settled for case in cases]
            for by_gate, those in zip(days[township, work_of[kind.name]], found, strict=True):
                by_gate += those
    rows = [
        {"township": key, "work": work, **_row(days[township, work], first)}
        for township, key in enumerate(c.county.townships.key) for work in WORKS if (township, work) in days
    ]  # fmt: skip
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def _row(days: tuple[list[float], ...], first: float) -> dict[str, int]:
    """Count what has come through each gate by the end."""
    begun, _, accepted, _ = days
    return {
        "cases": len(begun),
        **{gate: len(on) - on.count(inf) for gate, on in zip(GATES, days, strict=True)},
        "half_begun": _half(begun, first), "half_accepted": _half(accepted, first),
    }  # fmt: skip


def _half(days: list[float], first: float) -> int:
    middle = sorted(days)[(len(days) - 1) // 2]
    return -1 if middle == inf else int(max(0.0, middle - first))
