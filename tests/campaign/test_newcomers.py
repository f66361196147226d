"""Nothing assumes one year: who comes onto the register is visited, served and may leave it again."""

from __future__ import annotations

from collections import Counter
from math import inf

import numpy as np
import pytest

import sim
from sim.campaign.families.cooperation import Cooperation
from sim.campaign.families.inflow import OWN_LACKS
from sim.campaign.families.protection import Protection
from sim.campaign.lacks import HAVES
from sim.campaign.ranks import Control
from sim.campaign.replicate import start
from sim.campaign.results.balances import check
from sim.campaign.results.zone_works import zone_works
from sim.county.county import EXITED, NEVER, REGISTERED
from sim.scenario import Scenario

MORE_INFLOW = {"inflow.new_rate": {"value": 0.02, "outside_range": True}}


@pytest.fixture(scope="module")
def years(tiny: Scenario) -> Scenario:
    """Three years on the small county, with more newcomers than usual."""
    return tiny.replace(end_date="2020-12-31", assumptions=MORE_INFLOW, gate="none")


def test_a_run_of_one_year_keeps_books_of_the_first_register_only(tiny: Scenario) -> None:
    one = start(tiny, tiny.baseline)
    three = start(tiny.replace(end_date="2020-12-31"), tiny.baseline)
    assert one.register.size < one.register.known < one.county.households.n == three.register.size == three.register.known
    assert one.books.people.sum() == three.books.people.sum()
    assert (one.register.first_households == three.register.first_households).all()
    assert one.needs == three.needs


def test_who_never_was_registered_has_the_members_of_some_registered_household_as_large(years: Scenario) -> None:
    one, hh = start(years.replace(end_date="2018-12-31"), years.baseline).county.households, start(years, years.baseline).county.households
    names = ("workers", "away", "ill", "disabled", "pupils")
    known = one.n_registered + one.n_exited
    assert all((getattr(hh, name)[:known] == getattr(one, name)[:known]).all() for name in names)
    members = np.stack([hh.people, *(getattr(hh, name) for name in names)], axis=1)
    registered, never = members[: one.n_registered], members[known:]
    assert (never[:, 1] <= never[:, 0]).all() and (never[:, 2] <= never[:, 1]).all()
    for size in np.unique(registered[:, 0]):
        alike, dealt = (those[those[:, 0] == size] for those in (registered, never))
        assert set(map(tuple, dealt.tolist())) <= set(map(tuple, alike.tolist()))
        if len(alike) > 30 and len(dealt) > 300:
            assert np.abs((dealt[:, 1] == 0).mean() - (alike[:, 1] == 0).mean()) < 0.12
    assert not one.workers[known:].any(), "nobody asks in a run of one year"


def test_of_those_newly_registered_some_cannot_work_and_only_pupils_have_left_school(years: Scenario) -> None:
    c = start(years, years.baseline)
    c.play()
    hh, first = c.county.households, c.county.households.status
    new = [h for h in np.flatnonzero(c.register.entry_year).tolist() if first[h] == NEVER]
    assert 0.02 < (hh.workers[new] == 0).mean() < 0.5 and hh.ill[new].any()
    dropped = [case.entity for case in c.cases.all if case.kind.name == "education" and first[case.entity] == NEVER]
    assert dropped and all(hh.pupils[h] > 0 for h in dropped)


def test_as_a_year_begins_whoever_stayed_on_the_register_with_nothing_on_the_way_is_visited(years: Scenario) -> None:
    c = start(years.replace(families={"zones": "off"}), years.baseline, log=True)
    expected: list[int] = []

    def look():
        yield c.calendar.day_of_year(2019, 1)
        stayed = np.flatnonzero((c.register.status == REGISTERED) & (c.register.entry_year < 2018)).tolist()
        running = {case.entity for x in c.measures for case in x.kind.latest.values() if not case.done}
        expected.extend(f"household.{h}" for h in stayed if h not in running)

    c.env.process(look(), rank=-1)
    c.play()
    new_year = c.calendar.day_of_year(2019, 1)
    visited = [e[2] for e in c.record.events if e[1] == "household.visited" and new_year <= e[0] < new_year + 60]
    newcomers = {f"household.{h}" for h in np.flatnonzero(c.register.entry_year == 2018).tolist()}
    assert len(expected) > 50 and set(expected) <= set(visited)
    assert newcomers and newcomers <= set(visited)
    assert len(visited) < 1.3 * len(set(expected) | newcomers), "the others are visited when something happens to them"


def test_newcomers_are_visited_served_and_may_leave_the_register(years: Scenario) -> None:
    c = start(years, years.baseline)
    first = c.county.households.status
    taken: list[list[int]] = []
    c.hooks.on_newcomers.append(taken.append)
    c.play()
    check(c)
    newcomers = sorted({h for those in taken for h in those})
    assert newcomers and {int(first[h]) for h in newcomers} <= {NEVER, EXITED, REGISTERED}
    new = [h for h in newcomers if first[h] == NEVER]
    served = {case.entity for case in c.cases.all if case.kind.scope == "household"} & set(new)
    assert len(served) > len(new) / 2
    left = [h for h in new if c.register.status[h] == 2]
    assert left and all(c.register.exit_year[h] >= 2019 for h in left)
    kept = [item for item in HAVES if item != "income_source"]  # a job can be lost again
    assert not any(c.lacks.household[item][left].any() for item in kept)


def test_who_never_was_registered_is_not_served(years: Scenario) -> None:
    c = start(years.replace(families={"inflow": "off"}), years.baseline)
    c.play()
    first = c.county.households.status
    served = {case.entity for case in c.cases.all if case.kind.scope == "household"}
    assert served and {int(first[h]) for h in served} == {REGISTERED}


def test_newcomers_are_below_the_line_and_lack_things_of_their_own(years: Scenario) -> None:
    c = start(years, years.baseline)
    seen: list[np.ndarray] = []

    def look(households: list[int]) -> None:
        seen.append(c.income.annual()[households] < c.line_of_poverty(c.this_year))
        without = c.lacks.household["income_source"][households].mean()
        assert 0 <= without < 0.5

    c.hooks.on_newcomers.append(look)
    c.play()
    assert seen and seen[0].all()


def test_newcomers_lack_as_often_as_the_register_what_is_a_households_own(years: Scenario) -> None:
    often = {"inflow.new_rate": {"value": 0.1, "outside_range": True}, "missing.television_2018": {"value": 0.3, "outside_range": True}}
    c = start(years.replace(scale=0.3, assumptions=often), years.baseline)
    seen: list[dict[str, float]] = []
    dark: list[int] = []

    def look(households: list[int]) -> None:
        hamlet = c.county.households.hamlet[households]
        never = (c.county.households.status[households] == NEVER) & ~c.lacks.hamlet["television"][hamlet]
        seen.append({item: float(c.lacks.household[item][households][never].mean()) for item in OWN_LACKS})
        dark.extend(np.asarray(households)[c.lacks.household["television"][households] & never].tolist())

    c.hooks.on_newcomers.append(look)
    c.play()
    expected = c.p["missing.television_2018"] * (1 - c.p["missing.television_hamlet_share"])
    assert dark and all(c.cases.find("receiver", household) is not None for household in dark)
    assert seen[0]["television"] == pytest.approx(expected, abs=0.04)
    assert seen[0]["housing"] == pytest.approx(c.p["missing.housing_2018"], abs=0.04)


def test_who_returns_is_below_the_line_whatever_jobs_and_sales_it_still_has(years: Scenario) -> None:
    """A cost takes it there, for a year; the jobs and sales remain."""
    often = dict.fromkeys(("inflow.return_rate_2018", "shock.illness_rate", "shock.illness_falls"), 0.3)
    c = start(years.replace(assumptions={k: {"value": v, "outside_range": True} for k, v in often.items()}),
              years.baseline)  # fmt: skip
    posts = next(family for family in c.families if isinstance(family, Cooperation))
    income, returned = c.income, set[int]()

    def look(households: list[int]) -> None:
        those = [h for h in households if c.county.households.status[h] == REGISTERED]
        level = c.p["shock.illness_level"] * c.line_of_poverty(c.this_year)
        assert (income.annual()[those] <= level + 1e-6).all()
        earning = [h for h in those if (income.rate_of[h] * 365 + income.pending_of[h]) / income.people[h] > level]
        assert (income.received[earning] == -income.lost[earning]).all()
        returned.update(earning)
        assert not posts._posted, "those of the old year have ended"

    c.hooks.on_newcomers.append(look)
    c.play()
    assert returned and c.cases.kinds["post"].latest
    check(c)


@pytest.mark.parametrize("kind", ["premium", "subsidy"])
def test_premiums_and_subsidies_are_asked_for_whoever_is_registered_as_they_are_asked_for(years: Scenario, kind: str) -> None:
    c = start(years, years.baseline, families=(Protection,))
    (family,), hh = c.families, c.county.households
    family.start(c)
    village = next(need.village for need in c.needs if need.kind == kind)
    gone, new = (
        next(h for h in range(c.register.size)
             if c.register.village_of[h] == village and hh.status[h] == status and hh.pupils[h] > 0)
        for status in (REGISTERED, NEVER)
    )  # fmt: skip
    (need,) = (need for need in c.needs if need.kind == kind and need.village == village)

    def owed():
        return int(family.entitlements._owed(kind)[village])

    before = owed()
    assert before == need.unit_cost_yuan
    of_one = {"premium": (c.register.people, "medical.premium"), "subsidy": (hh.pupils, "education.subsidy")}
    number, price = of_one[kind]
    c.register.status[new] = REGISTERED
    more = owed() - before
    assert more == pytest.approx(number[new] * c.p[price], abs=1) and more > 0
    c.register.status[[gone, new]] = EXITED, NEVER
    less = before - owed()
    assert less == pytest.approx(number[gone] * c.p[price], abs=1) and less > 0


@pytest.mark.parametrize("line", ["medical", "backstop"])
def test_a_line_binds_no_more_than_it_has_though_what_villages_ask_for_grows(history: Scenario, line: str) -> None:
    """Premiums grow with newcomers, minimum income with the rolls, and neither line has enough for all villages."""
    short = {line: history.earmarked[line] // 6}
    changed = history.replace(end_date="2019-12-31", rules={"replanning": False}, scale=0.3)
    changed = changed.replace(assumptions={"medical.premium": 450})
    c = start(changed.replace(earmarked=dict(history.earmarked) | short), "as_it_was")
    room: list[int] = []

    def look():
        for year in c.calendar.years(c.horizon):
            yield c.calendar.day_of_year(year, 360) - c.env.now
            room.append(c.library.room(line))

    c.env.process(look(), rank=9)
    c.play()
    assert len(room) == 4 and min(room) >= 0
    assert all(yuan < 0.2 * short[line] * c.scale for yuan in room[:3]), "the register has shrunk by the fourth"
    check(c)


def test_a_post_promised_over_the_turn_of_the_year_binds_the_new_years_wage(history: Scenario) -> None:
    """In January it costs more again than in December, and all posts cost the same."""
    scenario = history.replace(earmarked=dict(history.earmarked) | {"cooperation": 750_000})
    c = start(scenario, "as_it_was", 1)
    room: list[int] = []

    def look():
        while True:
            yield 1.0
            room.append(c.library.room("cooperation"))

    c.env.process(look(), rank=9)
    c.play()
    assert 0 <= min(room) < max(room)


def test_what_a_system_promised_before_it_stopped_is_not_priced_anew(history: Scenario) -> None:
    stopped = history.replace(scale=0.1, families={"protection": {"state": "off", "from": "2016-12-15"}})
    c = start(stopped, "as_it_was")
    c.play()
    left = [case for case in c.cases.kinds["backstop"].latest.values() if not case.done]
    assert left and sum(case.cost - case.asked for case in left if case.project is not None) == 0


def test_a_tranche_on_the_first_of_january_waits_for_the_years_list(history: Scenario, monkeypatch) -> None:
    c = start(history.replace(scale=0.1, assumptions={"money.delay_days": -110}), "as_it_was")
    done: list[tuple[str, float]] = []
    (family,) = (family for family in c.families if family.name == "replanning")
    serve, relist = family._serve, c.library.relist
    monkeypatch.setattr(family, "_serve", lambda c: done.append(("moved", c.env.now)) or serve(c))
    monkeypatch.setattr(c.library, "relist", lambda *now: done.append(("listed", c.env.now)) or relist(*now))
    c.play()
    new_year = c.calendar.day_of_year(2017, 1)
    assert [what for what, day in done if day == new_year] == ["listed", "moved"]


def test_the_register_balances_over_several_years(years: Scenario) -> None:
    s = sim.run(years, years.baseline, 1).scalars
    assert s["new_people"] > 0
    assert s["registered_end_people"] == (
        s["registered_start_people"] - s["exits_people"] + s["new_people"] + s["returned_people"] + s["natural_people"]
    )


def test_a_new_years_money_is_listed_in_january_for_what_is_still_needed(tiny: Scenario) -> None:
    poor = tiny.replace(end_date="2019-12-31", total_yuan=tiny.total_yuan // 5, rules={"replanning": False})
    c = start(poor, poor.baseline)
    lines = [line for line in c.treasury.allotted if line != "relocation"]
    under_way = Counter[str]()  # bound all the same where it costs more than the year's money
    seen: list[int] = []

    def look(day: float):
        yield day
        seen.append(sum(c.library.listed[line] for line in lines))
        if day < 365:
            for x in c.library.projects:
                under_way[x.line] += x.cost_yuan * x.committed

    for day in (360.0, 367.0):
        c.env.process(look(day), rank=9)
    c.play()
    before, after = seen
    year = sum(c.treasury.given(line) // 2 for line in lines)
    assert before <= sum(max(under_way[line], c.treasury.given(line) // 2) for line in lines)
    assert year < after <= 2 * year
    check(c)


def test_a_village_asks_for_minimum_income_and_premiums_once_it_has_whom_to_pay_them(history: Scenario) -> None:
    """Where nobody had any on the first day, those enrolled or registered since are paid for as elsewhere."""
    changed = history.replace(scale=0.2, assumptions={"backstop.enrolled_start": {"value": 0.02, "outside_range": True}})
    newly = set[int]()
    for replication in range(4):
        c = start(changed, changed.baseline, replication)
        (family,) = (family for family in c.families if isinstance(family, Protection))
        first = {need.village for need in c.needs if need.kind == "minimum_income"}
        owed: dict[int, int] = {}

        def look(c=c, family=family, owed=owed):
            yield c.calendar.day_of_year(2017, 1)
            yield 0.5
            yearly = family.entitlements._owed("minimum_income").tolist()
            owed.update((village, int(yuan)) for village, yuan in enumerate(yearly) if yuan)

        c.env.process(look())
        c.play()
        check(c)
        asked = [case for case in c.cases.all if case.kind.name == "minimum_income" and case.opened > 300]
        assert {case.village: case.cost for case in asked} == owed
        newly |= owed.keys() - first
    assert newly


def test_who_came_in_december_is_on_the_list_of_january_without_any_replanning(years: Scenario) -> None:
    c = start(years.replace(rules={"replanning": False}), years.baseline)
    known = {need.key: need.places for need in c.needs}
    c.play()
    new_years = [c.calendar.day_of_year(year, 1) for year in (2019, 2020)]
    new = [case for case in c.cases.all if case.kind.name == "housing" and case.opened in new_years]
    assert new and all(case.listed_on in new_years and case.project is not None for case in new)
    assert len({need.key for need in c.needs}) == len(c.needs)
    more = sum(need.places - known.get(need.key, 0) for need in c.needs if need.kind == "housing")
    assert more == len(new)


def test_a_new_years_list_has_places_for_who_is_short_then_and_not_for_who_has_left(years: Scenario) -> None:
    c = start(years.replace(rules={"replanning": False}), years.baseline)
    first = {kind: sum(n.places for n in c.needs if n.kind == kind) for kind in ("job", "industry")}
    left = dict.fromkeys(first, 0)

    def count():
        yield c.calendar.day_of_year(2019, 1)
        n, can_work = c.register.size, c.county.households.workers[: c.register.size] > 0
        short = c.register.stayed(2019) & (c.income.annual(n) < c.planned_income())
        hands = c.livelihoods.spare()
        listed = [h for h, case in c.cases.kinds["industry"].latest.items() if not case.done and case.project is not None]
        again = {case.entity for case in c.cases.kinds["industry"].latest.values() if case.attempt}
        helped_twice = sorted(again - set(c.library.waiting.asking("industry")))
        wanted = {
            "job": short & (hands | c.register.flags(c.library.waiting.asking("job", "post"))),
            "industry": short & can_work & ~c.register.flags(listed + helped_twice),
        }
        before = c.library.claimed()
        yield 0.5
        new = c.register.poor(n) & ~c.register.stayed(2019) & (c.income.annual(n) < c.planned_income())
        for kind, those in wanted.items():
            left[kind] = sum(need.places - before[need.key] for need in c.needs if need.kind == kind)
            assert left[kind] == (those | new & (hands if kind == "job" else can_work)).sum(), kind

    c.env.process(count(), rank=Control.DECISION)
    c.play()
    assert all(0 < left[kind] < first[kind] for kind in first)


def test_a_village_asks_once_a_year_and_what_was_not_listed_has_become_the_new_years(history: Scenario) -> None:
    short = dict(history.earmarked) | {"medical": history.earmarked["medical"] // 3}
    c = start(history.replace(scale=0.3, earmarked=short, rules={"replanning": False}), history.baseline)
    c.play()
    asked = [case for case in c.cases.all if case.kind.name == "premium"]
    listed = Counter((case.village, c.calendar.year(case.listed_on)) for case in asked if case.project is not None)
    assert set(listed.values()) == {1}
    over = [case for case in asked if case.opened < 365 and (case.project is None or case.listed_on >= 365)]
    assert any(case.project is not None for case in over)
    for case in over:
        assert c.cases.kinds["premium"].latest[case.village] is case, "asked for once"


def test_who_comes_in_a_later_year_is_insured_once_that_years_premiums_have_come(history: Scenario) -> None:
    c = start(history.replace(scale=0.3), history.baseline)
    c.play()
    paid = {}
    for case in c.cases.all:
        if case.kind.name == "premium" and case.done:
            paid[case.village, c.calendar.year(case.listed_on)] = case.closed
    newly = [case for case in c.cases.all if case.kind.name == "insurance" and case.done and case.opened >= 365]
    assert newly
    asks = {need.village for need in c.needs if need.kind == "premium"}
    assert all(case.closed >= paid[case.village, 2017] for case in newly if case.village in asks)


def test_nobody_is_helped_to_an_industry_more_than_twice(years: Scenario) -> None:
    c = start(years.replace(end_date="2020-12-31"), years.baseline)
    c.play()
    attempts = Counter(case.attempt for case in c.cases.all if case.kind.name == "industry")
    assert set(attempts) == {0, 1}


def test_who_has_left_takes_no_place_of_a_new_years_quota(years: Scenario) -> None:
    left = 0
    for replication in range(3):
        c = start(years, years.baseline, replication)
        waiting = []

        def look(c=c, waiting=waiting):
            yield c.calendar.day_of_year(2019, 1)
            cases = c.cases.kinds["backstop"].latest.values()
            waiting += [x for x in cases if x.held == "no_quota" and c.register.status[x.entity] == EXITED]

        c.env.process(look(), rank=Control.INCOME)
        c.play()
        left += len(waiting)
        assert not [case for case in waiting if case.gate != "built"], "given up before any place was dealt"
        assert all(case.dropped and case.closed == inf for case in waiting)
        told, given = zone_works(c), [x for x in c.cases.all if x.kind.name == "backstop" and x.done and not x.dropped]
        accepted = zip(told["work"], told["accepted"], strict=True)
        assert sum(count for work, count in accepted if work == "backstop") == len(given), "what was dropped was not given"
    assert left


def test_money_listed_in_a_year_serves_who_waited_for_it_though_it_comes_in_the_next(history: Scenario) -> None:
    c = start(history.replace(scale=0.3, assumptions={"money.delay_days": 110}), history.baseline)
    c.play()
    premiums = [case for case in c.cases.all if case.kind.name == "premium" and case.done]
    late = {case.village: case.closed for case in premiums if case.listed_on < 365 <= case.closed < 700}
    asked = [case for case in c.cases.all if case.kind.name == "insurance" and case.opened < 365 and case.village in late]
    waited = [case for case in asked if not case.done or case.closed >= late[case.village]]
    assert waited and all(case.done for case in waited)


def test_who_has_fallen_ill_since_has_a_place_on_the_new_years_list(bench, still) -> None:
    c = bench(Protection, assumptions=still).campaign
    (family,) = c.families
    family.start(c)
    n, hh = c.register.size, c.county.households
    ill = next(h for h in np.flatnonzero(c.register.poor(n)).tolist() if not family.backstop.unable[h] and family.rolls.classes[h] == 0)
    c.income.base[ill] = 0.0
    those = c.register.flags([ill])
    assert not list(family.backstop._places(those))
    family.backstop.fallen_ill(ill)
    (need,) = family.backstop._places(those)
    assert (need.village, need.places) == (c.register.village_of[ill], 1)
    assert not hh.ill[ill]
