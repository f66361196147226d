"""At one instant the county's own processes act first, in a stated order, and entities after them by number."""

from __future__ import annotations

import pytest

from sim.campaign import start
from sim.campaign.ranks import Control

ALLOCATION = "as_in_2016_17"

#: The processes that act for the county as a whole.
CONTROLS = {
    "switch_over": Control.SWITCH,
    "IncomeAccount._post": Control.INCOME,
    "Backstop._open_quota": Control.QUOTA,
    "Treasury._tranches": Control.TRANCHE,
    "Cadres._rounds": Control.ROUNDS,
    "Households._review": Control.REVIEW,
    "Market._sell": Control.MARKET,
    "Market._open": Control.MARKET,
    "Shocks._strike": Control.SHOCK,
    "Shocks._fall_ill": Control.SHOCK,
    "Shocks._flood": Control.SHOCK,
    "Zones._meet": Control.ZONES,
    "Moves._travel": Control.ZONES,
    "Replanning._meet": Control.REPLANNING,
    "decide": Control.DECISION,
    "Assessment._year": Control.ASSESSMENT,
    "Assessment._look_again": Control.ASSESSMENT,
    "Inflow._adjust": Control.REGISTER,
    "Months._every_month": Control.MONTHS,
    "plan_new_years": Control.DECISION,
    "Replanning._move": Control.DECISION,
    "Responsibility._absences": Control.RESPONSIBILITY,
    "Disbursement._issue_all": Control.DISBURSEMENT,
    "Disbursement._meet": Control.DISBURSEMENT,
    "Disbursement._let_go": Control.DISBURSEMENT,
    "PartyBuilding._rotate": Control.ROTATION,
    "Industries._take_stock": Control.STOCKTAKING,
    "CollectiveEconomy._take_stock": Control.STOCKTAKING,
    "Guidance._weeks": Control.GUIDANCE,
    "OrderChain._sign_up": Control.ORDERS,
    "OrderChain._months": Control.ORDERS,
    "Cooperation._end_posts": Control.WORKSHOPS,
    "Cooperation._hire_every_month": Control.WORKSHOPS,
    "Zones._look": Control.ZONES,
    "Moves._finish": Control.ZONES,
    "Attention._push": Control.ZONES,
    "Supervision._patrols": Control.SUPERVISION,
    "Supervision._reports": Control.SUPERVISION,
    "Supervision._inspected": Control.SUPERVISION,
    "Supervision._special": Control.SUPERVISION,
    "Rectification._rectify": Control.SUPERVISION,
    "Integrity._audit": Control.INTEGRITY,
    "Integrity._groundless": Control.INTEGRITY,
    "Integrity._give_up": Control.INTEGRITY,
}
#: A lead that leads nowhere is the county's, every other is its village's.
EITHER = {"Integrity._pursue": Control.INTEGRITY}


def test_only_processes_of_the_county_have_ranks_below_those_of_entities(tiny):
    c, begun = start(tiny, ALLOCATION), {}
    process = c.env.process

    def noted(steps, rank=0, delay=0.0):
        begun.setdefault(steps.__qualname__, set()).add(rank)
        return process(steps, rank, delay)

    c.env.process = noted
    c.play()
    for name, ranks in begun.items():
        below = {rank for rank in ranks if rank < 0}
        assert ranks == {CONTROLS[name]} if name in CONTROLS else below <= {EITHER.get(name)}, name
    assert len(CONTROLS.keys() & begun.keys()) >= 13
    assert sorted(Control) == list(Control) and max(Control) < 0


@pytest.mark.parametrize("entity", [0, 3, 1_000_000])
def test_whoever_acts_on_the_day_of_a_tranche_finds_its_money(tiny, entity):
    c, found = start(tiny, ALLOCATION), []
    day = c.p["money.tranche_1_day"] + c.p["money.delay_days"] - 1

    def looks():
        yield day
        found.append((c.treasury.tranche, c.treasury.received("housing") > 0))

    c.env.process(looks(), rank=entity)
    c.play()
    assert found == [(1, True)]


def test_whoever_goes_before_the_year_sees_the_old_one_at_midnight(tiny):
    c, found = start(tiny, ALLOCATION), []
    midnight = c.calendar.day_of_year(2019, 1)

    def looks(rank):
        yield midnight
        found.append((rank, c.this_year, c.year_end > c.env.now))

    for rank in (Control.YEAR - 1, Control.YEAR + 1, 0):
        c.env.process(looks(rank), rank)
    c.play()
    assert found == [(Control.YEAR - 1, 2018, False), (Control.YEAR + 1, 2019, True), (0, 2019, True)]


def test_what_goes_on_for_ever_ends_with_the_scenario_in_play(tiny):
    c, days = start(tiny, ALLOCATION), []

    def looks():
        while True:
            days.append(c.env.now)
            yield 1.0

    c.env.process(looks())
    c.play()
    assert (days[-1], c.env.now) == (c.horizon, c.horizon) and c.env.peek() < float("inf")


def test_the_month_is_posted_before_anything_else_that_is_due_at_its_end(tiny):
    c, found = start(tiny, ALLOCATION), []
    end = c.calendar.month_ends(c.horizon)[2]

    def looks(rank):
        yield end
        found.append((rank, c.income._posted))

    for rank in (0, Control.ZONES, Control.TRANCHE):
        c.env.process(looks(rank), rank)
    c.play()
    assert found == [(Control.TRANCHE, end), (Control.ZONES, end), (0, end)]
