"""Technical guidance: few field days, new growers first, and what advice is worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.campaign.families.guidance import Guidance, most_first
from sim.campaign.families.industries import Industries
from sim.county.county import ENTERPRISE, PRODUCTS
from tests.campaign.conftest import begun
from tests.campaign.null_lever import parted, played_on_and_off


def advised(c):
    return {h for h in range(c.register.size) if c.livelihoods.yields[h] > 1.0}


def test_a_years_field_days_are_spent_where_the_season_allows_and_not_exceeded(bench):
    c = begun(bench, Guidance, assumptions={"guidance.households_a_day": 1, "people.experts": 20})
    desk, budget = c.desks.experts, c.desks.experts.members * c.p["people.expert_days"]
    holiday = c.calendar.festival(2018) - c.p["works.festival_days"] / 3
    c.env.run(until=holiday + 7)
    before = desk.routine
    c.env.run(until=holiday + 14)
    assert before > 0 and desk.routine <= before + 480, "nobody is in the field during the holiday"
    c.env.run(until=365)
    assert 0.9 * budget < desk.routine / 480 <= budget
    assert len(advised(c)) == desk.routine // 480 == c.counts["guided_households"]


def test_a_day_serves_so_many_households(bench):
    one, four = (
        begun(bench, Guidance, assumptions={"guidance.households_a_day": n, "people.experts": 20}) for n in (1, 4)
    )
    for c in (one, four):
        c.env.run(until=60)
    assert len(advised(one)) < len(advised(four)) <= 4 * four.desks.experts.routine // 480


def test_where_nobody_is_left_days_lapse(bench):
    c = begun(bench, Guidance, assumptions={"guidance.households_a_day": 100})
    c.env.run(until=360)
    growers = int((c.county.households.product >= 0).sum())
    assert len(advised(c)) == growers == c.counts["guided_households"]
    assert c.desks.experts.routine / 480 < 0.5 * c.desks.experts.members * c.p["people.expert_days"]


def test_new_growers_come_first_and_then_the_village_with_most(bench):
    c = begun(bench, Guidance, assumptions={"guidance.households_a_day": 1, "people.experts": 20})
    (family,) = c.families
    c.env.run(until=61)
    waiting = [len(queue) for queue in family._old]
    served = {c.register.village_of[household] for household in advised(c)}
    assert served and min(waiting[v] for v in served) >= max(waiting) - 1
    fewest = min((v for v in range(len(waiting)) if waiting[v]), key=lambda v: waiting[v])
    most = waiting.index(max(waiting))
    newcomers = {
        next(h for h in (c.register.village == v).nonzero()[0].tolist() if h < c.register.size and not family._grows[h]) for v in (fewest, most)
    }
    for newcomer in newcomers:
        family._planted(newcomer, 0)
    assert not newcomers & advised(c)
    c.env.run(until=71)
    assert newcomers <= advised(c)


def test_advice_saves_some_plots_and_raises_what_is_harvested(bench):
    given = {"industry.plot_loss": 0.2, "guidance.loss_avoided": 0.5, "guidance.yield_gain": 0.1}
    c = begun(bench, Industries, Guidance, assumptions=given)
    industries, guidance = c.families
    c.env.run(until=1)
    chilli = PRODUCTS.index("chilli")
    saved, lost, whole = np.searchsorted(np.sort(industries.market._near_loss[2018]), (0.1, 0.0, 0.2))
    order = np.argsort(industries.market._near_loss[2018])
    saved, lost, whole = int(order[saved + 1]), int(order[lost]), int(order[whole + 1])
    before = [industries.market._sale(h, chilli, 2018) for h in (saved, lost, whole)]
    for household in (saved, lost, whole, whole):
        village = c.register.village_of[household]
        guidance._new[village].append(household)
        guidance._advise(guidance._next(village, 1) if not guidance._advised[household] else [])
    after = [industries.market._sale(h, chilli, 2018) for h in (saved, lost, whole)]
    assert before[0] == before[1] == after[1] == 0.0 < after[0]
    assert after[2] == pytest.approx(1.1 * before[2])


def test_advice_raises_the_enterprise_income_of_old_growers_once_a_year_and_not_that_of_new_ones(bench):
    c = begun(bench, Guidance, assumptions={"guidance.yield_gain": 0.1})
    (guidance,) = c.families
    hh = c.county.households
    old, young, new = (
        int(np.flatnonzero(those)[0])
        for those in ((hh.product >= 0) & (hh.planted == 0), hh.planted > 0, hh.product < 0)
    )
    c.env.run(until=1)
    for household in (old, young, new, old):
        guidance._planted(household, 0)
        village = c.register.village_of[household]
        guidance._advise(guidance._next(village, 1) if not guidance._advised[household] else [])
    assert [c.livelihoods.yields[household] for household in (old, young, new)] == [1.1] * 3, "what they sell is more"
    got = [c.income.factor[household, ENTERPRISE] for household in (old, young, new)]
    assert got == pytest.approx([1.1, 1.0, 1.0]), "what else they earn is not"


def test_advice_is_given_anew_each_year(bench):
    c = begun(bench, Guidance, end_date="2019-12-31", assumptions={"guidance.households_a_day": 100})
    c.env.run(until=364)
    first = c.counts["guided_households"]
    c.env.run(until=372)
    assert len(advised(c)) <= first
    c.env.run(until=729)
    assert c.counts["guided_households"] == 2 * first


def test_without_waiting_every_grower_is_advised_at_once(bench):
    c = begun(bench, Guidance, families={"guidance": "unlimited"})
    c.env.run(until=0.5)
    assert advised(c) == set(np.flatnonzero(c.county.households.product >= 0).tolist())
    assert c.desks.experts.routine == 0


def test_more_experts_advise_more_and_households_earn_more(bench):
    earned = []
    for experts in (5, 20, 80):
        c = begun(bench, Industries, Guidance, assumptions={"people.experts": experts})
        c.env.run(until=200)
        reached = len(advised(c))
        c.env.run(until=364)
        earned.append((reached, float(c.income.annual().sum())))
    assert earned[0][0] < earned[1][0] < earned[2][0]
    assert earned[0][1] < earned[1][1] < earned[2][1]


def test_off_nobody_goes_and_all_luck_of_others_is_the_same(tiny, monkeypatch):
    (drawn, log, on), (drawn_off, log_off, off) = played_on_and_off(tiny, "guidance", monkeypatch)
    assert drawn == drawn_off
    assert off.desks.experts.routine == off.counts["guided_households"] == 0 < on.counts["guided_households"]
    assert set(off.livelihoods.yields) == set(off.livelihoods.plot_risk) == {1.0}
    assert 7.0 <= parted(log, log_off) < float("inf")


def one_by_one(wanted, days):
    left, given = list(wanted), [0] * len(wanted)
    for _ in range(days):
        most = max(left, default=0)
        if most == 0:
            break
        place = left.index(most)
        left[place] -= 1
        given[place] += 1
    return given


@settings(max_examples=200)
@given(st.lists(st.integers(0, 9), max_size=8), st.integers(0, 60))
def test_days_are_spent_where_most_are_wanted(wanted, days):
    assert sorted(most_first(wanted, days)) == sorted(one_by_one(wanted, days))
    assert sum(most_first(wanted, days)) == min(days, sum(wanted))
    assert all(0 <= got <= want for got, want in zip(most_first(wanted, days), wanted, strict=True))
    left = [want - got for got, want in zip(most_first(wanted, days), wanted, strict=True)]
    assert all(rest >= max(left) - 1 for rest, got in zip(left, most_first(wanted, days), strict=True) if got)
