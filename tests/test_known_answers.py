"""Campaigns whose answer is known beforehand: nothing works, nothing waits, no money, no crews, no shocks."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.campaign import start
from sim.campaign.families.works import crew_days
from sim.campaign.results.balances import check

FIRST = "as_in_2016_17"
WORKING = (
    "works", "relocation", "protection", "industries", "cooperation", "collective_economy", "party_building",
    "guidance", "order_chain", "follow_up",
)  # fmt: skip
#: Nobody is held back, nothing is misjudged and nothing befalls anybody.
CALM = {
    "gate.held_back_people": {"value": 0, "outside_range": True},
    "people.file_error": {"value": 0, "outside_range": True},
    "verification.objection": {"value": 0, "outside_range": True},
    "verification.county_sample": {"value": 0, "outside_range": True},
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
    check(campaign)
    return campaign


@pytest.mark.parametrize("replication", range(3))
def test_where_nobody_works_exactly_those_leave_who_lack_nothing(full, replication):
    c = played(calm(full, **dict.fromkeys(WORKING, "off")), replication)
    hh, n = c.county.households, c.register.size
    idle = start(calm(full), FIRST, replication)
    leaving = ~idle.lacks.unmet() & (hh.income[:n] >= c.line_of_poverty(2018))
    # minimum income is not paid where nobody works, and what was planted before still bears
    unpaid, bearing = hh.backstop[:n] > 0, hh.planted > 0
    out = c.register.exit_year[:n] == 2018
    assert (out == leaving)[~unpaid & ~bearing].all()
    assert not out[~leaving & ~bearing].any()
    assert sum(c.treasury.paid(line) for line in c.treasury.allotted) == 0


def nothing_waits(scenario, **assumed):
    calmed = calm(scenario, **dict.fromkeys((*WORKING, "cadres"), "unlimited"))
    rules = {**scenario.rules.model_dump(), "backstop_quota": False}
    return calmed.replace(rules=rules, assumptions=CALM | assumed)


def test_where_nothing_waits_jobs_are_kept_and_minimum_income_is_high_everybody_leaves(tiny):
    """Besides calm this needs a low line, a high class A and B, jobs that are kept and no product that loses money (deer
    may); see the next one without.
    """
    kind = {
        "income.line_2018": 2995, "backstop.class_ab": 3800, "industry.deer.net": 1000,
        "cooperation.keep": {"value": 1, "outside_range": True},
    }  # fmt: skip
    c = played(nothing_waits(tiny, **kind))
    assert int(c.register.people[c.register.status == 1].sum()) == 0
    assert c.counts["exits_people"] == c.books.people.sum()


def test_where_nothing_waits_only_a_lost_job_or_a_short_income_keeps_anybody(full):
    """With line, minimum income and jobs as the evidence has them some stay: what they were given did not suffice.

    Stations have people enough to check all who are proposed.
    """
    stations = {"people.station": {"times": 50, "outside_range": True}}
    staying = []
    for replication in range(3):
        c = played(nothing_waits(full, **stations), replication)
        n, a = c.register.size, c.assessment
        stay = c.register.status[:n] == 1
        lost = {case.entity for case in c.cases.all if case.kind.name == "job" and case.done}
        jobless = stay & c.lacks.household["income_source"]
        assert set(np.flatnonzero(jobless).tolist()) <= lost and c.shocked[:n][jobless].all()
        # who has passed and lost a job stays if that was before the announcement
        told = ~(a.passed & c.lacks.household["income_source"])
        assert (stay == (a.reading.short & ~a.passed | c.lacks.household["income_source"]))[told].all()
        for item in c.lacks.household.keys() - {"income_source"}:
            assert not c.lacks.household[item].any()
        assert stay.sum() < 0.01 * n
        staying.append(int(stay.sum()))
    assert sum(staying) > 0


def test_without_money_nothing_is_paid_and_nothing_that_costs_is_done(tiny):
    c = played(tiny.replace(total_yuan=7, earmarked={}, floors={}))
    assert sum(c.treasury.paid(line) for line in c.treasury.allotted) <= 7
    assert [case for case in c.cases.all if case.done and case.cost and not case.paid] == []


def test_without_crews_nothing_is_built(tiny):
    none = dict.fromkeys(("works.road_crews", "works.water_crews", "works.builders"), 0)
    c = played(tiny.replace(assumptions={k: {"value": 0, "outside_range": True} for k in none}))
    assert crew_days(c) == 0
    hamlets = c.county.hamlets
    awaiting = hamlets.stage_road == 4
    assert (c.lacks.hamlet["road"] == (hamlets.lacks_road & ~awaiting)).all()


def test_without_shocks_nobody_is_struck(tiny):
    log = sim.run(tiny.replace(families={"shocks": "off"}), FIRST, 0, log=True)
    assert not [event for event in log.events if event[1].startswith("shock")]
    assert log.scalars["returned_people"] == 0


def test_shocks_bring_people_back_into_poverty(tiny):
    flood = tiny.replace(assumptions={"shock.flood_probability": {"value": 1, "outside_range": True}})
    struck = [sim.run(flood, FIRST, r).scalars["returned_people"] for r in range(3)]
    spared = [sim.run(tiny.replace(families={"shocks": "off"}), FIRST, r).scalars["returned_people"] for r in range(3)]
    assert sum(spared) == 0 < sum(struck)


@pytest.mark.parametrize(
    ("line", "kinds"),
    [("housing", {"housing"}), ("education", {"education"}), ("medical", {"insurance"}), ("industry", {"industry"}),
     ("cooperation", {"job", "post"}), ("backstop", {"backstop"}), ("relocation", {"relocation"}),
     ("infrastructure", {"road", "water", "television", "electricity", "receiver", "rooms", "seat_road", "broadcast"}),
     ("collective_economy", {"collective"}), ("party_building", {"training", "committee"})],
)  # fmt: skip
def test_a_starved_line_caps_what_the_rest_can_do(full, tiny, line, kinds):
    """With nothing in one line and no re-planning, what hangs on it is not begun, whatever the others have.

    Of the households a third each prefer an industry, a job and a post; no village has a sound committee.
    """
    county = full if "seat_road" in kinds else tiny  # the small one has no village seat without a road
    shares = {"industry.prefers_industry": 1 / 3, "industry.prefers_job": 1 / 3, "village.lacks_sound_committee": 1}
    given = {name: {"value": value, "outside_range": True} for name, value in shares.items()}
    c = played(starved(county, line).replace(assumptions=given))
    hanging = [case for case in c.cases.all if case.kind.name in kinds]
    before = {case.number for case in _begun_before(c, 0) if case.paid}
    assert {case.kind.name for case in hanging} == kinds
    assert c.treasury.paid(line) == 0
    assert all(case.number in before for case in hanging if case.done)


@pytest.mark.parametrize(
    ("line", "family", "items"),
    [("housing", "works", {"housing"}), ("infrastructure", "works", {"road", "water", "electricity", "television"}),
     ("relocation", "relocation", {"housing"}), ("education", "protection", {"education"}),
     ("medical", "protection", {"insurance"})],
)  # fmt: skip
def test_whom_a_starved_line_fails_stays_even_where_no_other_family_waits(tiny, line, family, items):
    others = dict.fromkeys({*WORKING, "cadres", "disbursement"} - {family}, "unlimited")
    without, fed = (played(scenario.replace(families=others, gate="none")) for scenario in (starved(tiny, line), tiny))
    n = without.register.size
    stay = without.register.status[:n] == 1
    failed = np.logical_or.reduce([without.lacks.household[item][:n] for item in items])
    assert failed.sum() > np.logical_or.reduce([fed.lacks.household[item][:n] for item in items]).sum()
    assert stay[failed].all()
    assert without.counts["exits_people"] < fed.counts["exits_people"]


def starved(scenario, line):
    """The first allocation without one line, in proportion; nothing is moved between lines."""
    shares = {name: share for name, share in scenario.allocations[FIRST].shares.items() if name != line}
    total = sum(shares.values())
    return scenario.replace(
        earmarked={k: v for k, v in scenario.earmarked.items() if k != line},
        floors={k: v for k, v in scenario.floors.items() if k != line},
        rules={**scenario.rules.model_dump(), "replanning": False},
        allocations={FIRST: {"shares": {k: v / total for k, v in shares.items()}}}, compare=[FIRST],
    )  # fmt: skip


@pytest.mark.parametrize("replication", range(3))
def test_households_and_people_of_the_register_balance_over_the_year(full, replication):
    """Counted from who is where on the first day and the last, not from the campaign's own counts."""
    c = start(full, FIRST, replication)
    first, people = c.register.status.copy(), c.register.people.copy()
    c.play()
    check(c)
    was, is_now, out = first == 1, c.register.status == 1, np.zeros(len(first), dtype=bool)
    out[: c.register.size] = c.register.exit_year[: c.register.size] == 2018
    new, returned = (first == 0) & is_now, (first == 2) & is_now
    assert out.sum() > 1000 and new.sum() > 0
    assert is_now.sum() == was.sum() + new.sum() + returned.sum() - out.sum()
    assert not (new | returned)[out].any() and was[out].all() and (c.register.status[out] == 2).all()
    grown = c.register.people - people
    assert set(np.unique(grown)) <= {-1, 0, 1} and not grown[~was].any() and not grown[out].any()
    assert c.register.people[is_now].sum() == (
        people[was].sum() + people[new].sum() + people[returned].sum() - people[out].sum() + grown.sum()
    )
    counted = ("exits", out), ("new", new), ("returned", returned)
    for name, those in counted:
        assert c.counts[f"{name}_households"] == those.sum()
        assert c.counts[f"{name}_people"] == people[those].sum()
    assert c.register.people.dtype.kind == c.register.status.dtype.kind == "i"
    assert all(type(count) is int for count in c.counts.values())


def test_a_household_that_is_lost_from_the_register_is_noticed(tiny):
    c = start(tiny, FIRST, 0)
    c.play()
    check(c)
    empty = np.flatnonzero(c.register.status == 1)[0]
    c.counts["exits_people"] += int(c.register.people[empty])
    c.register.status[empty] = 2
    with pytest.raises(ArithmeticError, match="households"):
        check(c)


@pytest.mark.parametrize("name", [
    "people.helpers", "people.helper_days", "collective.grant", "collective.return", "relocation.handed_over_by_october",
    "rule.incidence_limit", "assessment.cutoff_day", "assessment.announce_day", "integrity.misuse_rate",
    "supervision.patrol_days", "files.haste", "works.rain_factor",
])  # fmt: skip
def test_a_value_of_nothing_is_played_to_the_end(tiny, name):
    check(played(tiny.replace(assumptions={name: {"value": 0, "outside_range": True}})))


@pytest.mark.parametrize("parameters", ["point", "prior", "posterior"])
def test_wherever_the_assumed_values_come_from_a_run_is_played_to_its_end(tiny, parameters):
    c = played(tiny.replace(parameters=parameters))
    assert all(type(value) is float for value in c.p.values())
    check(c)


def test_the_books_of_a_whole_county_are_closed(full):
    c = played(full, 1)
    ledger = c.treasury.ledger.balance
    assert sum(ledger.values()) == 0
    paid_before = sum(case.paid for case in _begun_before(c, 1))
    assert sum(c.treasury.paid(line) for line in c.treasury.allotted) == (
        sum(case.paid for case in c.cases.all) - paid_before
    )
    assert len(c.register.status) == c.county.households.n
    assert set(np.unique(c.register.status)) <= {0, 1, 2}
    by_desk = sum(desk.on_cases for desk in c.desks)
    assert by_desk == sum(case.minutes for case in c.cases.all)
    assert isinstance(by_desk, int)


def _begun_before(c, replication):
    """The cases of the first day, as they stood then."""
    first_day = start(c.scenario, FIRST, replication)
    for family in first_day.families:
        family.start(first_day)
    return first_day.cases.all
