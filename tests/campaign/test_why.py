"""Why not: what holds a household, at which gate, and whether that alone."""

from __future__ import annotations

import pytest

import sim
from sim.campaign.why import why_not


@pytest.fixture
def held(tiny):
    """The end of a year in which only the first two households are still poor."""
    from sim.campaign import start

    c = start(tiny, "as_in_2016_17", 0)
    c.play()
    c.status[:] = 2
    for item in c.lacks:
        c.lacks[item][:] = False
    a = c.assessment
    for flags in (a.short, a.turned_away, a.proposed, a.passed, a.left_out):
        flags[:] = False
    c.status[:2] = 1
    for kind in c.cases.kinds.values():
        kind.latest.clear()
    c.people[0], c.people[1] = 3, 5
    return c, a


def rows(c):
    return {(row["cause"], row["people"], row["sole"], row["last"]) for row in why_not(c)}


def test_who_came_onto_the_register_in_december_has_had_no_year(held):
    c, _ = held
    newcomer = c.registered + 1
    c.status[newcomer], c.people[newcomer], c.entry_year[[1, newcomer]] = 1, 4, c.last_year
    assert rows(c) == {("ready_late", 3, 3, 3), ("registered_late", 9, 9, 9)}


@pytest.mark.parametrize("years", [1, 3])
def test_whoever_is_on_the_register_at_the_end_is_accounted_for_once(tiny, years):
    scenario = tiny if years == 1 else tiny.replace(end_date="2020-12-31")
    run = sim.run(scenario, "as_in_2016_17", 0)
    assert run.scalars["new_people"] > 0
    assert sum(row["last"] for row in run.why_not) == run.scalars["registered_end_people"]


def test_who_lacks_nothing_was_left_out_ready_too_late_turned_away_or_not_verified(held):
    c, a = held
    a.turned_away[1] = True
    assert rows(c) == {("ready_late", 3, 3, 3), ("turned_away", 5, 5, 5)}
    a.turned_away[1], a.proposed[1], a.left_out[0] = False, True, True
    assert rows(c) == {("not_proposed", 3, 3, 3), ("unaccepted", 5, 5, 5)}


def test_two_causes_are_both_named_neither_is_sole_and_the_earliest_is_last(held):
    c, a = held
    kind = c.cases.kinds["housing"]
    case = c.open_case(kind, 0, c.village_of[0], cost=1)
    case.gate, case.held = "built", "no_crew"
    c.lacks["housing"][0] = True
    a.short[0] = True
    a.turned_away[1] = True
    assert rows(c) == {("no_crew", 3, 0, 3), ("income_short", 3, 0, 0), ("turned_away", 5, 5, 5)}


def test_the_last_cause_is_the_one_least_advanced_in_whatever_order_they_are_found(held):
    c, _ = held
    for item, gate, reason in (("housing", "built", "no_crew"), ("electricity", "funded", "unfunded")):
        case = c.open_case(c.cases.kinds[item], 0, c.village_of[0], cost=1)
        case.gate, case.held = gate, reason
        c.lacks[item][0] = True
    assert rows(c) == {("no_crew", 3, 0, 0), ("unfunded", 3, 0, 3), ("ready_late", 5, 5, 5)}


def test_a_short_income_is_told_apart(held):
    c, a = held
    a.short[:2] = True
    c.shocked[:] = False
    c.shocked[1] = True
    c.county.households.planted.setflags(write=True)
    c.county.households.planted[0] = 100
    assert rows(c) == {("income_young", 3, 3, 3), ("shock", 5, 5, 5)}
