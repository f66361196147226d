"""Which assumed values agree with history: played over a design of them, judged by the facts that are to be fitted."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.ensemble import asking
from sim.ensemble.ensemble import Ensemble, Progress, refuse_empty, shortfall
from sim.ensemble.player import Player
from sim.ensemble.pool import REPLICATE
from sim.evidence import load, triangular
from sim.fixed import FixedFields
from sim.rows import Plotted, Rows
from sim.scenario.given import of_a_scenario
from sim.statistics.abc import Floats, Posterior, Recovery, design, infer, learnt_by_chance, recover
from sim.streams import Streams
from sim.study.backcast import Fact, facts, refuse_other_years
from sim.study.files import write_json, write_manifest
from sim.study.gates import GATES
from sim.study.posterior import write_posterior

if TYPE_CHECKING:
    from sim.scenario import Scenario

NAMED = Path(__file__).parent.parent / "evidence" / "calibration.toml"
#: Runs of each vector, each with luck, start and other assumed values of its own.
REPLICATIONS = 2
VECTORS = 256
#: The share of the runs, the nearest to the facts, that the posterior is made of.
ACCEPTED = 0.25
#: Shufflings of the vectors that say what is learnt by chance.
SHUFFLED = 400
#: A fact is fitted where it lies within this share of the runs, the middle one.
COMMON = 0.95


@dataclass(frozen=True)
class Parameter:
    """An assumed value that calibration moves, and those of other years that move along with it."""

    name: str
    along: tuple[str, ...]

    def values(self, quantile: float) -> dict[str, float]:
        """Return the value of each name at a quantile of its own range."""
        evidence = load()
        found = {}
        for name in (self.name, *self.along):
            entry = evidence[name]
            if entry.low is None or entry.high is None:
                raise ValueError(f"{name} has no range to be calibrated in")
            found[name] = triangular(quantile, entry.low, float(entry.value), entry.high)
        return found


@lru_cache(maxsize=1)
def parameters() -> tuple[Parameter, ...]:
    """Return what calibration may move, in the order of the file."""
    with NAMED.open("rb") as file:
        return tuple(Parameter(name, tuple(entry.get("with", ()))) for name, entry in tomllib.load(file).items())


@dataclass(frozen=True, eq=False)
class Fit:
    """The posterior under one gate, as quantiles of each parameter's range, and the runs that it is made from.

    ``seen`` are all runs' figures for ``fitted``, a row a run; ``alone`` what each fact alone would give. ``beyond``
    are facts to be fitted that lie outside of nearly all runs: prior and fact contradict each other (Evans and Moshonov
    2006, Bayesian Analysis 1, 893-914), and a fit would move values that have nothing to do with the fact.
    ``recovery`` says how well the vectors of the runs themselves are found again.
    """

    gate: str
    fitted: tuple[Fact, ...]
    posterior: Posterior
    alone: Mapping[str, Posterior]
    seen: Floats
    beyond: tuple[Fact, ...]
    recovery: Recovery

    @property
    def effective(self) -> float:
        """So many independent draws the posterior is worth; runs of one vector are one."""
        return self.posterior.effective(REPLICATIONS)

    def directions(self) -> tuple[Floats, Floats]:
        """Return what is left of the prior's variance along the posterior's own directions, and these (a column each).

        Small values are what the facts constrain, values near one what they leave open.
        """
        values, vectors = np.linalg.eigh(self.posterior.covariance() * 12.0)
        return np.asarray(values), np.asarray(vectors)


@dataclass(frozen=True, repr=False)
class Calibration(FixedFields, Rows, Plotted):
    """What history says of the assumed values, for each gate as a model of its own.

    ``by_chance`` is what the value that loses most of its variance loses where there is nothing to be learnt, in all
    but 5 of 100 cases, whichever gate and facts are looked at (vectors shuffled among the runs): no less is told.
    """

    scenario: Scenario
    moved: tuple[Parameter, ...]
    vectors: int
    asked: int
    fits: tuple[Fit, ...]
    failed: Sequence[tuple[str, str, int, str]]
    interrupted: bool
    by_chance: float = 1.0

    COLUMNS = (
        "gate", "parameter", "prior_low", "prior_median", "prior_high", "low", "median", "high", "learnt",
        "learnt_by_chance", "found_again_50", "found_again_90",
    )  # fmt: skip

    def __repr__(self) -> str:
        name, moved = self.scenario.name, len(self.moved)
        few = "" if self.vectors >= self.fewest else f", too few to say anything: at least {self.fewest} are needed"
        missing = shortfall(self.failed, self.interrupted)
        return f"<Calibration {name}: {moved} parameters, {self.vectors} of {self.asked} vectors{few}{missing}>"

    @property
    def fewest(self) -> int:
        """How many vectors it takes to say anything."""
        return fewest(self.scenario, len(self.moved))

    def keep(self, path: str | Path) -> str:
        """Write the posterior to a file, as ``calibrate --keep FILE`` does, and return its path.

        A scenario draws from it by ``replace(parameters="posterior", posterior=calibration.keep(path))``. Raises
        ValueError where the calibration was interrupted or a gate has no posterior, and where the file holds something
        else.
        """
        from sim.scenario.reading import is_posterior

        file = Path(path)
        if file.exists() and not is_posterior(file):
            raise ValueError(f"path(={str(path)!r}) holds something else, which is not replaced")
        if self.interrupted or not write_posterior(self, file):
            raise ValueError(f"{self!r} has no posterior of both gates that could be kept")
        return str(file)

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a gate and parameter.

        - ``gate``, ``parameter``: which gate, which assumed value.
        - ``prior_low``, ``prior_median``, ``prior_high``: the middle 90 % of its range and the median before history,
          in its own unit (sim/PARAMETERS.md); ``low``, ``median``, ``high``: the same after it.
        - ``learnt``: share of the variance that history has taken away; below zero none. ``learnt_by_chance``: what
          the value that loses most would lose were there nothing to learn, in all but 5 of 100 cases (share).
        - ``found_again_50``, ``found_again_90``: share of the runs whose own value lies in the middle 50 and 90 % of
          what is inferred from that run; near 0.5 and 0.9 where such ranges can be trusted.
        """
        found = []
        for fit in self.fits:
            low, middle, high = fit.posterior.interval(0.9)
            for k, parameter in enumerate(self.moved):
                prior, posterior = (
                    [parameter.values(q)[parameter.name] for q in quantiles]
                    for quantiles in ((0.05, 0.5, 0.95), (low[k], middle[k], high[k]))
                )
                found.append({
                    "gate": fit.gate, "parameter": parameter.name, "prior_low": prior[0], "prior_median": prior[1],
                    "prior_high": prior[2], "low": posterior[0], "median": posterior[1], "high": posterior[2],
                    "learnt": float(fit.posterior.learnt()[k]), "learnt_by_chance": self.by_chance,
                    "found_again_50": float(fit.recovery.coverage(0.5)[k]),
                    "found_again_90": float(fit.recovery.coverage(0.9)[k]),
                })  # fmt: skip
        return found


def fewest(scenario: Scenario, moved: int) -> int:
    """Return how many vectors it takes: their nearest runs have to be more than what is regressed on."""
    return int((moved + len(_fitted(scenario)) + 1) / (REPLICATIONS * ACCEPTED)) + 1


def variants(scenario: Scenario, quantiles: Floats, moved: tuple[Parameter, ...]) -> dict[str, Scenario]:
    """Return the campaign of every vector: its values set, its seed its own, its first allocation alone."""
    written = {name: value.dump() for name, value in scenario.overrides.items()}
    first = scenario.baseline
    streams, found = Streams(scenario.seed), {}
    for k, row in enumerate(quantiles.tolist()):
        values: dict[str, Any] = dict(written)
        for parameter, quantile in zip(moved, row, strict=True):
            values |= parameter.values(quantile)
        found[f"{k:05d}"] = scenario.replace(compare=[first], assumptions=values, seed=streams.seed_of("calibrate", k))
    return found


def calibrate(
    scenario: Scenario,
    vectors: int = VECTORS,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
    moved: tuple[Parameter, ...] | None = None,
    hold: bool = True,
) -> Calibration:
    """Play a Sobol design of the named values under both gates and infer what the facts to be fitted leave of them.

    ``moved`` are those of `sim.study.calibrate.parameters()` that are moved, by default all; the others stay as they
    are drawn. With ``out`` runs are kept there, and a call that was cut off goes on where it stopped; what was found
    is kept for other scenarios by `Calibration.keep`. Raises `RunError` where the scenario's time is not that of the
    facts, 2016 and 2017. Options are those of `sim.compare`.
    """
    of_a_scenario(scenario)
    vectors = asking.whole("vectors", vectors)
    refuse_other_years(scenario)
    names = parameters() if moved is None else _parameters(moved)
    quantiles = design(len(names), vectors, scenario.seed)
    player = Player(executor, workers, out, progress, replicate, hold)
    played = player.ensembles(variants(scenario, quantiles, names), [(gate, REPLICATIONS) for gate in GATES])
    return fold(scenario, names, quantiles, played)


def _parameters(moved: Any) -> tuple[Parameter, ...]:
    if not isinstance(moved, tuple | list) or not all(isinstance(parameter, Parameter) for parameter in moved):
        like = "sim.study.calibrate.parameters()[:2]"
        raise TypeError(f"moved(={moved!r:.80}) must be parameters in a tuple, such as {like}")
    names = [name for parameter in moved for name in (parameter.name, *parameter.along)]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"moved(={moved!r:.80}) must be one parameter at least, each once")
    return tuple(moved)


def fold(
    scenario: Scenario, moved: tuple[Parameter, ...], quantiles: Floats, ensembles: Mapping[str, Ensemble]
) -> Calibration:
    """Infer from the vectors that are complete under both gates; none, where fewer are left than can be judged."""
    first = scenario.baseline
    needed = [(gate, first, r) for gate in GATES for r in range(REPLICATIONS)]
    whole = [k for k, e in enumerate(ensembles.values()) if all(key in e.runs for key in needed)]
    failed = [row for e in ensembles.values() for row in e.failed]
    interrupted = any(e.interrupted for e in ensembles.values())
    refuse_empty(whole, failed, interrupted)
    kept = [list(ensembles.values())[k].runs for k in whole]
    said = Calibration(scenario, moved, len(whole), len(quantiles), (), failed, interrupted)
    if said.vectors < said.fewest:
        return said
    found = [_fit(gate, first, _fitted(scenario), quantiles[whole], kept) for gate in GATES]
    fits = tuple(fit for fit in found if fit is not None)
    if not fits:
        return said
    return replace(said, fits=fits, by_chance=_by_chance(scenario.seed, quantiles[whole], fits))


def _by_chance(seed: int, vectors: Floats, fits: Sequence[Fit]) -> float:
    """What is learnt where there is nothing to learn, over all gates, of the facts together and each alone."""
    luck = Streams(seed).array("luck", "calibrate.shuffled", (SHUFFLED, len(vectors)))
    asked = []
    for fit in fits:
        reported = np.array([fact.value for fact in fit.fitted])
        alone = [slice(k, k + 1) for k in range(len(reported))] if len(reported) > 1 else []
        asked += [(fit.seen[:, part], reported[part]) for part in (slice(None), *alone)]
    return learnt_by_chance(vectors, asked, ACCEPTED, REPLICATIONS, luck)


def _fitted(scenario: Scenario) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts(scenario.scale) if fact.role == "fitted")


def _fit(
    gate: str, first: str, wanted: tuple[Fact, ...], quantiles: Floats, kept: list[dict[Any, Any]]
) -> Fit | None:
    """Fit the facts that lie within the common range of the runs; None where none does."""
    played = np.array([
        [runs[gate, first, r].scalars[fact.name] for fact in wanted] for runs in kept for r in range(REPLICATIONS)
    ])  # fmt: skip
    tail = (1.0 - COMMON) / 2
    ends = zip(wanted, *np.quantile(played, (tail, 1.0 - tail), axis=0), strict=True)
    within = [bool(low <= fact.value <= high) for fact, low, high in ends]
    if not any(within):
        return None
    fitted = tuple(fact for fact, inside in zip(wanted, within, strict=True) if inside)
    beyond, seen = tuple(fact for fact in wanted if fact not in fitted), played[:, within]
    rows, reported = np.repeat(quantiles, REPLICATIONS, axis=0), np.array([fact.value for fact in fitted])
    alone = {
        fact.name: infer(rows, seen[:, k : k + 1], reported[k : k + 1], ACCEPTED) for k, fact in enumerate(fitted)
    }
    again = recover(rows, seen, ACCEPTED, REPLICATIONS)
    return Fit(gate, fitted, infer(rows, seen, reported, ACCEPTED), alone, seen, beyond, again)


def write_calibration(result: Calibration, folder: Path) -> None:
    """Write what was learnt and what that rests on, each file whole or not at all."""
    write_manifest(result.scenario, "calibrate", folder)
    write_json(folder / "summary.json", {
        "scenario": result.scenario.name, "seed": result.scenario.seed, "vectors": result.vectors,
        "vectors_asked": result.asked, "interrupted": result.interrupted, "failed": result.failed,
        "learnt_by_chance": result.by_chance if result.fits else None, "parameters": result.rows(),
        "gates": {fit.gate: _told(result, fit) for fit in result.fits},
    })  # fmt: skip


def _told(result: Calibration, fit: Fit) -> dict[str, Any]:
    left, ways = fit.directions()
    names = [parameter.name for parameter in result.moved]
    sd = np.sqrt(np.diag(fit.posterior.covariance()))
    return {
        "effective_draws": fit.effective, "fitted": [fact.name for fact in fit.fitted],
        "beyond_the_runs": [fact.name for fact in fit.beyond],
        "correlations": (fit.posterior.covariance() / np.outer(sd, sd)).tolist(),
        "ranks_of_truth": dict(zip(names, fit.recovery.histogram().tolist(), strict=True)),
        "learnt_from_each_fact": {
            name: dict(zip(names, alone.learnt().tolist(), strict=True)) for name, alone in fit.alone.items()
        },
        "directions": [
            {"variance_left": float(left[k]), "weights": dict(zip(names, ways[:, k].tolist(), strict=True))}
            for k in range(len(names))
        ],
    }
