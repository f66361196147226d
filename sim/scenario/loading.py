"""Loading and checking scenario files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.names import MONEY
from sim.scenario.nodes import Scalar, Table, along, entries, shown
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.quantities import unitless
from sim.scenario.reading import read

if TYPE_CHECKING:
    from sim.scenario.model import Scenario


def load(path: str | Path) -> Scenario:
    """Return the scenario of a file; raises `ScenarioError` with every problem found."""
    from sim.scenario.explain import validated

    path = Path(path)
    tree, problems = read(path)
    return validated(_named(tree, path), [*problems, *_unitless(tree)])


def check(files: Sequence[str | Path]) -> list[ScenarioError]:
    """Load all files and return what is wrong with them, one error a bad file, in their order."""
    return [error for error in map(_error, files) if error is not None]


def schema() -> dict[str, Any]:
    """Return the JSON schema of a scenario file, for editors that complete and check while typing."""
    from sim.scenario.model import Scenario

    content = Scenario.model_json_schema(by_alias=True)
    content["properties"]["extends"] = {"type": "string", "description": "file that this one differs from"}
    content["properties"]["compare"] = {"anyOf": [{"const": "all"}, content["properties"]["compare"]]}
    content.pop("required")
    return content


def _error(path: str | Path) -> ScenarioError | None:
    try:
        load(path)
    except ScenarioError as error:
        return error
    return None


def _unitless(tree: Table) -> Iterator[Problem]:
    """Find the sums of money whose unit was forgotten."""
    later = tree.items.get("years")
    years = later.items.items() if isinstance(later, Table) else ()
    sums = [*entries(tree, MONEY)]
    sums += [("years", year, *path) for year, of in years if isinstance(of, Table) for path in entries(of, MONEY)]
    for path in sums:
        *_, (node, file, line) = along(tree, path)
        wrong = unitless(node.value, path[-1] == "total") if isinstance(node, Scalar) else None
        if wrong:
            yield Problem(wrong.code, file, line, ".".join(path), shown(node), wrong.allowed, wrong.nearest)


def _named(tree: Table, path: Path) -> Table:
    """Give a scenario without a name that of its file."""
    if "name" in tree.items:
        return tree
    name = re.sub(r"[^\w.-]+|^[.-]+", "-", path.stem).strip("-") or "scenario"
    place = (str(path), 1)
    named = {"name": Scalar(*place, name, name), **tree.items}
    return replace(tree, items=named, places={"name": place, **tree.places})
