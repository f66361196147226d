"""Townships, villages and hamlets: people, tiers, incidence, and who is registered where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.county.county import DEEP, HIGH, OTHER, POOR, PRODUCTS, TOWNSHIPS, Bools, Floats, Ints, Townships
from sim.county.fitting import choose, largest_remainder, rake
from sim.evidence import Parameters, load, triangular
from sim.streams import Streams


@dataclass(frozen=True)
class Places:
    """What households need to know of places; ``registered`` and ``exited_people`` are people by village."""

    townships: Townships
    township: Ints
    tier: Ints
    base_people: Ints
    exited: Bools
    registered: Ints
    exited_people: Ints
    x: Floats
    y: Floats
    product: Ints


def lay_out(p: Parameters, streams: Streams, scale: float) -> Places:
    """Return the villages of a county of ``scale`` with registered people raked to county and deep-township margins."""
    townships = Townships(TOWNSHIPS, np.array([p[f"township.{k}.deep"] > 0 for k in TOWNSHIPS]))
    villages = max(len(TOWNSHIPS), round(p["county.villages"] * scale))
    counts = largest_remainder(villages - 7, [p[f"township.{k}.villages"] for k in TOWNSHIPS])
    township = np.repeat(np.arange(7), np.array(counts) + 1)
    base_people = _people(p, streams, scale, township)
    tier = _tiers(p, streams, townships.deep[township])
    exited = _exited(p, streams, tier)
    deep = townships.deep[township]
    registered = _registered(p, streams, scale, base_people, tier, exited, deep)
    exits = _exits(p, scale, base_people, registered, tier, deep)
    x, y = _positions(streams, township)
    product = _products(p, streams.uniform("start", "village.product", villages))
    return Places(townships, township, tier, base_people, exited, registered, exits, x, y, product)


def _people(p: Parameters, streams: Streams, scale: float, township: Ints) -> Ints:
    total = round(p["county.rural_population"] * scale)
    by_township = largest_remainder(total, [p[f"township.{k}.people_share"] for k in TOWNSHIPS])
    z = ndtri(streams.uniform("start", "village.population", len(township)))
    weight = np.exp(p["county.village_population_sd"] * z)
    people = np.zeros(len(township), dtype=np.int64)
    for t, here in enumerate(by_township):
        people[township == t] = largest_remainder(here, weight[township == t])
    return people


def _tiers(p: Parameters, streams: Streams, in_deep_township: Bools) -> Ints:
    n = len(in_deep_township)
    rest = p["county.villages"] - p["county.poor_villages"] - p["county.high_incidence_villages"]
    poor = p["county.poor_villages"] - p["county.deep_villages"]
    counts = largest_remainder(n, [p["county.deep_villages"], poor, p["county.high_incidence_villages"], rest])
    inside = round(counts[0] * p["county.deep_villages_in_deep_townships"] / p["county.deep_villages"])
    inside = min(inside, int(in_deep_township.sum()))
    u = streams.uniform("start", "village.tier", n)
    tier = np.full(n, OTHER)
    tier[choose(u, in_deep_township.astype(float), inside)] = DEEP
    tier[choose(u, (~in_deep_township).astype(float), counts[0] - inside)] = DEEP
    for label, count in ((POOR, counts[1]), (HIGH, counts[2])):
        u = streams.uniform("start", f"village.tier.{label}", n)
        tier[choose(u, (tier == OTHER).astype(float), count)] = label
    return tier


def _exited(p: Parameters, streams: Streams, tier: Ints) -> Bools:
    u = streams.uniform("start", "village.exited", len(tier))
    deep_out = p["county.deep_villages_exited"] / p["county.deep_villages"]
    poor_out = (p["county.poor_villages_exited"] - p["county.deep_villages_exited"]) / (
        p["county.poor_villages"] - p["county.deep_villages"]
    )
    out = choose(u, (tier == DEEP).astype(float), deep_out * (tier == DEEP).sum())
    return out | choose(u, (tier == POOR).astype(float), poor_out * (tier == POOR).sum())


def _registered(
    p: Parameters, streams: Streams, scale: float, people: Ints, tier: Ints, exited: Bools, deep: Bools
) -> Ints:
    """Rake village x {registered, not} within deep townships and outside them; exited villages stay as they are."""
    u = streams.uniform("start", "village.incidence", len(tier)).tolist()
    prior = np.array([_incidence(p, name, u[i]) for i, name in enumerate(_tier_names(tier, exited))])
    peaks = choose(
        streams.uniform("start", "village.peak", len(tier)), ((tier == DEEP) & ~exited).astype(float),
        p["tier.deep.peak_villages"] * min(1.0, scale),
    )  # fmt: skip
    prior[peaks] = p["tier.deep.peak_incidence"]
    total = round(people.sum() * p["county.incidence_end_2017"])
    in_deep = round(total * deep_township_share(p))
    fitted = prior * people
    for stratum, goal in ((deep, in_deep), (~deep, total - in_deep)):
        free = stratum & ~exited
        rest = goal - fitted[stratum & exited].sum()
        table = np.column_stack([fitted[free], people[free] - fitted[free]])
        fitted[free] = rake(table, people[free], [rest, people[free].sum() - rest])[:, 0]
    return np.array(_whole(np.asarray(fitted, dtype=np.float64), total), dtype=np.int64)


def deep_township_share(p: Parameters) -> float:
    """Return the deep townships' share of registered people at the start of 2018.

    Derived: their share at the end of 2015 and of the inflow, less the 6,381 people who left there.
    """
    base = p["county.rural_population"]
    before = p["county.incidence_end_2015"] * base
    now = p["county.incidence_end_2017"] * base
    inflow = now - before + p["county.exited_people"]
    share = p["county.deep_township_poor_share"]
    return (share * (before + inflow) - p["county.exited_people_deep_townships"]) / now


def _tier_names(tier: Ints, exited: Bools) -> list[str]:
    names = ("deep", "poor", "high", "other")
    return ["exited" if out else names[t] for t, out in zip(tier.tolist(), exited.tolist(), strict=True)]


def _incidence(p: Parameters, tier: str, u: float) -> float:
    name = f"tier.{tier}.incidence_2018"
    entry = load()[name]
    assert entry.low is not None and entry.high is not None
    return triangular(u, entry.low, p[name], entry.high)


def _exits(p: Parameters, scale: float, people: Ints, registered: Ints, tier: Ints, deep: Bools) -> Ints:
    """Who left in 2016-17 lived where incidence fell; deep townships and deep villages have their published shares."""
    names = ("deep", "poor", "high", "other")
    before = np.array([p[f"tier.{names[t]}.incidence_2016"] for t in tier.tolist()])
    weight = np.maximum(0.01 * people, before * people - registered)
    deep_village = tier == DEEP
    table = np.array([[weight[a & b].sum() for b in (deep_village, ~deep_village)] for a in (deep, ~deep)])
    total = p["county.exited_people"]
    t, v = p["county.exited_people_deep_townships"], p["county.exited_people_deep_villages"]
    fitted = rake(np.maximum(table, 1e-9), [t, total - t], [v, total - v]) / total
    share = np.zeros(len(people))
    for i, a in enumerate((deep, ~deep)):
        for j, b in enumerate((deep_village, ~deep_village)):
            inside = a & b
            if inside.any():
                share[inside] = fitted[i, j] * weight[inside] / weight[inside].sum()
    return np.array(largest_remainder(total * scale, share), dtype=np.int64)


def _positions(streams: Streams, township: Ints) -> tuple[Floats, Floats]:
    """Townships lie on a ring of 22 km, villages within 8 km of their seat: enough for weather to hit neighbours."""
    angle = 2 * np.pi * township / 7
    u = streams.array("start", "village.position", (len(township), 2))
    r, turn = 8 * np.sqrt(u[:, 0]), 2 * np.pi * u[:, 1]
    return 22 * np.cos(angle) + r * np.cos(turn), 22 * np.sin(angle) + r * np.sin(turn)


def _products(p: Parameters, u: Floats) -> Ints:
    weight = np.array([p[f"industry.{name}.weight"] for name in PRODUCTS])
    return np.searchsorted(np.cumsum(weight) / weight.sum(), u).astype(np.int64)


def _whole(fitted: Floats, total: int) -> list[int]:
    base = np.floor(fitted).astype(int)
    order = np.argsort(-(fitted - base), kind="stable")
    base[order[: total - int(base.sum())]] += 1
    return [int(v) for v in base]
