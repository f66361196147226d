"""Variants of a scenario: changes in the words of a file, validated like one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from sim.scenario.explain import validated
from sim.scenario.model import Scenario
from sim.scenario.nodes import of_plain
from sim.scenario.quantities import QuantityError, money, written

#: Where a field and its key in a file are called differently.
KEYS = {"total_yuan": "total", "overrides": "assumptions"}

#: Tables whose keys are all there always: a change of one leaves the others as they are.
COMPLETE = ("rules", "targets", "families")


def replaced(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return the scenario with the changed keys; earmarks, floors and ceilings follow a new total."""
    told = {KEYS.get(key, key): _plain(value) for key, value in changes.items()}
    before = scenario.dump()
    content = {**before, **told}
    for key in COMPLETE:
        if isinstance(told.get(key), Mapping):
            content[key] = {**before[key], **told[key]}
    for key in ("earmarked", "floors", "ceilings"):
        if "total" in told and key not in told:
            content[key] = _followed(content[key], told["total"], scenario.total_yuan)
    return validated(of_plain(content, scenario.name), own=scenario.own)


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
    return value
