"""Loading scenario files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from sim.scenario.reading import named, read, small_sums, unused

if TYPE_CHECKING:
    from sim.scenario.model import Scenario


def load(path: str | Path, *, families: Sequence[Any] = ()) -> Scenario:
    """Return the scenario of a file; raises `ScenarioError` with every problem found.

    Of ``families`` those that are a researcher's own are played besides the model's: the scenario may switch them and
    set their parameters like any other. Kept runs of theirs are reused only where each has a ``version`` (text or whole
    number), to be changed whenever what it does changes. ValueError where some of the model's are left out.
    """
    from sim.scenario import own
    from sim.scenario.explain import validated
    from sim.words import teach

    found = own.checked_besides(families)
    teach(own.words(found))

    if not isinstance(path, str | PurePath):
        raise TypeError(f"path(={path!r:.80}) must be the path of a file, such as 'scenarios/2018.yaml'")
    path = Path(path)
    tree, problems = read(path)
    return validated(named(tree, path), [*problems, *small_sums(tree), *unused(tree)], found)


def schema() -> dict[str, Any]:
    """Return the JSON schema of a scenario file, for editors that complete and check while typing."""
    from sim.scenario.editor import schema as made

    return made()
