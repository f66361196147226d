"""How much inspection serves best: people still poor and team hours by its intensity: ``python -m tests.benchmarks.intensity``.

Intensity multiplies what supervision does; 0 is none. Joint responsibility answers with effort, which is helpers'
hours, and with forms, which take hours. The first table holds every assumed value at its point; the second says over
which corners of the assumed slopes the best intensity lies inside (neither end of the list), for the hours left to
villages and for people still poor, and where a difference in people can be told from none. Paired by replication,
intervals at 95 %, one by one.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from typing import NamedTuple

import sim
from sim.ensemble.pool import cores
from sim.evidence import load
from sim.scenario import Scenario
from sim.study import mean_interval

#: What is multiplied: the people of the poverty office, a share of whom patrols.
TEAMS = "people.poverty_office"
INTENSITIES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
#: What is assumed about the two directions: how much a finding moves, and what a form costs.
SLOPES = ("responsibility.resting_effort", "responsibility.rise", "responsibility.half_life", "responsibility.forms_days")


class Found(NamedTuple):
    people: float
    visits_hours: float
    forms_hours: float
    absent_hours: float


Slopes = tuple[tuple[str, float], ...]


def under(scenario: Scenario, intensity: float, slopes: Slopes) -> Scenario:
    """Return the scenario with so many times the patrols."""
    assumed: dict[str, object] = dict(slopes)
    if intensity:
        assumed[TEAMS] = {"times": intensity, "outside_range": True}
    switch = {"supervision": "on" if intensity else "off"}
    return scenario.replace(assumptions=assumed, families=switch)


def campaign(path: str, intensity: float, slopes: Slopes, replication: int) -> Found:
    """Play one campaign under an intensity; hours are those of the village teams."""
    scenario = under(sim.load(path), intensity, slopes)
    k = sim.run(scenario, scenario.baseline, replication).scalars
    forms, absent = k["forms_minutes"] / 60, k["absent_minutes"] / 60
    return Found(k["registered_end_people"], k["minutes_team"] / 60 - forms, forms, absent)


def corners() -> list[Slopes]:
    """Return the point values, and every corner of the ranges of the slopes."""
    entries = [load()[name] for name in SLOPES]
    ends = product(*[(entry.low, entry.high) for entry in entries])
    return [(), *[tuple(zip(SLOPES, end, strict=True)) for end in ends]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=4)
    options.add_argument("--scenario", default="scenarios/2018.yaml")
    options.add_argument("--slopes", action="store_true", help="play the corners of the assumed slopes too")
    chosen = options.parse_args()
    numbers = range(chosen.replications)
    with ProcessPoolExecutor(cores()) as pool:
        inside = 0
        cases = corners() if chosen.slopes else corners()[:1]
        for slopes in cases:
            found = {x: list(pool.map(partial(campaign, chosen.scenario, x, slopes), numbers)) for x in INTENSITIES}
            inside += show(found, slopes)
        if len(cases) > 1:
            print(f"people: best intensity inside, and told from both ends, in {inside} of {len(cases)} sets of slopes")


def show(found: dict[float, list[Found]], slopes: Slopes) -> bool:
    """Print what each intensity brings; say whether the best for people lies inside beyond doubt."""
    none = found[INTENSITIES[0]]
    print(" ".join(f"{name.partition('.')[2]} {value:g}" for name, value in slopes) or "point values", flush=True)
    if not slopes:
        print(f"{'intensity':>9s} {'people against none':>28s} {'visits, h':>10s} {'forms, h':>10s} {'absent, h':>10s}")
        for x, runs in found.items():
            change = mean_interval([run.people - base.people for run, base in zip(runs, none, strict=True)])
            hours = [sum(run[k] for run in runs) / len(runs) for k in (1, 2, 3)]
            print(f"{x:9g} {change.mean:+9.0f} ({change.low:+7.0f} to {change.high:+7.0f}) "
                  + " ".join(f"{h:10,.0f}" for h in hours))  # fmt: skip
    lost = {x: sum(run.forms_hours + run.absent_hours for run in runs) for x, runs in found.items()}
    people = {x: sum(run.people for run in runs) for x, runs in found.items()}
    best_hours, best_people = (min(by, key=lambda x: (by[x], x)) for by in (lost, people))
    told = all(
        mean_interval([run.people - end.people for run, end in zip(found[best_people], found[x], strict=True)]).high < 0
        for x in (INTENSITIES[0], INTENSITIES[-1])
    )
    print(f"  most hours left to villages at {best_hours:g}; fewest poor at {best_people:g}, "
          f"{'told' if told else 'not told'} from both ends")  # fmt: skip
    return told and best_people not in (INTENSITIES[0], INTENSITIES[-1])


if __name__ == "__main__":
    main()
