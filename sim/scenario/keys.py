"""The keys that a scenario's file may write, by the table that they stand in."""

from __future__ import annotations

from pydantic import BaseModel

from sim.scenario.allocation import Allocation
from sim.scenario.assumption import Assumption
from sim.scenario.model import Scenario
from sim.scenario.names import called, nearest
from sim.scenario.names import plain as plain_name
from sim.scenario.own import names as family_names
from sim.scenario.parts import Rules, Switch, Targets
from sim.scenario.posterior import Draws, Maker, Posterior
from sim.scenario.projects import ListedProject, ProjectList

Path = tuple[str | int, ...]

#: Keys that only the reading of files knows.
READING_KEYS = ("extends",)
#: Other words for what one of these does.
_EXTENDS = frozenset({"base", "from", "include", "inherit", "inherits", "parent", "继承"})
#: Tables that have keys of their own, * standing for any name; the last are those of files of their own.
TABLES: dict[Path, type[BaseModel]] = {
    (): Scenario, ("rules",): Rules, ("targets",): Targets, ("allocations", "*"): Allocation, ("families", "*"): Switch,
    ("assumptions", "*"): Assumption, ("projects",): ProjectList, ("projects", "rows", "*"): ListedProject,
    ("posterior",): Posterior, ("posterior", "made_by"): Maker, ("posterior", "draws"): Draws,
}  # fmt: skip


def keys_at(path: Path) -> list[str]:
    """Return the keys that a file may write at a path."""
    model = TABLES.get(path) or TABLES.get((*path[:-1], "*"))
    names = [] if model is None else _names(model)
    return names if path else sorted([*names, *READING_KEYS])


def nearest_key(path: Path) -> str | None:
    """Return the key that one which is not known may have meant."""
    key = str(path[-1])
    if len(path) == 1 and key.lower() in _EXTENDS:
        return "extends"
    return nearest(key, keys_at(path[:-1]), "key_name")


def elsewhere(path: Path) -> str:
    """Return where a file may write a key that has no place at its own level, ^ the top level and * any name.

    The key may be one in name; what its own level calls so comes first.
    """
    key = plain_name(str(path[-1]))
    if path[0] in ("projects", "posterior") or key in called("key_name", keys_at(path[:-1])):
        return ""
    found = {table: keys_at(table) for table in TABLES if not {"projects", "posterior"}.intersection(table)}
    names = {table: called("key_name", keys).get(key) for table, keys in found.items()}
    names["families",] = called("family", family_names()).get(key)
    return ", ".join(".".join([*(table or "^"), name]) for table, name in names.items() if name)


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]
