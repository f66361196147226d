"""How a study is played: its options, handed down whole to what plays its ensembles and keeps them in its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.ensemble import asking
from sim.ensemble.ensemble import Ensemble, Looks, Plan, Progress
from sim.ensemble.part import Part
from sim.ensemble.play import play_parts
from sim.ensemble.pool import REPLICATE
from sim.ensemble.store import kept, locked

if TYPE_CHECKING:
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Player:
    """The options that all studies take, as `sim.compare` tells of them, and what plays by them.

    Raises ValueError and TypeError as `asking` does, before there is a folder.
    """

    executor: Executor | None = None
    workers: int | None = None
    out: str | Path | None = None
    progress: Progress | None = None
    replicate: str = REPLICATE
    hold: bool = True

    def __post_init__(self) -> None:
        asking.hands(self.workers, self.progress, self.executor)
        asking.plays(self.replicate)
        asking.folder(self.out)

    def ensemble(self, scenario: Scenario, plan: Plan | Looks) -> Ensemble:
        """Play ``plan`` (gate, replications) for all allocations of one scenario; see `ensembles`."""
        return self.ensembles({"": scenario}, plan)[""]

    def ensembles(
        self, scenarios: Mapping[str, Scenario], plan: Plan | Looks, own_gate: bool = False
    ) -> dict[str, Ensemble]:
        """Play ``plan`` (gate, replications) for all allocations of each scenario, reusing what the folder has.

        With ``own_gate`` each scenario plays of the plan what is of its own gate. Of `Looks` no more is returned than
        the first plan that is enough. Low replications are played first, in all scenarios. Raises `RunError` where the
        sources are no longer those of this process, or a worker's are not.
        """
        found: dict[str, Ensemble] = {}

        def ended(part: Part, interrupted: bool, error: Exception | None) -> None:
            if error is not None:
                raise error
            found.update(part.result(interrupted))

        store = kept(self.out, self.replicate, self.hold)
        part = Part(scenarios, plan, store, self.replicate, own_gate=own_gate)
        if play_parts([part], ended, executor=self.executor, workers=self.workers, progress=self.progress):
            return {label: found.get(label, Ensemble(interrupted=True)) for label in scenarios}
        return found

    @contextmanager
    def holding(self) -> Iterator[Player]:
        """Hold the folder from one playing to the next."""
        with locked(Path(self.out)) if self.out is not None and self.hold else nullcontext():
            yield replace(self, hold=False)
