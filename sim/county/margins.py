"""Whether a synthesised county meets the margins it was made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.county.county import DEEP, County
from sim.county.places import deep_township_share
from sim.evidence import Parameters


@dataclass(frozen=True)
class Margin:
    """What was expected and what the county has; ``tolerance`` is absolute, in the margin's own unit."""

    name: str
    expected: float
    achieved: float
    tolerance: float

    @property
    def met(self) -> bool:
        """Whether the difference is within the tolerance."""
        return abs(self.expected - self.achieved) <= self.tolerance


def check(county: County, p: Parameters) -> list[Margin]:
    """Return every margin of the start of 2018."""
    hh, v, n = county.households, county.villages, county.households.n_registered
    people, known = hh.people, hh.n_registered + hh.n_exited
    registered = int(people[:n].sum())
    deep = county.townships.deep[v.township]
    one = 1.0 / n
    rows = [
        Margin("rural people", round(county.scale * p["county.rural_population"]), int(people.sum()), 0),
        Margin("registered people", round(county.base_people * p["county.incidence_end_2017"]), registered, 0),
        Margin("exited people", round(county.scale * p["county.exited_people"]), int(people[n:known].sum()), 0),
        Margin("exited households", round(county.scale * p["county.exited_households"]), hh.n_exited,
               0 if county.scale == 1 else 5),
        Margin("people a registered household", p["county.people_per_registered_household_2018"], registered / n, 0.05),
        Margin("registered in deep townships", deep_township_share(p), float(people[:n][deep[hh.village[:n]]].sum())
               / registered, 0.005),
        Margin("households without a worker", p["county.no_worker_share"], float((hh.workers[:known] == 0).mean()),
               one),
        Margin("exited villages under 3 %", 1.0, _exited_below(county), 0.0),
    ]  # fmt: skip
    for item in ("electricity", "education", "insurance", "income_source", "housing"):
        lacks = getattr(hh, f"lacks_{item}")
        rows.append(Margin(f"lacks {item}", p[f"missing.{item}_2018"], float(lacks.mean()), one))
    largest = int(np.bincount(hh.hamlet[:n]).max())
    for item in ("road", "water"):
        lacks = getattr(county.hamlets, f"lacks_{item}")[hh.hamlet[:n]]
        rows.append(Margin(f"lacks {item}", p[f"missing.{item}_2018"], float(lacks.mean()), largest * one))
    if county.scale == 1:
        rows += _full_county(county, p)
    return rows


def _full_county(county: County, p: Parameters) -> list[Margin]:
    hh, v, n = county.households, county.villages, county.households.n_registered
    exited = hh.people[n : n + hh.n_exited]
    where = hh.village[n : n + hh.n_exited]
    deep = county.townships.deep[v.township]
    movers = (p["relocation.to_relocate"] - p["relocation.moved_end_2017"]) * (1 - p["relocation.not_registered_share"])
    return [
        Margin("villages", p["county.villages"], len(v.tier), 0),
        Margin("deep villages", p["county.deep_villages"], int((v.tier == DEEP).sum()), 0),
        Margin("exited villages", p["county.poor_villages_exited"], int(v.exited.sum()), 0),
        Margin("exits in deep townships", p["county.exited_people_deep_townships"], int(exited[deep[where]].sum()), 30),
        Margin("exits in deep villages", p["county.exited_people_deep_villages"],
               int(exited[(v.tier == DEEP)[where]].sum()), 30),
        Margin("people to relocate", movers, int(hh.people[:n][hh.relocates].sum()), 8),
    ]  # fmt: skip


def _exited_below(county: County) -> float:
    hh, v = county.households, county.villages
    n = hh.n_registered
    poor = np.bincount(hh.village[:n], weights=hh.people[:n], minlength=len(v.tier))
    return float((poor[v.exited] < 0.03 * v.base_people[v.exited]).mean()) if v.exited.any() else 1.0
