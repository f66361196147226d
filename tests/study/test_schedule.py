"""The schedule worked back from the year's end: on made-up runs whose answer is known, and on the small county."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from math import inf

import pytest

from sim.campaign import FAMILIES
from sim.campaign.families.hold import Hold
from sim.campaign.milestones import gate_days
from sim.campaign.replicate import replicate as play
from sim.record import Run
from sim.study.deadlines import RUNS, WORKS, begins, last_safe, replicate
from sim.study.schedule import GATES, LastDay, Start, last_day, schedule

FIRST = "as_in_2016_17"
JANUARY = date(2018, 1, 1)


def run(met, **steps):
    return Run("x", FIRST, "plan", 0, {"held_cases": met + 2, "held_met": met}, held=steps)


def told(starts, safe, own=None):
    own = [safe] * len(starts[0].runs) if own is None else own
    return {last.gate: last for last in schedule("water", JANUARY, starts, safe, own)}


def day(number):
    return JANUARY + timedelta(days=number)


# ---- runs whose answer is known


def test_a_last_day_is_that_by_which_nine_in_ten_that_counted_had_come_through():
    runs = [run(10, begun=[[3, 8], [5, 1], [9, 1]], finished=[[9, 10]])]
    found = told([Start(0, runs)], JANUARY)
    assert (found["begun"].day, found["begun"].share) == (day(5), 0.9)
    assert (found["finished"].day, found["finished"].share) == (day(9), 1.0)


def test_replications_count_by_their_cases_and_each_has_a_day_of_its_own():
    runs = [run(90, begun=[[3, 90]]), run(10, begun=[[50, 10]]), run(0, begun=[])]
    found = told([Start(0, runs)], JANUARY)["begun"]
    assert (found.day, found.low, found.high, found.replications) == (day(3), day(3), day(50), 2)


def test_a_range_leaves_out_one_in_ten_at_either_end_and_holds_the_day():
    runs = [run(1, begun=[[at, 1]]) for at in range(21)]
    found = told([Start(0, runs)], JANUARY)["begun"]
    assert (found.day, found.low, found.high) == (day(18), day(2), day(18))
    alike = [run(1, begun=[[4, 1]])] * 10 + [run(1000, begun=[[9, 1000]])]
    found = told([Start(0, alike)], JANUARY)["begun"]
    assert found.low == day(4) and found.day == found.high == day(9)


def test_what_does_not_come_so_far_in_the_year_has_no_day_but_a_share():
    found = told([Start(0, [run(10, begun=[[3, 10]], settled=[[7, 8]]), run(5, begun=[[3, 5]], settled=[[8, 5]])])], JANUARY)
    assert (found["settled"].day, found["settled"].low, found["settled"].high) == (None, day(8), None)
    assert found["settled"].share == 13 / 15
    assert told([Start(0, [run(4, settled=[])])], JANUARY)["settled"] == LastDay("water", "settled", None, None, None, 0.0, 1)


def test_where_the_first_money_is_awaited_approval_comes_earlier():
    """Money takes 40 days: asked for on 1 January it is there on 1 March, on 1 February it is not."""
    starts = [Start(at, [run(10, funded=[[at + 40, 10]], begun=[[at, 10]], settled=[[at + 90, 10]])]) for at in (0, 31, 59, 90)]
    found = told(starts, date(2018, 3, 1), [date(2018, 2, 1)])
    assert (found["paid_first"].day, found["paid_first"].share) == (JANUARY, 1.0)
    assert (found["approved"].day, found["approved"].low, found["approved"].high) == (day(59), day(31), day(59))
    assert found["begun"].day == day(59), "what begins after the safe day is left out"
    late = told(starts[:2], date(2018, 2, 1))["paid_first"]
    assert (late.day, late.low, late.high, late.share) == (None, None, None, 0.0)


def test_a_replication_in_which_no_day_is_early_enough_makes_the_range_open():
    starts = [Start(0, [run(9, funded=[[20, 9]]), run(1, funded=[[60, 1]])]), Start(31, [run(9, funded=[[90, 9]]), run(1, funded=[[90, 1]])])]
    found = told(starts, date(2018, 2, 1))["paid_first"]
    assert (found.day, found.low, found.high, found.share) == (JANUARY, None, JANUARY, 0.9)


def test_gates_that_a_kind_of_work_does_not_have_are_left_out():
    assert list(told([Start(0, [run(3, begun=[[0, 3]], finished=[[4, 3]])])], JANUARY)) == ["begun", "finished"]
    assert list(told([Start(0, [run(3)])], JANUARY)) == []
    paid_later = run(3, begun=[[0, 3]], finished=[[4, 3]], accepted=[[5, 3]], settled=[[5, 3]])
    assert list(told([Start(0, [paid_later])], JANUARY)) == ["approved", "begun", "finished", "accepted", "settled"]


def test_a_row_is_read_back_as_it_was_and_a_malformed_one_refused():
    last = LastDay("water", "begun", day(3), None, day(9), 0.95, 4)
    assert last_day(last.row()) == last
    for wrong, error in (({"day": "2018-02-30"}, ValueError), ({"low": 5}, TypeError), ({"share": "much"}, ValueError)):
        with pytest.raises(error):
            last_day({**last.row(), **wrong})
    with pytest.raises(KeyError):
        last_day({"work": "water"})


# ---- on the small county


class Seen(Hold):
    """Also tells, of each case that began on the day, when it came through each gate; infinite where it did not count."""

    def scalars(self, c):
        self.days.update({
            (case.kind.name, case.entity, case.attempt): {**gate_days(case), "funded": self._funded.get(case, inf)}
            for case in self.met
        })  # fmt: skip
        return super().scalars(c)


def held(scenario, work, month, replication=0, log=False):
    family, days, steps = None, {}, {}

    def hold():
        nonlocal family
        family = Seen(WORKS[work], date(2018, month, 1), steps)
        family.days = days
        return family

    found = play(scenario, FIRST, replication, families=(*FAMILIES, hold), log=log)
    return replace(found, held=steps), days


@pytest.mark.parametrize("work", WORKS)
def test_dates_come_in_the_order_of_the_gates(tiny, work):
    place, days = list(WORKS).index(work), begins(tiny)
    runs = [[replicate(tiny, FIRST, RUNS * r + place * 12 + k, gate="plan") for r in (0, 1)] for k in (0, 3)]
    starts = [Start((days[k] - days[0]).days, those) for k, those in zip((0, 3), runs, strict=True)]
    starts = [start for start in starts if start.met]
    assert bool(starts) is (work != "relocation"), "a flat begun in the year is not handed over in it"
    assert all(Run.from_json(each.to_json()) == each for start in starts for each in start.runs)
    for place, start in enumerate(starts):
        safe = days[0] + timedelta(days=start.day)
        found = list(schedule(work, days[0], starts[: place + 1], safe, [safe, safe]))
        assert [last.gate for last in found] == [gate for gate in GATES if gate in {last.gate for last in found}]
        shown = [[getattr(last, part) or date.min for last in found if last.day or last.gate == "paid_first"] for part in ("low", "day")]
        assert all(earlier <= later for part in shown for earlier, later in pairwise(part))
        assert all(last.day is None or (safe <= last.day <= date(2018, 12, 31)) for last in found if last.gate != "paid_first")
        assert all(last.low is None or last.day is None or last.low <= last.day for last in found)


AMPLE = {
    name: {"value": value, "outside_range": True}
    for name, value in {"works.road_crews": 900, "works.water_crews": 900, "works.builders": 4000}.items()
}


@pytest.mark.parametrize("work", ["water", "hamlet_roads", "housing", "power", "village_roads", "rooms"])
def test_held_until_later_nothing_is_done_earlier_where_crews_and_desks_abound(tiny, work):
    """Case by case: of what still counts, the days of the gates that only crew, season and inspector stand before."""
    ample = tiny.replace(assumptions={**AMPLE, "works.inspectors": {"times": 50, "outside_range": True}}, families=OFF)
    compared = 0
    for replication in (1, 4):
        seen = [held(ample, work, month, replication)[1] for month in (1, 4, 7)]
        for earlier, later in pairwise(seen):
            compared += len(earlier.keys() & later.keys())
            for case in earlier.keys() & later.keys():
                for gate in ("approved", "begun", "finished", "accepted"):
                    assert earlier[case][gate] <= later[case][gate], (case, gate)
    assert compared


#: What looks at others' work, and moves crews or people to it.
OFF = dict.fromkeys(("zones", "supervision", "responsibility", "replanning", "integrity"), "off")


def test_first_money_is_told_on_the_day_on_which_it_is_paid(tiny):
    found, days = held(tiny, "committees", 5, 1, log=True)
    paid = {}
    for at, kind, entity, code, _ in found.events:
        if (kind, code) == ("money.paid", "party_building") and at >= 120:
            paid.setdefault(entity, set()).add(at)
    assert days and all(when["funded"] in paid[f"village.{entity}"] for (_, entity, _), when in days.items())


def test_what_is_paid_in_full_before_it_begins_is_settled_when_that_money_has_come(tiny):
    found, days = held(tiny, "posts", 4)
    count = found.scalars["held_met"]
    assert count and sum(cases for _, cases in found.held["finished"]) == count
    assert any(when["funded"] > when["settled"] for when in days.values()), "paid after the post began"
    late = [at for at, _ in found.held["settled"]]
    assert late == [at for at, _ in found.held["funded"] if at >= min(late)]


def test_a_family_that_never_waits_or_is_off_has_nothing_to_schedule(tiny):
    for state in ("unlimited", "off"):
        found, days = held(tiny.replace(families={"works": state}), "water", 3)
        assert found.scalars["held_met"] == 0 and not days and not any(found.held.values())
    spring = tiny.replace(families={"works": {"state": "unlimited", "from": date(2018, 4, 1)}})
    for month in (6, 12):
        found, days = held(spring, "housing", month)
        assert found.scalars["held_cases"] == found.scalars["held_met"] == 0 and not days, "done before they begin"
    found, _ = held(spring, "housing", 3)
    assert found.scalars["held_met"] and not found.held["settled"], "nobody is paid"
    assert {at for at, _ in found.held["finished"]} <= {*range(59, 91)}


def test_work_is_told_within_its_year(tiny):
    for work in ("water", "jobs"):
        found, _ = held(tiny, work, 3)
        days = [at for rows in found.held.values() for at, _ in rows]
        assert days and min(days) >= 0 and max(days) < 365 and all(isinstance(at, int) for at in days)


def test_without_a_chance_no_day_is_safe():
    assert last_safe([]) is None
