"""A replication watched week by week goes as it went, and its frames add up."""

from dataclasses import replace

import pytest

import sim
from sim.report.replay.frames import STAGES, replay
from sim.report.replay.moments import moments

FIRST = "as_in_2016_17"


@pytest.fixture(scope="module")
def watched(tiny):
    return replay(tiny, FIRST, 3)


def of(watched, name):
    return [row[STAGES.index(name)] for row in watched.stages]


def test_nothing_goes_differently_for_being_watched(tiny, watched):
    run = sim.run(tiny, FIRST, 3, log=True)
    looked = watched.run.scalars["events"] - run.scalars["events"]
    assert looked == len(watched.days) + 1, "one to begin and one a frame"
    assert replace(watched.run, scalars={**watched.run.scalars, "events": run.scalars["events"]}) == run


def test_households_are_neither_made_nor_lost(watched):
    known = [sum(row) - new for row, new in zip(watched.stages, of(watched, "new"), strict=True)]
    before_the_register_is_adjusted = [n for n, day in zip(known, watched.days, strict=True) if day < 345]
    assert len(set(before_the_register_is_adjusted)) == 1
    assert all(min(row) >= 0 for row in watched.stages)


def test_frames_are_weekly_from_the_first_day_to_the_last(watched):
    assert watched.days[:2] == (0.0, 7.0) and watched.days[-1] == 365.0 and len(watched.days) == 53
    assert {len(rows) for rows in (watched.stages, watched.unmet, watched.registered, watched.money)} == {53}


def test_the_last_frame_is_the_outcome(watched):
    run = watched.run
    assert watched.registered[-1] == run.villages["registered_end"]
    assert watched.registered[0] == run.villages["registered_start"]
    assert of(watched, "exited")[-1] == run.scalars["exits_households"] and of(watched, "exited")[0] == 0
    received, paid, idle = watched.money[-1]
    assert (paid, idle) == (run.scalars["paid_yuan"], run.scalars["idle_yuan"])
    assert received == pytest.approx(run.monthly["received_yuan"][-1])
    assert sum(watched.unmet[0]) <= sum(watched.registered[0])


def test_unmet_people_are_those_of_the_monthly_series(watched):
    """At a month's end that is a week's end as well: 30 September 2018 is day 273, a multiple of seven."""
    frame = watched.days.index(273.0)
    assert sum(watched.unmet[frame]) == pytest.approx(watched.run.monthly["incidence_unmet"][9] * watched.run.scalars["N"])


def test_crews_at_work_are_never_more_than_there_are(watched):
    assert set(watched.crews) == {"road", "water", "builder"}
    assert all(0 <= busy <= every and waiting >= 0 for rows in watched.crews.values() for busy, every, waiting in rows)
    assert any(busy for rows in watched.crews.values() for busy, _, _ in rows)


def test_moments_are_in_order_and_count_what_the_log_has(watched):
    days = [moment.day for moment in watched.moments]
    assert days == sorted(days) and days[0] >= 0 and days[-1] < 365
    count = {kind: sum(m.number for m in watched.moments if m.kind == kind) for kind in ("proposed", "verified", "exited")}
    logged = [event[1] for event in watched.run.events]
    assert count == {kind: logged.count(f"household.{kind}") for kind in count}
    assert [m.number for m in watched.moments if m.kind == "tranche"] == [1, 2, 3]
    kinds = {moment.kind for moment in watched.moments}
    assert kinds >= {"festival", "rains", "dry", "winter", "autumn_push", "city", "region"}
    out = [village for m in watched.moments if m.kind == "villages_out" for village in m.villages]
    assert out == [village for village, is_out in enumerate(watched.run.villages["exited"]) if is_out]


def test_a_flood_says_where(tiny):
    """Its village and how many were hit; events before the first day are not told."""
    campaign = sim.campaign.start(tiny, FIRST, 0)
    found = moments(campaign, [(-3.0, "shock.flood", "village.1", "", 4.0), (170.0, "shock.flood", "village.2", "", 5.0)])
    assert [(m.day, m.number, m.villages) for m in found if m.kind == "flood"] == [(170.0, 5, (2,))]


def test_without_the_autumn_push_nobody_tells_of_it(tiny):
    rules = {**tiny.dump()["rules"], "autumn_push": False}
    assert "autumn_push" not in {moment.kind for moment in replay(tiny.replace(rules=rules), FIRST, 0).moments}


def test_years_before_the_first_day_are_not_told():
    scenario = sim.load("scenarios/2018-after-history.yaml").replace(scale=0.08)
    watched = replay(scenario, scenario.baseline, 0)
    assert watched.days[0] == 0.0 and watched.days[-1] == 365.0
    assert watched.registered[0] == watched.run.villages["registered_start"] and of(watched, "exited")[0] == 0
    assert watched.registered[-1] == watched.run.villages["registered_end"]
    assert watched.money[-1][1:] == (watched.run.scalars["paid_yuan"], watched.run.scalars["idle_yuan"])
