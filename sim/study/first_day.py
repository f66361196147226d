"""Whether a county can be made: the first day is dealt without some of a scenario's changes, to find which to blame."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim import county
from sim.campaign.assumed import values
from sim.streams import Streams

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: Where a change of a value is written: the keys that lead to it.
Key = tuple[str, ...]


def blamed(scenario: Scenario, changed: list[Key]) -> Iterator[tuple[list[Key], str]]:
    """Yield, until the rest can be played, changes of which each is needed for a failure, and why there is no county.

    ``changed`` are all that could be to blame: no county is dealt where there are none.
    """
    yield from _blamed(changed, lambda kept: _why_not(_without(scenario, _others(changed, kept))))


def _without(scenario: Scenario, keys: Collection[Key]) -> Scenario:
    overrides = {name: found for name, found in scenario.overrides.items() if ("assumptions", name) not in keys}
    within = [key[1:] for key in keys if key[0] == "history"]
    history = _without(scenario.history, within) if within else scenario.history
    return scenario.model_copy(update={"overrides": overrides, "history": history})


def _why_not(scenario: Scenario) -> str:
    """Deal the first day of replication 0; return what the row of a failed run would say, empty where it can be."""
    year = (scenario.before or scenario).start_date.year
    try:
        with np.errstate(all="ignore"):
            county.synthesise(values(scenario, 0), Streams(scenario.seed), scenario.scale, year)
    except Exception as error:  # what it is, is told
        return f"{type(error).__name__}: {error}"
    return ""


def _blamed(changed: list[Key], why: Callable[[Collection[Key]], str]) -> Iterator[tuple[list[Key], str]]:
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
