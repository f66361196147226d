"""What stood in a run's books when the time began that it tells of: the first day, or that after the years before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.money.ledger import LINES
from sim.campaign.results.balances import check
from sim.county.county import REGISTERED, Ints

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


@dataclass(frozen=True, eq=False)
class Books:
    """The register by village, villages out, yuan by line so far, minutes by kind of desk and those nobody worked.

    ``given`` and ``total`` are what a line was allotted, before and after the county moved money between lines.
    """

    people: Ints
    households: int
    out: tuple[bool, ...]
    given: Mapping[str, int]
    total: Mapping[str, int]
    received: Mapping[str, int]
    paid: Mapping[str, int]
    minutes: Mapping[str, int]
    absent: int

    def carried(self, line: str) -> int:
        """Return the yuan of earlier years that a line had not paid yet; what went elsewhere may still be recovered."""
        return self.total[line] - self.paid[line]


def opened(c: Campaign) -> Books:
    """Return the books of the first day, in which nothing is done yet."""
    none = dict.fromkeys(LINES, 0)
    households = int(c.registered_by_village.sum())
    out = tuple(c.county.villages.exited.tolist())
    return Books(c.registered_people_by_village, households, out, none, none, none, none, {}, 0)


def closed(c: Campaign) -> Books:
    """Return the books as they stand now; raises where they do not balance."""
    check(c)
    t, poor = c.treasury, c.status == REGISTERED
    home = c.county.households.village[poor]
    people = np.bincount(home, weights=c.people[poor], minlength=c.places.villages).astype(np.int64)

    def by_line(read: Callable[[str], int]) -> dict[str, int]:
        return {line: read(line) for line in LINES}

    return Books(
        people, int(poor.sum()), tuple(c.assessment.out), by_line(t.given), by_line(t.total), by_line(t.received),
        by_line(t.paid), c.desks.by_kind(), sum(desk.absent for desk in c.desks),
    )  # fmt: skip
