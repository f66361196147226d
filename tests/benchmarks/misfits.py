"""What keeps the model from what was reported of 2016-17: ``python -m tests.benchmarks.misfits``.

Markdown, a row a quantity, a column a change of the two years before: mean over replications and their range. Then how
many of the registered lack one of the eight haves as 2018 begins, by the margins and where the years before end.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial

import numpy as np

import sim
from sim.campaign import FAMILIES, Campaign, start
from sim.campaign.exit.counts import count_villages
from sim.campaign.milestones import work_days
from sim.campaign.results.history import history
from sim.ensemble.pool import cores
from sim.kernel import Steps
from sim.scenario import Scenario
from tests.benchmarks.deciding import changed, switched

WAITS = ("works", "relocation", "protection")
CHANGES: dict[str, dict[str, object]] = {
    "as it is": {},
    "works, flats, protection never wait": switched("unlimited", *WAITS),
    "and no reference item bars": {**switched("unlimited", *WAITS), "rules": {"reference_items_block": "off"}},
}
STARTS = {"from the margins": "scenarios/2018.yaml", "from the years before": "scenarios/2018-after-history.yaml"}


class Judging:
    """Looks at the due villages on the day they are judged: what share of their people is on the register, and why."""

    name = "judging"

    def needs(self, c: Campaign) -> Iterable[object]:
        return ()

    def start(self, c: Campaign) -> None:
        self.people = self.poor = self.entered = self.lacking = 0
        c.env.process(self._years(c), rank=0)

    def _years(self, c: Campaign) -> Steps:
        for year in c.calendar.years(c.horizon):
            yield c.calendar.day_of_year(year, c.p["assessment.announce_day"]) + 2.0 - c.env.now
            out_before = [out and not now for out, now in zip(c.assessment.out, c.assessment.village_exits, strict=True)]
            due = np.array(c.precedence.due) & ~np.array(out_before)
            poor, people, _ = count_villages(c)
            registered = np.flatnonzero((c.register.status == 1) & due[c.county.households.village])
            self.people += int(people[due].sum())
            self.poor += int(poor[due].sum())
            new = c.register.entry_year[registered] == year
            self.entered += int(c.register.people[registered[new]].sum())
            on_books = registered[~new & (registered < c.register.size)]
            self.lacking += int(c.register.people[on_books[c.lacks.unmet()[on_books]]].sum())


def looked(whole: Scenario, name: str, replication: int) -> dict[str, float]:
    """What a replication of the years before says under a change."""
    scenario = changed(whole, CHANGES[name])
    judging = Judging()
    c = start(scenario, scenario.baseline, replication, families=(*FAMILIES, lambda: judging))
    c.play()
    flats = [case for case in c.cases.all if case.kind.name == "relocation"]
    begun, autumn = np.array(work_days(flats)[0]), c.calendar.day(date(2016, 10, 1))
    return {
        "villages out": float(sum(c.assessment.village_exits)),
        "people out in deep townships, %": 100 * history(c)["exits_share_deep_townships"],
        "flats begun by 1 October 2016, %": 100 * float((begun <= autumn).mean()),
        "due villages when judged, incidence, %": 100 * judging.poor / judging.people,
        "of it entered that year, points": 100 * judging.entered / judging.people,
        "of the others lacking one of the eight haves, points": 100 * judging.lacking / judging.people,
    }


def lacking(scenario: Scenario, replication: int) -> dict[str, float]:
    """Of the people on the register as a scenario's own time begins, those who lack one of the eight haves, or it, %."""
    c = start(scenario, scenario.baseline, replication)
    found: dict[str, float] = {}

    def look() -> None:
        n = c.register.size
        people = c.register.people[:n] * (c.register.status[:n] == 1)
        for item, lack in {"any": c.lacks.unmet(), **{item: c.lacks.household[item] for item in ("housing", "water", "road")}}.items():
            found[item] = 100 * float(people[lack].sum() / people.sum())

    look()
    c.hooks.on_first_day.append(look)
    if c.first_day > 0:
        c.play()
    return found


def told(values: list[float]) -> str:
    return f"{np.mean(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=8)
    chosen = options.parse_args()
    before, played = sim.load("scenarios/2016-2017.yaml"), range(chosen.replications)
    with ProcessPoolExecutor(cores()) as pool:
        by_change = {name: list(pool.map(partial(looked, before, name), played)) for name in CHANGES}
        print("| of 2016-17 |", " | ".join(CHANGES), "|")
        print("|---" * (1 + len(CHANGES)) + "|")
        for quantity in by_change["as it is"][0]:
            cells = (told([found[quantity] for found in runs]) for runs in by_change.values())
            print(f"| {quantity} |", " | ".join(cells), "|")
        for label, path in STARTS.items():
            starts = list(pool.map(partial(lacking, sim.load(path)), played))
            cells = (f"{item} {told([found[item] for found in starts])}" for item in starts[0])
            print(f"\nlacking one of the eight haves as 2018 begins, {label}, %:", "; ".join(cells))


if __name__ == "__main__":
    main()
