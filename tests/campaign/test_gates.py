"""Gates: what a case waits for, and what passes it by."""

from __future__ import annotations

import pytest

from sim.campaign.cases import FILINGS

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
    (waiting,) = c.library.waiting
    c.library.grant(*waiting)
    c.env.run(until=120)
    assert len(b.done) == 1


def test_a_project_is_approved_once_for_all_its_cases(bench):
    b = bench(assumptions={"people.file_error": 0})
    c, kind = b.campaign, b.kind(("approved",), line="housing")
    b.places(kind, 0, 3, 10)
    for household in range(3):
        c.open_case(kind, household, 0, cost=0)
    c.env.run(until=50)
    assert len(b.done) == 3
    assert c.desks.approval.routine == c.desks.approve


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
    c.env.process(c._turn("test", switch), rank=-1)
    c.env.run(until=29.9)
    assert b.done == []
    c.env.run(until=60)
    assert b.done == [(household, 30.0) for household in range(closed)]
