"""What a scenario changes of the campaign as it is: systems switched, rules, assumed values set or multiplied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.campaign.assumed import evidence_of, played_evidence
from sim.campaign.exit.standard import in_force
from sim.report.entries import number
from sim.scenario.parts import Rules
from sim.study.altered import altered
from sim.words import label, say
from sim.words.numbers import date

if TYPE_CHECKING:
    from sim.evidence import Entry
    from sim.scenario import Scenario
    from sim.scenario.parts import Switch

#: Changes that a sentence names one by one; of more it says how many.
NAMED = 4


def line(scenario: Scenario) -> list[str]:
    """The sentence to read all figures by; none where nothing is changed."""
    return [say("changed.line", changes=named(scenario))] if changes(scenario) else []


def named(scenario: Scenario, most: int = NAMED) -> str:
    """The first changes, and how many more there are; empty where nothing is changed."""
    found = changes(scenario)
    more = [say("changed.more", count=len(found) - most)] if len(found) > most else []
    return say("answer.clause").join([*found[:most], *more])


def changes(scenario: Scenario) -> list[str]:
    """A few words a change, in the order of a scenario file; at the end the rules of the years before."""
    gate = [] if scenario.gate == "plan" else [label("plan_gate", scenario.gate)]
    switched = (_switched(name, switch) for name, switch in scenario.families.items() if switch.state != "on")
    before = (say("changed.before", change=rule) for rule in (_rules(scenario.before) if scenario.before else ()))
    return [*gate, *_rules(scenario), *switched, *_values(scenario), *before]


def _rules(scenario: Scenario) -> Iterator[str]:
    """The rules that are not those in force anyway in all years played."""
    p, years = played_evidence(scenario).parameters(), range(scenario.start_date.year, scenario.end_date.year + 1)
    played = [(in_force(scenario.rules, year, p), in_force(Rules(), year, p)) for year in years]
    for name in Rules.model_fields:
        if any(getattr(own, name) != getattr(usual, name) for own, usual in played):
            value = getattr(scenario.rules, name)
            state = ("on" if value else "off") if isinstance(value, bool) else value
            yield say(f"changed.rule.{name}.{state}")


def _switched(name: str, switch: Switch) -> str:
    told = {"name": label("family", name), "state": label("switch", switch.state)}
    if switch.from_date is None:
        return say("changed.family", **told)
    return say("changed.family_from", day=date(switch.from_date), **told)


def _values(scenario: Scenario) -> Iterator[str]:
    values, factors = altered(scenario)
    evidence = evidence_of(scenario)
    for name, value in values:
        usual = evidence[name]
        key = "changed.fixed" if value == usual.value else "changed.value"
        told = {"value": _shown(usual, value), "before": _shown(usual, usual.value)}
        yield say(key, name=label("parameter", name), unit="" if usual.is_part else usual.unit, **told)
    for name, times in factors:
        yield say("changed.times", name=label("parameter", name), times=f"{times:g}")


def _shown(entry: Entry, value: float) -> str:
    return say("number.percent", value=f"{100 * value:,.6g}") if entry.is_part else number(entry, value)
