"""Who is registered, exited or neither, by village, and the households they make up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial

import numpy as np

from sim.county.county import DEEP, HIGH, TIERS, Bools, Floats, Ints
from sim.county.fitting import (
    GOLDEN,
    apportion,
    apportion_within,
    choose,
    invert,
    rake,
    rake_shares,
    ranks,
    settle,
    tilted,
)
from sim.county.places import Places
from sim.evidence import Parameters, load, triangular

#: The start group's uniform numbers of a purpose, one an entity.
Draw = Callable[[str, int], Floats]

LARGEST = 8
#: The plainest distribution of sizes: one person and a Poisson number of others.
SIZES = [1 / factorial(k) for k in range(LARGEST)]


@dataclass(frozen=True)
class Population:
    """Households by status and village, in the order registered, exited, never registered."""

    n_registered: int
    n_exited: int
    village: Ints
    hamlet: Ints
    people: Ints
    without_worker: Bools

    @property
    def known(self) -> int:
        """The number of households that are or were registered."""
        return self.n_registered + self.n_exited


def populate(p: Parameters, draw: Draw, places: Places, scale: float, year: int) -> Population:
    """Return all rural households with people and place; villages and statuses have their people exactly."""
    u = draw("village.incidence", len(places.tier))
    registered = _registered(p, draw, places, u, year)
    exited = _exited(p, places, registered, u, scale) if year > 2016 else np.zeros_like(registered)
    people = np.stack([registered, exited, places.base_people - registered - exited])
    households = _households(p, people, scale, year)
    n, x, _ = households.sum(axis=1).tolist()
    none = np.concatenate([
        choose(draw("household.no_worker", n), np.ones(n, bool), n * p["county.no_worker_share"]),
        choose(draw("household.exited.no_worker", x), np.ones(x, bool), x * p["county.exited_no_worker_share"]),
    ])  # fmt: skip
    size = _sizes(p, draw, people, households, none)
    village = np.repeat(np.tile(np.arange(len(places.tier)), 3), households.ravel())
    return Population(n, x, village, _place(draw, places, village, n, n + x, households[2]), size, none)


def deep_township_share(p: Parameters, year: int) -> float:
    """Return the deep townships' share of registered people at the start of a year.

    For 2018 it follows from their share at the end of 2015, given to the inflow of 2016-17 as well, and from
    the people who left poverty there.
    """
    share = p["county.deep_township_poor_share"]
    if year == 2016:
        return share
    now = p["county.incidence_end_2017"] * p["county.rural_population"]
    return (share * (now + p["county.exited_people"]) - p["county.exited_people_deep_townships"]) / now


def incidence(p: Parameters, year: int) -> float:
    """Return the county's incidence at the start of a year."""
    return p[f"county.incidence_end_{year - 1}"]


def _registered(p: Parameters, draw: Draw, places: Places, u: Floats, year: int) -> Ints:
    """Rake village x {registered, not} to the county's and the deep townships' people; exited ones stay."""
    size, deep, out = places.base_people, places.in_deep_township, places.exited
    share = _by_tier(p, places, u, year)
    share[out] = _incidence(p, u[out], "exited", 2018)
    high_village = (places.tier == HIGH) & (year == 2016)
    low = np.where(out, share, np.where(high_village, load()["tier.high.incidence_2016"].low or 0.0, 0.0))
    n = len(u)
    peaks = choose(
        draw("village.peak", n), (places.tier == DEEP) & ~out,
        p["tier.deep.peak_villages"] * n / p["county.villages"],
    )  # fmt: skip
    share[peaks] = p["tier.deep.peak_incidence"]
    high = np.where(out, share, np.where(peaks, p["village.peak_limit"], p["village.incidence_limit"]))
    total = round(int(size.sum()) * incidence(p, year))
    least, most = (low * size), (high * size)
    goal = float(np.clip(
        round(total * deep_township_share(p, year)),
        max(least[deep].sum(), total - most[~deep].sum()), min(most[deep].sum(), total - least[~deep].sum()),
    ))  # fmt: skip
    exact = np.zeros(n, dtype=np.int64)
    ceiling = np.where(out, np.maximum(np.ceil(p["rule.incidence_limit"] * size) - 1, 0), size)
    for part, people in ((deep, round(goal)), (~deep, total - round(goal))):
        fitted = rake_shares(share[part], size[part], people, low[part], high[part])
        exact[part] = apportion(fitted * size[part], people, high=ceiling[part])
    return exact


def _by_tier(p: Parameters, places: Places, u: Floats, year: int) -> Floats:
    share = np.zeros(len(u))
    for k, tier in enumerate(TIERS):
        here = places.tier == k
        share[here] = _incidence(p, u[here], tier, year)
    return share


def _incidence(p: Parameters, u: Floats, tier: str, year: int) -> Floats:
    """Draw the incidence of villages of a tier from its range around this county's value."""
    name = f"tier.{tier}.incidence_{year}"
    entry, value = load()[name], p[name]
    low, high = min(value, entry.low or value), max(value, entry.high or value)
    return np.array([triangular(x, low, value, high) for x in u.tolist()])


def _exited(p: Parameters, places: Places, registered: Ints, u: Floats, scale: float) -> Ints:
    """Place those who left poverty in 2016-17 where incidence fell, to the published sums of two sets."""
    size, now = places.base_people, registered / places.base_people
    before = _by_tier(p, places, u, 2016)
    inflow = (
        p["county.exited_people"] / p["county.rural_population"] - incidence(p, 2016) + incidence(p, 2018)
    )
    share = np.maximum(before * (1 + max(0.0, inflow) / incidence(p, 2016)) - now, 0.1 * before)
    room = np.floor(np.maximum(p["village.ever_poor_limit"] * size - registered, 0))
    inside, deep = places.in_deep_township, places.tier == DEEP
    cells = [a & b for a in (inside, ~inside) for b in (deep, ~deep)]
    wanted = [float(share[c] @ size[c]) for c in cells]
    exact = np.zeros(len(size), dtype=np.int64)
    for cell, people in zip(
        cells, _cells(p, scale, wanted, [float(room[c].sum()) for c in cells]), strict=True
    ):
        if people > 0:
            fitted = rake_shares(share[cell], size[cell], people, high=room[cell] / size[cell])
            exact[cell] = apportion(fitted * size[cell], people, high=room[cell])
    return exact


def _cells(p: Parameters, scale: float, wanted: list[float], room: list[float]) -> list[int]:
    """Return whole people for deep township x deep village, raked to the two published sums."""
    total, rows, columns = (
        round(scale * p[f"county.exited_people{suffix}"])
        for suffix in ("", "_deep_townships", "_deep_villages")
    )
    table = np.maximum(wanted, 1e-6).reshape(2, 2)
    both = rake(table, [rows, total - rows], [columns, total - columns])[0, 0]
    low = max(0, rows - room[1], columns - room[2], rows + columns - total)
    high = min(rows, columns, room[0], room[3] + rows + columns - total)
    first = round(min(max(both, np.ceil(low)), np.floor(max(low, high))))
    return [first, rows - first, columns - first, total - rows - columns + first]


def _households(p: Parameters, people: Ints, scale: float, year: int) -> Ints:
    """Return households by status and village: mean sizes hold, sizes 1 to 8 can sum to its people."""
    sums = people.sum(axis=1)
    registered = round(sums[0] / p[f"county.people_per_registered_household_{year}"])
    exited = round(scale * p["county.exited_households"]) if sums[1] else 0
    rest = round(people.sum() / p["county.people_per_rural_household"]) - registered - exited
    return np.stack(
        [_split(row, total) for row, total in zip(people, (registered, exited, rest), strict=True)]
    )


def _split(people: Ints, households: int) -> Ints:
    low = -(-people // LARGEST)
    total = min(max(households, int(low.sum())), int(people.sum()))
    return apportion(total * people / max(1, people.sum()), total, low, people)


def _sizes(p: Parameters, draw: Draw, people: Ints, households: Ints, none: Bools) -> Ints:
    """Draw sizes evenly within each village and status, then mend their sums one person at a time.

    Households without a worker are smaller, so the others are larger than the mean.
    """
    n, x, rest = households.sum(axis=1).tolist()
    registered, exited, others = people.sum(axis=1).tolist()
    alone, few = p["county.people_without_worker"], (int(none[:n].sum()), int(none[n:].sum()))
    with_worker = _mean(registered - alone * few[0], n - few[0]), _mean(exited - alone * few[1], x - few[1])
    means = [with_worker[0], alone, with_worker[1], alone, _mean(others, rest)]
    table, kind = tilted(SIZES, means), np.repeat([0, 2], [n, x]) + none
    count = households.ravel()
    group = np.repeat(np.arange(count.size), count)
    u = np.repeat(draw("household.size", count.size), count)
    u += GOLDEN * ranks(count)
    u -= np.floor(u)
    drawn = np.concatenate([invert(table, kind, u[: n + x]), invert(table, 4, u[n + x :])])
    return settle(drawn + 1, group, people.ravel(), 1, LARGEST)


def _mean(people: float, households: int) -> float:
    return min(max(people / max(1, households), 1.05), LARGEST - 0.5)


def _place(draw: Draw, places: Places, village: Ints, n: int, known: int, never: Ints) -> Ints:
    """Give households hamlets: registered rather the remote, exited rather the near, others evenly."""
    far = places.hamlet_remoteness
    where = [
        _draw_hamlet(draw("household.hamlet", n), places, village[:n], 0.5 + far),
        _draw_hamlet(draw("household.exited.hamlet", known - n), places, village[n:known], 1.5 - far),
        np.repeat(np.arange(len(far)), apportion_within(places.hamlet_size, places.hamlet_village, never)),
    ]
    return np.concatenate(where)


def _draw_hamlet(u: Floats, places: Places, village: Ints, weight: Floats) -> Ints:
    """Draw a hamlet of the household's village, the heavier the likelier."""
    home, n = places.hamlet_village, len(places.tier)
    reach = np.cumsum(places.hamlet_size * weight)
    last = np.cumsum(np.bincount(home, minlength=n)) - 1
    start = np.concatenate([[0.0], reach[last[:-1]]])
    edges = home + (reach - start[home]) / (reach[last] - start)[home]
    hamlet: Ints = np.minimum(edges.searchsorted(village + u), last[village])
    return hamlet
