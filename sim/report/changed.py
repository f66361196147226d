"""What a scenario changes of the campaign as it is: systems switched, rules, assumed values set or multiplied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.campaign.replicate import overrides
from sim.evidence import load
from sim.report.entries import number
from sim.scenario.own import parameters
from sim.scenario.parts import Rules
from sim.words import label, say
from sim.words.numbers import date

if TYPE_CHECKING:
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
    """A few words a change, in the order of a scenario file."""
    gate = [] if scenario.gate == "plan" else [label("plan_gate", scenario.gate)]
    switched = (_switched(name, switch) for name, switch in scenario.families.items() if switch.state != "on")
    return [*gate, *_rules(scenario.rules), *switched, *_values(scenario)]


def _rules(rules: Rules) -> Iterator[str]:
    for name, usual in Rules().model_dump().items():
        value = getattr(rules, name)
        if value != usual:
            state = ("on" if value else "off") if isinstance(value, bool) else value
            yield say(f"changed.rule.{name}.{state}")


def _switched(name: str, switch: Switch) -> str:
    told = {"name": label("family", name), "state": label("switch", switch.state)}
    if switch.from_date is None:
        return say("changed.family", **told)
    return say("changed.family_from", day=date(switch.from_date), **told)


def _values(scenario: Scenario) -> Iterator[str]:
    values, factors = map(dict, overrides(scenario))
    evidence = load().joined(parameters(scenario.own))
    for name, value in values.items():
        usual = evidence[name]
        key = "changed.fixed" if value == usual.value else "changed.value"
        told = {"value": number(usual, value), "before": number(usual, usual.value)}
        yield say(key, name=label("parameter", name), **told)
    for name, times in factors.items():
        yield say("changed.times", name=label("parameter", name), times=f"{times:g}")
