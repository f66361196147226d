"""What stood in a run's books when the time began that it tells of: the first day, or that after the years before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.exit.counts import count_villages
from sim.campaign.results.balances import check
from sim.county.county import Ints
from sim.scenario.names import LINES

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.money.projects import Project


@dataclass(frozen=True, eq=False)
class Books:
    """The register by village, villages out, yuan by line so far, minutes by kind of desk and those nobody worked.

    Of ``all_people`` of a village ``people`` were registered, counted as the rules count who moved away.
    ``given`` and ``total`` are what a line was allotted, before and after the county moved money between lines;
    ``taken`` is by line and village what the places cost that cases have taken on the list.
    """

    people: Ints
    all_people: Ints
    households: int
    out: tuple[bool, ...]
    given: Mapping[str, int]
    total: Mapping[str, int]
    received: Mapping[str, int]
    paid: Mapping[str, int]
    minutes: Mapping[str, int]
    absent: int
    taken: Mapping[str, Ints]

    def carried(self, line: str) -> int:
        """Return the yuan of earlier years that a line had not paid yet; what went elsewhere may still be recovered."""
        return self.total[line] - self.paid[line]


def opened(c: Campaign) -> Books:
    """Return the books of the first day, in which nothing is done yet."""
    none = dict.fromkeys(LINES, 0)
    households = int(c.register.first_households.sum())
    out = tuple(c.county.villages.exited.tolist())
    taken = dict.fromkeys(LINES, np.zeros(c.places.villages, dtype=np.int64))
    people, all_people = c.register.first_people, c.county.villages.base_people
    return Books(people, all_people, households, out, none, none, none, none, {}, 0, taken)


def closed(c: Campaign) -> Books:
    """Return the books as they stand now; raises where they do not balance."""
    check(c)
    t, (people, all_people, _) = c.treasury, count_villages(c)

    def by_line(read: Callable[[str], int]) -> dict[str, int]:
        return {line: read(line) for line in LINES}

    return Books(
        people, all_people, int(c.register.poor().sum()), tuple(c.assessment.out), by_line(t.given), by_line(t.total),
        by_line(t.received), by_line(t.paid), c.desks.by_kind(), sum(desk.absent for desk in c.desks),
        by_place(c, attrgetter("taken_yuan")),
    )  # fmt: skip


def by_place(c: Campaign, yuan: Callable[[Project], int]) -> dict[str, Ints]:
    """Return by line and village the sum of something over the projects of the list."""
    found = {line: [0] * c.places.villages for line in LINES}
    for project in c.library.projects:
        found[project.line][project.village] += yuan(project)
    return {line: np.array(by_village) for line, by_village in found.items()}
