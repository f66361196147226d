"""Five years: nothing is made or lost, who returns is poor again, and only who was struck returns."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.campaign.exit.durability import FOLLOWED
from sim.campaign.replicate import start
from sim.campaign.results.balances import check
from sim.county.county import REGISTERED
from tests.conftest import SCENARIOS

FIRST, WHOLE = "as_it_was", "as_in_2016_17"
#: Whatever strikes a household: an illness or a flood, a job lost, the old house given up without work.
NOTHING_STRIKES = {
    "families": {"shocks": "off", "relocation": "off"},
    "assumptions": {"cooperation.keep": {"value": 1, "outside_range": True}},
}


@pytest.fixture(scope="module")
def period():
    """Five years in one run, all of them told of."""
    return sim.load(SCENARIOS / "2016-2017.yaml").replace(end_date="2020-12-31", scale=0.1)


@pytest.fixture(scope="module")
def whole():
    """The shipped period: the years before by their own scenario."""
    return sim.load(SCENARIOS / "2016-2020.yaml").replace(scale=0.1)


@pytest.fixture(scope="module")
def played(period):
    c = start(period, FIRST)
    c.play()
    return c


def struck_more(period, times=6, assumptions=(), **changes):
    illness = {name: {"times": times, "outside_range": True} for name in ("shock.illness_falls", "shock.illness_rate")}
    return period.replace(assumptions={**dict(assumptions), **illness}, **changes)


def test_nothing_is_made_or_lost_in_five_years(period, played):
    check(played)
    years = range(2016, 2021)
    allotted = sum(played.treasury.total(line) for line in played.treasury.allotted)
    assert allotted == sum(round(period.total_yuan * period.scale) for _ in years)
    received = sum(played.treasury.received(line) for line in played.treasury.allotted)
    assert received == allotted, "all tranches have come"
    told = played.assessment.scalars(played)
    assert sum(told[f"left_{year}_people"] for year in years) == played.counts["exits_people"]


def test_a_household_that_returned_is_poor_again_and_served_until_it_leaves_again(period):
    c = start(struck_more(period), FIRST, log=True)
    back: dict[int, int] = {}

    def look(taken):
        year = c.calendar.year(c.env.now) - 1
        returned = [h for h in taken if c.register.exit_year[h]]
        assert all(c.register.status[returned] == REGISTERED), "counted as poor as the year ends"
        back.update(dict.fromkeys(returned, year))
        check(c)

    c.hooks.on_newcomers.append(look)
    c.play()
    assert back and all(c.register.exit_year[h] != year for h, year in back.items())
    assert all(c.register.status[h] == REGISTERED or c.register.exit_year[h] > year for h, year in back.items())
    opened = [(e[0], e[2]) for e in c.record.events if e[1] == "case.opened"]
    served = [h for h, year in back.items() if any(
        entity == f"household.{h}" and day >= c.calendar.day_of_year(year + 1, 1) for day, entity in opened)]  # fmt: skip
    assert served, "work begins anew"


def test_what_is_told_of_a_year_is_what_became_of_its_households(period):
    c = start(struck_more(period), FIRST)
    seen: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def look(year):
        yield c.calendar.day_of_year(year, 365)
        seen[year] = c.register.status.copy(), c.register.exit_year.copy()

    for year in range(2016, 2021):
        c.env.process(look(year), rank=99)
    c.play()
    told = c.assessment.scalars(c)
    left = seen[2016][1] == 2016
    people = c.county.households.people
    once = left & (seen[2017][0] == REGISTERED)
    assert told["left_2016_returned_within_1_people"] == pytest.approx(people[once].sum(), rel=0.1), "births aside"
    assert once.any()
    within = [told[f"left_2016_returned_within_{k}_people"] for k in (1, 2, 3)]
    assert within == sorted(within) and within[-1] <= told["left_2016_people"]
    assert f"left_2016_returned_within_{FOLLOWED + 1}_people" not in told
    pooled = sum(told[f"left_{y}_returned_within_3_people"] for y in (2016, 2017))
    assert told["returned_within_3_share"] == pooled / sum(told[f"left_{y}_people"] for y in (2016, 2017))


def test_an_income_below_the_line_again_counts_whether_or_not_anybody_saw_it(period):
    told = sim.run(period.replace(families={"inflow": "off"}), FIRST).scalars
    assert told["returned_within_1_share"] == 0 < told["short_after_1_share"] < 1


def test_nobody_returns_where_nothing_strikes(period):
    for replication in range(2):
        told = sim.run(period.replace(**NOTHING_STRIKES), FIRST, replication).scalars
        assert told["returned_people"] == told["returned_within_1_share"] == 0
        assert told["exits_people"] > 0


def test_only_who_was_struck_since_the_december_before_returns(period):
    c = start(struck_more(period), FIRST)
    spared: list[int] = []

    def look(year):
        yield c.calendar.day_of_year(year, c.p["assessment.announce_day"] + 1)
        before, struck = c.register.status.copy(), c.shocked.copy()
        yield 0.0
        back = (before == 2) & (c.register.status == REGISTERED)
        spared.append(int((back & ~struck).sum()))

    for year in range(2016, 2021):
        c.env.process(look(year), rank=-99)
    c.play()
    assert c.counts["returned_people"] > 0 and spared == [0] * 5


def test_minimum_income_ends_with_the_year_in_which_protection_is_switched_off(period):
    others = dict.fromkeys(("cooperation", "order_chain", "follow_up"), "off")
    c = start(period.replace(families={"protection": {"state": "off", "from": "2018-06-01"}, **others}), FIRST)
    flows = {}

    def look():
        for year, day in ((2018, 200), (2019, 10), (2020, 10)):
            yield c.calendar.day_of_year(year, day) - c.env.now
            flows[year] = float(np.abs(c.income.rate).sum())

    c.env.process(look())
    c.play()
    assert flows[2018] > 100 and flows[2019] == flows[2020] == pytest.approx(0, abs=1e-6)


def test_who_is_struck_after_one_december_looked_may_return_in_the_next(period):
    c = start(struck_more(period), FIRST, log=True)
    late: list[int] = []

    def look():
        looked = c.calendar.day_of_year(2016, c.p["assessment.announce_day"] + 1)
        yield looked + 0.001
        assert not c.shocked.any(), "who was struck before has had its December"
        yield c.calendar.day_of_year(2017, 2) - c.env.now
        late.extend(int(entity.split(".")[1]) for day, kind, entity, code, _ in c.record.events
                    if (kind, code) == ("shock.illness", "costly") and looked < day < c.calendar.day_of_year(2017, 1))  # fmt: skip
        assert late and c.shocked[late].all()

    c.env.process(look())
    c.play()
    assert late


def test_more_shocks_bring_more_returns(period):
    """Floods and whatever else strikes are left out: they take people back in either run."""
    calm = NOTHING_STRIKES["assumptions"] | {"shock.flood_probability": {"value": 0, "outside_range": True}}

    usual, more = (
        sim.run(struck_more(period, times, calm, families={"relocation": "off"}), FIRST).scalars["returned_people"]
        for times in (1, 20)
    )
    assert more > 2 * usual + 10


def test_a_year_without_followers_tells_nothing(tiny):
    told = sim.run(tiny, tiny.baseline).scalars
    assert not [name for name in told if name.startswith(("left_", "returned_within", "short_after"))]


def test_the_line_goes_on_rising_after_the_last_known_one(played):
    known = [played.line_of_poverty(year) for year in (2016, 2018)]
    assert played.line_of_poverty(2020) / known[1] == pytest.approx(known[1] / known[0])
    assert known[1] < played.line_of_poverty(2019) < played.line_of_poverty(2020)


def test_the_shipped_period_is_both_years_before_and_2018_gone_on(whole):
    before, year = (sim.load(SCENARIOS / f"{name}.yaml") for name in ("2016-2017", "2018"))
    assert whole.before.replace(parameters=before.parameters) == before
    own = {"start": "history", "history": whole.history.dump(), "scale": 0.1, "compare": [WHOLE]}
    assert whole == year.replace(**own, end_date="2020-12-31", name=whole.name, title=whole.title)


def test_the_shipped_period_balances_and_tells_of_all_its_years(whole):
    c = start(whole, WHOLE)
    c.play()
    check(c)
    told = c.assessment.scalars(c)
    assert sum(told[f"left_{year}_people"] for year in (2018, 2019, 2020)) == c.counts["exits_people"]
    assert told["left_2016_people"] > 0 and told["left_2017_people"] > 0
    assert told["incidence_2020"] == int(c.register.people[c.register.status == REGISTERED].sum()) / c.county.base_people
    assert told["incidence_2016"] > told["incidence_2018"] > told["incidence_2020"]
    assert sum(c.assessment.ever_due) >= sum(c.assessment.village_exits)


def test_each_new_year_brings_its_free_money_anew(whole):
    """Whatever was moved of it the year before."""
    c = start(whole, WHOLE)
    seen: dict[int, int] = {}

    def look(year):
        yield c.calendar.day_of_year(year, 20)
        seen[year] = sum(c.plan.free_part.values())
        c.plan.free_part = dict.fromkeys(c.plan.free_part, 0)

    for year in range(2016, 2021):
        c.env.process(look(year), rank=9)
    c.play()
    free = int(whole.free_yuan * c.scale)
    assert seen == pytest.approx({2016: 0, 2017: 0, 2018: free, 2019: free, 2020: free}, abs=10)
