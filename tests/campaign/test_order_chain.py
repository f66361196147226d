"""The order chain: contracts take visits, promise a floor, are broken now and then, and pay a dividend."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sim.campaign.families.industries import Industries
from sim.campaign.families.order_chain import OrderChain
from sim.campaign.switches import switch_over
from sim.county.county import ENTERPRISE
from tests.campaign.conftest import FIRST, begun
from tests.campaign.null_lever import parted, played_on_and_off

EVERYWHERE = {"order.company_villages": 1, "order.households": 1000, "order.default": 0}


def eligible(c):
    product, village = c.county.households.product, c.register.village[: c.register.size]
    return set(np.flatnonzero(product == c.county.villages.product[village]).tolist())


def signing_day(c):
    return c.calendar.festival(2018) + c.p["works.festival_days"] * 2 / 3


def test_contracts_take_the_teams_visits_after_spring_festival(bench):
    c = begun(bench, OrderChain, assumptions=EVERYWHERE)
    (chain,) = c.families
    c.env.run(until=signing_day(c) - 0.1)
    assert not chain._signed and all(team.routine == 0 for team in c.desks.teams)
    c.env.run(until=signing_day(c) + 0.1)
    assert set(chain._signed) == eligible(c) and not chain._members
    assert sum(team.routine for team in c.desks.teams) == len(eligible(c)) * c.desks.visit
    busiest = max(chain._signed.values())
    c.env.run(until=next(end for end in c.calendar.month_ends(365) if end - 0.5 > busiest))
    assert set(chain._members) == eligible(c)
    assert c.counts["contracts"] == len(eligible(c))


def test_a_company_serves_so_many_and_only_where_there_is_one(bench):
    few = begun(bench, OrderChain, assumptions={**EVERYWHERE, "order.households": 3})
    none = begun(bench, OrderChain, assumptions={**EVERYWHERE, "order.company_villages": 0})
    for c in (few, none):
        c.env.run(until=300)
    members = np.bincount([few.register.village_of[h] for h in few.families[0]._members])
    assert members.max() == 3
    assert not none.families[0]._members


def test_without_teams_nothing_is_signed(bench):
    from sim.campaign.families.cadres import Cadres

    c = begun(bench, Cadres, OrderChain, assumptions=EVERYWHERE, families={"cadres": "off"})
    c.env.run(until=364)
    assert c.counts["contracts"] == 0


def test_who_plants_what_the_company_buys_is_asked_then(bench):
    c = begun(bench, OrderChain, assumptions=EVERYWHERE)
    (chain,) = c.families
    c.env.run(until=100)
    newcomer = next(h for h in range(c.register.size) if c.county.households.product[h] < 0)
    wanted = chain._product[c.register.village_of[newcomer]]
    chain._planted(newcomer, (wanted + 1) % 9)
    assert newcomer not in chain._signed
    chain._planted(newcomer, wanted)
    c.env.run(until=200)
    assert newcomer in chain._members


def member_of(chain, c):
    household = min(chain._members)
    return household, chain._product[c.register.village_of[household]]


def test_a_member_gets_the_floor_or_the_market_whichever_is_higher(bench):
    c = begun(bench, OrderChain, assumptions={**EVERYWHERE, "order.floor": 0.8})
    (chain,) = c.families
    c.env.run(until=200)
    household, product = member_of(chain, c)
    assert chain._price(household, product, 0.3) == 0.8
    assert chain._price(household, product, 1.4) == 1.4
    assert chain._price(household, (product + 1) % 9, 0.3) == 0.3, "the company buys one product"
    stranger = next(h for h in range(c.register.size) if h not in chain._members)
    assert chain._price(stranger, chain._product[c.register.village_of[stranger]], 0.3) == 0.3


def test_the_further_the_market_falls_the_more_companies_break_their_word_and_pay_no_dividend(bench):
    c = begun(bench, OrderChain, assumptions={**EVERYWHERE, "order.default": 1, "order.floor": 0.8})
    (chain,) = c.families
    c.env.run(until=200)
    by_village = {c.register.village_of[h]: h for h in chain._members}
    kept = [
        sum(chain._price(h, chain._product[v], price) == 0.8 for v, h in by_village.items())
        for price in (0.79, 0.4, 0.0)
    ]
    assert len(by_village) >= kept[0] > kept[1] > kept[2] == 0
    assert chain._broken == set(by_village)
    household = min(chain._members)
    pending, received = c.income.pending[household], c.income.received[household]
    assert pending > 0
    chain._pay()
    assert (c.income.pending[household], c.income.received[household]) == (0.0, received)


def test_the_dividend_is_expected_from_the_contract_on_and_paid_as_the_year_ends(bench):
    c = begun(bench, OrderChain, assumptions=EVERYWHERE, end_date="2019-12-31")
    (chain,) = c.families
    base = c.income.annual()
    c.env.run(until=200)
    household = min(chain._members)
    share = chain._members[household]
    assert 0.5 < share / c.p["order.dividend"] < 1.0, "from the month in which it was signed"
    assert c.income.annual()[household] - base[household] == pytest.approx(share / c.register.people[household])
    strict = c.income.received[household]
    c.env.run(until=364.4)
    assert c.income.pending[household] == share
    c.env.run(until=364.6)
    assert c.income.pending[household] == 0.0
    assert c.income.received[household] > strict + share
    c.env.run(until=370)
    assert c.income.pending[household] == c.p["order.dividend"], "a whole year's from the second year on"


def test_once_the_chain_is_off_nobody_expects_a_dividend_or_a_floor(bench):
    off = {"order_chain": {"state": "off", "from": "2018-07-01"}}
    c = begun(bench, OrderChain, assumptions=EVERYWHERE, end_date="2019-12-31", families=off)
    (chain,) = c.families
    c.env.process(switch_over(c, "order_chain", c.switches["order_chain"]), rank=-20)
    c.env.run(until=180)
    household, product = member_of(chain, c)
    assert c.income.pending[household] > 0 and chain._price(household, product, 0.3) == c.p["order.floor"]
    for day in (181.5, 370):
        c.env.run(until=day)
        assert not c.income.pending.any() and not chain._members
        assert chain._price(household, product, 0.3) == 0.3


def test_a_higher_floor_never_pays_anybody_less_and_a_bad_year_shows_it(bench):
    bad = {"industry.crash_probability": 1, "industry.crash_level": 0.3}
    earned = []
    for floor in (0.5, 0.8, 0.95):
        c = begun(bench, Industries, OrderChain, assumptions={**EVERYWHERE, **bad, "order.floor": floor})
        c.env.run(until=364)
        members = sorted(c.families[1]._members)
        earned.append(c.income.factor[: c.register.size, ENTERPRISE].copy())
    assert members
    for low, high in pairwise(earned):
        assert (high >= low).all() and high[members].sum() > low[members].sum()


def test_without_waiting_every_grower_has_a_contract_at_once(bench):
    c = begun(bench, OrderChain, families={"order_chain": "unlimited"}, assumptions={"order.default": 0})
    c.env.run(until=1)
    (chain,) = c.families
    assert set(chain._members) == set(np.flatnonzero(c.county.households.product >= 0).tolist())
    assert all(team.routine == 0 for team in c.desks.teams)


def test_more_villages_with_a_company_or_larger_bases_mean_more_contracts(full):
    from sim.campaign import start

    def contracts(**factors):
        times = {f"order.{name}": {"times": k, "outside_range": True} for name, k in factors.items()}
        c = start(full.replace(assumptions=times), FIRST, 1, families=(OrderChain,))
        c.families[0].start(c)
        c.env.run(until=364)
        return c.counts["contracts"]

    usual = contracts()
    assert usual < contracts(company_villages=2) and usual < contracts(households=2)


def test_off_everybody_sells_at_the_market_and_all_luck_of_others_is_the_same(tiny, monkeypatch):
    # a company in every village, so that the small county has some
    scenario = tiny.replace(assumptions={name: {"value": x, "outside_range": True} for name, x in EVERYWHERE.items()})
    (drawn, log, on), (drawn_off, log_off, off) = played_on_and_off(scenario, "order_chain", monkeypatch)
    assert drawn == drawn_off
    assert on.counts["contracts"] > 0 == off.counts["contracts"]
    assert signing_day(on) <= parted(log, log_off) < float("inf")
