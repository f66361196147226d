"""Livelihoods: what a plan offers, when it pays, what ends it."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from sim.campaign import start
from sim.campaign.families.cadres import Cadres
from sim.campaign.families.cooperation import Cooperation
from sim.campaign.families.households import Households
from sim.campaign.families.industries import Industries
from sim.campaign.families.protection import Protection
from sim.campaign.families.shocks import Shocks
from sim.campaign.switches import switch_over
from sim.county.county import CLASS_AB, CLASS_C, ENTERPRISE, EXITED, PRODUCTS, REGISTERED
from tests.campaign.conftest import FIRST, at_work, first_of


def begun(bench, *families, assumptions=(), **options):
    """Nobody is hired by a workshop, where the test does not ask for seats."""
    b = bench(*families, assumptions={"workshop.seats": 0, **dict(assumptions)}, **options)
    c = b.campaign
    c.gates.behind |= dict.fromkeys(("filed", "approved", "funded", "accepted"), lambda case: 0.0)
    c.treasury.start()
    c.income.start()
    return at_work(c)


def opened(c, name, household, cost=0):
    return c.open_case(c.cases.kinds[name], household, c.register.village_of[household], cost)


def test_an_annual_crop_waits_for_its_window_and_is_sold_when_it_is_ripe(bench, still):
    c = begun(bench, Industries, assumptions={**still, "industry.glut": 0})
    (family,) = c.families
    chilli = PRODUCTS.index("chilli")
    family._wanted[0] = chilli
    case = opened(c, "industry", 0)
    c.env.run(until=1)
    assert case.held == "season"
    c.env.run(until=364)
    assert case.started == pytest.approx(c.p["industry.chilli.plant_from"] - 1)
    ripe = family.market.ready(chilli, case.started)
    sales = [day for day in range(0, 364, 30) if day > ripe]
    assert c.income.pending[0] == pytest.approx(0 if sales else family.market.usual[chilli])


@pytest.mark.parametrize("state", ["off", "unlimited"])
def test_what_waits_for_its_season_is_not_planted_any_more_where_it_was_stopped(bench, still, state):
    c = begun(bench, Industries, assumptions=still, families={"industries": {"state": state, "from": "2018-02-01"}})
    (family,) = c.families
    family._wanted[0] = PRODUCTS.index("chilli")
    c.env.process(switch_over(c, "industries", c.switches["industries"]), rank=-1)
    case, young = opened(c, "industry", 0), c.livelihoods.young[0]
    c.env.run(until=364)
    assert case.done == (state == "unlimited") and (case.started, c.livelihoods.young[0]) == (-1.0, young)


def test_whoever_waits_for_its_season_has_its_award_on_the_day_from_which_nobody_waits(bench, still):
    c = begun(bench, Industries, assumptions=still, families={"industries": {"state": "unlimited", "from": "2018-02-01"}})
    (family,) = c.families
    family._wanted[0] = PRODUCTS.index("chilli")
    c.env.process(switch_over(c, "industries", c.switches["industries"]), rank=-1)
    case = opened(c, "industry", 0, 5000)
    c.env.run(until=60)
    assert case.done and family.awards.of(case) == min(family.awards.usual, c.p["industry.award_cap"]) > 0


def test_what_is_sold_without_waiting_is_sold_again_every_year(bench, still):
    c = begun(bench, Industries, assumptions=still, families={"industries": "unlimited"}, end_date="2020-12-31", log=True)
    c.env.run(until=30)
    (family,) = c.families
    household = first_of(c.county.households.product < 0)
    rats = family._wanted[household] = PRODUCTS.index("bamboo_rats")
    opened(c, "industry", household)
    c.env.run(until=30.5)
    assert family.market._bearing[rats] == family.market._bearing_at_start[rats] + 1, "one more to press the price"
    c.env.run(until=1096)
    sold = [event[0] for event in c.record.events if event[1:3] == ("household.sold", f"household.{household}")]
    assert [c.calendar.year(day) for day in sold] == [2019, 2020]
    assert family.market._bearing[rats] == family.market._bearing_at_start[rats] + 1, "one more to press the price"


@pytest.mark.parametrize(("months", "year"), [(6, 2020), (18, 2020), (36, 2021)])
def test_an_orchard_begun_in_the_run_pays_from_its_third_year_as_one_begun_before(bench, still, months, year):
    grown = {"industry.grape.months": months}
    c = begun(bench, Industries, assumptions={**still, **grown}, end_date="2022-12-31", log=True)
    (family,) = c.families
    household = first_of(c.county.households.product < 0)
    family._wanted[household] = PRODUCTS.index("grape")
    opened(c, "industry", household)
    c.env.run(until=c.horizon)
    sold = [event[0] for event in c.record.events if event[1:3] == ("household.sold", f"household.{household}")]
    assert [c.calendar.year(day) for day in sold] == list(range(year, 2023))


def test_an_orchard_of_this_year_pays_nothing_this_year_beyond_the_award(bench, still):
    c = begun(bench, Industries, assumptions=still)
    (family,) = c.families
    family._wanted[0] = PRODUCTS.index("kiwifruit")
    assert family._pays_this_year(0) == family.awards.usual
    base = c.income.annual_of(0)
    case = opened(c, "industry", 0, family.awards.usual)
    c.env.run(until=364)
    assert case.done
    assert c.income.annual_of(0) - base == pytest.approx(family.awards.usual / c.register.people[0])


def test_two_awards_in_a_year_are_paid_up_to_the_cap_and_a_new_year_has_its_own(bench, still):
    given = {**still, "industry.award_cap": 2000, "industry.mu_per_household": 3, "people.file_error": 0}
    c = begun(bench, Industries, assumptions=given, end_date="2019-12-31", families={"integrity": "off"})
    (family,) = c.families
    family._wanted[0] = PRODUCTS.index("bamboo_rats")
    family.market.usual[:] = [0.0] * len(PRODUCTS)
    c.treasury.receive("industry", 100_000)
    usual, base = family._cost, c.income.annual_of(0) * c.register.people[0]
    for day, award, so_far in ((0, 1500, 1500), (150, 500, 2000), (240, 0, 2000), (370, 1500, None)):
        c.env.run(until=day + 1)
        assert family._pays_this_year(0) == award
        case = opened(c, "industry", 0, usual)
        c.env.run(until=day + 80)
        assert case.done and case.settled < c.env.now and case.asked == case.cost == usual - 1500 + award
        if so_far is not None:
            assert c.income.annual_of(0) * c.register.people[0] - base == pytest.approx(so_far)


def test_prices_fall_as_more_is_sold_and_not_below_the_floor(bench):
    c = begun(bench, Industries, assumptions={"industry.glut": 0.02, "industry.glut_floor": 0.3})
    market = c.families[0].market
    assert market._glut(0) == 1.0
    market._bearing[0] = 1.5 * market._bearing_at_start[0]
    assert market._glut(0) == pytest.approx(0.9)
    market._bearing[0] = 100 * market._bearing_at_start[0]
    assert market._glut(0) == 0.3


def test_the_years_price_reaches_old_enterprises_and_not_the_other_income_of_who_has_young_stock(bench):
    c = begun(bench, Industries, assumptions={"industry.crash_probability": 1, "industry.crash_level": 0.3})
    c.env.run(until=364)
    hh, factor = c.county.households, c.income.factor[: c.register.size, ENTERPRISE]
    old = (hh.product >= 0) & (hh.planted == 0)
    assert old.any() and (hh.planted > 0).any()
    assert (factor[old] < 0.31).all() and (factor[~old] == 1.0).all()


def test_a_sale_brings_what_price_market_and_weather_leave_and_nothing_if_the_plot_is_lost(bench):
    c = begun(bench, Industries, assumptions={"industry.glut": 0.02, "industry.glut_floor": 0.3})
    market = c.families[0].market
    chilli = PRODUCTS.index("chilli")
    market._near_loss[2018][0], market._price[2018][chilli] = 1.0, 1.1
    market._bearing[chilli] = 1.5 * market._bearing_at_start[chilli]
    c.crop_left[c.register.village_of[0]] = 0.7
    whole = market.usual[chilli] * 1.1 * 0.9
    assert market._sale(0, chilli, 2018) == pytest.approx(whole * 0.7)
    assert c.income.lost[0] == pytest.approx(whole * 0.3), "what the flood took"
    market._near_loss[2018][0] = 0.0
    assert market._sale(0, chilli, 2018) == 0.0
    assert c.income.lost[0] == pytest.approx(whole * 1.3), "and what the loss of the plot took"


def test_too_late_in_the_year_another_product_is_chosen(bench):
    c = begun(bench, Industries)
    (family,) = c.families
    family._wanted[0] = PRODUCTS.index("tomato")
    c.env.run(until=c.p["industry.tomato.plant_until"] + 1)
    product, wait = family._choose(0)
    assert PRODUCTS[product] != "tomato"
    last = max(c.p[f"industry.{name}.plant_until"] for name in ("chilli", "tomato", "vegetables"))
    c.env.run(until=last + 1)
    assert family._choose(0) == (PRODUCTS.index("bamboo_rats"), 0.0)
    assert wait >= 0


def lacking_village(c, family):
    """A village without a special industry on the first day, and those there whom its industries should cover."""
    village = min(family.special.growers)
    return village, [h for h in range(c.register.size) if c.register.village_of[h] == village and family.special.counts[h]]


@pytest.mark.parametrize("share", [0.1, 0.35])
def test_a_village_lacks_its_special_industry_from_the_first_day_until_one_household_more_has_begun(full, share):
    for replication in range(2):
        c = start(full.replace(assumptions={"village.lacks_special_industry": share}), FIRST, replication)
        drawn = c.lacks.village["special_industry"].copy()
        at_work(c)
        c.env.run(until=0.5)
        assert drawn.any() and (c.lacks.village["special_industry"] == drawn).all()
        (family,) = (family for family in c.families if family.name == "industries")
        assert all(family.special.covered(village) < bar for village, bar in family.special.bar.items())
        village = max(family.special.bar, key=lambda v: family.special.covered(v) / family.special.bar[v])
        most = max(range(len(PRODUCTS)), key=lambda product: len(family.special.growers[village][product]))
        for household in [h for h in range(c.register.size) if c.register.village_of[h] == village and family.special.counts[h]]:
            assert (village in family.special.growers) == c.lacks.village["special_industry"][village]
            family.special.add(household, most)
        assert not c.lacks.village["special_industry"][village]


def test_few_industries_that_cover_enough_of_those_with_a_worker_at_home_make_it_special(bench):
    c = begun(
        bench, Industries, assumptions={"village.lacks_special_industry": 1, "rule.village_industries": 2}, log=True
    )
    (family,) = c.families
    village, there = lacking_village(c, family)
    family.special.growers[village] = [set() for _ in PRODUCTS]
    family.special.bar[village] = 0.6 * len(there)
    due = next(k for k in range(len(there)) if k >= family.special.bar[village])
    away = next(h for h in range(c.register.size) if c.register.village_of[h] == village and not family.special.counts[h])

    def lacks_when_one_more_has(household, product):
        family._begin(opened(c, "industry", household), product)
        family._established(c.cases.find("industry", household))
        return bool(c.lacks.village["special_industry"][village])

    assert all(lacks_when_one_more_has(h, k % 2) for k, h in enumerate(there[: due - 1]))
    assert lacks_when_one_more_has(there[due], 2), "a third industry covers one, and only two count"
    assert lacks_when_one_more_has(away, 0), "nobody of it is at home to work"
    assert lacks_when_one_more_has(there[0], 0), "it was counted before"
    assert not lacks_when_one_more_has(there[due - 1], 1)
    told = [event[2:4] for event in c.record.events if event[1] == "village.has"]
    assert told == [(f"village.{village}", "special_industry")]


def test_a_job_begins_after_spring_festival_and_pays_by_the_day(bench):
    c = begun(bench, Cooperation, assumptions={"cooperation.keep": 1})
    base = c.income.annual_of(0)
    case = opened(c, "job", 0)
    c.env.run(until=1)
    assert case.held == "season"
    c.env.run(until=100)
    back = c.calendar.festival(2018) + c.p["works.festival_days"] * 2 / 3
    gain = c.p["cooperation.wage"] * (365 - back) / 365 / c.register.people[0]
    assert c.income.annual_of(0) - base == pytest.approx(gain)


def test_a_job_that_is_not_kept_ends_and_leaves_the_household_as_it_was(bench):
    c = begun(bench, Cooperation, assumptions={"cooperation.keep": 0})
    (family,) = c.families
    household = first_of(c.lacks.household["income_source"])
    hands = c.livelihoods.free_hands[household] = 1
    c.livelihoods.free_hands[household] -= 1
    case = opened(c, "job", household)
    c.env.run(until=60)
    assert case.done and not c.lacks.household["income_source"][household]
    c.env.run(until=60 + c.p["cooperation.lost_within_days"])
    assert c.lacks.household["income_source"][household] and c.livelihoods.free_hands[household] == hands
    assert c.income.rate[household] == pytest.approx(0)
    assert c.shocked[household]
    assert family._has_hand(household)


@pytest.mark.parametrize("other", ["industry", "backstop", "second job", None])
@pytest.mark.parametrize("ends", ["job", "post"])
def test_who_has_another_source_of_income_keeps_it_when_a_job_or_a_post_ends(bench, other, ends):
    given = {"cooperation.keep": 0 if ends == "job" else 1, "backstop.quota_growth": 0}
    c = begun(bench, Industries, Cooperation, Protection, end_date="2019-12-31", assumptions=given)
    industries, _, protection = c.families
    household = next(h for h in np.flatnonzero(c.lacks.household["income_source"]).tolist() if not protection.rolls.classes[h])
    case = opened(c, ends, household)
    c.env.run(until=60)
    assert case.done and not c.lacks.household["income_source"][household]
    if other == "industry":
        industries._established(case)
    elif other == "backstop":
        protection.backstop.enrol(case)
    elif other == "second job":
        c.livelihoods.start_work(household)
    c.env.run(until=60 + c.p["cooperation.lost_within_days"] if ends == "job" else 366)
    assert c.lacks.household["income_source"][household] == (other is None)


def test_who_waits_for_a_job_does_not_work_yet(bench):
    c = begun(bench, Cooperation, assumptions={"cooperation.keep": 1})
    household = first_of(c.county.households.away[: c.register.size] == 0)
    c.livelihoods.free_hands[household] -= 1
    case = opened(c, "job", household)
    c.env.run(until=1)
    assert case.held == "season" and not c.livelihoods.at_work(household)
    c.env.run(until=100)
    assert case.done and c.livelihoods.at_work(household)


def test_a_post_lasts_until_the_year_is_over(bench):
    c = begun(bench, Cooperation, end_date="2019-12-31")
    opened(c, "post", 0)
    c.env.run(until=200)
    pays = {measure.kind.name: measure.pays(0) for measure in c.measures}
    left = (365 - 200) / 365
    assert pays == pytest.approx({"job": c.p["cooperation.wage"] * left, "post": c.p["post.wage"] * left})
    assert c.income.rate[0] == pytest.approx(c.p["post.wage"] / 365)
    c.env.run(until=366)
    assert c.income.rate[0] == pytest.approx(0)


@pytest.mark.parametrize("last_year", [2018, 2019])
def test_a_post_of_the_new_year_begins_where_that_year_is_played(bench, last_year):
    c = begun(bench, Cooperation, end_date=f"{last_year}-12-31")
    c.gates.behind |= dict.fromkeys(("filed", "approved", "funded"), lambda case: 0.0)
    c.env.run(until=364.5)
    case = opened(c, "post", 0)
    c.env.run(until=365)
    assert case.gate == "built" and case.done == (last_year > 2018)


def test_what_has_stopped_keeps_nobody_from_another_measure(bench, still):
    c = begun(bench, Households, Industries, Cooperation, assumptions=still,
              families={"cooperation": {"state": "off", "from": "2018-02-01"}})  # fmt: skip
    plans = c.families[0]
    household = first_of(np.array(c.livelihoods.free_hands) > 1)
    opened(c, "job", household)
    c.env.run(until=10)
    assert plans._is_running(household) and household in plans._running()
    c.switches["cooperation"].turn()
    assert not plans._is_running(household) and household not in plans._running()


def test_a_plan_holds_as_many_measures_as_close_the_gap(bench):
    c = begun(bench, Households, Industries, Cooperation)
    plans = c.families[0]
    c.library.has_place = lambda *_: True
    c.library.place = lambda case: True
    household = next(h for h in range(c.register.size) if c.county.households.workers[h] > 0 and c.livelihoods.free_hands[h] > 1)
    industries = c.families[1]
    industries._wanted[household] = PRODUCTS.index("kiwifruit")
    plans._taste[household] = 0.0

    def offered(gap):
        before = len(c.cases.all)
        plans._offer(household, gap)
        return [case.kind.name for case in c.cases.all[before:]]

    assert offered(industries.awards.usual - 1) == ["industry"]
    for kind in c.cases.kinds.values():
        kind.latest.clear()
    assert offered(industries.awards.usual + 1) == ["industry", "job"]


def test_hands_are_tied_by_jobs_and_posts(bench):
    c = begun(bench, Households, Cooperation)
    plans = c.families[0]
    c.library.has_place = lambda *_: True
    c.library.place = lambda case: True
    household = next(h for h in range(c.register.size) if c.county.households.workers[h] > 0)
    c.livelihoods.free_hands[household] = 1
    plans._offer(household, 1e9)
    assert c.livelihoods.free_hands[household] == 0
    plan = [case.kind.name for case in c.cases.all if case.kind.scope == "household" and case.entity == household]
    assert plan in (["job"], ["post"])


@pytest.mark.parametrize(("days_late", "term"), [(0.0, "education.subsidy_day"), (30.0, "education.autumn_term_day")])
def test_children_go_back_at_a_start_of_term_once_the_subsidy_is_there(bench, days_late, term):
    c = begun(bench, Protection)
    c.gates.behind |= {"diagnosed": lambda case: 0.0, "funded": lambda case: days_late}
    case = next(x for x in c.cases.all if x.kind.name == "education")
    back = c.p[term] - 1
    c.env.run(until=back - 0.01)
    assert not case.done and c.lacks.household["education"][case.entity]
    assert case.held == "unfunded"
    c.env.run(until=back)
    assert case.done and not c.lacks.household["education"][case.entity]


def test_a_child_found_after_a_term_has_begun_waits_for_the_next_and_not_for_money(bench):
    c = begun(bench, Protection)
    c.gates.behind |= {"diagnosed": lambda case: 150.0, "funded": lambda case: 0.0}
    case = next(x for x in c.cases.all if x.kind.name == "education")
    c.env.run(until=c.p["education.autumn_term_day"] - 1.01)
    assert case.held == "season"


def test_minimum_income_raises_income_and_is_bound_by_the_quota(bench):
    c = begun(bench, Protection, assumptions={"backstop.quota_growth": 0})
    (family,) = c.families
    household = next(h for h in reversed(range(c.register.size)) if family.backstop.unable[h] and family.rolls.classes[h] == 0)
    base = c.income.annual_of(household)
    case = opened(c, "backstop", household)
    assert case.township > 0
    family.backstop._quota[0].capacity = 1
    c.env.run(until=50)
    assert (case.done, case.held) == (False, "no_quota")
    family.backstop._quota[case.township].capacity = 1
    c.env.run(until=51)
    assert case.done and not c.lacks.household["income_source"][household]
    gain = c.p["backstop.class_ab"] * (365 - 50) / 365
    assert c.income.annual_of(household) - base == pytest.approx(gain, rel=0.01)


def test_who_moves_up_before_the_villages_money_comes_keeps_nothing_when_it_ends(bench):
    """Of class C it gets what fell due before it moved up, once the village is paid, of the other class the rest."""
    rules = {**bench().campaign.scenario.rules.model_dump(), "class_c_counts": True}
    c = begun(bench, Protection, rules=rules)
    (family,) = c.families
    household = int(np.flatnonzero(family.rolls.classes[: c.register.size] == CLASS_C)[0])
    base = c.income.annual_of(household)
    c.gates.behind["funded"] = lambda case: inf
    c.env.run(until=50)
    family.rolls.enter(household)
    more = c.p["backstop.class_ab"] * (365 - 50) / 365
    assert c.income.annual_of(household) - base == pytest.approx(more)
    family.rolls.pay(c.register.village_of[household])
    owed = c.p["backstop.class_c"] * 50 / 365
    assert c.income.annual_of(household) - base == pytest.approx(more + owed)
    family.rolls.end()
    assert c.income.annual_of(household) - base == pytest.approx(owed)


def test_a_place_in_the_quota_is_offered_once_to_who_has_other_means(bench):
    c = begun(bench, Households, Industries, Protection)
    plans, _, family = c.families
    c.library.has_place = lambda *_: True
    c.library.place = lambda case: True
    workers = c.county.households.workers
    those = [h for h in range(c.register.size) if family.backstop.unable[h] and family.rolls.classes[h] != CLASS_AB]
    near = [h for h in those if c.places.township[c.register.village_of[h]] == 0]
    first, second, third = [h for h in near if workers[h] > 0][:3]
    family.backstop._quota[0].capacity = 2

    def offered(household):
        plans._offer(household, 1e9)
        return [name for name in ("industry", "backstop") if c.cases.find(name, household) is not None]

    assert offered(first) == offered(second) == ["industry", "backstop"]
    assert offered(third) == ["industry"], "both places are asked for, though nobody has one yet"
    assert family.backstop._quota[0].in_use == 0
    assert offered(next(h for h in near if workers[h] == 0)) == ["backstop"], "who has nothing else waits for a place"


def test_who_has_left_the_register_waits_for_minimum_income_no_more(bench):
    c = begun(bench, Protection, assumptions={"backstop.quota_growth": 0})
    (family,) = c.families
    unable = [h for h in range(c.register.size) if family.backstop.unable[h] and family.rolls.classes[h] == 0]
    township = c.places.township[c.register.village_of[unable[0]]]
    leaves, stays, late = [h for h in unable if c.places.township[c.register.village_of[h]] == township][:3]
    for household in (leaves, stays):
        family.backstop._begun(opened(c, "backstop", household))
    c.env.run(until=50)
    family.backstop._begun(opened(c, "backstop", late))
    for household in (leaves, late):
        c.register.status[household] = EXITED
    family.backstop._give_up_needless()
    assert family.backstop.put_forward[township] == 1
    family.backstop._quota[township].capacity = 3
    c.env.run(until=200)
    assert [family.rolls.classes[h] == CLASS_AB for h in (leaves, stays, late)] == [False, True, False]
    assert family.backstop._quota[township].in_use == 1 and not c.library.waiting
    c.register.status[leaves] = REGISTERED
    assert [family.backstop._eligible(h) for h in (leaves, stays)] == [True, False], "who comes back may ask again"


def test_minimum_income_is_for_all_who_live_there_by_then(bench):
    c = begun(bench, Protection, rules={"backstop_quota": False})
    household = first_of(c.county.households.backstop[: c.register.size] == 0)
    c.register.people[household] += 1  # as a December later
    case = opened(c, "backstop", household)
    c.env.run(until=60)
    assert case.done
    grown = int(c.register.people[household])
    assert case.cost == pytest.approx(c.p["backstop.class_ab"] * grown * (365 - case.closed) / 365, abs=1)


def test_who_can_work_gets_no_minimum_income_while_there_is_a_quota(bench):
    for quota in (True, False):
        c = begun(bench, Protection, rules={"backstop_quota": quota})
        (family,) = c.families
        able = next(h for h in range(c.register.size) if not family.backstop.unable[h] and family.rolls.classes[h] == 0)
        assert family.backstop._eligible(able) is not quota
        assert family.backstop._has_room(able) is not quota or family.backstop._quota[0].capacity


@pytest.mark.parametrize("insured", [True, False])
def test_who_falls_severely_ill_may_have_minimum_income_from_that_day(bench, insured):
    c = begun(bench, Protection, Shocks, assumptions={"shock.illness_rate": 0})
    family, shocks = c.families
    those = [h for h in range(c.register.size) if not family.backstop.unable[h] and family.rolls.classes[h] == 0]
    c.lacks.household["insurance"][:] = not insured
    household = those[0]
    c.env.process(shocks._fall_ill([(100.0, household, False)]))
    c.env.run(until=99)
    assert not family.backstop._eligible(household)
    c.env.run(until=101)
    assert family.backstop._eligible(household)


def test_the_severely_ill_are_as_many_as_known_and_all_heard_of(bench):
    c = begun(bench, Shocks, assumptions={"shock.illness_rate": 0.3, "shock.illness_falls": 0.1})
    heard = []
    c.hooks.on_illness.append(heard.append)
    c.lacks.household["insurance"][:] = False
    c.env.run(until=c.year_end)
    ill = c.luck("shock.illness", len(c.register.status), 2018)[: c.register.size] < 0.3
    assert sorted(heard) == np.flatnonzero(ill).tolist()
    assert 0 < c.shocked[heard].sum() < len(heard)


@pytest.mark.parametrize(("insured", "offered"), [(True, []), (False, ["backstop"])])
def test_the_team_visits_who_has_fallen_ill_and_offers_what_it_needs(bench, still, insured, offered):
    c = begun(bench, Protection, Households, Shocks, assumptions={**still, "shock.illness_rate": 0}, log=True)
    family, _, shocks = c.families
    line = c.line_of_poverty(2018)
    household = next(
        h for h in range(c.register.size)
        if not family.backstop.unable[h] and not c.lacks.household["income_source"][h] and c.income.annual_of(h) > 1.5 * line
    )  # fmt: skip
    c.env.run(until=99)
    c.lacks.household["insurance"][household] = not insured
    c.library.has_place = lambda *_: True
    c.library.place = lambda case: True
    family.backstop._has_room = lambda household: True
    team = c.desks.teams[c.register.village_of[household]]
    c.env.process(shocks._fall_ill([(100.0, household, False)]))
    before, told = team.routine, len(c.record.events)
    c.env.run(until=100.01)
    assert team.routine == before + c.desks.visits[c.register.village_of[household]]
    assert [event[1:4] for event in c.record.events[told:]] == [
        ("shock.illness", f"household.{household}", "" if insured else "costly")
    ], "the visit is not over yet"
    c.env.run(until=110)
    events = [event for event in c.record.events[told:] if event[2] == f"household.{household}"]
    (visited,) = [event for event in events if event[1] == "household.visited"]
    assert visited[0] > 100 and visited[3] == ("" if insured else "short")
    assert [event[3] for event in events if event[1] == "case.opened"] == offered


@pytest.mark.parametrize(("status", "cadres", "visited"), [(1, "on", 1), (2, "on", 0), (0, "on", 0), (1, "off", 0)])
def test_only_who_is_on_the_register_is_visited_after_an_illness(bench, status, cadres, visited):
    c = begun(bench, Cadres, Households, Shocks, families={"cadres": cadres}, log=True)
    c.register.status[5] = status
    c.env.process(c.families[-1]._fall_ill([(100.0, 5, True)]))
    c.env.run(until=120)
    assert sum(e[0] > 100 and e[1:3] == ("household.visited", "household.5") for e in c.record.events) == visited


@pytest.mark.parametrize("cadres", ["off", "on"])
def test_the_reviews_are_visits_of_the_team(bench, cadres):
    """Where nobody goes nobody is found short; where they go, it takes their days."""
    c = begun(bench, Cadres, Households, Industries, families={"cadres": cadres}, log=True)
    june = c.p["plan.replan_june"] - 1
    c.env.run(until=june)
    before, opened = len(c.record.events), len(c.cases.all)
    c.env.run(until=june + 29)
    visits = [e for e in c.record.events[before:] if e[1] == "household.visited"]
    assert bool(visits) == (cadres != "off") and (len(c.cases.all) == opened or cadres != "off")
    assert all(e[0] > june for e in visits)


def test_who_leaves_before_its_visit_is_visited_no_more(bench):
    c = begun(bench, Cadres, Households, log=True)
    c.env.run(until=60)
    c.families[1]._take_in([5, 6])
    c.register.status[5] = EXITED
    c.env.run(until=90)
    assert [e[2] for e in c.record.events if e[0] > 60 and e[1] == "household.visited"] == ["household.6"]


def test_a_second_visit_begins_nothing_beside_what_is_on_the_way(bench):
    opened = []
    for visits in (1, 2):
        c = begun(bench, Cadres, Households, Industries, Cooperation, Protection)
        c.env.run(until=60)
        household = next(h for h in np.flatnonzero(c.register.status[: c.register.size] == 1).tolist()
                         if c.county.households.workers[h] > 1 and not c.families[1]._is_running(h))  # fmt: skip
        c.income.base[household] = 0
        before = len(c.cases.all)
        for _ in range(visits):
            c.families[1]._take_in([household])
        c.env.run(until=90)
        opened.append([case.kind.name for case in c.cases.all[before:] if case.entity == household])
    assert opened[0] == opened[1] != []


def test_running_minimum_income_counts_from_the_new_year_once_it_is_paid(bench):
    c = begun(bench, Protection)
    (family,) = c.families
    n = c.register.size
    household = first_of(c.county.households.backstop[:n] == 1)
    suspended = c.income.annual_of(household)
    c.env.run(until=364)
    assert c.income.annual_of(household) - suspended == pytest.approx(
        family.rolls._suspended[household] * 365 / c.register.people[household], rel=1e-6
    )


def test_every_taste_finds_all_measures(bench):
    c = begun(bench, Households, Industries, Cooperation, Protection)
    plans = c.families[0]
    worker = next(h for h in range(c.register.size) if c.county.households.workers[h] > 0)
    names = set()
    for taste in np.linspace(0.01, 0.99, 9):
        plans._taste[worker] = float(taste)
        order = [m.kind.name for m in plans._in_order(worker)]
        assert set(order) == {"industry", "job", "post", "backstop"} and order[-1] == "backstop"
        names.add(order[0])
    assert names >= {"industry", "job"}


def test_a_post_waits_for_the_county_for_its_money_and_for_the_month(bench):
    b = bench(Cooperation, assumptions={"workshop.seats": 0})
    c = b.campaign
    c.treasury.start()
    c.families[0].start(c)
    kind = c.cases.kinds["post"]
    case = opened(c, "post", 0, 5000)
    b.places(kind, case.village, 1, 5000)
    c.gates.behind |= dict.fromkeys(("filed", "approved"), lambda case: 0.0)
    first = c.p["money.tranche_1_day"] + c.p["money.delay_days"] - 1
    c.env.run(until=first - 0.1)
    assert not case.paid and not case.done
    c.env.run(until=364)
    assert case.since >= first
    opened_on = case.since + (c.calendar.next_month(case.since) - case.since)
    assert case.paid == int(c.p["post.wage"] * (365 - opened_on) / 365), "what it earns, though it was asked for sooner"
    earned = c.p["post.wage"] / 365 * (c.calendar.day_of_year(2018, 365) - opened_on)
    assert case.done and c.income.rate[0] == pytest.approx(c.p["post.wage"] / 365)
    assert c.income.received[0] + c.income.rate[0] * (364 - c.income._posted) == pytest.approx(earned)


def test_what_is_paid_for_posts_and_minimum_income_reaches_the_households(tiny):
    c = start(tiny.replace(families={"integrity": "off"}), FIRST)
    c.play()
    for name, yearly in (("post", lambda case: 1), ("backstop", lambda case: int(c.register.people[case.entity]))):
        rate = c.p["post.wage" if name == "post" else "backstop.class_ab"]
        begun = [case for case in c.cases.all if case.kind.name == name and case.closed < 365]
        assert begun
        for case in begun:
            earned = rate * yearly(case) * (365 - case.closed) / 365
            assert case.paid == case.cost == pytest.approx(earned, abs=1)


@pytest.mark.parametrize(("name", "day"), [("post", 330.0), ("post", 350.0), ("backstop", 360.0)])
def test_what_is_asked_for_in_one_year_and_begins_in_the_next_is_paid_for_all_that_it_earns(bench, name, day):
    c = bench(Cooperation, Protection, end_date="2019-12-31", families={"integrity": "off"}).campaign
    c.gates.behind |= dict.fromkeys(("filed", "approved"), lambda case: 0.0)
    c.library.place = lambda case: True
    at_work(c)
    for line in ("cooperation", "backstop"):
        c.treasury.receive(line, 100_000_000)
    household = next(h for h in range(c.register.size) if c.families[1].backstop._eligible(h))
    c.env.run(until=day)
    c.families[1].backstop._quota[c.places.township[c.register.village_of[household]]].capacity = 1
    case = opened(c, name, household, 1)
    c.env.run(until=500)
    yearly = c.p["post.wage"] if name == "post" else c.p["backstop.class_ab"] * int(c.register.people[household])
    assert case.done and case.closed >= 365
    assert case.paid == case.cost == int(yearly * (730 - case.closed) / 365)


def workshop(bench, **options):
    """The township's workshop is open; nobody has a job or a post."""
    c = begun(bench, Cooperation, **options)
    (family,) = c.families
    for site in [case for case in c.cases.all if case.kind.name == "workshop"]:
        site.done = True
    family._open(site)
    return c, family, site.township


def hired(c):
    return {case.entity for case in c.cases.all if case.kind.name == "seat"}


def test_a_workshop_hires_the_shortest_of_its_township_until_its_seats_are_taken(bench, still):
    c, family, township = workshop(bench, assumptions={**still, "workshop.seats": 3, "cooperation.keep": 1, "income.line_2018": 9000})
    goal = c.line_of_poverty(2018) * (1 + c.p["income.planning_margin"])
    seen = c.income.annual()
    short = [
        h for h in range(c.register.size)
        if c.register.status[h] == 1 and seen[h] < goal and c.livelihoods.free_hands[h] and family._township[h] == township
    ]  # fmt: skip
    assert len(short) > 3
    c.env.run(until=32)
    assert hired(c) == set(sorted(short, key=lambda h: seen[h])[:3])
    c.env.run(until=62)
    for household in hired(c):
        assert c.income.rate[household] == pytest.approx(c.p["cooperation.wage"] / 365)
        assert not c.lacks.household["income_source"][household]
    c.env.run(until=364)
    assert len(hired(c)) == c.counts["workshop_hires"] == 3


def test_a_seat_that_somebody_leaves_is_given_again(bench, still):
    lost = {"cooperation.keep": 0, "cooperation.lost_within_days": 30, "income.line_2018": 9000}
    c, family, township = workshop(bench, assumptions={**still, "workshop.seats": 2, **lost})
    c.env.run(until=364)
    assert c.counts["workshop_hires"] > 2
    taken = sum(case.kind.name == "seat" and case.entity in family._seated_households for case in c.cases.all)
    assert family._seats[township] + len(family._seated_households) == 2 and taken >= len(family._seated_households)


def test_without_cooperation_money_no_workshop_opens(bench):
    for receives, opens in ((0, 0), (10_000_000, 1)):
        c = bench(Cooperation).campaign
        c.families[0].start(c)
        c.gates.behind |= dict.fromkeys(("filed", "approved"), lambda case: 0.0)
        c.treasury.receive("cooperation", receives)
        c.library.place = lambda case: True
        c.env.run(until=c.p["workshop.days"] + 60)
        assert (c.counts["workshops_open"] > 0) is bool(opens)


def test_all_hear_of_a_household_that_was_visited_before_anybody_hears_of_the_next(bench):
    c = bench(Households).campaign
    heard = []
    c.hooks.on_visit += [lambda household: heard.append((household, "first")), lambda household: heard.append((household, "next"))]
    c.families[0].start(c)
    for until in (100, c.p["plan.replan_june"] + 60):
        heard.clear()
        c.env.run(until=until)
        households = [household for household, _ in heard[::2]]
        assert heard == [(household, who) for household in households for who in ("first", "next")]
        assert sorted(households) == np.flatnonzero(c.register.status[: c.register.size] == 1).tolist()


def test_shocks_that_stop_on_a_day_mark_only_who_falls_ill_before(bench):
    """Who was never registered is marked as the year begins, since only December looks."""
    always, never = (begun(bench, Shocks, families={"shocks": state}) for state in ("on", "off"))
    until = begun(bench, Shocks, families={"shocks": {"state": "off", "from": "2018-04-01"}})
    for c in (always, never, until):
        c.env.run(until=80)
    known = until.register.known
    first_day = until.luck("shock.illness_day", until.county.households.n, 2018)[known:] * 365
    fell = always.shocked[known:]
    assert 0 < fell[first_day < 90].sum() < fell.sum() and not never.shocked[known:].any()
    assert (until.shocked[known:] == (fell & (first_day < 90))).all()
