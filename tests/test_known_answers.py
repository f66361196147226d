"""Campaigns whose answer is known beforehand: nothing works, nothing waits, no money, no crews, no shocks."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.campaign import start

FIRST = "as_in_2016_17"
WORKING = (
    "works", "relocation", "protection", "industries", "cooperation", "collective_economy", "party_building",
    "guidance", "order_chain", "follow_up",
)  # fmt: skip
#: Nobody is held back, nothing is misjudged and nothing befalls anybody.
CALM = {
    "gate.held_back_people": {"value": 0, "outside_range": True},
    "people.file_error": {"value": 0, "outside_range": True},
    "income.measurement_sd": {"value": 0, "outside_range": True},
    "inflow.natural_rate": 0,
    "industry.price_sd": {"value": 0, "outside_range": True},
    "industry.glut": 0,
    "industry.crash_probability": {"value": 0, "outside_range": True},
}
STILL = {"shocks": "off", "inflow": "off"}


def calm(scenario, **families):
    return scenario.replace(families={**STILL, **families}, assumptions=CALM, gate="none")


def played(scenario, replication=0, **options):
    campaign = start(scenario, FIRST, replication, **options)
    campaign.play()
    campaign.check()
    return campaign


@pytest.mark.parametrize("replication", range(3))
def test_where_nobody_works_exactly_those_leave_who_lack_nothing(full, replication):
    c = played(calm(full, **dict.fromkeys(WORKING, "off")), replication)
    hh, n = c.county.households, c.registered
    idle = start(calm(full), FIRST, replication)
    leaving = ~idle.unmet() & (hh.income[:n] >= c.line_of_poverty(2018))
    # minimum income is not paid where nobody works, and what was planted before still bears
    unpaid, bearing = hh.backstop[:n] > 0, hh.planted > 0
    out = c.exit_year[:n] == 2018
    assert (out == leaving)[~unpaid & ~bearing].all()
    assert not out[~leaving & ~bearing].any()
    assert sum(c.treasury.paid(line) for line in c.treasury.allotted) == 0


def test_where_nothing_waits_and_money_has_no_quota_everybody_leaves(tiny):
    scenario = calm(tiny, **dict.fromkeys((*WORKING, "cadres"), "unlimited"))
    enough = {"income.line_2018": 2995, "backstop.class_ab": 3800, "cooperation.keep": {"value": 1, "outside_range": True}}
    scenario = scenario.replace(
        rules={**scenario.rules.model_dump(), "backstop_quota": False}, assumptions={**CALM, **enough}
    )
    c = played(scenario)
    assert int(c.people[c.status == 1].sum()) == 0
    assert c.counts["exits_people"] == c.registered_start_people


def test_without_money_nothing_is_paid_and_nothing_that_costs_is_done(tiny):
    c = played(tiny.replace(total_yuan=7, earmarked={}, floors={}))
    assert sum(c.treasury.paid(line) for line in c.treasury.allotted) <= 7
    assert [case for case in c.cases.all if case.done and case.cost and not case.paid] == []


def test_without_crews_nothing_is_built(tiny):
    none = dict.fromkeys(("works.road_crews", "works.water_crews", "works.builders"), 0)
    c = played(tiny.replace(assumptions={k: {"value": 0, "outside_range": True} for k in none}))
    assert c.crew_days == 0
    hamlets = c.county.hamlets
    awaiting = hamlets.stage_road == 4
    assert (c.hamlet_lacks["road"] == (hamlets.lacks_road & ~awaiting)).all()


def test_without_shocks_nobody_is_struck(tiny):
    log = sim.run(tiny.replace(families={"shocks": "off"}), FIRST, 0, log=True)
    assert not [event for event in log.events if event[1].startswith("shock")]
    assert log.scalars["returned_people"] == 0


def test_shocks_bring_people_back_into_poverty(full):
    flood = full.replace(assumptions={"shock.flood_probability": {"value": 1, "outside_range": True}})
    struck = [sim.run(flood, FIRST, r).scalars["returned_people"] for r in range(3)]
    spared = [sim.run(full.replace(families={"shocks": "off"}), FIRST, r).scalars["returned_people"] for r in range(3)]
    assert sum(spared) == 0 < sum(struck)


@pytest.mark.parametrize(
    ("line", "kinds"),
    [("housing", {"housing"}), ("education", {"education"}), ("medical", {"insurance"}), ("industry", {"industry"}),
     ("cooperation", {"job", "post"}), ("backstop", {"backstop"})],
)  # fmt: skip
def test_a_starved_line_caps_what_the_rest_can_do(full, line, kinds):
    """With nothing in one line and no re-planning, what hangs on it is not begun, whatever the others have."""
    shares = {name: share for name, share in full.allocations[FIRST].shares.items() if name != line}
    total = sum(shares.values())
    starved = full.replace(
        earmarked={k: v for k, v in full.earmarked.items() if k != line},
        floors={k: v for k, v in full.floors.items() if k != line},
        families={"replanning": "off"},
        allocations={FIRST: {"shares": {k: v / total for k, v in shares.items()}}},
    )
    c = played(starved)
    hanging = [case for case in c.cases.all if case.kind.name in kinds]
    before = {case.number for case in _begun_before(c, 0) if case.paid}
    assert hanging
    assert c.treasury.paid(line) == 0
    assert all(case.number in before for case in hanging if case.done)


def test_the_books_of_a_whole_county_are_closed(full):
    c = played(full, 1)
    ledger = c.treasury.ledger.balance
    assert sum(ledger.values()) == 0
    paid_before = sum(case.paid for case in _begun_before(c, 1))
    assert sum(c.treasury.paid(line) for line in c.treasury.allotted) == (
        sum(case.paid for case in c.cases.all) - paid_before
    )
    assert len(c.status) == c.county.households.n
    assert set(np.unique(c.status)) <= {0, 1, 2}
    by_desk = sum(desk.on_cases for desk in c.desks)
    assert by_desk == sum(case.minutes for case in c.cases.all)
    assert isinstance(by_desk, int)


def _begun_before(c, replication):
    """The cases of the first day, as they stood then."""
    first_day = start(c.scenario, FIRST, replication)
    for family in first_day.families:
        family.start(first_day)
    return first_day.cases.all
