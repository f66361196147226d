"""What a scenario changes of the campaign as it is: targets, systems switched, rules, assumed values set or multiplied.

It is told against what the evidence and the model have. Of the total, earmarks, floors and ceilings they have none, and
a scenario does not keep the one that it extends: what these are is said where the money is told of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.campaign.assumed import evidence_of, played_evidence
from sim.campaign.exit.standard import in_force
from sim.report.entries import number
from sim.scenario.parts import Rules
from sim.study.altered import altered
from sim.words import known, label, language, say
from sim.words.numbers import date

if TYPE_CHECKING:
    from sim.evidence import Entry
    from sim.scenario import Scenario
    from sim.scenario.parts import Switch

#: The year whose targets were published, and the evidence of each.
PLANNED = 2018
TARGETS = {
    "incidence": "plan.incidence", "people": "plan.exits_people", "households": "plan.exits_households",
    "villages": "plan.exits_villages",
}  # fmt: skip
#: Units that a number does not carry: they say what it is a number of.
UNCARRIED = frozenset(
    {"calendar", "day", "month", "0", "exponent", "factor", "relative", "share", "chance", "log", "sd", "fall", "x"}
)
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
    return [*gate, *_targets(scenario), *_rules(scenario), *switched, *_values(scenario), *before]


def _targets(scenario: Scenario) -> Iterator[str]:
    """The targets of the year that are not those published for it."""
    if scenario.start_date.year == scenario.end_date.year == PLANNED:
        for name, of in TARGETS.items():
            entry, value = evidence_of(scenario)[of], getattr(scenario.targets, name)
            if value != entry.value:
                yield _value("changed.value", entry, value)


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
        yield _value("changed.fixed" if value == usual.value else "changed.value", usual, value)
    for name, times in factors:
        yield say("changed.times", name=label("parameter", name), times=f"{times:g}")


def _value(key: str, usual: Entry, value: float) -> str:
    """A value and what it was; each carries its unit where one is known that a number can carry, as 60天."""
    carries = known(f"unit.{usual.unit}") and usual.unit.split()[0] not in UNCARRIED
    unit = label("unit", usual.unit) if carries else ""
    told = {"value": _shown(usual, value) + unit, "before": _shown(usual, usual.value) + unit}
    return say(
        key, name=label("parameter", usual.name), unit="" if carries or usual.is_part else usual.unit, **told
    )


def _shown(entry: Entry, value: float) -> str:
    if entry.is_part:
        return say("number.percent", value=f"{100 * value:,.6g}")
    return number(entry, value).replace(",", "" if language() == "zh" else ",")
