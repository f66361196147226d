"""A planner's own list in a campaign: what it binds, whom it serves, what it costs, when it begins, what comes back."""

from __future__ import annotations

import pytest

import sim
from sim.campaign import start
from sim.campaign.money.projects import Need, Row, own_listing
from sim.campaign.results.balances import check
from sim.campaign.results.came_back import COLUMNS
from sim.scenario.names import KINDS

FIRST = "as_in_2016_17"
NOTHING_MISUSED = {"integrity.misuse_rate": {"value": 0, "outside_range": True}}


def row(village, cost=10, places=1, kind="housing", hamlet=-1, line="housing"):
    return Row(line, kind, village, hamlet, places, cost, 0.0, 0.0)


def begun(village, cost=10, places=1):
    return Need("housing", "housing", village, -1, cost, places, 1.0, False, False, True)


def taken(rows, money, needs=(), claimed=()):
    return [(x.village, x.places) for x in own_listing(rows, {"housing": money}, needs, dict(claimed), {})]


def test_rows_are_taken_in_their_order_and_what_does_not_fit_is_passed_over():
    rows = [row(3, 30), row(1, 50), row(2, 20, places=3), row(0, 10)]
    assert taken(rows, 75) == [(3, 1), (2, 2)]
    assert taken(rows, 95) == [(3, 1), (1, 1), (0, 1)]
    assert taken(rows, 9) == []
    assert taken(rows, 10**6) == [(3, 1), (1, 1), (2, 3), (0, 1)]


def test_work_under_way_is_bound_and_comes_first():
    assert taken([row(1, 10, 5)], 35, [begun(4, 10, 2)]) == [(4, 2), (1, 1)]


def test_what_a_row_was_claimed_for_is_not_listed_again():
    rows = [row(1, 10, 5), row(2, 10, 5)]
    assert taken(rows, 100, claimed={rows[0].key: 3, rows[1].key: 7}.items()) == [(1, 2)]


def test_what_a_hamlet_has_claimed_comes_off_its_row_or_off_the_one_for_any_of_the_village():
    roads = {"kind": "road", "line": "housing"}
    rows = [row(1, places=5, **roads), row(1, hamlet=7, **roads), row(2, places=5, **roads)]
    claimed = {("road", village, hamlet, False): 1 for village, hamlet in ((1, 7), (1, 8), (2, 9), (2, 10))}
    assert taken(rows, 100, claimed=claimed.items()) == [(1, 4), (2, 3)]


def test_the_kinds_of_a_list_are_those_of_the_campaign(full):
    c = start(full, FIRST, 0)
    c.play()
    kinds = {kind.name: (kind.line, kind.scope) for kind in c.cases.kinds.values() if kind.line is not None}
    assert kinds == dict(KINDS)


def listed(scenario, rows, **changes):
    content = [dict(zip(("line", "kind", "village", "places", "cost_yuan"), x[:5], strict=True)) | (x[5] if x[5:] else {}) for x in rows]
    return scenario.replace(projects={"rows": content}, **changes)


#: A list with a house or two in each village and nothing else.
def houses(scenario, places=40, cost=120_000, **more):
    return listed(scenario, [("housing", "housing", village, places, cost, more) for village in range(1, 10)])


def played(scenario, replication=1):
    c = start(scenario, FIRST, replication)
    c.play()
    return c


def test_needs_that_are_not_listed_wait_until_the_county_plans_anew(tiny):
    c = played(houses(tiny).replace(families={"replanning": "off"}))
    served = {case.kind.name for case in c.cases.all if case.project is not None and not case.project.committed}
    assert served == {"housing"}
    assert any(x.kind.name == "road" for x in c.library.waiting)
    assert c.library.listed["cooperation"] == 0


def test_places_that_the_county_does_not_need_stay_open(tiny):
    c = played(houses(tiny, places=400, cost=40_000).replace(families={"replanning": "off"}))
    own = [x for x in c.library.projects if x.own]
    served = sum(case.project is not None and case.project.own for case in c.cases.all)
    assert len(own) == 9 and all(0 < x.open <= x.places == 400 for x in own)
    assert served == sum(x.places - x.open for x in own) > 0


def test_a_place_costs_what_the_list_says(tiny):
    c = played(houses(tiny, cost=40 * 12_345).replace(families={"replanning": "off"}))
    cost = {case.cost for case in c.cases.all if case.project is not None and case.project.own}
    assert cost == {12_345}
    check(c)


def test_an_award_is_no_more_than_its_place_costs(tiny):
    rows = [("industry", kind, village, 40, 40 * yuan) for village in range(1, 10) for kind, yuan in (("industry", 300), ("award", 100))]
    c = played(listed(tiny, rows).replace(families={"replanning": "off"}, assumptions=NOTHING_MISUSED))
    (family,) = (family for family in c.families if family.name == "industries")
    paid = [case for case in c.cases.all if case in family.awards._of and case.settled < c.horizon]
    assert {family.awards.of(case) for case in paid} >= {100, 300} and family.awards.usual > 300
    assert all(family.awards.of(case) <= case.paid for case in paid)


def test_who_is_paid_a_listed_award_has_all_of_it_up_to_the_cap(tiny):
    rows = [("industry", "award", village, 40, 40 * (3_300 if village % 2 else 9_000)) for village in range(1, 10)]
    c = played(listed(tiny, rows).replace(families={"replanning": "off"}, assumptions=NOTHING_MISUSED))
    (family,) = (family for family in c.families if family.name == "industries")
    paid = [case for case in c.cases.all if case.kind.name == "award" and case.settled < c.horizon]
    assert {case.paid for case in paid} == {3_300, int(c.p["industry.award_cap"])} and family.awards.usual < 3_300
    assert all(family.awards.of(case) == case.paid == case.cost for case in paid)
    check(c)


def test_money_that_is_not_there_leaves_rows_out_in_their_order(tiny):
    money = tiny.money(FIRST, scale=tiny.scale)["housing"]
    rows = [("housing", "housing", village, 1, money // 3) for village in (5, 2, 9, 1)]
    c = start(listed(tiny, rows), FIRST, 1)
    own = [x.village + 1 for x in c.library.projects if x.own]
    assert own == [5, 2, 9][: len(own)] and len(own) < 4
    assert c.library.listed["housing"] <= money
    run = sim.run(listed(tiny, rows, rules={"replanning": False}), FIRST, 1)
    assert list(run.own_projects["listed"]) == [1] * len(own) + [0] * (4 - len(own))
    assert run.lines["housing"]["listed"] <= run.lines["housing"]["allotted"]


@pytest.mark.parametrize("day", ["2018-06-15", "2018-09-01"])
def test_work_does_not_begin_before_its_day(tiny, day):
    early = tiny.replace(families={"disbursement": "unlimited"}, assumptions={"money.tranche_1_day": 29})
    scenario = houses(early, start=day)
    c = played(scenario)
    begin = c.calendar.day(scenario.projects.rows[0].start)
    own = [case for case in c.cases.all if case.project is not None and case.project.own]
    assert own and all(case.started < 0 or case.started >= begin for case in own)
    assert any(case.left("funded") < begin for case in own)
    free = played(houses(early))
    assert any(0 <= case.started < begin for case in free.cases.all if case.project is not None and case.project.own)


def test_a_later_start_is_accepted_later(tiny):
    def accepted(**more):
        rows = [("infrastructure", "receiver", village, 40, 40_000, more) for village in range(1, 10)]
        return sum(sim.run(listed(tiny, rows), FIRST, 1).own_projects["in_time"])

    assert accepted() > accepted(start="2018-10-25") >= accepted(start="2018-12-01") == 0


def test_a_hamlet_of_the_list_is_that_of_its_village_or_nobody_s(tiny):
    c = start(tiny, FIRST, 1)
    hamlet = int(c.county.hamlets.lacks_road.argmax())
    village = int(c.county.hamlets.village[hamlet])
    number = c.plan.hamlet_number(hamlet)
    assert 1 <= number <= c.places.hamlets[village]
    rows = [("infrastructure", "road", village + 1, 1, 300_000, {"hamlet": k}) for k in (number, 998, 999)]
    c = played(listed(tiny, rows))
    own = {x.hamlet: x for x in c.library.projects if x.own}
    assert len(own) == 3 and hamlet in own, "each row of a hamlet that is not there keeps a place of its own"
    assert c.cases.find("road", hamlet).project is own.pop(hamlet) or c.county.hamlets.stage_road[hamlet] >= 2
    assert max(own) < -1 and not any(case.project in own.values() for case in c.cases.all)


def test_two_rows_of_hamlets_that_are_not_there_keep_their_prices_when_the_county_lists_anew(tiny):
    rows = [("infrastructure", "road", 1, 1, cost, {"hamlet": 990 + k}) for k, cost in enumerate((100_000, 170_000))]
    c = start(listed(tiny, rows), FIRST, 1)
    money = dict(c.treasury.allotted)
    c.library.relist(money, [])
    absent = [x for x in c.library.projects if x.hamlet < -1]
    assert [(x.open, x.unit_cost_yuan) for x in absent] == [(1, 100_000), (1, 170_000)]
    assert c.library.listed["infrastructure"] == sum(x.cost_yuan for x in c.library.projects if x.line == "infrastructure")


def test_a_row_without_a_hamlet_serves_any_of_the_village(tiny):
    c = start(tiny, FIRST, 1)
    lacking = {int(v) for v in c.county.hamlets.village[c.county.hamlets.lacks_road & (c.county.hamlets.stage_road < 2)]}
    rows = [("infrastructure", "road", v + 1, 9, 9 * 150_000) for v in sorted(lacking)]
    c = played(listed(tiny, rows))
    served = [case for case in c.cases.all if case.kind.name == "road" and case.project is not None and case.project.own]
    assert {case.village for case in served} == lacking and {case.cost for case in served} == {150_000}


def test_yuan_and_people_balance_with_any_list(tiny):
    for places, cost in ((1, 0), (40, 4_000_000), (3, 10**9)):
        c = played(houses(tiny, places, cost))
        check(c)
        run = sim.run(houses(tiny, places, cost), FIRST, 2)
        assert run.scalars["allotted_yuan"] == run.scalars["paid_yuan"] + run.scalars["idle_yuan"] + run.scalars["not_recovered_yuan"]


def test_what_comes_back_is_in_order_of_the_gates(tiny):
    run = sim.run(houses(tiny, start="2018-03-01"), FIRST, 3)
    back = run.own_projects
    assert tuple(back) == COLUMNS and {len(column) for column in back.values()} == {9}
    for wanted, in_time, approved, begun_on, finished, accepted, settled in zip(*list(back.values())[1:], strict=True):
        assert 0 <= in_time <= wanted <= 40
        days = [x for x in (approved, begun_on, finished, accepted, settled) if x >= 0]
        assert days == sorted(days)
        assert begun_on < 0 or begun_on >= 59
    assert run.projects == {} and len(run.to_json()) < 100_000


def test_after_the_decision_its_own_rows_are_listed(tiny):
    rows = [
        {"allocation": name, "line": "housing", "kind": "housing", "village": village, "places": 9, "cost_yuan": 90_000}
        for name, villages in ((FIRST, range(1, 4)), ("balanced_by_need", range(4, 7)))
        for village in villages
    ]
    scenario = tiny.replace(projects={"rows": rows}, decide_on="2018-02-01", compare=[FIRST, "balanced_by_need"])
    c = start(scenario, "balanced_by_need", 1)
    assert {x.village + 1 for x in c.library.projects if x.own} == {1, 2, 3}
    c.env.run(until=1)
    c.play()
    assert {4, 5, 6} <= {x.village + 1 for x in c.library.projects if x.own}


def test_the_second_year_lists_by_the_rule(tiny):
    c = start(houses(tiny).replace(end_date="2019-12-31"), FIRST, 1)
    assert c.plan.own_list
    c.play()
    assert not c.plan.own_list and any(x.kind == "industry" and not x.own for x in c.library.projects)


@pytest.mark.parametrize("later", ["2018-12-01", None])
def test_a_place_that_is_taken_keeps_its_first_day_whatever_a_later_list_says(tiny, later):
    def rows(name, begin):
        more = {"start": begin} if begin else {}
        return [{"allocation": name, "line": "housing", "kind": "housing", "village": village, "places": 40,
                 "cost_yuan": 4_000_000} | more for village in range(1, 9)]  # fmt: skip

    scenario = tiny.replace(projects={"rows": [*rows(FIRST, "2018-05-01"), *rows("balanced_by_need", later)]},
                            decide_on="2018-04-01", compare=[FIRST, "balanced_by_need"])  # fmt: skip
    c = start(scenario, "balanced_by_need", 1)
    c.env.process(_claimed(c, before := {}))
    c.play()
    assert before and all(case.begin == day for case, day in before.items()) and set(before.values()) >= {120.0}
    assert all(case.started >= 120.0 for case in before if case.begin and case.started >= 90.0)


def _claimed(c, claimed):
    yield 89.0
    claimed |= {case: case.begin for case in c.cases.all if case.project is not None and case.project.own}


@pytest.mark.parametrize("day", ["2018-01-01", "2018-02-01"])
def test_what_is_listed_of_a_later_allocation_is_noted_once_it_acts(tiny, day):
    rows = [
        {"allocation": name, "line": "industry", "kind": "industry", "village": village, "places": 9, "cost_yuan": 90}
        for name, villages in ((FIRST, range(1, 4)), ("balanced_by_need", range(2, 7)))
        for village in villages
    ]
    scenario = tiny.replace(projects={"rows": rows}, decide_on=day, compare=[FIRST, "balanced_by_need"])
    assert sim.run(scenario, "balanced_by_need", 1).own_projects["listed"] == (9,) * 5
    assert sim.run(scenario, FIRST, 1).own_projects["listed"] == (9,) * 3


def lacking_roads(scenario):
    """By village: the hamlets that lack a road of which nothing is begun."""
    c, found = start(scenario, FIRST, 0), {}
    for need in c.needs:
        if need.kind == "road" and not need.committed:
            found.setdefault(need.village, []).append(c.plan.hamlet_number(need.hamlet))
    return sorted(found.items())


def by_number(roads):
    return [("infrastructure", "road", v + 1, len(of), len(of) * 100_000) for v, of in roads]


def by_name(roads):
    return [("infrastructure", "road", v + 1, 1, 100_000, {"hamlet": h}) for v, of in roads for h in of]


def roads_seen(c, day):
    """Play on; return the open road places and the roads without a place, as they were on a day."""
    seen = []

    def look():
        yield day
        places = sum(x.open for x in c.library.projects if x.kind == "road" and not x.committed)
        seen.append((places, sum(case.kind.name == "road" and case.project is None for case in c.cases.all)))

    c.env.process(look(), rank=10**12)
    c.play()
    return seen[0]


@pytest.mark.parametrize("written", [by_number, by_name])
def test_the_second_year_lists_no_road_again_that_has_had_its_place(tiny, written):
    rules = {"replanning": False}
    scenario = listed(tiny, written(lacking_roads(tiny)), rules=rules, end_date="2019-12-31")
    assert roads_seen(start(scenario, FIRST, 0), 365.001) == (0, 0)


@pytest.mark.parametrize(("first", "later"), [(by_name, by_number), (by_number, by_name)])
def test_a_later_list_knows_the_roads_that_have_a_place_however_either_is_written(tiny, first, later):
    tiny = tiny.replace(assumptions={"missing.road_2018": {"value": 0.2, "outside_range": True}})
    every = lacking_roads(tiny)
    some = [(v, of[:1]) for v, of in every]
    assert sum(len(of) for _, of in every) > len(some) > 1
    rows = [(*x[:5], {"allocation": FIRST, **dict(*x[5:])}) for x in first(some)]
    rows += [(*x[:5], {"allocation": "balanced_by_need", **dict(*x[5:])}) for x in later(every)]
    scenario = listed(tiny, rows, decide_on="2018-03-01", compare=[FIRST, "balanced_by_need"], rules={"replanning": False})
    campaign = start(scenario, "balanced_by_need", 0)
    assert roads_seen(campaign, 58.9) == (0, sum(len(of[1:]) for _, of in every))
    assert roads_seen(start(scenario, "balanced_by_need", 0), 59.001) == (0, 0)
    back = sim.run(scenario, "balanced_by_need", 0).own_projects
    assert back["listed"] == back["wanted"] == tuple(x[3] for x in later(every)), "those that had a place count too"


@pytest.mark.parametrize("state", ["off", "unlimited"])
def test_a_list_that_comes_into_use_later_has_no_place_for_who_does_nothing_by_then(tiny, state):
    """The second allocation's list is in use from June on; builders stop before."""
    second = list(tiny.allocations)[1]
    scenario = houses(tiny).replace(
        decide_on="2018-06-01", families={"works": {"state": state, "from": "2018-05-01"}}, rules={"replanning": False}
    )
    c = start(scenario, second, 0)
    c.env.process(_expect_places(c), rank=10**9)
    c.play()
    assert sum(x.open for x in c.library.projects if x.kind == "housing") == 0


def _expect_places(c):
    yield 100.0
    assert sum(x.open for x in c.library.projects if x.kind == "housing") > 0
