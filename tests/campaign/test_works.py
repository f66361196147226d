"""Works: crews of the township, season, floods, the rule on housing."""

from __future__ import annotations

import numpy as np
import pytest

from sim.campaign import start
from sim.campaign.cases import AWAITING, BUILDING
from sim.campaign.families.works import MEAN_DAYS, PRICES, Works, cost, crew_days, work_days
from tests.campaign.conftest import at_work, first_of, set_in


def ready(bench, change=lambda c: None, **options):
    """Works that wait for nothing but their crews and the weather: money is there and every case is funded."""
    b = bench(Works, assumptions={"works.days_spread": 0, "people.file_error": 0, **options.pop("assumptions", {})}, **options)
    b.campaign.gates.behind |= dict.fromkeys(("diagnosed", "filed", "approved", "funded", "accepted"), lambda case: 0.0)
    change(b.campaign)
    return b.begun()


def test_work_days_pass_as_the_season_allows(bench):
    c = ready(bench)
    case = next(x for x in c.cases.all if x.kind.name == "housing" and x.work == x.half * 2 > 0)
    c.env.run(until=364)
    assert case.done and case.started >= 0
    assert c.season.done(case.since) - c.season.done(case.started) == pytest.approx(case.work, abs=1e-6)
    assert case.since - case.started > case.work, "winter, spring festival and the rains are slower than work days"


@pytest.mark.parametrize(("days_before", "lost"), [(-1, 10), (0, 10), (4, 6), (9.5, 0.5), (10, 0), (40, 0)])
def test_a_flood_stops_the_works_of_its_village_also_those_whose_crew_comes_while_they_stand_still(
    bench, days_before, lost
):  # fmt: skip
    def half_and_whole(floods):
        c = ready(bench, assumptions={"works.water_crews": 10_000, "shock.flood_stop_days": 10})
        case = next(x for x in c.cases.all if x.kind.name == "water" and x.work == x.half * 2 > 0)
        asked, pay = [], c.payments.pay_progress
        c.payments.pay_progress = lambda paid: (asked.append(c.env.now) if paid is case else None, pay(paid))[1]
        c.env.run(until=1)
        c.flooded.setdefault(case.village, []).extend(case.started - days for days in floods)
        c.env.run(until=1000)
        return asked[0], c.season.done(case.since) - c.season.done(asked[0]), case

    (dry, rest, case), (wet, after, _) = half_and_whole([]), half_and_whole([days_before])
    assert wet - dry == pytest.approx(lost), "what half of it is paid for is late as well"
    assert after == pytest.approx(rest) == pytest.approx(case.work - case.half), "and no day is lost twice"


@pytest.mark.parametrize("options", [{}, {"families": {"works": {"state": "off", "from": "2018-08-01"}}},
                                     {"start": "history", "history": "scenarios/2016-2017.yaml"}])  # fmt: skip
def test_crew_days_are_those_of_crews_at_work_in_the_time_told_of_whether_or_not_they_finish(tiny, options):
    c = start(tiny.replace(**options), "as_in_2016_17")
    busy = []

    def look():
        yield c.first_day + 0.5
        while True:
            busy.append(sum(pool.in_use for pools in c.crews.values() for pool in pools))
            yield 1.0

    c.env.process(look())
    c.play()
    assert sum(busy) > 0 and crew_days(c) == pytest.approx(sum(busy), rel=0.01)
    assert options.get("families") or busy[-1] > 0, "some are at work as the year ends"


def test_one_crew_serves_the_villages_due_first(bench):
    c = ready(bench, assumptions={"works.builders": 7})
    waiting = [x for x in c.cases.all if x.kind.name == "housing"]
    c.env.run(until=900)
    for township in range(7):
        mine = sorted((x for x in waiting if x.township == township and x.started > 0), key=lambda x: x.started)
        assert [x.priority for x in mine] == sorted(x.priority for x in mine), "1 due, 2 deep, 3 other"


def test_where_the_rule_is_half_a_house_counts_at_half_its_days(bench):
    def lacking(rule):
        rules = {**bench().campaign.scenario.rules.model_dump(), "housing": rule}
        c = ready(bench, rules=rules)
        case = next(x for x in c.cases.all if x.kind.name == "housing" and x.work > 100)
        until = c.season.finish(0.0, case.work * 0.75)
        c.env.run(until=until)
        return bool(c.lacks.household["housing"][case.entity])

    assert (lacking("fit"), lacking("half")) == (True, False)


def test_a_rule_on_houses_that_comes_into_force_counts_those_that_stand_half_or_counts_them_no_more(bench):
    c = ready(bench, log=True)
    lacks, open_ = c.lacks.household["housing"], [case for case in c.cases.all if case.kind.name == "housing"]
    c.env.run(until=(now := 150.0))
    standing = [x.entity for x in open_ if x.started >= 0 and c.season.finish(x.started, x.half) <= now and not x.done]
    assert standing and lacks[standing].all()
    left, told = standing[0], []
    for rule, counts in (("half", True), ("fit", False), ("half", True)):
        c.put_in_force(c.rules.model_copy(update={"housing": rule}))
        for judge in c.hooks.on_new_year:
            judge()
            judge()
        assert (lacks[standing] != counts).all()
        told.append("counts" if counts else "lacking")
        log = [event for event in c.record.events if event[1] == "household.half_built"]
        assert [code for _, _, who, code, _ in log if who == f"household.{standing[0]}"] == told, "each change once"
        assert {who for _, _, who, _, _ in log} >= {f"household.{household}" for household in standing}
    c.register.leave(np.arange(c.register.size) == left, c.this_year)
    c.put_in_force(c.rules.model_copy(update={"housing": "fit"}))
    for judge in c.hooks.on_first_day:
        judge()
    assert not lacks[left] and lacks[standing[1:]].all(), "who has left by the rule of his year has a house"


@pytest.mark.parametrize("built", [0.0, 0.2, 0.7])
def test_half_of_what_is_owed_is_asked_for_when_half_of_the_whole_stands(bench, built):
    c = ready(bench)
    case = next(x for x in c.cases.all if x.kind.name == "housing" and x.work == x.half * 2 > 0)
    case.half, case.work = case.work * max(0.0, 0.5 - built), case.work * (1.0 - built)
    asked = []
    c.payments.pay_progress = lambda paid: asked.append(c.env.now) if paid is case else None
    c.env.run(until=900)
    assert case.done and asked == pytest.approx([c.season.finish(case.started, case.half)], abs=1e-6)


def test_of_a_house_under_way_on_the_first_day_half_of_the_whole_counts(bench):
    """Four that lack a house: it awaits acceptance, seven tenths stand, two tenths stand, nothing is begun."""
    rules = {**bench().campaign.scenario.rules.model_dump(), "housing": "half"}

    def begun(c):
        homes = np.flatnonzero(c.county.households.lacks_housing)[:4].tolist()
        stages = dict(zip(homes, (AWAITING, BUILDING, BUILDING, 0), strict=True))
        set_in(c, "households", house_stage=stages, house_progress={homes[1]: 0.7, homes[2]: 0.2})

    c = ready(bench, begun, rules=rules, assumptions={"works.builders": 10_000})
    full = c.p["works.house_days"] * c.usual_share
    houses = [case for case in c.cases.all if case.kind.name == "housing"][:4]
    for case, built in zip(houses, (1.0, 0.7, 0.2, 0.0), strict=True):
        assert case.work == pytest.approx((1 - built) * full) and case.half == pytest.approx(max(0.0, 0.5 - built) * full)
        assert c.lacks.household["housing"][case.entity] == (built < 0.5), "half of it stands already: nobody waits for a crew"
    case = houses[2]
    stands = c.season.finish(0.0, case.half)
    c.env.run(until=stands - 0.01)
    assert case.started == 0.0 and c.lacks.household["housing"][case.entity]
    c.env.run(until=stands + 0.01)
    assert not c.lacks.household["housing"][case.entity] and not case.done


def test_a_hamlets_road_serves_all_its_households(bench):
    c = ready(bench, assumptions={"works.road_crews": 10_000, "works.builders": 10_000})
    hamlet = first_of(c.county.hamlets.lacks_road)
    c.env.run(until=900)
    assert not c.lacks.hamlet["road"][hamlet]
    assert not any(c.lacks.household["road"][household] for household in c.places.households_of[hamlet])
    assert not c.lacks.village["public_services"].any() and not c.lacks.village["broadcast"].any()


def test_every_kind_of_job_has_its_price_and_its_days(bench):
    c = ready(bench, assumptions={"works.power_cost": 1000, "works.road_cost_per_km": 7000, "works.road_km": 2})
    kinds = {kind for kind, known in c.cases.kinds.items() if known.family == "works"}
    assert kinds == PRICES.keys() == MEAN_DAYS.keys() | {"road"}
    hamlets, p = c.county.hamlets, c.p
    hamlet, village = int(hamlets.people.argmax()), int(c.register.first_households.argmax())
    homes, poor = int(hamlets.households[hamlet]), int(c.register.first_households[village])
    assert 1 < homes < int(hamlets.people[hamlet]) and poor > 1
    assert {kind: cost(c, kind, hamlet) for kind in ("television", "electricity", "receiver")} == {
        "television": 1000 * homes, "electricity": 1000, "receiver": 1000}  # fmt: skip
    assert cost(c, "water", hamlet) == int(p["works.water_cost_per_person"] * int(hamlets.people[hamlet]))
    assert cost(c, "road", hamlet) == int(7000 * float(hamlets.road_km[hamlet]))
    assert (cost(c, "seat_road", village), cost(c, "broadcast", village)) == (14000, 1000 * poor)
    assert (cost(c, "rooms", 0), cost(c, "housing", 0)) == (int(p["works.rooms_cost"]), int(p["works.house_cost"]))
    assert work_days(c, "broadcast", village, 0.5) == p["works.power_days"] * c.usual_share
    assert work_days(c, "seat_road", village, 0.5) == p["works.road_days"]


@pytest.mark.parametrize("kind", ["water", "housing", "rooms"])
def test_what_is_told_in_days_of_the_calendar_takes_them_whenever_it_begins_on_average(bench, kind):
    """A house that takes 8 months at most does so in usual seasons; they say when in the year it is slower."""
    c = ready(bench, assumptions={"works.rain_factor": 0.6, "works.winter_factor": 0.7})
    told = c.p[MEAN_DAYS[kind]]
    work = work_days(c, kind, 0, 0.5)
    taken = [c.season.finish(day, work) - day for day in range(365)]
    assert sum(taken) / 365 == pytest.approx(told, rel=0.04)
    assert min(taken) < 0.95 * told and max(taken) > 1.1 * told


def test_a_milder_season_makes_works_faster_not_larger(bench):
    harsh, mild = (
        ready(bench, assumptions={"works.rain_factor": rain, "works.winter_factor": winter})
        for rain, winter in ((0.4, 0.5), (0.8, 0.9))
    )
    work = work_days(mild, "housing", 0, 0.5)
    assert work_days(harsh, "housing", 0, 0.5) == work
    gained = [harsh.season.finish(day, work) - mild.season.finish(day, work) for day in range(0, 365, 5)]
    assert min(gained) > -1e-9 and sum(gained) / len(gained) > 20


def test_a_kind_that_works_do_not_know_has_no_price_and_no_days(bench):
    c = ready(bench)
    for asked in (lambda: cost(c, "bridge", 0), lambda: work_days(c, "bridge", 0, 0.5)):
        with pytest.raises(KeyError, match="bridge"):
            asked()


def test_crews_are_those_of_the_evidence_and_at_home_in_townships(full):
    from sim.campaign import start

    c = start(full, "as_in_2016_17", 0, families=(Works,))
    c.families[0].start(c)
    assert sum(pool.capacity for pool in c.crews["road"]) == round(c.p["works.road_crews"])
    assert all(pool.capacity >= 1 for pools in c.crews.values() for pool in pools)
    assert len(c.crews["road"]) == 7


def test_where_other_villages_become_due_their_jobs_come_first_from_then_on(bench, full):
    c = ready(bench, scenario=full, assumptions={"works.builders": 7, "works.house_days": 60})
    c.env.run(until=60)
    waiting = [x for x in c.cases.all if x.kind.name == "housing" and x.held == "no_crew"]
    first = {t: min(x.priority for x in waiting if x.township == t) for t in {x.township for x in waiting}}
    last = max(waiting, key=lambda x: (x.priority - first[x.township], x.number))
    rivals = [x for x in waiting if x.township == last.township and x is not last and x.village != last.village]
    assert rivals and last.priority > min(x.priority for x in rivals)
    pushed = rivals[0]
    pushed.priority = 0.0
    c.precedence.change([village == last.village for village in range(len(c.precedence.due))])
    assert last.priority == 1.0 and pushed.priority == 0.0, "who was pushed stays first"
    assert all(x.priority > 1.0 for x in rivals[1:])
    assert all(need.due == (need.village == last.village) for need in c.needs)
    c.env.run(until=900)
    assert last.started > 60 and not any(0 <= x.started < last.started for x in rivals[1:])


@pytest.mark.parametrize(("stated", "least"), [(0.4, 0), (0.6, 1), (1.0, 1), (7.0, 1)])
def test_where_there_is_a_crew_at_all_each_township_has_one(full, stated, least):
    few = full.replace(assumptions={"works.builders": {"value": stated, "outside_range": True}})
    c = at_work(start(few, few.baseline, 0, families=(Works,)))
    assert {pool.capacity for pool in c.crews["builder"]} == {least}
