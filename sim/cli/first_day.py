"""Whether a county can be made of a scenario: its first day is dealt where it changes what the county is made from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario.nodes import along, shown
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading import included, read

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: Where a change of a value is written: the keys that lead to it.
Key = tuple[str, ...]
#: How the names of the values begin that the county is made from; no other is read before the first day is over.
MADE_FROM = (
    "backstop.", "cause.", "county.", "hamlet.", "household.", "income.", "industry.", "map.", "missing.",
    "relocation.", "rule.incidence_limit", "start.", "tier.", "township.", "village.", "works.road_km",
)  # fmt: skip


def refuse(scenarios: Iterable[tuple[Scenario, Path]]) -> None:
    """Raise one `ScenarioError` for all scenarios (each with its file) that leave no county for replication 0.

    Nothing is dealt, and nothing imported that could, for those that leave the county's values as they are.
    """
    if found := [problem for scenario, file in scenarios for problem in _problems(scenario, file)]:
        raise ScenarioError(found)


def _problems(scenario: Scenario, file: Path) -> Iterator[Problem]:
    changed = _changed(scenario)

    def why(kept: Collection[Key]) -> str:
        return _why_not(_without(scenario, [key for key in changed if key not in kept]))

    for keys, reason in _blamed(changed, why):
        yield _problem(file, keys, reason)


def _changed(scenario: Scenario) -> list[Key]:
    """Return the keys of what changes the county, those of the scenario before those of its years before."""
    own: list[Key] = [("assumptions", name) for name in scenario.overrides if name.startswith(MADE_FROM)]
    return own if scenario.before is None else [*own, *(("history", *key) for key in _changed(scenario.before))]


def _without(scenario: Scenario, keys: Collection[Key]) -> Scenario:
    overrides = {name: found for name, found in scenario.overrides.items() if ("assumptions", name) not in keys}
    within = [key[1:] for key in keys if key[0] == "history"]
    history = _without(scenario.history, within) if within else scenario.history
    return scenario.model_copy(update={"overrides": overrides, "history": history})


def _why_not(scenario: Scenario) -> str:
    """Deal the first day of replication 0; return what the row of a failed run would say, empty where it can be."""
    import numpy as np

    from sim.campaign.assumed import values
    from sim.county import synthesise
    from sim.streams import Streams

    year = (scenario.before or scenario).start_date.year
    try:
        with np.errstate(all="ignore"):
            synthesise(values(scenario, 0), Streams(scenario.seed), scenario.scale, year)
    except Exception as error:  # what it is, is told
        return f"{type(error).__name__}: {error}"
    return ""


def _blamed(changed: list[Key], why: Callable[[Collection[Key]], str]) -> Iterator[tuple[list[Key], str]]:
    """Yield, until the rest can be played, changes of which each is needed for the failure, and why it fails."""
    left = changed
    while left and (reason := why(left)):
        keys = [key for key in left if not why(_others(left, [key]))]
        if not keys:  # it fails for several reasons
            keys = _fewest(left, why)
            reason = why(keys)
        yield keys, reason
        left = _others(left, keys)


def _fewest(keys: list[Key], why: Callable[[Collection[Key]], str]) -> list[Key]:
    """Leave out one after the other, from behind, whatever is not needed for the failure."""
    for key in reversed(keys):
        rest = _others(keys, [key])
        if rest and why(rest):
            keys = rest
    return keys


def _others(keys: list[Key], those: Collection[Key]) -> list[Key]:
    return [key for key in keys if key not in those]


def _problem(file: Path, keys: list[Key], reason: str) -> Problem:
    """Point at the first of the keys; the others are named beside it."""
    first, *others = (".".join(key) for key in keys)
    tree, _ = included(read(file)[0])
    node, place, line = [*along(tree, keys[0])][-1]
    code, fields = ("no_county_with", {"others": ", ".join(others)}) if others else ("no_county", {})
    return Problem(code, place, line, first, shown(node), fields={**fields, "why": reason})
