"""Whether a county can be made of a scenario: asked where it changes what the county is made from, and told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario.nodes import along, shown
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading import included, read

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study.first_day import Key

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
    if changed := _changed(scenario):
        from sim.study.first_day import blamed

        for keys, reason in blamed(scenario, changed):
            yield _problem(file, keys, reason)


def _changed(scenario: Scenario) -> list[Key]:
    """Return the keys of what changes the county, those of the scenario before those of its years before."""
    own: list[Key] = [("assumptions", name) for name in scenario.overrides if name.startswith(MADE_FROM)]
    return own if scenario.before is None else [*own, *(("history", *key) for key in _changed(scenario.before))]


def _problem(file: Path, keys: list[Key], reason: str) -> Problem:
    """Point at the first of the keys; the others are named beside it."""
    first, *others = (".".join(key) for key in keys)
    tree, _ = included(read(file)[0])
    node, place, line = [*along(tree, keys[0])][-1]
    code, fields = ("no_county_with", {"others": ", ".join(others)}) if others else ("no_county", {})
    return Problem(code, place, line, first, shown(node), fields={**fields, "why": reason})
