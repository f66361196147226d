"""A scenario as a notebook shows it: in the keys of its file and, where it changes something, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.rows import html as table
from sim.scenario.names import LINES
from sim.scenario.parts import Rules
from sim.words import label, listed, say
from sim.words.numbers import date

if TYPE_CHECKING:
    from sim.scenario.allocation import Allocation
    from sim.scenario.model import Scenario
    from sim.scenario.parts import Switch

#: As in the file, and in words.
Told = tuple[str, str]


def html(scenario: Scenario) -> str:
    """Return what is played, what is switched or set otherwise than usual, and the yuan of each allocation by line."""
    facts = [{"key": key, "value": value, "words": words} for key, (value, words) in _facts(scenario).items()]
    return table(repr(scenario), facts) + table("allocations (M yuan)", rows(scenario))


def rows(scenario: Scenario) -> list[dict[str, Any]]:
    """Return one flat row an allocation: the money of each line (M yuan), its tilt, the projects of its own list."""
    return [
        {
            "allocation": name, **{line: scenario.money(name)[line] / 1e6 for line in LINES}, "tilt": _tilt(allocation),
            **({"projects": len(scenario.own_projects(name))} if scenario.projects else {}),
        }
        for name, allocation in scenario.allocations.items()
    ]  # fmt: skip


def _facts(scenario: Scenario) -> dict[str, Told]:
    before = scenario.before
    shown = {
        "start": scenario.start if before is None else f"{scenario.start} ({before.name})",
        "dates": f"{scenario.start_date} .. {scenario.end_date}", "decide_on": str(scenario.decide_on or "-"),
        "seed": str(scenario.seed), "scale": f"{scenario.scale:g}", "total": f"{scenario.total_yuan / 1e6:g} M yuan",
        "free": f"{scenario.free_yuan / 1e6:g} M yuan",
        "targets": ", ".join(f"{key} {value:,g}" for key, value in scenario.targets),
        "parameters, gate": f"{scenario.parameters}, {scenario.gate}",
    }  # fmt: skip
    switches = (_switched(name, switch) for name, switch in scenario.families.items() if switch.state != "on")
    overrides = ((f"{name} {found.dump()}", label("parameter", name)) for name, found in scenario.overrides.items())
    own = ((family.name, label("family", family.name)) for family in scenario.own)
    return {
        **{key: (value, "") for key, value in shown.items()},
        "rules": _joined(_rules(scenario.rules), "-"), "families": _joined(switches, "on"),
        "own families": _joined(own, "-"), "assumptions": _joined(overrides, "-"), "projects": _projects(scenario),
    }  # fmt: skip


def _joined(found: Iterator[Told], usual: str) -> Told:
    told = list(found)
    return ", ".join(value for value, _ in told) or usual, listed(words for _, words in told)


def _rules(rules: Rules) -> Iterator[Told]:
    """The rules that are not as they are where a file says nothing."""
    usual = Rules()
    for name, value in rules:
        if value != getattr(usual, name):
            state = ("on" if value else "off") if isinstance(value, bool) else value
            yield f"{name} {state}", say(f"changed.rule.{name}.{state}")


def _switched(name: str, switch: Switch) -> Told:
    told = {"name": label("family", name), "state": label("switch", switch.state)}
    if switch.from_date is None:
        return f"{name} {switch.state}", say("changed.family", **told)
    words = say("changed.family_from", day=date(switch.from_date), **told)
    return f"{name} {switch.state} from {switch.from_date}", words


def _projects(scenario: Scenario) -> Told:
    found = scenario.projects
    if found is None:
        return "-", ""
    return f"{found.file} {len(found.rows)}".strip(), say("show.rows", count=len(found.rows))


def _tilt(allocation: Allocation) -> str:
    """The tilt of most lines, and of each that has another."""
    ((usual, _),) = Counter(allocation.tilt.values()).most_common(1)
    others = (f"{line} {tilt:g}" for line, tilt in allocation.tilt.items() if tilt != usual)
    return ", ".join([f"{usual:g}", *others])
