"""Many scenarios in one ensemble: each is compared as if it were alone, and stands as a row in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.ensemble import asking
from sim.ensemble.ensemble import Progress
from sim.ensemble.part import Part
from sim.ensemble.play import play_parts
from sim.ensemble.pool import REPLICATE, RunError
from sim.ensemble.store import kept
from sim.fixed import FixedFields
from sim.rows import Plotted, Rows
from sim.scenario.given import of_scenarios
from sim.statistics.intervals import Interval, Proportion
from sim.study.compare import Comparison, Question
from sim.study.files import finite, write_csv, write_json

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: The choice is settled; or is not after the most replications that the scenario allows; a number of replications was
#: asked for; what is complete when it was broken off; there is no answer.
State = Literal["settled", "open", "fixed", "interrupted", "failed"]
#: Called with each scenario as it ends: with its comparison, or why there is none.
Left = Callable[["Scenario", "Comparison | Exception"], None]


@dataclass(frozen=True)
class Outcome(FixedFields):
    """What came of one scenario: its best allocation with that one's figures, or ``why`` there are none.

    Intervals are those of its `Summary`: at 95 % each, as if the allocation had not been picked.
    Titles are by language; ``failed`` counts replications of an allocation that could not be finished; ``scale`` is the
    part of the county that is played.
    """

    name: str
    title: Mapping[str, str]
    target: float
    state: State
    replications: int = 0
    failed: int = 0
    best: str = ""
    best_title: Mapping[str, str] | None = None
    incidence: Interval | None = None
    people_short: Interval | None = None
    p_target: Proportion | None = None
    p_below_3: Proportion | None = None
    why: str = ""
    scale: float = 1.0

    def row(self) -> dict[str, Any]:
        """Return it flat; what there is no figure of is None."""
        row: dict[str, Any] = {"scenario": self.name, "state": self.state, "replications": self.replications,
                               "failed": self.failed, "target_incidence": self.target, "best": self.best}  # fmt: skip
        for name in ("incidence", "people_short"):
            of: Interval | None = getattr(self, name)
            row |= {name: of and of.mean, f"{name}_low": of and of.low, f"{name}_high": of and of.high}
        for name in ("p_target", "p_below_3"):
            chance: Proportion | None = getattr(self, name)
            row |= {name: chance and chance.estimate, f"{name}_low": chance and chance.low,
                    f"{name}_high": chance and chance.high}  # fmt: skip
        return {**row, "why": self.why}


@dataclass(frozen=True, repr=False)
class Across(FixedFields, Rows, Plotted):
    """What came of every scenario, in their order."""

    scenarios: tuple[Outcome, ...]
    interrupted: bool

    COLUMNS = (
        "scenario", "state", "replications", "failed", "target_incidence", "best",
        "incidence", "incidence_low", "incidence_high", "people_short", "people_short_low", "people_short_high",
        "p_target", "p_target_low", "p_target_high", "p_below_3", "p_below_3_low", "p_below_3_high", "why",
    )  # fmt: skip

    @property
    def failed(self) -> int:
        """How many scenarios have no answer, or replications that could not be finished."""
        return sum(outcome.state == "failed" or outcome.failed > 0 for outcome in self.scenarios)

    def __repr__(self) -> str:
        states = [outcome.state for outcome in self.scenarios]
        counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
        short = sum(outcome.failed > 0 for outcome in self.scenarios)
        missing = f"; {short} with runs that failed" if short else ""
        return f"<Across {len(states)} scenarios: {counts}{missing}>"

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a scenario; what there is no figure of is None.

        - ``scenario``: its name; ``state``: how it ended (`State`); ``why``: why there are no figures.
        - ``replications``: played under every allocation; ``failed``: runs that could not be finished.
        - ``target_incidence``: the scenario's target (share); ``best``: the allocation that the figures are of.
        - ``incidence``: people on the register at the end, per rural person (share), the mean; ``people_short``: people
          on the register less those that the target leaves, the mean; ``p_target``, ``p_below_3``: share of
          replications that reach the target, that end below 3 %.
        - ``incidence_low``, ``incidence_high``, ``people_short_low``, ``people_short_high``, ``p_target_low``,
          ``p_target_high``, ``p_below_3_low``, ``p_below_3_high``: 95 % intervals, each by itself and as if the
          allocation had not been picked.
        """
        return [outcome.row() for outcome in self.scenarios]


def compare_all(
    scenarios: Iterable[Scenario],
    replications: int | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
    left: Left | None = None,
) -> Across:
    """Compare the allocations of each scenario as `compare` does, all of them on the same workers at once.

    With ``out`` each keeps its runs in a folder of its name there. A scenario that fails costs the others nothing.
    ``left`` is called with each as it ends; comparisons are not held beyond that, since a province's would not fit.
    Options are those of `sim.compare`.
    """
    scenarios = of_scenarios(scenarios)
    asking.hands(workers, progress, executor)
    asking.plays(replicate)
    asking.folder(out)
    names = [scenario.name for scenario in scenarios]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"scenarios(={sorted(twice)}) must have different names")
    questions = {scenario.name: Question(scenario, replications) for scenario in scenarios}
    found: dict[str, Outcome] = {}

    def ended(part: Part, interrupted: bool, error: Exception | None) -> None:
        scenario = questions[part.name].scenario
        answer = error or _answered(questions[part.name], part, interrupted)
        found[part.name] = _outcome(scenario, answer)
        if left:
            left(scenario, answer)

    parts = [
        Part({"": question.scenario}, question.looks, kept(out and Path(out) / name, replicate, True), replicate, name)
        for name, question in questions.items()
    ]
    interrupted = play_parts(parts, ended, executor=executor, workers=workers, progress=progress)
    return Across(tuple(found.get(s.name) or _not_begun(s) for s in scenarios), interrupted)


def _answered(question: Question, part: Part, interrupted: bool) -> Comparison | Exception:
    try:
        return question.answered(part.result(interrupted)[""])
    except Exception as error:  # not a replication of it: a row with its reason
        return error


def _outcome(scenario: Scenario, answer: Comparison | Exception) -> Outcome:
    if isinstance(answer, Exception):
        said = answer.args[0] if isinstance(answer, RunError) else answer  # a file's words are no language's
        why = f"{type(answer).__name__}: {said}"
        return replace(_not_begun(scenario), state="failed", why=why)
    if not answer.allocations:
        return _not_begun(scenario)
    best = next(row for row in answer.allocations if row.name == answer.best)
    return Outcome(
        scenario.name, scenario.title, scenario.targets.incidence, _state(answer), answer.replications,
        len(answer.failed), best.name, scenario.allocations[best.name].title, best.incidence, best.people_short,
        best.p_target, best.p_below_3, scale=scenario.scale,
    )  # fmt: skip


def _not_begun(scenario: Scenario) -> Outcome:
    return Outcome(scenario.name, scenario.title, scenario.targets.incidence, "interrupted", scale=scenario.scale)


def _state(answer: Comparison) -> State:
    if answer.interrupted:
        return "interrupted"
    if answer.selection is None:
        return "fixed"
    return "settled" if answer.selection.settled else "open"


def write_across(result: Across, folder: Path) -> None:
    """Write the table of all scenarios, each file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "across.csv", map(finite, result.rows()))
    scenarios = [asdict(outcome) for outcome in result.scenarios]
    write_json(folder / "summary.json", {"interrupted": result.interrupted, "scenarios": scenarios})
