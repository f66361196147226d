"""Townships, villages and hamlets: where they lie, how many people, which tier; the same in every year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.county.county import DEEP, HIGH, OTHER, POOR, PRODUCTS, TOWNSHIPS, Bools, Floats, Ints, Townships
from sim.county.fitting import apportion, choose, largest_remainder
from sim.evidence import Parameters
from sim.streams import Streams


@dataclass(frozen=True)
class Places:
    """The villages of a county, and of each hamlet its village, relative size and remoteness in (0, 1)."""

    townships: Townships
    township: Ints
    tier: Ints
    base_people: Ints
    exited: Bools
    in_deep_township: Bools
    x: Floats
    y: Floats
    product: Ints
    hamlet_village: Ints
    hamlet_size: Floats
    hamlet_remoteness: Floats


def lay_out(p: Parameters, streams: Streams, scale: float, year: int) -> Places:
    """Return the places of a county of ``scale``; every township has at least one village."""
    n = max(len(TOWNSHIPS), round(p["county.villages"] * scale))
    township = _townships_of_villages(p, n)
    townships = Townships(TOWNSHIPS, np.array([p[f"township.{key}.deep"] > 0 for key in TOWNSHIPS]))
    people = _people(p, streams, scale, township)
    tier = _tiers(p, streams, townships.deep[township])
    exited = _exited(p, streams, tier, townships.deep[township]) if year > 2016 else np.zeros(n, dtype=bool)
    hamlet_village = _hamlets(p, people)
    m = len(hamlet_village)
    spread = p["hamlet.size_spread"] * (2 * streams.uniform("start", "hamlet.size", m) - 1)
    x, y = _positions(p, streams, township)
    return Places(
        townships, township, tier, people, exited, townships.deep[township], x, y, _products(p, streams, n),
        hamlet_village, 1 + spread, streams.uniform("start", "hamlet.remoteness", m),
    )  # fmt: skip


def _townships_of_villages(p: Parameters, n: int) -> Ints:
    weight = np.array([p[f"township.{key}.villages"] for key in TOWNSHIPS])
    return np.repeat(np.arange(len(TOWNSHIPS)), apportion(n * weight / weight.sum(), n, low=1))


def _people(p: Parameters, streams: Streams, scale: float, township: Ints) -> Ints:
    total = round(p["county.rural_population"] * scale)
    by_township = largest_remainder(total, [p[f"township.{key}.people_share"] for key in TOWNSHIPS])
    z = ndtri(streams.uniform("start", "village.population", len(township)))
    weight = np.exp(p["county.village_population_sd"] * z)
    return np.concatenate(
        [largest_remainder(here, weight[township == t]) for t, here in enumerate(by_township)]
    )


def tier_counts(p: Parameters, n: int) -> list[int]:
    """Return how many of ``n`` villages are deep, poor, high and other."""
    deep, poor, high = (p[f"county.{k}_villages"] for k in ("deep", "poor", "high_incidence"))
    return largest_remainder(n, [deep, poor - deep, high, p["county.villages"] - poor - high])


def deep_inside(p: Parameters, deep_villages: int, in_deep_townships: int, n: int) -> int:
    """Return how many deep villages lie in the deep townships.

    About one other village for each deep township stays beside them: more people left poverty in the deep
    townships than in the deep villages, so somebody there lived elsewhere.
    """
    wanted = round(deep_villages * p["county.deep_villages_in_deep_townships"] / p["county.deep_villages"])
    spare = max(1, round(3 * n / p["county.villages"]))
    return min(wanted, deep_villages, max(0, in_deep_townships - spare))


def _tiers(p: Parameters, streams: Streams, in_deep_township: Bools) -> Ints:
    n = len(in_deep_township)
    deep, poor, high, _ = tier_counts(p, n)
    inside = deep_inside(p, deep, int(in_deep_township.sum()), n)
    u = streams.uniform("start", "village.tier", n)
    tier = np.full(n, OTHER)
    tier[choose(u, in_deep_township, inside) | choose(u, ~in_deep_township, deep - inside)] = DEEP
    for label, count in ((POOR, poor), (HIGH, high)):
        tier[choose(streams.uniform("start", f"village.tier.{label}", n), tier == OTHER, count)] = label
    return tier


def exited_counts(p: Parameters, n: int) -> list[int]:
    """Return how many of the deep and of the other registered poor villages are out by the start of 2018."""
    out, deep = p["county.poor_villages_exited"], p["county.deep_villages_exited"]
    return largest_remainder(out * n / p["county.villages"], [deep, out - deep])


def _exited(p: Parameters, streams: Streams, tier: Ints, in_deep_township: Bools) -> Bools:
    """Choose the exited villages at random.

    At most a third of the deep townships' villages: in a small county the others could not hold their poor.
    """
    u = streams.uniform("start", "village.exited", len(tier))
    deep, poor = exited_counts(p, len(tier))
    out = choose(u, tier == DEEP, deep)
    inner, outer = (tier == POOR) & in_deep_township, (tier == POOR) & ~in_deep_township
    room = max(0, int(in_deep_township.sum()) // 3 - int((out & in_deep_township).sum()))
    inside = min(int((choose(u, tier == POOR, poor) & inner).sum()), room)
    inside = max(inside, poor - int(outer.sum()))
    return out | choose(u, inner, inside) | choose(u, outer, poor - inside)


def _hamlets(p: Parameters, people: Ints) -> Ints:
    count = round(len(people) * p["county.hamlets_per_village"])
    return np.repeat(np.arange(len(people)), apportion(count * people / people.sum(), count, low=1))


def _positions(p: Parameters, streams: Streams, township: Ints) -> tuple[Floats, Floats]:
    """The first township lies in the middle, the others on a ring; villages scatter around their seat."""
    ring = np.where(township > 0, p["map.ring_km"], 0.0)
    angle = 2 * np.pi * township / (len(TOWNSHIPS) - 1)
    u = streams.array("start", "village.position", (len(township), 2))
    off, turn = p["map.township_km"] * np.sqrt(u[:, 0]), 2 * np.pi * u[:, 1]
    return ring * np.cos(angle) + off * np.cos(turn), ring * np.sin(angle) + off * np.sin(turn)


def product_weights(p: Parameters) -> Floats:
    """Return the share of each product in what registered households take up."""
    weight = np.array([p[f"industry.{name}.weight"] for name in PRODUCTS])
    return np.asarray(weight / weight.sum())


def _products(p: Parameters, streams: Streams, n: int) -> Ints:
    return np.searchsorted(np.cumsum(product_weights(p))[:-1], streams.uniform("start", "village.product", n))
