"""Why not: what holds a household, at which gate, and whether that alone."""

from __future__ import annotations

from collections import Counter
from math import inf

import numpy as np
import pytest

import sim
from sim.campaign import start
from sim.campaign.exit.assessment import Assessment
from sim.campaign.exit.verification import VerificationLuck
from sim.campaign.families.cooperation import Cooperation
from sim.campaign.families.industries import Industries
from sim.campaign.families.protection import Protection
from sim.campaign.families.relocation import Relocation
from sim.campaign.families.shocks import Shocks
from sim.campaign.results.why import _reason, causes, why_not
from sim.county.county import FARMING, PRODUCTS
from tests.campaign.conftest import at_work


@pytest.fixture
def held(tiny):
    """The end of a year in which only the first two households are still poor."""
    c = start(tiny, "as_in_2016_17", 0)
    c.play()
    c.register.status[:] = 2
    for item in c.lacks.household:
        c.lacks.household[item][:] = False
    a = c.assessment
    for flags in (*a.reading, a.turned_away, a.proposed, a.passed, a.left_out):
        flags[:] = False
    c.register.status[:2] = 1
    c.livelihoods.young[:2], c.shocked[:2] = [0, 0], False
    for kind in c.cases.kinds.values():
        kind.latest.clear()
    c.register.people[0], c.register.people[1] = 3, 5
    return c, a


def rows(c):
    return {(row["cause"], row["people"], row["sole"], row["last"]) for row in why_not(c)}


def test_who_came_onto_the_register_in_december_has_had_no_year(held):
    c, _ = held
    newcomer = c.register.size + 1
    c.register.status[newcomer], c.register.people[newcomer], c.register.entry_year[[1, newcomer]] = 1, 4, c.last_year
    assert rows(c) == {("ready_late", 3, 3, 3), ("registered_late", 9, 9, 9)}


@pytest.mark.parametrize("years", [1, 3])
def test_whoever_is_on_the_register_at_the_end_is_accounted_for_once(tiny, years):
    scenario = tiny if years == 1 else tiny.replace(end_date="2020-12-31")
    run = sim.run(scenario, "as_in_2016_17", 0)
    assert run.scalars["new_people"] > 0
    assert sum(row["last"] for row in run.why_not) == run.scalars["registered_end_people"]


def test_who_lacks_nothing_was_left_out_ready_too_late_turned_away_or_not_verified(held):
    c, a = held
    a.turned_away[1] = True
    assert rows(c) == {("ready_late", 3, 3, 3), ("turned_away", 5, 5, 5)}
    a.turned_away[1], a.proposed[1], a.left_out[0] = False, True, True
    assert rows(c) == {("not_proposed", 3, 3, 3), ("unverified", 5, 5, 5)}


def test_a_file_that_is_being_made_waits_for_the_station_and_is_not_known_to_be_wrong(held):
    c, _ = held
    c.open_case(c.cases.kinds["housing"], 0, c.register.village_of[0], cost=1).gate = "filed"
    c.lacks.household["housing"][0] = True
    assert rows(c) == {("desk", 3, 3, 3), ("ready_late", 5, 5, 5)}


@pytest.mark.parametrize(("cash", "cause"), [(0, "unfunded"), (1000, "on_its_way")])
def test_money_that_has_not_come_is_told_from_money_on_its_way(bench, cash, cause):
    b = bench()
    c = b.campaign
    kind = b.kind(("funded",), "housing", upfront=lambda case: 1000)
    b.places(kind, c.register.village_of[0], 1, 1000)
    c.treasury.receive("housing", cash)
    case = c.open_case(kind, 0, c.register.village_of[0], 1000)
    c.env.run(until=1)
    assert _reason(c, case) == (cause, "funded")
    c.treasury.receive("housing", 1000)
    c.env.run(until=2)
    assert _reason(c, case) == ("on_its_way", "funded")


@pytest.mark.parametrize(("cash", "cause"), [(0, "unfunded"), (10_000_000_000, "on_its_way")])
def test_who_waits_for_the_village_s_premiums_is_held_by_what_holds_these(bench, cash, cause):
    c = begun(bench, Protection)
    c.gates.behind["funded"] = c.gates.funded
    c.treasury.receive("medical", cash)
    case = c.cases.find("insurance", int(np.flatnonzero(c.lacks.household["insurance"])[0]))
    c.env.run(until=c.p["medical.premium_day"] - 1.5)
    assert _reason(c, case) == ("unfunded", "built"), "nobody has asked for them yet"
    c.env.run(until=c.p["medical.premium_day"] - 1 + 0.001)
    assert _reason(c, case) == (cause, "built")


def test_a_post_given_in_december_waits_for_the_next_month_and_not_for_works(bench):
    c = begun(bench, Cooperation)
    c.env.run(until=340)
    case = c.open_case(c.cases.kinds["post"], 0, c.register.village_of[0])
    c.env.run(until=341)
    assert _reason(c, case) == ("season", "built")


@pytest.mark.parametrize(("day", "cause"), [("2018-07-01", "switched_off"), ("2018-12-20", "season")])
def test_what_would_have_stood_in_fair_weather_was_stopped_by_the_season_unless_its_system_was_off(tiny, day, cause):
    c = start(tiny.replace(families={"works": {"state": "off", "from": day}}), "as_in_2016_17", 0)
    c.play()
    works = [case for case in c.cases.all if case.kind.family == "works" and case.gate == "built" and not case.done]
    begun = next(case for case in works if case.started >= 0 and case.work > 0)
    begun.started, begun.work = 150.0, 100.0
    assert _reason(c, begun) == (cause, "built")


def test_two_causes_are_both_named_neither_is_sole_and_the_earliest_is_last(held):
    c, a = held
    kind = c.cases.kinds["housing"]
    case = c.open_case(kind, 0, c.register.village_of[0], cost=1)
    case.gate, case.held = "built", "no_crew"
    c.lacks.household["housing"][0] = True
    a.reading.short[0] = True
    a.turned_away[1] = True
    assert rows(c) == {("no_crew", 3, 0, 3), ("income_short", 3, 0, 0), ("turned_away", 5, 5, 5)}


@pytest.mark.parametrize(("job", "expected"), [(None, "undiagnosed"), ("lost", "shock"), ("sought", "unfunded")])
def test_who_had_a_job_and_lost_it_has_been_visited(held, job, expected):
    c, _ = held
    c.lacks.household["income_source"][0] = True
    if job:
        case = c.open_case(c.cases.kinds["job"], 0, c.register.village_of[0])
        case.done, case.gate, case.held = job == "lost", "funded", "" if job == "lost" else "unfunded"
        case.closed = 0.0 if job == "lost" else inf
    assert rows(c) == {(expected, 3, 3, 3), ("ready_late", 5, 5, 5)}


def test_the_last_cause_is_the_one_least_advanced_in_whatever_order_they_are_found(held):
    c, _ = held
    for item, gate, reason in (("housing", "built", "no_crew"), ("electricity", "funded", "unfunded")):
        case = c.open_case(c.cases.kinds[item], 0, c.register.village_of[0], cost=1)
        case.gate, case.held = gate, reason
        c.lacks.household[item][0] = True
    assert rows(c) == {("no_crew", 3, 0, 0), ("unfunded", 3, 0, 3), ("ready_late", 5, 5, 5)}


def test_a_short_income_is_told_apart(held):
    c, a = held
    a.reading.short[:2] = True
    c.shocked[:2] = a.reading.short_by_shock[1] = True
    c.livelihoods.young[0] = 1
    assert rows(c) == {("income_young", 3, 3, 3), ("shock", 5, 5, 5)}
    a.reading.misread[:2] = True
    assert rows(c) == {("income_misread", 8, 8, 8)}


def test_nearly_all_whom_a_shock_alone_holds_leave_where_nothing_strikes(tiny):
    """What one earns less moves a price and the queues for others, and who was struck is helped besides.

    All fall ill, and the line is so high that many are short without it.
    """

    def played(values, **changes):
        values = {"income.line_2018": 5000, **values}
        given = {name: {"value": value, "outside_range": True} for name, value in values.items()}
        c = start(tiny.replace(parameters="point", assumptions=given, **changes), "as_in_2016_17", gate="none")
        c.play()
        return c

    struck = played({"shock.illness_rate": 1, "shock.illness_falls": 1, "shock.illness_level": 0.5})
    calm = {"industry.plot_loss": 0, "cooperation.keep": 1, "relocation.farming_lost": 0}
    spared = played(calm, families={"shocks": "off"})
    alone = [household for household, held in causes(struck) if {cause for cause, _ in held} == {"shock"}]
    assert len(alone) > 100
    assert spared.assessment.reading.short[alone].sum() < 0.1 * len(alone)


@pytest.mark.parametrize("reading", ["practised", "strict"])
def test_a_shock_is_the_reason_only_where_it_took_what_the_line_wants(bench, still, reading):
    """A flood takes half the farming of three: one stays above the line, one would not have reached it anyway."""
    c = bench(Assessment, assumptions=still, rules={"income_reading": reading}).campaign
    c.income.start()
    c.families[0].start(c)
    line = c.line_of_poverty(2018)
    base = c.income.base
    base[:3] = 0.0
    share = c.income._weights[FARMING, :10].sum() if reading == "strict" else 1.0
    farming = 0.4 * line / share
    for household, besides in enumerate((0.85, 0.7, 0.55)):
        base[household, FARMING] = farming * c.register.people[household]
        c.income.received[household] = besides * line * c.register.people[household]
    c.env.run(until=100)
    c.shocked[:3] = True
    c.income.lose(c.register.village >= 0, FARMING, 0.5)
    c.env.run(until=330)
    assert c.assessment.reading.short[:3].tolist() == [False, True, True]
    assert c.assessment.reading.short_by_shock[:3].tolist() == [False, True, False]


@pytest.mark.parametrize("reading", ["practised", "strict"])
def test_income_is_misread_where_it_reaches_the_line_and_is_seen_below(bench, still, reading):
    """All are seen a little too low; the last has what it expects to have only at the year's end."""
    c = bench(Assessment, assumptions={**still, "income.measurement_sd": 0.1}, rules={"income_reading": reading}).campaign
    c.luck = lambda purpose, n, year: np.full(n, 0.3)
    c.income.start()
    c.families[0].start(c)
    line, error = c.line_of_poverty(2018), VerificationLuck(c, 2018).error[0]
    assert 0.9 < error < 0.98
    c.income.base[:4] = 0.0
    c.income.received[:4] = line * c.register.people[:4] * [1.001 / error, 1.001, 0.999, 0.5]
    c.income.begin_rate(3, 0.501 * line * float(c.register.people[3]) / 365.0)
    c.env.run(until=330)
    assert c.assessment.reading.short[:4].tolist() == [False, True, True, True]
    assert c.assessment.reading.misread[:4].tolist() == [False, True, False, reading == "practised"]


def begun(bench, family, **options):
    c = bench(family, **options).campaign
    c.gates.behind |= dict.fromkeys(("filed", "approved", "funded", "accepted"), lambda case: 0.0)
    c.income.start()
    return at_work(c)


@pytest.mark.parametrize(("day", "strict"), [(200, False), (200, True), (340, True), (340, False)])
def test_what_shocks_took_is_what_income_would_have_been_without(bench, day, strict):
    def income(probability):
        c = begun(bench, Shocks, assumptions=dict.fromkeys(
            ("shock.flood_probability", "shock.illness_rate", "shock.illness_falls"), probability
        ))  # fmt: skip
        c.env.run(until=day)
        return (c.income.so_far() if strict else c.income.annual()), c.income.taken(strict)

    (spared, nothing), (struck, taken) = income(0), income(1)
    assert not nothing.any() and (taken > 0).any()
    assert struck + taken == pytest.approx(spared)


def test_a_job_lost_is_lost_until_the_year_ends_or_another_is_found(bench):
    lost = {"cooperation.keep": 0, "cooperation.lost_within_days": 1, "workshop.seats": 0}
    c = begun(bench, Cooperation, assumptions=lost)
    household = next(h for h in range(c.register.size) if c.livelihoods.free_hands[h])
    daily = c.p["cooperation.wage"] / 365 / c.register.people[household]
    c.env.run(until=100)
    c.open_case(c.cases.kinds["job"], household, c.register.village_of[household])
    c.env.run(until=102)
    lost = c.income.taken(strict=False)[household]
    assert lost == pytest.approx(daily * (365 - 100.5), abs=daily)
    assert c.income.taken(strict=True)[household] < 2 * daily
    c.income.begin_job(household, c.p["post.wage"] / 365)
    found = c.p["post.wage"] / 365 / c.register.people[household] * (365 - 102)
    assert c.income.taken(strict=False)[household] == pytest.approx(lost - found)
    c.env.run(until=364)
    assert c.income.taken(strict=False)[household] == pytest.approx(lost - found), "by month as by day"


def test_the_fields_that_a_mover_gave_up_are_lost(bench):
    c = begun(bench, Relocation)
    (family,) = c.families
    household = next(h for h in range(c.register.size) if not c.livelihoods.at_work(h) and c.income.base[h, FARMING] > 0)
    before = c.income.annual_of(household)
    case = c.open_case(c.cases.kinds["relocation"], household, c.register.village_of[household])
    c.env.process(family._move(case))
    c.env.run(until=360)
    assert c.income.taken(strict=False)[household] == pytest.approx(before - c.income.annual_of(household)) != 0


def test_an_industry_is_young_until_it_has_been_sold_from_for_the_first_time(bench, still):
    c = begun(bench, Industries, assumptions={**still, "industry.plot_loss": 1})
    (family,) = c.families
    young = c.county.households.planted > 0
    assert young.any() and (np.array(c.livelihoods.young) == young).all()
    fruit, crop, waiting = np.flatnonzero(~young)[:3].tolist()
    family._wanted[fruit], family._wanted[crop] = PRODUCTS.index("kiwifruit"), PRODUCTS.index("chilli")
    for household in (fruit, crop):
        c.open_case(c.cases.kinds["industry"], household, c.register.village_of[household])
    c.env.run(until=150)
    assert [c.livelihoods.young[household] for household in (fruit, crop, waiting)] == [1, 1, 0]
    c.env.run(until=364.9)
    assert c.income.pending[crop] == 0.0 < c.income.lost[crop], "the plot was lost"
    assert [c.livelihoods.young[household] for household in (fruit, crop, waiting)] == [1, 0, 0]
    young_still = sum(c.livelihoods.young) - 1
    assert young_still < young.sum(), "some orchards of earlier years have borne"


def test_nobody_who_has_sold_all_that_it_began_has_too_young_an_industry(full):
    c = start(full, "as_in_2016_17", 0, log=True)
    c.play()
    begun, sold = (Counter(e[2:4] for e in c.record.events if e[1] == f"household.{w}") for w in ("planted", "sold"))
    waiting = {who for who, _ in begun - sold}
    those = [household for household, held in causes(c) if ("income_young", "verified") in held]
    assert those
    for household in those:
        assert f"household.{household}" in waiting or c.county.households.planted[household] > 0
