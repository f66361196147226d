"""Whether a synthesised county meets the margins it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr

from sim.county.county import (
    CAUSES,
    CLASS_AB,
    COMPONENTS,
    DEEP,
    NO_BACKSTOP,
    PERENNIAL,
    POOR,
    PRODUCTS,
    STAGES,
    TIERS,
    TOWNSHIPS,
    VILLAGE_ITEMS,
    Bools,
    County,
    Floats,
    Ints,
)
from sim.county.income import component_means, never_registered_median
from sim.county.lacks import people_to_relocate
from sim.county.places import deep_inside
from sim.county.population import deep_township_share, incidence
from sim.evidence import Parameters

#: exact: to the last one; rounding: to a person, household or hamlet; sampling: within four standard errors
#: of a draw; bound: may not be passed.
Kind = Literal["exact", "rounding", "sampling", "bound"]
#: A number of villages in a smaller county is next to its part of the county's.
WHOLE = 0.999


@dataclass(frozen=True)
class Margin:
    """What was expected and what the county has; ``tolerance`` is absolute, in the margin's own unit."""

    name: str
    expected: float
    achieved: float
    tolerance: float
    kind: Kind = "exact"

    @property
    def met(self) -> bool:
        """Whether the difference is within the tolerance."""
        return abs(self.expected - self.achieved) <= self.tolerance + 1e-9


def check(county: County, p: Parameters) -> list[Margin]:
    """Return every margin of the county's year, expected from the parameters and measured on the arrays."""
    parts = (_places, _people, _members, _missing, _works, _incomes, _livelihoods)
    return [margin for part in parts for margin in part(county, p)]


def _places(c: County, p: Parameters) -> Iterator[Margin]:
    v, n = c.villages, len(c.villages.tier)
    yield Margin("villages", max(len(TOWNSHIPS), round(p["county.villages"] * c.scale)), n, 0)
    named = [p[f"county.{k}_villages"] for k in ("deep", "poor", "high_incidence")]
    named[1] -= named[0]
    for k, (name, count) in enumerate(zip(TIERS, [*named, p["county.villages"] - sum(named)], strict=True)):
        yield Margin(f"villages: {name}", count * n / p["county.villages"], int((v.tier == k).sum()), WHOLE, "rounding")
    deep_township = c.townships.deep[v.township]
    inside = int((deep_township & (v.tier == DEEP)).sum())
    wanted = deep_inside(p, int((v.tier == DEEP).sum()), int(deep_township.sum()), n)
    yield Margin("deep villages in deep townships", wanted, inside, 0)
    part = n / p["county.villages"] if c.year > 2016 else 0.0
    for name, of in (("deep", v.tier == DEEP), ("poor", v.tier <= POOR)):
        out = p[f"county.{name}_villages_exited"] * part
        yield Margin(f"villages exited: {name}", out, int((v.exited & of).sum()), WHOLE, "rounding")
    yield Margin("villages exited that were not poor", 0, int((v.exited & (v.tier > POOR)).sum()), 0)
    share = np.array([p[f"township.{key}.people_share"] for key in TOWNSHIPS])
    people = np.bincount(v.township, v.base_people, len(TOWNSHIPS)) / c.base_people
    for key, expected, achieved in zip(
        TOWNSHIPS, (share / share.sum()).tolist(), people.tolist(), strict=True
    ):
        yield Margin(f"rural people: {key}", expected, achieved, 1 / c.base_people, "rounding")
    yield Margin("hamlets", round(n * p["county.hamlets_per_village"]), len(c.hamlets.village), 0)
    yield Margin(
        "villages with people not accounted for", 0, int((_by_village(c, 0) != v.base_people).sum()), 0
    )


def _people(c: County, p: Parameters) -> Iterator[Margin]:
    hh, v, n, x = c.households, c.villages, c.households.n_registered, c.households.n_exited
    registered, exited = _by_village(c, 1), _by_village(c, 2)
    people, deep = int(registered.sum()), c.townships.deep[v.township]
    yield Margin("rural people", round(c.scale * p["county.rural_population"]), int(hh.people.sum()), 0)
    yield Margin("registered people", round(c.base_people * incidence(p, c.year)), people, 0)
    mean = p[f"county.people_per_registered_household_{c.year}"]
    yield Margin("registered households", round(people / mean), n, 0)
    yield Margin("rural households", round(c.base_people / p["county.people_per_rural_household"]), hh.n, 0)
    share = deep_township_share(p, c.year)
    yield Margin(
        "registered in deep townships", share, float(registered[deep].sum()) / people, 1 / people, "rounding"
    )
    limit = p["rule.incidence_limit"] * v.base_people
    yield Margin("exited villages not below 3 %", 0, int((v.exited & (registered >= limit)).sum()), 0)
    rate = registered / v.base_people
    peaks = round(p["tier.deep.peak_villages"] * len(rate) / p["county.villages"])
    above = int((rate > p["village.incidence_limit"] + 1 / v.base_people).sum())
    yield Margin("villages above 50 %", 0, above, peaks, "bound")
    part = c.scale if c.year > 2016 else 0.0
    yield Margin("exited people", round(part * p["county.exited_people"]), int(exited.sum()), 0)
    yield Margin("exited households", round(part * p["county.exited_households"]), x, 0)
    for name, where in (("deep_townships", deep), ("deep_villages", v.tier == DEEP)):
        wanted = round(part * p[f"county.exited_people_{name}"])
        yield Margin(f"exited people: {name.replace('_', ' ')}", wanted, int(exited[where].sum()), 0)


def _members(c: County, p: Parameters) -> Iterator[Margin]:
    hh, n, x = c.households, c.households.n_registered, c.households.n_exited
    none = hh.workers[: n + x] == 0
    yield _share("without a worker", p["county.no_worker_share"], none[:n])
    yield _share("with a member away", p["county.away_share"], hh.away[:n] > 0)
    if x:
        yield _share("exited without a worker", p["county.exited_no_worker_share"], none[n:])
    rest = 1.0
    for name in ("illness", "disability", "schooling", "disaster", "labour", "transport"):
        yield _share(f"cause: {name}", p[f"cause.{name}"], hh.cause[:n] == CAUSES.index(name))
        rest -= p[f"cause.{name}"]
    others = np.isin(hh.cause[:n], [CAUSES.index("funds"), CAUSES.index("technology")])
    yield Margin("cause: funds or technology", rest, float(others.mean()), 6 / n, "rounding")


def _missing(c: County, p: Parameters) -> Iterator[Margin]:
    hh, n = c.households, c.households.n_registered
    where = hh.hamlet[:n]
    largest = float(np.bincount(where).max()) / n
    for item in ("housing", "electricity", "education", "insurance", "income_source"):
        yield _share(f"lacks {item}", p[f"missing.{item}_{c.year}"], getattr(hh, f"lacks_{item}"))
    for item in ("road", "water"):
        lacking = getattr(c.hamlets, f"lacks_{item}")[where]
        yield Margin(
            f"lacks {item}", p[f"missing.{item}_{c.year}"], float(lacking.mean()), largest, "rounding"
        )
    dark = c.hamlets.lacks_television[where]
    wanted = p[f"missing.television_{c.year}"]
    both = float((dark | hh.lacks_television).mean())
    yield Margin("lacks television", wanted, both, largest, "rounding")
    half = wanted * p["missing.television_hamlet_share"]
    yield Margin("lacks television by hamlet", half, float(dark.mean()), largest, "rounding")
    moving = int(hh.people[:n][hh.relocates].sum())
    yield Margin("people to relocate", people_to_relocate(p, c.scale, c.year), moving, 8, "rounding")
    expected = p[f"missing.relocation_{c.year}"]
    yield Margin(
        "lacks housing, to relocate", expected, float(hh.relocates.mean()), 0.4 * expected + 4 / n, "bound"
    )
    left = (c.villages.tier <= POOR) & ~c.villages.exited
    for item in VILLAGE_ITEMS:
        lacking = c.villages.lacking(item)
        expected = p[f"village.lacks_{item}"] * left.sum()
        yield Margin(f"villages lacking {item}", expected, int(lacking.sum()), 1, "rounding")


def _works(c: County, p: Parameters) -> Iterator[Margin]:
    for name, stage in (("house", c.households.house_stage), ("road", c.hamlets.stage_road)):
        yield from _stages(p, c.year, name, "works", stage)
    yield from _stages(p, c.year, "water", "works", c.hamlets.stage_water)
    yield from _stages(p, c.year, "relocation", "relocation", c.households.relocation_stage)


def _stages(p: Parameters, year: int, name: str, kind: str, stage: Ints) -> Iterator[Margin]:
    open_cases = stage[stage >= 0]
    share = (
        np.maximum([p[f"start.{kind}_{s}"] for s in STAGES], 0.0) if year > 2016 else np.eye(len(STAGES))[0]
    )
    for k, expected in enumerate((share / share.sum()).tolist()):
        if len(open_cases):
            yield _share(f"{name} stage: {STAGES[k]}", expected, open_cases == k)


def _incomes(c: County, p: Parameters) -> Iterator[Margin]:
    hh, n, known = c.households, c.households.n_registered, c.households.n_registered + c.households.n_exited
    line, median, sd = (
        p[f"income.{k}"] for k in (f"line_{c.year}", f"registered_median_{c.year}", "registered_sd")
    )
    classes = hh.backstop[:n]
    own = hh.income[:n] - np.where(classes == CLASS_AB, p["backstop.class_ab"], 0.0)
    error = 4 * 1.2533 * sd / n**0.5 + 0.01
    yield Margin("income: median", median, float(np.median(own)), error * median, "sampling")
    yield Margin(
        "income: sd of log", sd, float(np.log(own).std()), 4 * sd / (2 * n) ** 0.5 + 0.005, "sampling"
    )
    short = float(ndtr(np.log(line / median) / sd))
    error = 4 * (short * (1 - short) / n) ** 0.5 + 0.01
    yield Margin("income: short, before backstop", short, float((own < line).mean()), error, "sampling")
    for k, expected in enumerate(component_means(p).tolist()):
        yield Margin(f"income: {COMPONENTS[k]}", expected, float(hh.shares[:n, k].mean()), 1e-4, "rounding")
    others, sd = hh.income[known:], p["income.never_registered_sd"]
    median = never_registered_median(p, c.year)
    error = 4 * 1.2533 * sd / max(1, len(others)) ** 0.5
    yield Margin("never registered: median", median, float(np.median(others)), error * median, "sampling")
    yield Margin("exited below the line", 0, int((hh.income[n:known] < line).sum()), 0)
    eligible = (hh.workers[:n] == 0) & (own < line)
    if eligible.any():
        yield _share(
            "backstop of short without a worker", p["backstop.enrolled_start"], classes[eligible] != NO_BACKSTOP
        )
    enrolled = hh.backstop != NO_BACKSTOP
    if enrolled.any():
        yield _share("backstop in classes A and B", p["backstop.ab_share"], hh.backstop[enrolled] == CLASS_AB)


def _livelihoods(c: County, p: Parameters) -> Iterator[Margin]:
    hh = c.households
    if c.year == 2016:
        yield Margin("households with a product", 0, int((hh.product >= 0).sum()), 0)
        return
    yield _share("with a product", p["start.industry_coverage"], hh.product >= 0)
    lasting = np.isin(hh.product, [PRODUCTS.index(name) for name in PERENNIAL])
    if lasting.any():
        age = hh.planted[lasting]
        yield _share("orchards and herds of 2016", p["start.planted_2016"], age > 365)
        yield _share("orchards and herds of 2017", p["start.planted_2017"], (age > 0) & (age <= 365))


def _share(name: str, expected: float, flags: Bools) -> Margin:
    return Margin(name, expected, float(flags.mean()), 1 / len(flags), "rounding")


def _by_village(c: County, status: int) -> Floats:
    """Return people by village: all (0), registered (1) or exited (2)."""
    hh, n = c.households, c.households.n_registered
    rows = (slice(None), slice(0, n), slice(n, n + hh.n_exited))[status]
    return np.bincount(hh.village[rows], hh.people[rows], len(c.villages.tier)).astype(np.float64)
