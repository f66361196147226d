"""What is missing on the first day, in hamlets, households and villages, and how far its mending has come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.county.county import CLASS_AB, DEEP, POOR, STAGES, VILLAGE_ITEMS, Bools, Floats, Ints
from sim.county.fitting import Weights, choose, choose_groups, largest_remainder
from sim.county.places import Places
from sim.county.population import Draw, Population
from sim.evidence import Parameters

#: Only where nothing else is left does an exited village lack what it exited with.
LAST_RESORT = 1e-9


@dataclass(frozen=True)
class HamletLacks:
    """Flags by hamlet."""

    road: Bools
    water: Bools
    television: Bools


def split(total: int, deep: Bools, factor: float) -> tuple[int, int]:
    """Split a number of households between deep villages (``factor`` times as dense) and others."""
    inside = int(np.count_nonzero(deep))
    outside = len(deep) - inside
    first = round(total * factor * inside / max(1e-9, factor * inside + outside))
    first = min(first, inside)
    second = min(total - first, outside)
    return total - second, second


def of_hamlets(p: Parameters, draw: Draw, places: Places, pop: Population, year: int) -> HamletLacks:
    """Choose hamlets, the remote ones rather, until those in them are nearest to the county's share."""
    n = pop.n_registered
    load = np.bincount(pop.hamlet[:n], minlength=len(places.hamlet_village))
    deep = places.tier[places.hamlet_village] == DEEP
    held_back = np.where(places.exited[places.hamlet_village], LAST_RESORT, 1.0)
    deep_household = deep[pop.hamlet[:n]]
    parts = {"road": 1.0, "water": 1.0, "television": p["missing.television_hamlet_share"]}
    chosen = {}
    for item, part in parts.items():
        goal = round(p[f"missing.{item}_{year}"] * n * part)
        first, _ = split(goal, deep_household, p["missing.deep_factor"])
        u, weight = draw(f"hamlet.lacks.{item}", len(load)), held_back * (0.1 + places.hamlet_remoteness**2)
        inside = choose_groups(u, weight * deep, load, first)
        outside = choose_groups(u, weight * ~deep, load, goal - int(load[inside].sum()))
        chosen[item] = inside | outside
    return HamletLacks(**chosen)


class HouseholdLacks:
    """Draws what registered households lack: the county's share to the household, denser in deep villages."""

    def __init__(self, p: Parameters, draw: Draw, places: Places, pop: Population, year: int) -> None:
        self._p, self._draw, self._year = p, draw, year
        self._n, self._village = pop.n_registered, pop.village[: pop.n_registered]
        self.deep: Bools = places.tier[self._village] == DEEP
        self._places, self._pop = places, pop

    def of(self, item: str, weight: Weights, already: int = 0) -> Bools:
        """Return who lacks an item, the heavier the likelier; ``already`` many lack it by their hamlet."""
        total = round(self._p[f"missing.{item}_{self._year}"] * self._n) - already
        u = self._draw(f"lacks.{item}", self._n)
        first, _ = split(max(0, total), self.deep, self._p["missing.deep_factor"])
        inside = choose(u, weight * self.deep, first)
        outside = choose(u, weight * ~self.deep, max(0, total) - int(inside.sum()))
        return inside | outside

    def relocates(self, scale: float) -> Bools:
        """Return the registered households still to move, nearest in people to what is left to relocate."""
        people = self._pop.people[: self._n]
        goal = people_to_relocate(self._p, scale, self._year)
        deep = self._places.in_deep_township[self._village]
        weight = 0.1 + self._places.hamlet_remoteness[self._pop.hamlet[: self._n]] ** 2
        u = self._draw("lacks.relocation", self._n)
        inside = choose_groups(u, weight * deep, people, goal * self._p["relocation.deep_township_share"])
        return inside | choose_groups(u, weight * ~deep, people, goal - int(people[inside].sum()))


def people_to_relocate(p: Parameters, scale: float, year: int) -> int:
    """Return the registered people who are still to move at the start of a year."""
    moved = p["relocation.moved_end_2017"] if year > 2016 else 0.0
    return round(scale * (p["relocation.to_relocate"] - moved) * (1 - p["relocation.not_registered_share"]))


def income_source_weight(pop: Population, backstop: Ints, p: Parameters) -> Floats:
    """Weigh who has no stable source of income: rather without a worker, never in backstop A or B."""
    n = pop.n_registered
    weight = np.where(pop.without_worker[:n], p["start.no_source_without_worker"], 1.0)
    return np.where(backstop[:n] == CLASS_AB, 0.0, weight).astype(np.float64)


def stages(p: Parameters, u: Floats, lacking: Bools, kind: str, year: int) -> Ints:
    """Return the stage of each lack, -1 where none: by the shares of 2018; in 2016 nothing has begun."""
    stage = np.full(len(lacking), -1)
    where = np.flatnonzero(lacking)
    share = [p[f"start.{kind}_{name}"] for name in STAGES] if year > 2016 else [1, 0, 0, 0, 0]
    counts = largest_remainder(len(where), np.maximum(share, 0.0))
    stage[where[np.argsort(u[where], kind="stable")]] = np.repeat(np.arange(len(STAGES)), counts)
    return stage


def progress(u: Floats, *stage: Ints) -> Floats:
    """Return the share of work done where something is being built, else 0."""
    building = np.any([s == STAGES.index("building") for s in stage], axis=0)
    return np.where(building, u, 0.0)


def of_villages(p: Parameters, draw: Draw, places: Places) -> Bools:
    """Return, a row an item of `VILLAGE_ITEMS`, which registered poor villages not yet exited lack it.

    Few villages: the number is rounded up or down by chance, so that its mean is right.
    """
    left = (places.tier <= POOR) & ~places.exited
    number = [p[f"village.lacks_{item}"] * left.sum() for item in VILLAGE_ITEMS]
    up = draw("village.lacks.number", len(VILLAGE_ITEMS))
    u = draw("village.lacks", len(left) * len(VILLAGE_ITEMS)).reshape(len(left), -1)
    return np.stack([choose(u[:, i], left, int(number[i] + up[i])) for i in range(len(VILLAGE_ITEMS))])
