"""What a scenario takes of the evidence as given: its values, what it sets and multiplies, what a run draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.evidence import Entry, Evidence, Parameters, load
from sim.plain import plain
from sim.scenario.assumption import held_against, of_other_years
from sim.scenario.given import of_a_scenario
from sim.scenario.own import parameters
from sim.streams import Streams

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: Names with numbers, in the order of the names.
Pairs = tuple[tuple[str, float], ...]


def evidence_of(scenario: Scenario) -> Evidence:
    """Return the evidence as it is, with what the scenario's own families bring."""
    return load().joined(parameters(scenario.own))


def overrides(scenario: Scenario) -> tuple[Pairs, Pairs]:
    """Return values and factors. A replication has one vector: those of the years before hold where none is newer."""
    before = scenario.before
    values, factors = dict(scenario.assumptions), dict(scenario.factors)
    if before is not None:
        own = scenario.overrides
        values |= {name: value for name, value in before.assumptions.items() if name not in own}
        factors |= {name: times for name, times in before.factors.items() if name not in own}
    return tuple(sorted(values.items())), tuple(sorted(factors.items()))


def played_evidence(scenario: Scenario) -> Evidence:
    """Return the evidence as a scenario has it: what it sets does not vary, what it multiplies takes its range too."""
    return evidence_of(scenario).played(*map(dict, overrides(scenario)))


def plays(scenario: Scenario, name: str) -> bool:
    """Say whether a value of the evidence may play a part: it is none to hold a run against, nor of other years."""
    begins = (scenario.before or scenario).start_date.year
    return not held_against(name) and of_other_years(name, begins, scenario.end_date.year) is None


def playing(scenario: Scenario) -> list[Entry]:
    """Return the entries of `played_evidence` that play a part."""
    return [entry for name, entry in played_evidence(scenario).items() if plays(scenario, name)]


def drawn(
    streams: Streams, mode: str, known: Pairs, overrides: tuple[Pairs, Pairs], own: tuple[Entry, ...]
) -> Parameters:
    """Values whose place in their range is ``known`` stand there; the others are drawn, or stand at their points."""
    places = dict(known)

    def placed(name: str) -> float:
        return places[name] if name in places else streams.one("parameters", name)

    return load().joined(own).parameters(None if mode == "point" else placed, *map(dict, overrides))


def values(scenario: Scenario, index: int) -> Parameters:
    """Return the assumed values that a run under the scenario's gate has whose group *parameters* has this index.

    Raises `TypeError` for what is no scenario, `ValueError` for what is no index.
    """
    of_a_scenario(scenario)
    number = plain(index)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(f"index(={index!r}) must be a whole number >= 0")
    known = tuple(scenario.quantiles(scenario.gate, number).items())
    streams, own = Streams(scenario.seed, parameters=number), parameters(scenario.own)
    return drawn(streams, scenario.parameters, known, overrides(scenario), own)
