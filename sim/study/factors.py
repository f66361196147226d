"""Designs of assumed values: what varies, how a trajectory moves it, which run is which, what share a factor has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import campaign
from sim.campaign.assumed import evidence_of
from sim.ensemble.pool import RunError
from sim.ensemble.store import model_hash
from sim.record import Run
from sim.scenario.own import knowing
from sim.scenario.posterior import Posterior
from sim.statistics.resampling import over
from sim.streams import Streams
from sim.study.influences import varying

if TYPE_CHECKING:
    from sim.scenario import Scenario

REPLICATE = "sim.study.factors:replicate"
#: Gaps between the places of a value, from its 5th percentile over so much of its range; a step goes over two of them.
GAPS, LOWEST, WIDE = 3, 0.05, 0.9
#: Factors beside single values: those that were not kept, all values, start and luck.
REST, VALUES, START, LUCK = "rest", "parameters", "start", "luck"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Factor:
    """An assumed value and those that stand at the same place in their ranges; ``draws`` are what a posterior left."""

    names: tuple[str, ...]
    draws: tuple[float, ...] = ()

    def quantiles(self, u: Floats) -> Floats:
        """Return the place in the range at each probability: of the posterior by itself, where there is one."""
        return np.quantile(self.draws, u) if self.draws else u


def indices(vectors: int, replication: int) -> tuple[int, int, int]:
    """Return (start, parameters, luck): each vector, then the first under another start, under other luck, and the last
    under both.
    """
    extra = {vectors: (1, 0, 0), vectors + 1: (0, 0, 1), vectors + 2: (1, vectors - 1, 1)}
    return extra.get(replication, (0, replication, 0))


def replicate(scenario: Scenario, allocation: str, replication: int, *, gate: str) -> Run:
    """Play one run of a design that stands in the scenario's posterior."""
    assert scenario.posterior is not None
    chosen = indices(len(scenario.posterior.draws.plan), replication)
    return campaign.replicate(scenario, allocation, replication, gate=gate, indices=chosen)


def factors(scenario: Scenario) -> tuple[Factor, ...]:
    """Return the assumed values that differ from draw to draw; raises `RunError` where none does."""
    varied, posterior = varying(scenario, range(3)), scenario.posterior
    if not varied:
        raise RunError("nothing_varies")
    columns = posterior.columns if posterior is not None and scenario.parameters == "posterior" else ()
    rows = () if posterior is None else getattr(posterior.draws, scenario.gate)
    along = [
        Factor(tuple(column), tuple(sorted(row[place] for row in rows)))
        for place, column in enumerate(columns) if varied.keys() & column.keys()
    ]  # fmt: skip
    taken = {name for factor in along for name in factor.names}
    return (*along, *(Factor((name,)) for name in varied if name not in taken))


def trajectory(u: Floats) -> tuple[Floats, NDArray[np.int64], Floats]:
    """Return the places of a trajectory (a row a vector), which factor each step moves, and which way (1 or -1).

    ``u`` is (3, factors): where each begins, which way it goes, and when.
    """
    low, up, order = np.floor(2 * u[0]) / GAPS, u[1] < 0.5, np.argsort(u[2], kind="stable")
    step = 2.0 / GAPS
    places = np.tile(low + np.where(up, 0.0, step), (len(low) + 1, 1))
    for k, factor in enumerate(order):
        places[k + 1 :, factor] += step if up[factor] else -step
    return LOWEST + WIDE * places, order, np.where(up[order], 1.0, -1.0)


def designed(scenario: Scenario, found: tuple[Factor, ...], u: Floats, purpose: str, number: int) -> Scenario:
    """Return the scenario whose replications take the rows of ``u`` (vectors, factors), under luck of its own."""
    places = np.column_stack([factor.quantiles(u[:, k]) for k, factor in enumerate(found)])
    rows = [" ".join(f"{q:.5f}" for q in row) for row in np.clip(places, 1e-5, 1.0 - 1e-5).tolist()]
    evidence = evidence_of(scenario)
    entries = [{name: evidence[name] for name in factor.names} for factor in found]
    spans = [{name: [e.low, e.value, e.high] for name, e in column.items()} for column in entries]
    made = {
        "scenario": scenario.name, "digest": scenario.digest(), "model": model_hash(), "seed": scenario.seed,
        "vectors": len(rows), "complete": len(rows),
    }  # fmt: skip
    seed = Streams(scenario.seed).seed_of(f"screen.{purpose}", number)
    draws = {"made_by": made, "parameters": spans, "draws": {"plan": rows, "none": rows}}
    with knowing(scenario.own):
        posterior = Posterior.model_validate(draws)
    return scenario.model_copy(update={"parameters": "posterior", "posterior": posterior, "seed": seed})


def shares(own: Floats, mixed: Floats, other: Floats) -> tuple[Any, Any]:
    """Return the first-order index (Saltelli 2010) and the total one (Jansen 1999) of a factor, over the last axis.

    ``mixed`` is what the own point gives with the other's part of this factor.
    """
    both = np.concatenate([own, other], axis=-1)
    middle, variance = both.mean(axis=-1, keepdims=True), both.var(axis=-1)
    first = ((other - middle) * (mixed - own)).mean(axis=-1)
    return over(first, variance), over(((own - mixed) ** 2).mean(axis=-1) / 2.0, variance)
