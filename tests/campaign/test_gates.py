"""Gates: what a case waits for, and what passes it by."""

from __future__ import annotations

import numpy as np
import pytest
from simpy.events import Event

from sim.campaign.cases import FILINGS, FIRST, Case
from sim.campaign.desks import PriorityDesk
from sim.campaign.money.projects import Need
from sim.campaign.switches import Switch, switch_over
from sim.kernel import Environment

ROUTE = ("diagnosed", "filed", "approved", "funded", "built", "accepted")


def test_a_case_without_a_line_needs_neither_list_nor_money(bench):
    b = bench(assumptions={"people.file_error": 0})
    kind = b.kind(("diagnosed", "filed", "built"))
    b.campaign.open_case(kind, 0, 0)
    b.campaign.env.run(until=20)
    desks = b.campaign.desks
    visit, file = desks.visit, desks.file + desks.listing
    assert b.done == [(0, pytest.approx((visit + file) / 480))]


def test_a_case_waits_for_a_place_on_the_list(bench):
    b = bench()
    c, kind = b.campaign, b.kind(ROUTE[:4], line="housing")
    case = c.open_case(kind, 0, 0, cost=10)
    c.env.run(until=100)
    assert (b.done, case.gate, case.held) == ([], "approved", "unfunded")
    c.library.takes_more = True
    assert c.library.grant(lambda waiting: waiting is case) == 1
    c.env.run(until=120)
    assert len(b.done) == 1


def test_what_stands_behind_a_gate_of_another_name_is_refused(bench):
    behind = bench().campaign.gates.behind
    with pytest.raises(ValueError, match=r"'acepted'.*must be one of diagnosed, filed, .*accepted"):
        behind["acepted"] = lambda case: 0.0
    with pytest.raises(ValueError, match=r"'acepted'.*must be one of diagnosed, filed, .*accepted"):
        behind |= {"acepted": lambda case: 0.0}
    with pytest.raises(ValueError, match=r"'acepted'.*must be one of diagnosed, filed, .*accepted"):
        behind.update(acepted=lambda case: 0.0)
    behind["accepted"] = lambda case: 0.0
    assert tuple(behind) == ROUTE


def test_a_project_is_approved_once_for_all_its_cases(bench):
    b = bench(assumptions={"people.file_error": 0})
    c, kind = b.campaign, b.kind(("approved",), line="housing")
    b.places(kind, 0, 3, 10)
    for household in range(3):
        c.open_case(kind, household, 0, cost=0)
    c.env.run(until=50)
    assert len(b.done) == 3
    assert c.desks.approval.routine == c.desks.approve


def test_what_a_new_year_lists_is_approved_anew_and_what_stays_on_the_list_is_not(bench):
    b = bench(assumptions={"people.file_error": 0})
    c, kind = b.campaign, b.kind(("approved",), line="housing")
    project = b.places(kind, 0, 3, 10)
    c.open_case(kind, 0, 0, cost=0)
    c.env.run(until=50)
    c.year_begin = c.env.now
    c.open_case(kind, 1, 0, cost=0)
    c.env.run(until=51)
    assert c.desks.approval.routine == c.desks.approve, "its place is of the year before"
    project.listed_on = c.env.now
    c.open_case(kind, 2, 0, cost=0)
    c.env.run(until=100)
    assert len(b.done) == 3 and c.desks.approval.routine == 2 * c.desks.approve


@pytest.mark.parametrize("scope", ["household", "village"])
def test_a_wrong_file_that_is_seen_goes_back_and_takes_the_stations_time(bench, scope):
    def worked(**assumptions):
        b = bench(assumptions=assumptions)
        kind = b.kind(("filed", "approved"), line="housing", scope=scope)
        b.places(kind, 0, 1, 10)
        case = b.campaign.open_case(kind, 0, 0, cost=0)
        b.campaign.env.run(until=50)
        return case, b.campaign.cards.is_wrong(case)

    right, is_right = worked(**{"people.file_error": 0})
    wrong, _ = worked(**{"people.file_error": 1, "people.file_noticed": 1})
    unseen, is_wrong = worked(**{"people.file_error": 1, "people.file_noticed": 0})
    assert (right.filing, unseen.filing, wrong.filing) == (0, 0, FILINGS - 1)
    assert wrong.minutes > right.minutes == unseen.minutes
    assert is_wrong and not is_right


def test_acceptance_waits_for_an_inspector_and_the_papers(bench):
    b = bench(assumptions={"works.inspectors": 1})
    c, kind = b.campaign, b.kind(("accepted",))
    for household in range(6):
        c.open_case(kind, household, 0)
    c.env.run(until=100)
    days = [day for _, day in sorted(b.done)]
    visit = c.desks.acceptance / 480
    assert days == pytest.approx([c.p["works.acceptance_days"] + visit * k for k in range(1, 7)])


def test_an_inspector_goes_where_it_is_most_urgent(bench):
    """The first is being looked at; of those who wait the leaders' goes before villages due, and these before others."""
    b = bench(assumptions={"works.inspectors": 1})
    c, kind = b.campaign, b.kind(("accepted",))
    visit = c.desks.acceptance / 480
    for household, priority in enumerate((4, 4, 2, 1, 2)):
        c.open_case(kind, household, 0).priority = priority
    c.env.run(until=visit / 2)
    pushed = c.cases.find(kind.name, 4)
    (turn,) = pushed.turns
    assert turn in c.turns and not turn.for_money
    turn.push(FIRST)
    c.env.run(until=100)
    assert [household for household, _ in b.done] == [0, 4, 3, 2, 1]
    assert [day for _, day in b.done] == pytest.approx([c.p["works.acceptance_days"] + visit * k for k in range(1, 6)])


def test_a_desk_with_priorities_has_as_many_in_work_as_people_and_serves_the_most_urgent_next():
    env = Environment()
    desk, done, claims = PriorityDesk(env, "inspector", 2), [], {}

    def customer(number, priority):
        def turn():
            claims[number] = claim = desk.queue.request(priority, number)
            yield claim

        yield from desk.serve(turn(), 480, papers=None if number else 3.0)
        done.append((number, env.now))

    for number, priority in enumerate((3.0, 3.0, 3.0, 2.0, 3.0)):
        env.process(customer(number, priority))
    env.run(until=0.5)
    assert [number for number, claim in claims.items() if not claim.triggered] == [2, 3, 4], "two are in work"
    assert desk.queue.reprioritise(claims[4], 1.0)
    assert desk.book(240) == 1.0, "who does not wait by priority comes after what is in work"
    env.run(until=9)
    assert done == [(1, 1.0), (4, 2.0), (3, 2.5), (2, 3.0), (0, 4.0)]
    assert desk.routine == 5 * 480 + 240


@pytest.mark.parametrize("state", ["off", "unlimited"])
def test_who_stops_waiting_for_an_inspector_leaves_the_others_theirs(bench, state):
    b = bench(assumptions={"works.inspectors": 1})
    c, kind = b.campaign, b.kind(("accepted",))
    visit = c.desks.acceptance / 480
    for household in range(3):
        c.open_case(kind, household, 0)
    switch = c.switches["test"]
    switch.state, switch.day = state, visit / 2
    c.env.process(switch_over(c, "test", switch), rank=-1)
    c.env.run(until=100)
    queue = c.desks.inspectors[c.places.township[0]].queue
    assert (queue.in_use, queue.waiting) == (0, 0)
    assert len(b.done) == (3 if state == "unlimited" else 0)


def test_a_family_that_never_waits_is_done_at_once(bench):
    b = bench()
    c, kind = b.campaign, b.kind(ROUTE, line="housing")
    c.switches["test"].state = "unlimited"
    c.switches["test"].turn()
    c.open_case(kind, 0, 0, cost=10)
    c.env.run(until=1)
    assert b.done == [(0, 0.0)]


def test_a_family_that_is_off_leaves_its_cases_where_they_are(bench):
    b = bench()
    c, kind = b.campaign, b.kind(("built",), build=lambda case: iter([10.0]))
    c.open_case(kind, 0, 0)
    c.env.run(until=5)
    c.switches["test"].state = "off"
    c.switches["test"].turn()
    c.env.run(until=50)
    assert b.done == []


@pytest.mark.parametrize(("state", "closed"), [("off", 0), ("unlimited", 3)])
def test_a_switch_from_a_date_acts_on_what_is_open(bench, state, closed):
    b = bench()
    c = b.campaign
    kind = b.kind(("approved",), line="housing")
    for household in range(3):
        c.open_case(kind, household, 0, cost=10)
    switch = c.switches["test"]
    switch.state, switch.day = state, 30.0
    c.env.process(switch_over(c, "test", switch), rank=-1)
    c.env.run(until=29.9)
    assert b.done == []
    c.env.run(until=60)
    assert b.done == [(household, 30.0) for household in range(closed)]


@pytest.mark.parametrize("gate", ["filed", "approved", "funded", "built", "accepted"])
@pytest.mark.parametrize("first", [0, 2])
@pytest.mark.parametrize("closed", [float("inf"), 9.0])
def test_a_case_knows_when_it_came_through_a_gate(bench, gate, first, closed):
    """It has entered two gates, on days 1 and 4; those before its first count as passed on the day of opening."""
    route = ("filed", "approved", "funded", "built", "accepted")
    case = Case(bench().kind(route), 0, 0, 0, 1.0, first=first, opened=1.0)
    case.entered, case.closed = [1.0, 4.0], closed
    days = [1.0] * (first + 1) + [4.0] + [closed] * 5
    place = route.index(gate)
    assert case.left(gate) == days[place + 1]


@pytest.mark.parametrize("days", [3, 3.0, np.int64(3), np.float64(3), 0, 0.0])
def test_work_takes_a_number_of_days_of_any_type(bench, days):
    b = bench()
    c = b.campaign
    kind = b.kind(("built",), build=lambda case: days)
    later = b.kind(("approved", "built"), line="housing", name="later", build=lambda case: days, scope="village")
    b.places(later, 0, 1, 1).begin = 40.0
    c.open_case(kind, 0, 0)
    c.open_case(later, 5, 0, cost=1)
    c.env.run(until=60)
    assert b.done == [(0, days), (5, 40.0 + days)]


def test_work_that_says_nothing_is_refused(bench):
    b = bench()
    b.campaign.open_case(b.kind(("built",), build=lambda case: None), 0, 0)
    with pytest.raises(TypeError, match="neither a number nor an event"):
        b.campaign.env.run(until=1)


@pytest.mark.parametrize("state", ["on", "off", "unlimited"])
@pytest.mark.parametrize("day", [0.0, 10.0])
def test_a_switch_is_usual_where_it_is_neither_off_nor_unlimited(state, day):
    switch = Switch(state, day)
    assert (switch.usual, switch.off, switch.unlimited) == (day > 0 or state == "on", day == 0 and state == "off",
                                                            day == 0 and state == "unlimited")  # fmt: skip
    switch.turn()
    assert (switch.usual, switch.off, switch.unlimited) == tuple(state == name for name in ("on", "off", "unlimited"))


@pytest.mark.parametrize("state", ["off", "unlimited"])
def test_what_a_switch_stops_is_neither_listed_nor_paid_nor_begun_afterwards(bench, state):
    b = bench()
    c = b.campaign
    begun = []
    kind = b.kind(("funded",), line="housing", upfront=lambda case: 50)
    later = b.kind(("funded", "built"), line="industry", name="later", build=lambda case: begun.append(case) or 0.0)
    b.places(kind, 0, 3, 50)
    b.places(later, 0, 1, 0).begin = 40.0
    cases = [c.open_case(kind, household, 0, cost=50) for household in range(4)]
    c.open_case(later, 0, 0)
    c.treasury.receive("housing", 30)
    c.env.run(until=29)
    fund = c.treasury.funds["housing"]
    assert fund.claims == 3 and len(c.library.waiting) == 1
    switch = c.switches["test"]
    switch.state, switch.day = state, 1.0
    c.env.process(switch_over(c, "test", switch), rank=-1)
    c.env.run(until=60)
    assert fund.claims == 0 and not c.library.waiting and not c.turns
    c.treasury.receive("housing", 1000)
    c.env.run(until=90)
    assert fund.balance == 1030 and not begun
    assert not any(case.asked or case.paid for case in cases) and cases[3].project is None


@pytest.mark.parametrize("state", ["on", "off", "unlimited"])
def test_money_frozen_on_the_day_of_a_switch_is_not_taken_after_the_thaw(bench, state):
    b = bench()
    c = b.campaign
    kind = b.kind(("funded",), line="housing", upfront=lambda case: 50)
    c.treasury.receive("housing", 100)
    thaw = c.payments.frozen[b.places(kind, 0, 1, 50)] = Event(c.env)
    case = c.open_case(kind, 0, 0, cost=50)
    c.env.run(until=2)
    assert case.asked == 50 and c.treasury.funds["housing"].balance == 100
    switch = c.switches["test"]
    switch.state, switch.day = state, 1.0
    c.env.process(switch_over(c, "test", switch), rank=-1)
    c.env.run(until=4)
    c.payments.frozen.clear()
    thaw.succeed()
    c.env.run(until=60)
    asks = 50 if state == "on" else 0
    assert (case.asked, case.paid, c.treasury.funds["housing"].balance) == (asks, asks, 100 - asks)


def test_what_is_paid_once_more_was_asked_for_once(bench):
    b = bench()
    c = b.campaign
    kind = b.kind(("funded",), line="housing", upfront=lambda case: 50)
    b.places(kind, 0, 1, 50)
    c.treasury.receive("housing", 50)
    case = c.open_case(kind, 0, 0, cost=80)
    c.env.run(until=2)
    c.env.process(c.payments.make_good(case, 30))
    c.env.run(until=3)
    assert c.treasury.funds["housing"].claims == 1
    switch = c.switches["test"]
    switch.state, switch.day = "off", 1.0
    c.env.process(switch_over(c, "test", switch), rank=-1)
    c.env.run(until=60)
    assert c.treasury.funds["housing"].claims == 0 and case.asked == 50


def test_a_case_is_open_until_it_is_done_though_its_entity_has_a_later_one(bench):
    b = bench()
    c = b.campaign
    kind = b.kind(("approved",), line="housing")
    first, second = (c.open_case(kind, 7, 0, cost=10) for _ in range(2))
    assert c.cases.open() == [first, second]


@pytest.mark.parametrize("state", ["off", "unlimited"])
def test_nobody_is_paid_because_another_stops_on_the_same_day(bench, state):
    """A large claim holds up smaller ones that the cash would cover; all of them stop."""
    b = bench()
    c = b.campaign
    kind = b.kind(("funded",), line="housing", upfront=lambda case: case.cost)
    b.places(kind, 0, 3, 50)
    cases = [c.open_case(kind, household, 0, cost=cost) for household, cost in enumerate((50, 10, 20))]
    c.treasury.receive("housing", 30)
    switch = c.switches["test"]
    switch.state, switch.day = state, 10.0
    c.env.process(switch_over(c, "test", switch), rank=-1)
    c.env.run(until=9)
    fund = c.treasury.funds["housing"]
    assert (fund.claims, fund.balance) == (3, 30)
    c.env.run(until=90)
    assert (fund.claims, fund.balance) == (0, 30)
    assert not any(case.asked or case.paid for case in cases)


@pytest.mark.parametrize("state", ["on", "off", "unlimited"])
def test_what_stops_binds_no_money_but_what_was_paid(bench, state):
    """One case has had its advance, one waits for it, and one place is free."""
    b = bench()
    c = b.campaign
    kind = b.kind(("funded", "built"), line="housing", upfront=lambda case: 20, build=lambda case: 300.0)
    b.places(kind, 0, 3, 50)
    for household in range(2):
        c.open_case(kind, household, 0, cost=50)
    c.treasury.receive("housing", 30)
    switch = c.switches["test"]
    if state != "on":
        switch.state, switch.day = state, 60.0
        c.env.process(switch_over(c, "test", switch), rank=-1)
    listed = c.library.listed["housing"]
    c.env.run(until=59)
    assert c.library.listed["housing"] == listed
    c.env.run(until=90)
    freed = listed - c.library.listed["housing"]
    assert freed == (0 if state == "on" else 150 - 20)
    assert c.library.listed["housing"] == sum(x.cost_yuan for x in c.library.projects if x.line == "housing")
    c.library.relist({"housing": 10_000}, [Need("housing", kind.name, 0, -1, 50, 5, 1.0, False, False)])
    assert sum(x.open for x in c.library.projects if x.kind == kind.name) == (3 if state == "on" else 0)
