"""What was begun is expected, sold once a year, and never lost between months or years."""

from __future__ import annotations

import numpy as np
import pytest

from sim.campaign import start
from sim.campaign.families.households import Households
from sim.campaign.families.industries import Industries
from sim.campaign.money.projects import Project, _order
from sim.campaign.results.balances import check_money
from sim.campaign.results.history import history as told
from sim.county.county import PRODUCTS
from tests.campaign.conftest import at_work

FIRST = "as_in_2016_17"


@pytest.fixture
def industries(tiny):
    """A campaign of two years in which prices, losses and weather change nothing, and nobody begins anything."""
    still = tiny.replace(
        end_date="2019-12-31",
        families={"shocks": "off", "households": "on", "cooperation": "off", "protection": "off"},
        assumptions={
            "industry.price_sd": {"value": 0, "outside_range": True},
            "industry.crash_probability": {"value": 0, "outside_range": True},
            "industry.plot_loss": {"value": 0, "outside_range": True},
            "industry.glut": 0,
            "industry.award_per_mu": {"value": 0, "outside_range": True},
        },
    )  # fmt: skip
    campaign = start(still, FIRST, 0, families=(Industries,))
    campaign.county.households.planted.setflags(write=True)
    campaign.county.households.planted[:] = 0
    campaign.income.base[:] = 0
    return campaign


@pytest.mark.parametrize("day", [0.0, 30.4, 30.7, 31.0, 200.0, 364.2, 364.7])
def test_a_planting_is_sold_in_each_year_or_as_the_next_begins(industries, day):
    c, chilli = industries, PRODUCTS.index("chilli")
    (family,) = c.families
    usual = []

    def plant():
        yield day
        family.market.expect(0, chilli, day)
        usual.append(family.market.usual[chilli])

    c.treasury.start()
    c.income.start()
    family.start(c)
    c.env.process(plant(), rank=5)
    c.env.run(until=364.9)
    this_year = c.income.received[0] + c.income.pending[0]
    assert this_year == pytest.approx(usual[0]), "sold or still expected"
    c.env.run(until=729.9)
    assert c.income.received[0] + c.income.pending[0] == pytest.approx(usual[0] * (2 if day > 364.5 else 1))


def test_a_leap_year_has_one_sale_of_a_product_as_others_have(industries):
    c = start(industries.scenario.replace(end_date="2021-12-31"), FIRST, 0, families=(Industries,))
    (family,) = c.families
    family.start(c)
    usual, sold, chilli = family.market._sale, [], PRODUCTS.index("chilli")

    def noted(household, product, year):
        if product == chilli:
            sold.append(year)
        return usual(household, product, year)

    family.market._sale = noted
    family.market.expect(0, chilli, c.calendar.day_of_year(2020, 1))
    c.env.run(until=c.horizon - 0.1)
    assert sold == [2020, 2021]


def test_an_orchard_that_bears_is_sold_in_the_same_month_of_each_year(industries):
    c, kiwifruit, sold = industries, PRODUCTS.index("kiwifruit"), {}
    (family,) = c.families
    family.start(c)
    usual = family.market._sale

    def noted(household, product, year):
        if product == kiwifruit:
            sold.setdefault(household, []).append(c.calendar.date(c.env.now).month)
        return usual(household, product, year)

    family.market._sale = noted
    for household in range(20):
        family.market.expect(household, kiwifruit, 0.0)
    c.env.run(until=729.9)
    assert all(len(months) == 2 and len(set(months)) == 1 for months in sold.values())
    assert len({months[0] for months in sold.values()}) > 1


def test_young_orchards_and_herds_pay_in_their_third_year(full):
    c = start(full, FIRST, 0)
    at_work(c)
    family = next(f for f in c.families if isinstance(f, Industries))
    hh = c.county.households
    sold = {household for sales in family.market._sales.values() for household, *_ in sales}
    planted = {h: c.calendar.date(-float(hh.planted[h])).year for h in range(c.register.size) if hh.planted[h]}
    assert sold
    assert {planted[h] for h in sold} == {2016}


def test_the_first_visits_count_on_the_harvest_that_young_stock_brings_this_year(full):
    c = start(full, FIRST, 0)
    at_work(c)
    family = next(f for f in c.families if isinstance(f, Households))
    waiting = np.flatnonzero(c.income.pending[: c.register.size] > 0)
    assert len(waiting) > 50
    seen = np.array(family._start_income)[waiting]
    expected = c.income.pending[waiting] / c.income.people[waiting]
    assert seen == pytest.approx(c.county.households.income[waiting] + expected)


def test_in_2016_the_others_hold_already_what_the_registered_begin(history, full):
    found = []
    for scenario in (history, full):
        c = start(scenario, scenario.baseline, 0)
        (family,) = (family for family in c.families if family.name == "industries")
        family.start(c)
        found.append((c, family, sum(family.market._bearing_at_start)))
    (c, family, then), (_, _, now) = found
    assert not any(family._holds), "no registered household has begun"
    chilli = PRODUCTS.index("chilli")
    family.market._bearing[chilli] += 1
    assert 1 - c.p["industry.glut"] < family.market._glut(chilli) < 1, "one grower more does not make a glut"
    assert then == pytest.approx(now, rel=0.35)


def visited(scenario, hand=1, places=2, **changes):
    """A campaign in which a household without an industry has been visited, and its village has places for awards."""
    c = start(scenario.replace(**changes), FIRST, 0, families=(Industries,))
    (family,) = c.families
    family.start(c)
    household = int(np.flatnonzero((c.county.households.product < 0) & (np.array(c.livelihoods.free_hands) > 0))[0])
    c.livelihoods.free_hands[household] = hand
    c.library.give_up_places()
    project = Project("industry", "award", c.register.village_of[household], -1, family.awards.usual, places, 1.0)
    c.library._by_key[project.key] = project
    for tell in c.hooks.on_visit:
        tell(household)
    return c, family, household, c.cases.find("award", household)


def test_who_is_not_short_plants_and_is_paid_the_award_and_no_inputs(tiny):
    still = {"people.file_error": 0.0, "industry.plot_loss": 0.0}
    c, family, household, case = visited(
        tiny, assumptions={name: {"value": value, "outside_range": True} for name, value in still.items()}
    )
    assert case.cost == family.awards.usual == int(c.p["industry.award_per_mu"] * c.p["industry.mu_per_household"])
    c.treasury.start()
    c.income.start()
    c.env.run(until=360)
    assert case.done and case.paid == case.cost and family._holds[household]
    assert c.treasury.paid("industry") == case.cost
    check_money(c)


@pytest.mark.parametrize(
    ("hand", "places", "state"), [(0, 2, "on"), (1, 0, "on"), (1, 2, "off")]
)  # fmt: skip
def test_without_a_hand_a_place_or_the_family_nobody_plants(tiny, hand, places, state):
    *_, case = visited(tiny, hand, places, families={"industries": state})
    assert case is None


def test_awards_come_after_all_who_are_short(history):
    c = start(history, "as_it_was", 0)
    needs = [need for need in c.needs if need.line == "industry"]
    listed = [(need.kind, need.due) for need in sorted(needs, key=_order)]
    for due in (True, False):
        kinds = [kind for kind, first in listed if first == due]
        assert kinds == sorted(kinds, key=("industry", "award").index) and {"industry", "award"} == set(kinds)


def test_coverage_counts_who_planted_without_being_short(history):
    c = start(history.replace(scale=0.12), "as_it_was", 0)
    c.play()
    own = [case for case in c.cases.all if case.kind.name == "award" and case.done]
    helped = {case.entity for case in c.cases.all if case.kind.name == "industry" and case.done}
    known = c.register.status[: c.register.size] > 0
    both = helped | {case.entity for case in own}
    assert own and told(c)["industry_coverage"] == pytest.approx(known[list(both)].sum() / known.sum())


def test_what_is_young_on_the_first_day_comes_to_bear_and_makes_no_holders_more(tiny):
    c = start(tiny.replace(end_date="2019-12-31"), FIRST, 0, families=(Industries,))
    (family,) = c.families
    c.treasury.start()
    c.income.start()
    family.start(c)
    young = sum(c.livelihoods.young)
    c.env.run(until=c.horizon)
    assert sum(c.livelihoods.young) < young
    assert family.market._bearing == family.market._bearing_at_start


def test_what_loses_money_loses_the_same_at_any_price_and_in_any_luck(tiny):
    c = start(tiny.replace(assumptions={"industry.deer.net": -1000}), FIRST, 0, families=(Industries,))
    c.families[0].start(c)
    market, deer = c.families[0].market, PRODUCTS.index("deer")
    usual, lost = market.usual[deer], c.income.lost_of[0]
    for price, near_loss in ((0.3, 1.0), (2.0, 1.0), (1.0, 0.0)):
        market._price[2018][deer], market._near_loss[2018][0] = price, near_loss
        assert market._sale(0, deer, 2018) == usual < 0
    assert c.income.lost_of[0] == lost
