"""From money to projects, and what re-planning and a later decision do to the list."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

import sim
from sim.campaign import start
from sim.campaign.families.replanning import Replanning
from sim.campaign.money.library import Library
from sim.campaign.money.projects import Need, Project, listing, priced
from sim.campaign.ranks import Control


def need(village, cost=10, places=1, households=1.0, due=False, deep=False, committed=False):
    return Need("housing", "house", village, -1, cost, places, households, due, deep, committed)


def villages(projects):
    return [project.village for project in projects]


def test_work_under_way_is_listed_first_then_villages_due_then_most_households_a_yuan():
    needs = [need(1), need(2, due=True), need(3, committed=True), need(4, households=5.0)]
    assert villages(listing({"housing": 80}, {"housing": 0.0}, needs, {})) == [3, 2, 4, 1]


@pytest.mark.parametrize(("tilt", "deep", "other"), [(0.0, 0, 4), (0.5, 2, 2), (1.0, 4, 0)])
def test_the_tilt_splits_a_line_between_the_deep_tier_and_the_rest(tilt, deep, other):
    needs = [need(k, deep=k < 5) for k in range(10)]
    listed = villages(listing({"housing": 40}, {"housing": tilt}, needs, {}))
    assert (sum(k < 5 for k in listed), sum(k >= 5 for k in listed)) == (deep, other)


def test_work_under_way_may_use_the_other_pot():
    needs = [need(1, deep=True, committed=True), need(2, deep=True), need(3)]
    assert villages(listing({"housing": 20}, {"housing": 0.0}, needs, {})) == [1, 3]


def test_what_is_bound_comes_out_of_its_own_pot_first_then_of_the_other():
    needs = [need(k, deep=k < 5) for k in range(10)]

    def pots(deep, other):
        listed = villages(listing({"housing": 80}, {"housing": 0.5}, needs, {("housing", True): deep, ("housing", False): other}))
        return sum(k < 5 for k in listed), sum(k >= 5 for k in listed)

    assert (pots(0, 0), pots(20, 10), pots(60, 10), pots(20, 50), pots(60, 60)) == ((4, 4), (2, 3), (0, 1), (1, 0), (0, 0))


@pytest.mark.parametrize("replication", [0, 2])
def test_an_allocation_that_is_chosen_anew_on_the_first_day_is_listed_as_before(replication):
    """Though work under way lies mostly in deep-poverty villages."""
    scenario = sim.load("scenarios/2018.yaml").replace(scale=0.1)

    def listed(**changes):
        c = start(scenario.replace(**changes), "as_in_2016_17", replication)
        c.horizon = 0.5
        c.play()
        return {project.key: (project.places, project.cost_yuan) for project in c.library.projects if project.places}

    assert listed(decide_on="2018-01-01") == listed()


def test_what_does_not_fit_is_passed_over_and_places_are_split():
    needs = [need(1, cost=50, due=True), need(2, cost=10, places=7)]
    (project,) = listing({"housing": 40}, {"housing": 0.0}, needs, {})
    assert (project.village, project.places, project.cost_yuan) == (2, 4, 40)


def test_replanning_gives_unclaimed_money_to_waiting_cases_and_borrows_free_money_only(bench):
    b = bench(Replanning)
    c, kind = b.campaign, b.kind(("funded",), line="housing")
    c.library.give_up_places()
    c.treasury.start()
    c.env.run(until=100)
    room = c.library.room("housing")
    c.library.listed["housing"] += room
    case = c.open_case(kind, 0, 0, cost=1000)
    c.env.run(until=101)
    assert case.held == "unfunded"
    c.plan.free_part = dict.fromkeys(c.plan.free_part, 0) | {"infrastructure": 600, "industry": 900}
    before = dict(c.treasury.allotted)
    (family,) = c.families
    c.env.process(family._meet(c, 2018, 110.0))
    c.env.run(until=120)
    moved = {line: c.treasury.allotted[line] - before[line] for line in before if c.treasury.allotted[line] != before[line]}
    assert moved["housing"] == 1000 == -(moved["infrastructure"] + moved["industry"])
    assert case.done


def test_replanning_ranks_within_a_priority_as_the_list_does(bench):
    """By registered households a yuan: dearer work for fewer comes after cheaper for more; of alike ones by entity.

    As on the list a need's own price counts, not what is left to pay of a case, which for a post depends on its day.
    """
    b = bench(Replanning)
    c, kind = b.campaign, b.kind(("funded",), line="housing", scope="hamlet")
    c.treasury.start()
    c.env.run(until=100)
    c.library.listed["housing"] += c.library.room("housing")
    other, due = c.precedence.of.index(3.0), c.precedence.of.index(1.0)
    c.needs = [
        Need("housing", kind.name, village, hamlet, cost, 1, households, due=village == due, deep=False)
        for hamlet, (village, cost, households) in enumerate(
            [(other, 3000, 1.0), (other, 3000, 4.0), (other, 2000, 4.0), (other, 2000, 4.0), (due, 9000, 1.0)]
        )
    ]
    for one in c.needs:
        c.open_case(kind, one.hamlet, one.village, cost=one.unit_cost_yuan - 100 * one.hamlet)
    c.env.run(until=101)
    (family,) = c.families
    c.plan.free_part = dict.fromkeys(c.plan.free_part, 0)
    for money in (9000, 3000, 1000, 3000, 3000):
        c.library.listed["housing"] -= money
        assert family._serve(c) == 1
        c.env.run(until=c.env.now + 30)
    assert [hamlet for hamlet, _ in b.done] == [4, 2, 3, 1, 0]


@pytest.mark.parametrize("change", [{}, {"rules": {"replanning": False}}, {"families": {"replanning": "off"}}])
def test_free_money_moves_once_a_tranche_has_come(bench, change):
    b = bench(Replanning, **change)
    c, kind = b.campaign, b.kind(("funded",), line="housing")
    c.treasury.start()
    (family,) = c.families
    family.start(c)
    tranche = c.calendar.day_of_year(2018, c.p["money.tranche_2_day"])
    c.env.run(until=tranche - 1)
    c.library.listed["housing"] += c.library.room("housing")
    c.plan.free_part = dict.fromkeys(c.plan.free_part, 0) | {"infrastructure": 900}
    c.library.listed["infrastructure"] = 0
    case = c.open_case(kind, 0, 0, cost=800)
    given = c.treasury.total("infrastructure")
    c.env.run(until=tranche + 20)
    assert case.done is not bool(change)
    assert given - c.treasury.total("infrastructure") == (0 if change else 800)


def test_an_entitlement_does_not_borrow(bench):
    b = bench(Replanning)
    c, kind = b.campaign, b.kind(("funded",), line="education", borrows=False)
    c.treasury.start()
    c.env.run(until=100)
    c.library.listed["education"] += c.library.room("education")
    case = c.open_case(kind, 0, 0, cost=1000)
    (family,) = c.families
    c.env.process(family._meet(c, 2018, 110.0))
    c.env.run(until=120)
    assert not case.done and c.treasury.total("education") == c.treasury.given("education")


def test_what_every_year_needs_is_listed_every_year(history):
    """Without re-planning nothing is listed later. At its central price the year's premiums can be paid."""
    changed = history.replace(scale=0.1, rules={"replanning": False}, assumptions={"medical.premium": 450})
    c = start(changed, "as_it_was", 0)
    c.play()
    for name in ("subsidy", "premium", "minimum_income"):
        cases = [case for case in c.cases.all if case.kind.name == name]
        listed = Counter(c.calendar.year(case.opened) for case in cases if case.project is not None)
        assert set(listed) == {2016, 2017}, name


def test_a_village_that_waits_for_an_earlier_year_s_subsidies_comes_before_others(history):
    """Of deep villages, or of the others, who waits is passed over only for who is due this year or costs less."""
    c = start(history.replace(scale=0.3, rules={"replanning": False}), "as_it_was", 0)
    c.play()
    cases = [case for case in c.cases.all if case.kind.name == "subsidy"]
    owed = [case for case in cases if case.opened < 365 and (case.project is None or case.listed_on > 365)]
    assert any(case.project is not None for case in owed)
    later = [
        case for case in cases
        if case.opened > 365 and case.project is not None and not c.precedence.due[case.village]
    ]
    price = {need.village: need.unit_cost_yuan for need in c.needs if need.kind == "subsidy"}
    assert later
    for case in owed:
        alike = [x for x in later if c.places.deep[x.village] == c.places.deep[case.village]]
        assert case.project is not None or all(price[x.village] < price[case.village] for x in alike)


def test_what_is_listed_during_the_year_is_approved_once_a_village_and_kind(bench):
    b = bench(assumptions={"people.approval_days": 2.0, "people.approval": 1.0, "people.file_error": 0.0})
    c, kind = b.campaign, b.kind(("approved",), line="housing")
    c.library.give_up_places()
    c.library.takes_more = True
    cases = [c.open_case(kind, household, village, cost=1) for household, village in enumerate((0, 0, 0, 1))]
    c.env.run(until=10)
    assert b.done == [(0, 2.0), (1, 2.0), (2, 2.0), (3, 4.0)]
    assert c.desks.approval.on_cases + c.desks.approval.routine == 2 * c.desks.approve
    assert all(case.project.places == 1 for case in cases)


def test_a_case_of_a_hamlet_takes_a_place_for_any_of_the_village_where_its_own_project_has_none(bench):
    b = bench()
    c, kind = b.campaign, b.kind(("approved",), line="infrastructure", scope="hamlet")
    of_hamlet = Project("infrastructure", kind.name, 0, 0, 10, 1, 1.0)
    c.library.give_up_places()
    c.library._by_key[of_hamlet.key], of_hamlet.open = of_hamlet, 0
    any_hamlet = b.places(kind, 0, 1, 10)
    case = c.open_case(kind, 0, 0, cost=10)
    c.env.run(until=1)
    assert case.project is any_hamlet


@pytest.mark.parametrize("state", ["off", "unlimited"])
def test_a_family_that_is_off_from_the_first_day_keeps_no_places(tiny, state):
    c = start(tiny.replace(families={"works": state}), tiny.baseline)
    of_works = []

    def look():
        yield 0.5
        names = {name for name, kind in c.cases.kinds.items() if kind.family == "works"}
        of_works.append((names, [project.open for project in c.library.projects if project.kind in names]))

    c.env.process(look())
    c.play()
    names, places = of_works[0]
    assert names and places and not any(places)


def test_a_place_binds_what_its_case_costs_once_it_is_taken(bench):
    """Listed at the mean price, by a later list at another."""
    b = bench()
    c, kind = b.campaign, b.kind(("funded",), line="housing", upfront=lambda case: case.cost)
    c.library.give_up_places()
    before = c.library.listed["housing"]
    project = b.places(kind, 0, 3, cost=1000)
    assert c.library.listed["housing"] - before == project.cost_yuan == 3000 and c.library.bound()["housing"] == 0
    c.open_case(kind, 0, 0, cost=1400), c.open_case(kind, 1, 0, cost=900)
    c.env.run(until=1)
    assert c.library.bound()["housing"] == 2300
    assert c.library.listed["housing"] - before == project.cost_yuan == 3300
    c.library.cut(c.cases.find(kind.name, 0), 50)
    assert c.cases.find(kind.name, 0).cost == 1350 and c.library.bound()["housing"] == 2250
    assert c.library.listed["housing"] - before == project.cost_yuan == 3250
    later = [Need("housing", kind.name, 0, -1, 1200, 3, 1.0, False, False)]
    c.library.relist({"housing": 8000}, later)
    assert (project.places, project.open, project.unit_cost_yuan) == (3, 1, 1200)
    assert c.library.listed["housing"] - before == project.cost_yuan == 3450
    c.library.give_up_places()
    assert c.library.listed["housing"] - before == project.cost_yuan == c.library.bound()["housing"] == 2250


def test_what_was_unpaid_for_more_years_comes_before_what_serves_more_households_a_yuan():
    needs = [need(1, households=9.0), need(2)._replace(unpaid=1), need(3)._replace(unpaid=2), need(4, due=True)]
    assert villages(listing({"housing": 30}, {"housing": 0.0}, needs, {})) == [4, 3, 2]


def test_it_is_known_for_how_many_years_a_village_waits(bench):
    b = bench(end_date="2020-12-31")
    c, kind = b.campaign, b.kind(("funded",), line="medical", scope="village", upfront=lambda case: case.cost)
    c.library.give_up_places()
    c.open_case(kind, 3, 3, cost=100)
    c.env.run(until=400)
    c.open_case(kind, 3, 3, cost=100), c.open_case(kind, 4, 4, cost=100)
    c.env.run(until=800)
    assert c.library.waiting.years() == {(kind.name, 3): 2, (kind.name, 4): 1}


@pytest.mark.parametrize(("name", "changes"), [
    ("2018", {"scale": 0.3}), ("2016-2020", {"scale": 0.3}),
    ("2018", {"scale": 0.05, "total_yuan": 15_000_000, "earmarked": {}, "floors": {}}),
])  # fmt: skip
def test_a_line_binds_what_its_taken_and_its_open_places_cost_and_pays_no_more(name, changes):
    """Where money is short too: work under way is bound first, whatever the list has for it."""
    scenario = sim.load(f"scenarios/{name}.yaml").replace(**changes)
    c = start(scenario, "as_in_2016_17", 1)
    c.play()
    for line, bound in c.library.listed.items():
        assert bound == sum(project.cost_yuan for project in c.library.projects if project.line == line)
        assert c.treasury.paid(line) <= bound
    costs = Counter()
    for case in c.cases.all:
        costs[case.project] += case.cost
    alike = [x for x in c.library.projects if not x.committed]
    assert sum(map(c.treasury.paid, c.library.listed)) > 0 and len(alike) > 10
    assert [x.taken_yuan for x in alike] == [costs[x] for x in alike]


def test_the_list_of_the_first_day_has_all_work_under_way_where_money_is_short_too():
    """What the list has no place for is bound all the same, and told of."""
    scenario = sim.load("scenarios/2018.yaml").replace(scale=0.2, total_yuan=60_000_000, earmarked={}, floors={})
    c = start(scenario, "as_in_2016_17", 0)
    listed = {project for project in c.library.projects if project.committed}
    c.horizon = 0.5
    c.play()
    bound = sum(project.cost_yuan for project in c.library.projects if project.committed)
    assert any(case.asked and case.project not in listed for case in c.cases.all), "some have no place"
    told = sim.run(scenario, "as_in_2016_17", 0).projects
    assert sum(cost for cost, begun in zip(told["cost_yuan"], told["under_way"], strict=True) if begun) == bound > 0


def test_a_later_list_reprices_open_places_and_keeps_the_usual_price_it_does_not_know():
    first = Project("housing", "house", 0, -1, 1500, 2, 1.0, own=True, usual_yuan=1200, begin=5.0)
    first.listed_again(Project("housing", "house", 0, -1, 1800, 1, 1.0, own=True, begin=40.0))
    assert (priced(1200, first.own_price), first.begin) == (1800, 40.0)
    first.listed_again(Project("housing", "house", 0, -1, 900, 1, 1.0))
    assert (priced(1234, first.own_price), first.begin) == (1234, 0.0), "by the rule a case costs what it costs"


def test_a_case_is_charged_by_the_price_of_the_place_it_took(bench):
    b = bench()
    c, kind = b.campaign, b.kind(("approved",), line="housing")
    project = b.places(kind, 0, 2, 1500)
    project.listed_again(Project("housing", kind.name, 0, -1, 1500, 2, 1.0, own=True, usual_yuan=1200))
    case = c.open_case(kind, 0, 0, cost=1200)
    c.env.run(until=30)
    assert case.cost == 1500
    project.listed_again(Project("housing", kind.name, 0, -1, 0, 1, 1.0, own=True, usual_yuan=1200))
    assert c.payments.charge(case, 600) == case.cost == 750


@pytest.mark.parametrize("day", ["2018-06-01", "2018-12-20"])
def test_a_later_decision_brings_no_more_money_than_there_is_and_leaves_none_below_nothing(day):
    """Though places taken by large households bind more than the line has."""
    plan = {"shares": {"backstop": 1.0}, "tilt": 0.5}
    other = {"shares": {"relocation": 1.0}, "tilt": 0.5}
    scenario = sim.load("scenarios/2018.yaml").replace(
        scale=0.05, total_yuan=2_000_000, earmarked={}, floors={}, decide_on=day, allocations={"first": plan, "second": other},
        compare="all",
    )  # fmt: skip
    for replication in range(4):
        c = start(scenario, "second", replication)
        c.play()
        t = c.treasury
        assert sum(map(t.received, t.allotted)) == 100_000 == sum(t.allotted.values())
        assert min(t.allotted.values()) >= 0


def test_a_later_decision_lists_by_its_own_tilt_and_money(full):
    plans = full.dump()["allocations"]
    one = plans["as_in_2016_17"]
    scenario = full.replace(
        decide_on="2018-02-01", total_yuan=60_000_000, families={"replanning": "off"},
        allocations={"first": {**one, "tilt": 0.1}, "second": {**one, "tilt": 0.9}},
    )  # fmt: skip

    def deep_share(name):
        c = start(scenario, name, 0)
        c.play()
        cost = {True: 0, False: 0}
        for project in c.library.projects:
            if project.kind == "industry":
                cost[bool(c.places.deep[project.village])] += project.cost_yuan
        return cost[True] / max(1, sum(cost.values()))

    assert deep_share("second") > deep_share("first")


def test_the_list_of_a_later_allocation_is_told_of_as_it_is_once_that_acts(tiny, monkeypatch):
    first, later = tiny.baseline, "balanced_by_need"
    scenario = tiny.replace(decide_on="2018-06-30")
    assert sim.run(scenario, first, 0).projects == sim.run(tiny, first, 0).projects
    decided, relist = [], Library.relist

    def noted(library, *given):
        relist(library, *given)
        decided.append(library.columns())

    monkeypatch.setattr(Library, "relist", noted)
    told = {name: list(column) for name, column in sim.run(scenario, later, 0).projects.items()}
    assert told == decided[0]
    assert sim.run(scenario, later, 1).projects == {}


def test_what_is_decided_on_new_years_day_makes_the_list_of_the_year(tiny):
    """Nothing is listed on that day by the money, the needs or the villages due of the year before."""
    scenario = tiny.replace(end_date="2019-12-31", decide_on="2019-01-01")
    for name in list(scenario.allocations)[:2]:
        c, listed = start(scenario, name, 0), []
        c.library.relist = partial(_noted, c, listed, c.library.relist)
        c.play()
        assert listed == [(365.0, dict(scenario.allocations[name].tilt))]


def _noted(c, listed, relist, money, needs):
    listed.append((c.env.now, dict(c.plan.tilt)))
    relist(money, needs)


@pytest.mark.parametrize("state", ["off", "unlimited"])
@pytest.mark.parametrize("family", ["works", "relocation"])
def test_work_under_way_of_a_system_that_does_nothing_or_never_waits_binds_as_little_from_the_first_day_as_later(
    tiny, family, state
):
    lines = [
        sim.run(tiny.replace(families={family: switch}), "as_in_2016_17", 0).lines
        for switch in (state, {"state": state, "from": "2018-01-02"})
    ]
    of = {"works": "infrastructure", "relocation": "relocation"}[family]
    assert lines[0][of]["listed"] == lines[1][of]["listed"]


@pytest.mark.parametrize("day", ["2018-09-16", "2018-12-31"])
def test_a_decision_after_the_last_replanning_binds_no_money_that_nobody_claims(tiny, day):
    at_once, late = (sim.run(scenario, "as_in_2016_17", 0).scalars for scenario in (tiny, tiny.replace(decide_on=day)))
    assert late["listed_yuan"] == pytest.approx(at_once["listed_yuan"], rel=0.001)


def test_a_decision_after_the_last_replanning_serves_who_waits_though_no_list_knows_of_the_need(tiny):
    plan = tiny.dump()["allocations"]["as_in_2016_17"]
    first, second = ({**plan, "shares": {line: 1}} for line in ("party_building", "education"))
    scenario = tiny.replace(
        total_yuan=150_000_000, earmarked={}, floors={}, decide_on="2018-10-15",
        allocations={"first": first, "second": second},
    )  # fmt: skip
    c, seen = start(scenario, "second", 0), []

    def forget():
        yield c.decides
        c.needs.clear()
        seen.append(len(c.library.waiting))

    def look():
        yield c.decides
        seen.append(len(c.library.waiting))
        able = [case for case in c.library.waiting if case.cost - case.asked <= c.library.room(case.kind.line or "")]
        seen.append(len(able))

    c.env.process(forget(), rank=Control.DECISION - 1)
    c.env.process(look(), rank=10**12)
    c.play()
    waited, wait, able = seen
    assert waited > wait and able == 0


def test_a_later_decision_leaves_a_line_what_it_has_spent_though_some_was_paid_a_second_time(tiny):
    """What went elsewhere and was made good has left the line twice, and is bound once."""
    late = tiny.replace(decide_on="2018-12-01", scale=0.05)
    for replication in range(12):
        lines = sim.run(late, "balanced_by_need", replication).lines
        assert min(line["idle"] for line in lines.values()) >= 0
