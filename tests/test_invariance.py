"""The same question gives the same bytes, and luck reaches who it was meant for."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import sim
from sim.campaign import start
from sim.scenario.names import ALWAYS_ON, FAMILIES, NEVER_UNLIMITED
from sim.streams import Streams

FIRST = "as_in_2016_17"


def test_the_same_run_twice_is_the_same_to_the_byte(tiny):
    assert sim.run(tiny, FIRST, 3).to_json() == sim.run(tiny, FIRST, 3).to_json()
    assert sim.run(tiny, FIRST, 3).to_json() != sim.run(tiny, FIRST, 4).to_json()


def test_the_hash_seed_of_the_interpreter_does_not_matter(tiny):
    code = "import sim; s = sim.load('scenarios/quick.yaml');print(sim.run(s, 'as_in_2016_17', 0, log=True).to_json())"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_two_allocations_with_equal_shares_are_the_same_allocation(tiny):
    plan = tiny.dump()["allocations"]
    twins = tiny.replace(allocations={"one": plan[FIRST], "two": plan[FIRST]})
    a, b = sim.run(twins, "one", 0), sim.run(twins, "two", 0)
    assert a.to_json().replace('"one"', '"two"') == b.to_json()


def test_entity_i_gets_number_i_however_many_there_are():
    streams = Streams(5, 1, 2, 3)
    few, many = streams.uniform("luck", "illness", 10, 2018), streams.uniform("luck", "illness", 1000, 2018)
    assert (few == many[:10]).all()
    assert (streams.uniform("luck", "illness", 10, 2019) != few).any()
    assert (streams.uniform("start", "illness", 10, 2018) != few).any()


def test_numbers_are_uniform_and_independent_between_purposes():
    streams = Streams(11)
    a, b = streams.uniform("luck", "a", 20_000), streams.uniform("luck", "b", 20_000)
    assert abs(a.mean() - 0.5) < 4 * (1 / 12 / 20_000) ** 0.5
    assert abs(np.corrcoef(a, b)[0, 1]) < 4 / 20_000**0.5
    assert a.min() > 0 and a.max() < 1


def test_the_three_groups_of_luck_can_be_held_apart(tiny):
    base = start(tiny, FIRST, 0)
    other_luck = start(tiny, FIRST, 0, indices=(0, 0, 9))
    other_start = start(tiny, FIRST, 0, indices=(9, 0, 0))
    assert base.p == other_luck.p == other_start.p
    assert (base.county.households.income == other_luck.county.households.income).all()
    assert (
        len(base.county.households.income) != len(other_start.county.households.income)
        or (base.county.households.income != other_start.county.households.income).any()
    )


def test_every_allocation_meets_the_same_county_and_the_same_weather(tiny):
    flood = tiny.replace(assumptions={"shock.flood_probability": {"value": 1, "outside_range": True}})
    runs = [sim.run(flood, name, 2, log=True) for name in tiny.allocations]
    shocks = [[e for e in run.events if e[1] == "shock.flood"] for run in runs]
    assert len(runs) > 1 and len(shocks[0]) == 1
    assert all(s == shocks[0] for s in shocks)
    assert all(run.villages["registered_start"] == runs[0].villages["registered_start"] for run in runs)


OCTOBER = 273
SWITCHES = [(family, "off") for family in FAMILIES if family not in ALWAYS_ON] + [
    (family, "unlimited") for family in FAMILIES if family not in NEVER_UNLIMITED
]

@pytest.fixture(scope="module")
def small_year(tiny):
    return sim.run(tiny, FIRST, 0, log=True)


@pytest.fixture(scope="module")
def whole_year(full):
    return sim.run(full, FIRST, 0, log=True)


def from_october(scenario, family, state):
    switch = {"state": state, "from": "2018-10-01"}
    return sim.run(scenario.replace(families={family: switch}), FIRST, 0, log=True)


def parted(run):
    """The log and the monthly series before October, and the log from then on."""
    events = [e for e in run.events if e[0] < OCTOBER], [e for e in run.events if e[0] >= OCTOBER]
    return (events[0], {name: series[:10] for name, series in run.monthly.items()}), events[1]


def test_what_is_switched_from_october_leaves_every_event_before_as_it_was(tiny, small_year):
    """And most of it leaves traces later: what has done its work by then does not."""
    (before, later), traces = parted(small_year), []
    assert len(before[0]) > 1000
    for family, state in SWITCHES:
        as_before, instead = parted(from_october(tiny, family, state))
        assert before == as_before, (family, state)
        traces.append(instead != later)
    assert sum(traces) > len(SWITCHES) / 2


@pytest.mark.parametrize(
    ("family", "state"),
    [("works", "off"), ("protection", "unlimited"), ("cadres", "off"), ("relocation", "unlimited")],
)
def test_it_does_in_the_full_county_too(full, whole_year, family, state):
    (before, later), (as_before, instead) = parted(whole_year), parted(from_october(full, family, state))
    assert len(before[0]) > 10_000 and before == as_before
    assert later != instead


def test_an_allocation_decided_in_october_leaves_every_event_before_as_it_was(tiny):
    later = tiny.replace(decide_on="2018-10-01")
    runs = [sim.run(later, name, 1, log=True) for name in later.allocations]
    before = [[e for e in run.events if e[0] < 273] for run in runs]
    assert all(events == before[0] for events in before)
    assert all(sum(line["allotted"] for line in run.lines.values()) == run.scalars["allotted_yuan"] for run in runs)


def test_a_decision_keeps_what_is_bound_and_the_total():
    """What a line has bound beyond its share comes of what the others are free to give, then of their earmarks."""
    from sim.campaign.decision import with_bound

    all_of_it = {"a": 60, "b": 40}
    assert with_bound(all_of_it, {"a": 10, "b": 50}, all_of_it) == {"a": 50, "b": 50}
    assert with_bound(all_of_it, {"a": 0, "b": 0}, all_of_it) == all_of_it
    three = {"a": 60, "b": 40, "c": 30}
    assert with_bound(three, {"a": 10, "b": 50, "c": 0}, {"a": 0, "b": 0, "c": 30}) == {"a": 60, "b": 50, "c": 20}
    assert with_bound(three, {"a": 10, "b": 80, "c": 0}, {"a": 0, "b": 0, "c": 30}) == {"a": 50, "b": 80, "c": 0}


def test_a_decision_leaves_earmarks_and_floors_where_they_are(tiny):
    """Though by then projects have bound more in a line than it is allotted."""
    later = tiny.replace(decide_on="2018-06-30")
    for name in later.allocations:
        for line, money in sim.run(later, name, 1).lines.items():
            kept = int(later.earmarked.get(line, 0) * later.scale) + int(later.floors.get(line, 0) * later.scale)
            assert money["allotted"] >= kept - 1


class Gift:
    """A lever on one township: its registered households receive money, and its crews double."""

    name = "gift"

    def __init__(self, township=4, yuan=20_000.0):
        self.township, self.yuan = township, yuan

    def needs(self, c):
        return ()

    def start(self, c):
        for village in c.places.villages_of[self.township]:
            for household in (c.register.village == village).nonzero()[0].tolist():
                c.income.received[household] += self.yuan
        for pools in c.crews.values():
            pools[self.township].capacity *= 2


def test_a_lever_on_one_township_leaves_every_draw_as_it_was(tiny, drawn):
    sim.run(tiny, FIRST, 0)
    before = dict(drawn)
    drawn.clear()
    sim.run(tiny, FIRST, 0, families=(*sim.FAMILIES, Gift))
    shared = before.keys() & drawn.keys()
    assert len(shared) > 60
    assert all(before[address] == drawn[address] for address in shared)


@pytest.mark.parametrize("township", [0, 4])
def test_a_lever_on_one_township_leaves_the_others_alone_where_nothing_is_shared(full, township):
    """Without limits on money, county desks, the list and prices, and nobody sent from the county, townships have nothing to do with one another."""
    apart = full.replace(
        total_yuan=1_000_000_000, gate="none",
        families=dict.fromkeys(("zones", "replanning", "supervision", "guidance"), "off"),
        assumptions={
            "people.county_finance": {"value": 10_000, "outside_range": True},
            "people.approval": {"value": 10_000, "outside_range": True},
            "people.tender": {"value": 10_000, "outside_range": True},
            "people.investigators": {"value": 10_000, "outside_range": True},
            "verification.county_teams": {"value": 10_000, "outside_range": True},
            "industry.glut": {"value": 0, "outside_range": True},
        },
    )  # fmt: skip
    plain = sim.run(apart, FIRST, 0, log=True)
    lifted = sim.run(apart, FIRST, 0, log=True, families=(*sim.FAMILIES, lambda: Gift(township)))
    county = start(apart, FIRST, 0).county
    key = county.townships.key[township]

    def elsewhere(run):
        villages = {name: [x for x, where in zip(column, run.villages["township"], strict=True) if where != key]
                    for name, column in run.villages.items()}  # fmt: skip
        # A lead is noted at the county, wherever its money went.
        log = [e for e in run.events if home(county, e[2]) != township and e[1] != "integrity.lead"]
        return villages, [row for row in run.why_not if row["township"] != key], log

    assert elsewhere(plain) == elsewhere(lifted)
    assert len(elsewhere(plain)[2]) > 10_000
    assert plain.villages["registered_end"] != lifted.villages["registered_end"]


def home(county, entity):
    """The township in which an entity of the log is at home; the county itself is nowhere."""
    scope, _, number = entity.partition(".")
    if scope == "county":
        return None
    village = {"household": county.households.village, "hamlet": county.hamlets.village}.get(scope)
    return county.villages.township[int(number) if village is None else village[int(number)]]
