"""The parts of a scenario: switches of the process families, rules, targets, and the types of its tables."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from sim.scenario import assumption, own
from sim.scenario.allocation import Allocation
from sim.scenario.assumption import Assumption
from sim.scenario.fields import (
    AllocationName,
    Count,
    Day,
    Family,
    Fixed,
    Line,
    Money,
    Share,
    Strict,
    Truth,
    in_order,
    keyed,
    pairs,
    refuse,
    some,
)
from sim.scenario.names import ALWAYS_ON, LINES, NEVER_UNLIMITED


class Switch(Strict):
    """What a process family does: on, off (its people do nothing) or unlimited (it never waits).

    With ``from_date`` it is on until then.
    """

    state: Literal["on", "off", "unlimited"]
    from_date: Day | None = Field(default=None, alias="from")


def _in_words(value: object) -> object:
    return ("on" if value else "off") if isinstance(value, bool) else value


class Rules(Strict):
    """Rules of assessment and conduct: by default those of 2018 in all years, *in_force* those of each year."""

    housing: Literal["in_force", "fit", "half"] = "in_force"
    reference_items_block: Annotated[Literal["in_force", "on", "off"], BeforeValidator(_in_words)] = "in_force"
    class_c_counts: Truth = False
    income_reading: Literal["practised", "strict"] = "practised"
    replanning: Truth = True
    autumn_push: Truth = True
    backstop_quota: Truth = True
    double_recognition: Truth = True
    county_check: Truth = True
    second_look: Truth = False
    outside_sampling: Truth = True
    relocated_counted_at: Literal["origin", "site"] = "origin"
    household_money: Literal["card", "village"] = "card"
    inspectors_move: Truth = False


class Targets(Strict):
    """What the year is to reach, at the full county."""

    incidence: Share
    people: Count
    households: Count
    villages: Count

    def villages_due(self, scale: float) -> int:
        """Return the villages due in a year in a county of this size: if any, one at least."""
        return max(1, round(self.villages * scale)) if self.villages else 0


def _state(switch: object) -> object:
    return switch if isinstance(switch, dict | Switch) else {"state": switch}


def _permitted(family: str, switch: Switch) -> Switch:
    if switch.state == "off" and family in ALWAYS_ON:
        raise refuse("cannot_be_off", "on")
    if switch.state == "unlimited" and family in NEVER_UNLIMITED:
        raise refuse("cannot_be_unlimited", "on, off")
    return switch


def all_families(switches: dict[str, Switch]) -> Fixed[str, Switch]:
    """Return a switch for every family: on where nothing is said."""
    return Fixed({family: switches.get(family, Switch(state="on")) for family in own.names()})


def _sorted(assumptions: dict[str, Assumption]) -> Fixed[str, Assumption]:
    return Fixed(sorted(assumptions.items()))


def _names(compare: object) -> object:
    if compare == "all":
        return ()
    return tuple(compare) if isinstance(compare, list) else compare


Yuan = Annotated[dict[Line, Money], AfterValidator(in_order(LINES))]
Switches = Annotated[
    dict[Family, Annotated[Switch, BeforeValidator(_state), keyed(_permitted)]],
    BeforeValidator(pairs),
    AfterValidator(all_families),
]
Allocations = Annotated[
    dict[AllocationName, Annotated[Allocation, keyed(lambda name, allocation: allocation.named(name))]],
    BeforeValidator(pairs),
    AfterValidator(some),
]
Assumptions = Annotated[
    dict[
        Annotated[str, AfterValidator(assumption.known)],
        Annotated[Assumption, BeforeValidator(assumption.written), keyed(assumption.in_range)],
    ],
    BeforeValidator(pairs),
    AfterValidator(_sorted),
]
Compared = Annotated[tuple[str, ...], BeforeValidator(_names)]
