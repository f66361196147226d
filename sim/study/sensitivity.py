"""Where the doubt comes from: luck, assumed values or the unknown start; and which assumed values matter most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import campaign
from sim.ensemble import asking
from sim.ensemble.ensemble import Ensemble, Progress, refuse_empty, shortfall
from sim.ensemble.player import Player
from sim.ensemble.store import model_hash
from sim.fixed import FixedFields
from sim.record import Run
from sim.rows import Plotted, Rows
from sim.scenario.given import of_a_scenario
from sim.statistics.intervals import Interval
from sim.statistics.resampling import over, percentiles
from sim.streams import GROUPS, Streams
from sim.study.files import write_json, write_manifest
from sim.study.influences import Influence, along, repeated, varying, written

if TYPE_CHECKING:
    from sim.scenario import Scenario

REPLICATE = "sim.study.sensitivity:replicate"
VECTORS = 48
#: Runs of a vector: one, and one more for each group of luck, in which that group alone is another.
RUNS = 1 + len(GROUPS)
#: Fewer vectors tell nothing.
FEWEST_VECTORS = 8
RESAMPLES = 2_000
#: What is looked at: incidence under the first allocation, people between the two leading ones, people lost by
#: choosing the one that leads on average wherever another is better.
QUANTITIES = ("incidence", "difference", "regret")

Floats = NDArray[np.float64]


def indices(replication: int) -> tuple[int, int, int]:
    """Return (start, parameters, luck) of a replication of the design: vector by vector, `RUNS` of each."""
    vector, run = divmod(replication, RUNS)
    own, other = 2 * vector, 2 * vector + 1
    start, parameters, luck = (other if run == 1 + place else own for place in range(len(GROUPS)))
    return start, parameters, luck


def replicate(scenario: Scenario, allocation: str, replication: int, *, gate: str) -> Run:
    """Play one run of the design."""
    return campaign.replicate(scenario, allocation, replication, gate=gate, indices=indices(replication))


@dataclass(frozen=True)
class Part:
    """What one group of luck does to a quantity.

    ``left`` is the standard deviation that would be left if all but this group were known, ``share`` its variance over
    all of it (Jansen's total effect; shares of groups that act together add up to more than one).
    """

    quantity: str
    group: str
    left: Interval
    share: Interval


@dataclass(frozen=True, repr=False)
class Sensitivity(FixedFields, Rows, Plotted):
    """Where the doubt about a scenario's answer comes from. ``leaders`` are the two allocations ahead on average."""

    scenario: Scenario
    vectors: int
    asked: int
    leaders: tuple[str, str] | None
    sd: Mapping[str, float]
    parts: tuple[Part, ...]
    influences: tuple[Influence, ...]
    varied: int
    failed: Sequence[tuple[str, str, int, str]]
    interrupted: bool

    COLUMNS = (
        "quantity", "group", "sd", "left", "left_low", "left_high", "share", "share_low", "share_high",
    )  # fmt: skip

    def __repr__(self) -> str:
        few = "" if self.parts else f", too few to say anything: at least {FEWEST_VECTORS} are needed"
        missing = shortfall(self.failed, self.interrupted)
        return f"<Sensitivity {self.scenario.name}: {self.vectors} of {self.asked} vectors{few}{missing}>"

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a quantity and group of luck.

        - ``quantity``: *incidence* (share), *difference* of the leaders and *regret* (people); see `QUANTITIES`.
        - ``group``: what varies: *start*, *parameters* (assumed values) or *luck*.
        - ``sd``: standard deviation of the quantity, in its unit, the same in each of its rows.
        - ``left``: the standard deviation that would be left if all but this group were known, in the same unit.
        - ``share``: the square of ``left`` over that of ``sd`` (share of variance, Jansen's total effect); those of
          groups that act together sum to more than one.
        - ``left_low``, ``left_high``, ``share_low``, ``share_high``: 95 % intervals of these estimates, from resampled
          vectors; those of shares hold in 87 to 89 of 100 at 8 vectors, in 91 to 93 at 48, those of ``left`` in 80
          to 85 and in 89 to 94.
        """
        return [
            {
                "quantity": part.quantity, "group": part.group, "sd": self.sd[part.quantity], "left": part.left.mean,
                "left_low": part.left.low, "left_high": part.left.high, "share": part.share.mean,
                "share_low": part.share.low, "share_high": part.share.high,
            }
            for part in self.parts
        ]  # fmt: skip


def sensitivity(
    scenario: Scenario,
    vectors: int = VECTORS,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    hold: bool = True,
) -> Sensitivity:
    """Play ``vectors`` runs of every allocation, and each again with another start, other values, other luck.

    Options are those of `sim.compare`, but for ``replicate``: what a run is belongs to the design.
    """
    of_a_scenario(scenario)
    vectors = asking.whole("vectors", vectors)
    player = Player(executor, workers, out, progress, REPLICATE, hold)
    return fold(scenario, player.ensemble(scenario, [(scenario.gate, RUNS * vectors)]), vectors)


def fold(scenario: Scenario, ensemble: Ensemble, asked: int) -> Sensitivity:
    """Attribute the spread over the vectors that are complete for all allocations."""
    names, gate = list(scenario.allocations), scenario.gate

    def runs(vector: int) -> list[tuple[str, str, int]]:
        return [(gate, name, RUNS * vector + run) for name in names for run in range(RUNS)]

    whole = [vector for vector in range(asked) if all(key in ensemble.runs for key in runs(vector))]
    refuse_empty(whole, ensemble.failed, ensemble.interrupted)

    def scalar(what: str) -> Floats:
        """By vector, allocation and run."""
        played = [[ensemble.runs[key].scalars[what] for key in runs(vector)] for vector in whole]
        return np.array(played, dtype=float).reshape(len(whole), len(names), RUNS)

    leaders, looked_at = None, dict[str, Floats]()
    if len(whole) >= FEWEST_VECTORS:
        short = scalar("people_short")
        leaders = leading(names, short)
        looked_at = quantities(names, leaders, scalar("incidence"), short)
    numbers = [number for vector in whole for number in (2 * vector, 2 * vector + 1)]
    varied, same = (varying(scenario, numbers), repeated(scenario, numbers)) if looked_at else ({}, {})
    return Sensitivity(
        scenario, len(whole), asked, leaders,
        {quantity: float(np.sqrt(seen.var(axis=0, ddof=1).mean())) for quantity, seen in looked_at.items()},
        tuple(part for quantity, seen in looked_at.items() for part in _parts(quantity, seen, scenario.seed)),
        tuple(f for quantity, seen in looked_at.items() for f in along(quantity, _answers(seen), varied, same)),
        len(varied), ensemble.failed, ensemble.interrupted,
    )  # fmt: skip


def leading(names: list[str], short: Floats) -> tuple[str, str] | None:
    """Return the two allocations ahead on average; ``short`` is by point, allocation and run."""
    if len(names) < 2 or not len(short):
        return None
    first, second = np.argsort(short.mean(axis=(0, 2)), kind="stable")[:2].tolist()
    return names[first], names[second]


def quantities(
    names: list[str], leaders: tuple[str, str] | None, incidence: Floats, short: Floats
) -> dict[str, Floats]:
    """Return each quantity by run; what it is made of is by allocation and run, and by whatever comes before."""
    if leaders is None:
        return {"incidence": incidence[..., 0, :]}
    first, second = (short[..., names.index(name), :] for name in leaders)
    return dict(zip(QUANTITIES, (incidence[..., 0, :], second - first, first - short.min(axis=-2)), strict=True))


def again(seed: int, purpose: str, n: int) -> NDArray[np.int64]:
    """Return which of so many each resample takes."""
    return (Streams(seed).array("luck", purpose, (RESAMPLES, n)) * n).astype(np.int64)


def _parts(quantity: str, seen: Floats, seed: int) -> list[Part]:
    """Jansen's estimator of total effects, with percentile intervals of resampled vectors; ``seen`` by vector, run."""

    def effects(those: Floats) -> tuple[Floats, Floats]:
        """Return left variance by group and the whole, over the last axis but one."""
        moved = ((those[..., 1:] - those[..., :1]) ** 2).mean(axis=-2) / 2.0
        return moved, those.var(axis=-2, ddof=1).mean(axis=-1, keepdims=True)

    left, whole = effects(seen)
    lefts, wholes = effects(seen[again(seed, "sensitivity.again", len(seen))])
    return [
        Part(quantity, group,
             percentiles(np.sqrt(left[k]), np.sqrt(lefts[:, k])),
             percentiles(over(left[k], whole[0]), over(lefts[:, k], wholes[:, 0])))
        for k, group in enumerate(GROUPS)
    ]  # fmt: skip


def _answers(seen: Floats) -> Floats:
    """Return the own and the other draw's answer of each vector, the own the mean over the runs that share it."""
    place = GROUPS.index("parameters") + 1
    own = np.delete(seen, place, axis=1).mean(axis=1)
    return np.stack([own, seen[:, place]], axis=1).ravel()


def write_sensitivity(result: Sensitivity, folder: Path) -> None:
    """Write what was found and what it rests on, each file whole or not at all."""
    write_manifest(result.scenario, "sensitivity", folder, design=model_hash(REPLICATE))
    write_json(folder / "summary.json", {
        "scenario": result.scenario.name, "seed": result.scenario.seed, "vectors": result.vectors,
        "vectors_asked": result.asked, "leaders": result.leaders, "values_varied": result.varied,
        "interrupted": result.interrupted, "failed": result.failed,
        "spread": result.rows(), "influences": written(result.influences),
    })  # fmt: skip
