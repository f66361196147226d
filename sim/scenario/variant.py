"""Variants of a scenario: changes in the words of a file, validated like one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from sim.fixed import Fixed
from sim.plain import plain
from sim.scenario.explain import validated
from sim.scenario.model import Scenario
from sim.scenario.names import MONEY
from sim.scenario.nodes import Table, of_plain
from sim.scenario.quantities import QuantityError, money, written
from sim.scenario.reading import small_sums

#: Where a field and its key in a file are called differently.
KEYS = {"total_yuan": "total", "overrides": "assumptions"}

#: Tables whose keys are all there always: a change of one leaves the others as they are.
COMPLETE = ("rules", "targets", "families")


def replaced(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return the scenario with the changed keys; earmarks, floors and ceilings follow a new total."""
    if "extends" in changes:
        raise TypeError("extends is for files alone: load the other one, and replace what differs")
    for other, key in KEYS.items():
        if key in changes and other in changes:
            raise TypeError(f"{key} and {other} are one thing: give only one of them")
    told = {KEYS.get(key, key): _told(scenario, key, value) for key, value in changes.items()}
    before = scenario.dump()
    content = {**before, **told}
    for key in COMPLETE:
        if isinstance(told.get(key), Mapping):
            content[key] = {**before[key], **told[key]}
    for key in ("earmarked", "floors", "ceilings"):
        if "total" in told and key not in told:
            content[key] = _followed(content[key], told["total"], scenario.total_yuan)
    tree = of_plain(content, scenario.name)
    assert isinstance(tree, Table)
    return validated(tree, small_sums(tree), scenario.own)


def _told(scenario: Scenario, key: str, value: Any) -> Any:
    """Return a change as a file would have it: ``total_yuan`` and what a scenario holds already are whole yuan."""
    value = plain(value)
    if key == "total_yuan" and isinstance(value, int):
        return written(value)
    if key in MONEY and isinstance(value, Mapping):
        held = value if isinstance(value, Fixed) else getattr(scenario, key, {})
        told = {line: plain(yuan) for line, yuan in value.items()}
        return {line: written(yuan) if yuan == held.get(line) else yuan for line, yuan in told.items()}
    return _plain(value)


def _followed(amounts: Mapping[str, int | str], total: object, before: int) -> Mapping[str, int | str]:
    """Scale amounts to a new total, rounding down; a total that cannot be read is left for the validation."""
    if not before:
        return amounts
    try:
        return {line: written(money(amount) * money(total) // before) for line, amount in amounts.items()}
    except QuantityError:
        return amounts


def _plain(value: Any) -> Any:
    if isinstance(value, Scenario):
        return value.dump()
    if isinstance(value, BaseModel):
        return {key: _plain(item) for key, item in value.model_dump(mode="json", by_alias=True).items()}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return plain(value)
