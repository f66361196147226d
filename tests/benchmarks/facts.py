"""The README's table of facts, from the model as it is: ``python -m tests.benchmarks.facts``.

Markdown, a row a fact: what was published, whether it went in, and what the first allocation makes of it: the median
over replications and their range, or one value where all agree.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from statistics import median

import numpy as np

import sim
from sim.campaign import Campaign, start
from sim.campaign.results.months import Months
from sim.campaign.results.outcome import outcome
from sim.ensemble.pool import cores

#: Of one replication: the campaign at its end, and the scalars of its run.
Reading = Callable[[Campaign, dict[str, float]], tuple[float, ...]]


def whole(value: float) -> str:
    return f"{value:,.0f}"


def tens(value: float) -> str:
    return f"{round(value, -1):,.0f}"


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def fine_percent(value: float) -> str:
    return f"{100 * value:.2f} %"


@dataclass(frozen=True)
class Fact:
    """A row: its words in the README, what a replication says of it, and how that is written."""

    label: str
    published: str
    kind: str
    read: Reading
    write: Callable[[float], str] = whole


def scalar(*names: str) -> Reading:
    return lambda _, s: tuple(s[name] for name in names)


def ratio(part: str, of: str) -> Reading:
    return lambda _, s: (s[part] / s[of],)


def _villages(c: Campaign, _: dict[str, float]) -> tuple[float, ...]:
    tier = c.county.villages.tier
    return (len(tier), *(int(np.isin(tier, kinds).sum()) for kinds in ((0, 1), (0,), (2,))))


def _exited(c: Campaign, _: dict[str, float]) -> tuple[float, ...]:
    out = c.county.households.status == 2
    return int(c.county.households.people[out].sum()), int(out.sum())


def _exited_in_the_deep(c: Campaign, _: dict[str, float]) -> tuple[float, ...]:
    hh, v = c.county.households, c.county.villages
    there = hh.people * (hh.status == 2)
    places = c.county.townships.deep[v.township], v.tier == 0
    return tuple(int(there[place[hh.village]].sum()) for place in places)


def _to_relocate(c: Campaign, _: dict[str, float]) -> tuple[float, ...]:
    hh = c.county.households
    return (int(hh.people[: len(hh.relocates)][hh.relocates].sum()),)


def _unpaid(_: Campaign, s: dict[str, float]) -> tuple[float, ...]:
    return (1.0 - s["paid_yuan"] / s["listed_yuan"],)


FACTS = (
    Fact("villages; registered poor; deep; high incidence", "74; 42; 19; 5", "input", _villages),
    Fact("rural people (base N)", "at most 168,680", "input, drawn", scalar("N"), tens),
    Fact("incidence at the start of 2018", "10.59 %", "input", ratio("registered_start_people", "N"), fine_percent),
    Fact("people and households exited in 2016-17", "13,267; 3,465", "input", _exited),
    Fact("of them in deep townships; deep villages", "6,381; 4,542", "input", _exited_in_the_deep),
    Fact("still to relocate", "about 766 people", "input", _to_relocate),
    Fact("people out in 2018", "13,798 planned", "predicted", scalar("exits_people"), tens),
    Fact("households out in 2018", "3,520 planned", "predicted", scalar("exits_households"), tens),
    Fact("villages out in 2018", "13 planned", "predicted", scalar("exits_villages")),
    Fact("incidence at the end of 2018", "2.41 % planned", "predicted", scalar("incidence"), percent),
    Fact("turned away at verification, of people proposed", "6.7 % (Guangxi 2016)", "a part drawn",
         ratio("turned_away_people", "proposed_people"), percent),
    Fact("wrong exits", "below 2 % (limit)", "predicted", scalar("wrong_exit_rate"), percent),
    Fact("missed poor", "below 2 % (limit)", "predicted", scalar("missed_poor_rate"), percent),
    Fact("unpaid at the year's end, of what projects bound", "5.8 % (audit of 2016)", "predicted", _unpaid, percent),
)  # fmt: skip
HEAD = ("fact", "published", "kind", "model")


def readings(path: str, replication: int, facts: Sequence[Fact] = FACTS) -> list[tuple[float, ...]]:
    """What one replication of the first allocation says of each fact."""
    scenario = sim.load(path)
    name = scenario.baseline
    campaign = start(scenario, name, replication)
    months = Months(campaign)
    campaign.play()
    scalars = outcome(campaign, name, replication, months).scalars
    return [fact.read(campaign, scalars) for fact in facts]


def told(fact: Fact, values: Iterable[tuple[float, ...]]) -> str:
    """One value where all replications are written alike, else their median and range; numbers side by side by ``;``."""
    parts = []
    for column in zip(*values, strict=True):
        low, mid, high = (fact.write(x) for x in (min(column), median(column), max(column)))
        parts.append(mid if low == high else f"{mid} ({low.removesuffix(' %')} to {high.removesuffix(' %')})")
    return "; ".join(parts)


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=48)
    options.add_argument("--scenario", default="scenarios/2018.yaml")
    chosen = options.parse_args()
    with ProcessPoolExecutor(cores()) as pool:
        found = list(pool.map(partial(readings, chosen.scenario), range(chosen.replications)))
    print(row(*HEAD))
    print("|---" * len(HEAD) + "|")
    for fact, values in zip(FACTS, zip(*found, strict=True), strict=True):
        print(row(fact.label, fact.published, fact.kind, told(fact, values)))


if __name__ == "__main__":
    main()
