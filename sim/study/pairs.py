"""Two comparisons held against each other: what differs in their scenarios, and what that does under the same luck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sim.statistics.intervals import anytime_change, change_interval, simultaneous
from sim.study.compare import CONFIDENCE, Difference, difference

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study.compare import Comparison

#: What is told of as one value: a table of numbers from a file.
_WHOLE = "posterior"


def changed(one: Scenario, two: Scenario) -> list[tuple[str, Any, Any]]:
    """Return (key, the one's value, the other's) wherever two scenarios differ; None where one has no such key."""
    first, second = (dict(_flat(scenario.dump())) for scenario in (one, two))
    keys = dict.fromkeys([*first, *second])
    return [(key, first.get(key), second.get(key)) for key in keys if first.get(key) != second.get(key)]


def _flat(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, Mapping) and key != _WHOLE:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def differences(one: Comparison, two: Comparison) -> tuple[Difference, ...] | None:
    """Return what the other has more than the one, by allocation of both; None where they did not meet the same luck.

    They did where seed and replications agree, and the county: its size, its first day, and when it is looked at. The
    intervals hold together at 95 %.
    """
    both = [name for name in one.runs if name in two.runs]
    numbers = [[[run.replication for run in result.runs[name]] for name in both] for result in (one, two)]
    if _met(one.scenario) != _met(two.scenario) or numbers[0] != numbers[1] or not one.replications:
        return None
    confidence = simultaneous(CONFIDENCE, len(both))
    interval = anytime_change if one.selection or two.selection else change_interval
    return tuple(difference(name, one.runs[name], two.runs[name], confidence, interval) for name in both)


def _met(scenario: Scenario) -> tuple[Any, ...]:
    """Return what a replication meets beside its number; where years before are played, their county is the first."""
    begins = scenario.before or scenario
    return scenario.seed, scenario.scale, begins.start_date, scenario.start_date, scenario.end_date
