"""What decides at the scenario's total: one change at a time, paired: ``python -m tests.benchmarks.deciding``.

People still poor at the year's end against the first allocation as the scenario has it; the intervals of all changes hold
together at 95 %, and there is none where too few replications differ.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import isfinite

import sim
from sim.ensemble.pool import cores
from sim.statistics.intervals import change_interval, simultaneous


def stated(**values: float) -> dict[str, object]:
    return {"assumptions": {name.replace("__", "."): value for name, value in values.items()}}


def switched(state: str, *families: str) -> dict[str, object]:
    return {"families": dict.fromkeys(families, state)}


CHANGES: dict[str, dict[str, object]] = {
    "works never wait": switched("unlimited", "works"),
    "relocation never waits": switched("unlimited", "relocation"),
    "industries never wait": switched("unlimited", "industries"),
    "jobs and posts never wait": switched("unlimited", "cooperation"),
    "protection never waits": switched("unlimited", "protection"),
    "backstop without quota": {"rules": {"backstop_quota": False}},
    "money in every village with its tranche": switched("unlimited", "disbursement"),
    "money for households comes down with their village's plan": {"rules": {"household_money": "village"}},
    "tranches 60 days late": stated(money__delay_days=60),
    "no shocks": switched("off", "shocks"),
    "no yearly list": {"gate": "none"},
    "poverty line 2,995 yuan": stated(income__line_2018=2995),
    "poverty line 3,500 yuan": stated(income__line_2018=3500),
    "median income 2,700 yuan": stated(income__registered_median_2018=2700),
    "median income 3,900 yuan": stated(income__registered_median_2018=3900),
    "incomes read without error": {"assumptions": {"income.measurement_sd": {"value": 0, "outside_range": True}}},
}


def changed(scenario, change):
    """The scenario with one thing changed; rules are changed on top of those in force."""
    change = dict(change)
    if "rules" in change:
        change["rules"] = {**scenario.rules.model_dump(), **change["rules"]}
    return scenario.replace(**change)


def pair(path: str, name: str, replication: int) -> float:
    """People still poor with the change, less without it."""
    scenario = sim.load(path)
    first = scenario.baseline
    without, with_it = (
        sim.run(s, first, replication).scalars["registered_end_people"]
        for s in (scenario, changed(scenario, CHANGES[name]))
    )
    return float(with_it - without)


def line(name: str, people: list[float]) -> str:
    """What a change does, in a line."""
    found = change_interval(people, simultaneous(0.95, len(CHANGES)))
    interval = f"({found.low:+.0f} to {found.high:+.0f})" if isfinite(found.low) else "(no interval)"
    differ = sum(change != 0 for change in people)
    return f"{name:42s} {found.mean:+8.0f}  {interval:20s} {differ} of {len(people)} differ"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=12)
    options.add_argument("--scenario", default="scenarios/2018.yaml")
    chosen = options.parse_args()
    with ProcessPoolExecutor(cores()) as pool:
        for name in CHANGES:
            people = list(pool.map(partial(pair, chosen.scenario, name), range(chosen.replications)))
            print(line(name, people), flush=True)


if __name__ == "__main__":
    main()
