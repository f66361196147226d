"""Until when each kind of work has to begin, of a campaign whose answer is known, and on the small county."""

from __future__ import annotations

import csv
import dataclasses
import json
from datetime import date
from functools import partial
from itertools import pairwise, product
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from sim import words
from sim.campaign import FAMILIES
from sim.campaign.families.hold import Hold
from sim.campaign.replicate import replicate as play
from sim.campaign.replicate import start
from sim.cli import main
from sim.record import Run
from sim.report import style
from sim.report.deadlines import deadlines as table
from sim.report.deadlines import finding, name, ordered
from sim.report.figures import deadlines as figure
from sim.report.figures import save
from sim.statistics.intervals import Interval
from sim.study.deadlines import MONTHS, RUNS, WORKS, Chance, begins, last_safe, point, write_deadlines
from sim.study.deadlines import deadlines as study
from sim.study.schedule import last_day
from tests.made import designed

TOY = "tests.study.test_deadlines:replicate"
#: So that runs that it has played are given back.
version = 1
deadlines = partial(designed, study)
FIRST = "as_in_2016_17"


def replicate(scenario, allocation, replication, *, gate):
    """Roads count if begun by the first of June, posts by November and in half of all cases; of rooms there are none."""
    own, work, place = point(replication)
    month, cases = place + 1, 0 if work == "rooms" or (work == "jobs" and place == 0) else 10
    met = {"hamlet_roads": 10 * (month <= 6), "posts": (4 + 2 * (own % 2)) * (month <= 11)}.get(work, 0)
    counts = {"held_cases": cases, "held_met": met}
    return Run(scenario.name, allocation, gate, replication, counts, held=steps(work, 30 * month + own, met))


def steps(work, day, met):
    """Nine come through at once, the last later; posts are not settled in the year."""
    after = {"funded": 40, "begun": 5, "finished": 50, "accepted": 60, "settled": 90}
    rows = {step: [[day + days, min(met, 9)], [day + days + 20, met - min(met, 9)]] for step, days in after.items()}
    return {**rows, "settled": []} if work == "posts" else rows


@pytest.fixture(scope="module")
def found(tiny):
    return deadlines(tiny, 4, workers=1, replicate=TOY)


class Seen(NamedTuple):
    """What a case was when the campaign ended, which lets go of its cases."""

    kind: str
    scope: str
    entity: int
    attempt: int
    done: bool
    asked: int
    started: float


class Kept(Hold):
    def scalars(self, c):
        def seen(case):
            return Seen(case.kind.name, case.kind.scope, case.entity, case.attempt, case.done, case.asked, case.started)

        self.seen.held, self.seen.met = list(map(seen, self.held)), list(map(seen, self.met))
        self.seen.notice = c.p["assessment.notice_days"]
        return super().scalars(c)


def held(scenario, kinds, month, replication=0, log=False, day=1):
    """Play with a kind begun on a day; the run, and the cases held and met."""
    family, seen = Kept(kinds, date(scenario.start_date.year, month, day)), SimpleNamespace()
    family.seen = seen
    return play(scenario, FIRST, replication, families=(*FAMILIES, lambda: family), log=log), seen


def test_the_runs_of_the_design_are_every_work_on_every_day(tiny):
    seen = [point(number) for number in range(2 * RUNS)]
    assert len(set(seen)) == 2 * RUNS == 2 * len(WORKS) * len(MONTHS)
    assert [replication for replication, _, _ in seen] == [0] * RUNS + [1] * RUNS
    assert begins(tiny)[0] == tiny.start_date and begins(tiny)[-1] == date(2018, 12, 1)


def test_every_kind_of_case_is_some_work_or_follows_from_other_work(tiny):
    c = start(tiny, FIRST)
    for family in c.families:
        family.start(c)
    known = {kind for kinds in WORKS.values() for kind in kinds}
    assert known <= set(c.cases.kinds)
    assert set(c.cases.kinds) - known == {
        "training", "subsidy", "premium", "minimum_income", "workshop", "seat", "site_work", "award",
    }  # fmt: skip


def test_the_known_chances_and_days_are_found(found):
    assert {work: day for work, day in found.last_safe.items() if day} == {
        "hamlet_roads": date(2018, 6, 1), "posts": date(2018, 11, 1),
    }  # fmt: skip
    assert "rooms" not in found.last_safe and found.last_safe["water"] is None
    posts = found.of("posts")[0]
    assert (posts.cases, posts.chance.mean) == (10, 0.5) and posts.chance.low < 0.5 < posts.chance.high
    assert [chance.begin.month for chance in found.of("jobs")] == list(range(2, 13))


def uneven(scenario, allocation, replication, *, gate):
    """Of water one replication has a single case, which counts, the next nine of which three do; all others nothing."""
    own, work, _ = point(replication)
    cases, met = ((1, 1), (9, 3))[own % 2] if work == "water" else (0, 0)
    counts = {"held_cases": cases, "held_met": met}
    return Run(scenario.name, allocation, gate, replication, counts, held=steps(work, 30, met))


def test_of_a_hundred_cases_so_many_count_whichever_replication_they_are_of(tiny):
    water = deadlines(tiny, 4, workers=1, replicate=f"{__name__}:uneven").of("water")
    assert {(chance.cases, chance.chance.mean) for chance in water} == {(5.0, 0.4)}
    assert all(0.0 <= chance.chance.low < 0.4 < chance.chance.high <= 1.0 for chance in water)


def test_what_counts_in_every_replication_is_not_known_to_the_last_case(found):
    roads = found.of("hamlet_roads")[0].chance
    assert roads.mean == roads.high == 1.0 and 0.3 < roads.low < 0.5, "four replications, whatever cases they have"


def test_safe_is_what_keeps_nine_tenths_of_the_earliest_chance_without_a_gap():
    def days(*means):
        return [Chance("x", date(2018, k + 1, 1), 1.0, Interval(mean, 0.0, 1.0)) for k, mean in enumerate(means)]

    assert last_safe(days(0.8, 0.73, 0.71)) == date(2018, 2, 1)
    assert last_safe(days(0.8, 0.7, 0.8)) == date(2018, 1, 1), "what comes back later is not safe"
    assert last_safe(days(0.5, 0.6, 0.46)) == date(2018, 3, 1)
    assert last_safe(days(0.0, 0.0)) is None


def test_what_is_held_to_december_never_counts(tiny):
    every = sorted({kind for kinds in WORKS.values() for kind in kinds})
    seen = [held(tiny, every, 12, replication)[1] for replication in range(3)]
    assert [each.met for each in seen] == [[]] * 3
    kinds = {case.kind for each in seen for case in each.held}
    assert {work for work, those in WORKS.items() if kinds.isdisjoint(those)} == set()


def test_nothing_begins_before_its_day_and_all_of_it_then(tiny):
    run, seen = held(tiny, ["water"], 5, 1, log=True)
    day = float((date(2018, 5, 1) - tiny.start_date).days)
    done = {entity: at for at, kind, entity, code, _ in run.events if (kind, code) == ("case.done", "water")}
    began = {f"hamlet.{case.entity}" for case in seen.held}
    assert began & set(done) and all(done[entity] > day for entity in began & set(done))
    assert all(case.asked > 0 and case.started >= day for case in seen.held)


@pytest.mark.parametrize("kind", ["water", "industry", "post", "committee", "relocation"])
def test_on_its_day_a_case_stands_before_the_work_with_its_money_asked_for(tiny, kind):
    family = Hold([kind], date(2018, 5, 1))
    c = start(tiny, FIRST, 1, families=(*FAMILIES, lambda: family))
    c.treasury.start()
    c.income.start()
    for each in c.families:
        each.start(c)
    c.env.run(until=119.5)
    before = {case: (case.gate, case.asked) for case in family.held}
    assert before and all(gate != "built" and asked == 0 for gate, asked in before.values())
    c.env.run(until=120.5)
    assert list(before) == list(family.held)[: len(before)]
    assert all(case.done or case.gate in ("built", "accepted") for case in family.held)
    assert all(case.asked >= case.kind.upfront(case) for case in family.held) and any(case.asked for case in family.held)


@pytest.mark.parametrize(
    ("kinds", "month", "some_late"),
    [(WORKS["power"], 11, True), (["committee"], 10, True), (["education", "insurance"], 9, False)],
)
def test_what_counts_is_what_is_done_as_the_list_is_closed_or_for_a_village_by_the_cut_off(tiny, kinds, month, some_late):
    counted = late = 0
    for replication, day in product(range(3), (1, 20)):
        run, seen = held(tiny, kinds, month, replication, log=True, day=day)
        closed = {"village": 334.0}
        done = {(entity, code): at for at, kind, entity, code, _ in run.events if kind == "case.done"}
        met = [
            case for case in seen.held
            if done.get((f"{case.scope}.{case.entity}", case.kind), 400.0)
            < closed.get(case.scope, 333.0 - seen.notice)
        ]  # fmt: skip
        assert set(met) == set(seen.met)
        counted += len(met)
        late += sum(case.done for case in seen.held) - len(met)
    assert counted and bool(late) is some_late


def test_a_livelihood_counts_if_it_still_brings_the_year_over_the_line(tiny):
    spring, autumn = (held(tiny, ["job"], month)[1] for month in (3, 11))
    assert all(case.done for case in spring.held)
    placed = [case for case in autumn.held if case.done]
    assert len(autumn.met) < len(spring.met) < len(spring.held) and placed


def test_minimum_income_that_begins_still_waits_for_its_money(tiny):
    run, seen = held(tiny, ["backstop"], 4, log=True)
    at = {(kind, entity, code): day for day, kind, entity, code, _ in reversed(run.events)}
    homes = [f"household.{case.entity}" for case in seen.met]
    assert homes and all(at["money.paid", home, "backstop"] <= at["case.done", home, "backstop"] for home in homes)


def test_a_family_that_holds_nothing_changes_nothing(tiny):
    run, _ = held(tiny, [], 6)
    usual = play(tiny, FIRST, 0)
    scalars = {key: value for key, value in run.scalars.items() if key not in {"held_cases", "held_met", "events"}}
    assert scalars == {key: value for key, value in usual.scalars.items() if key != "events"}


@pytest.mark.parametrize("work", ["power", "collective", "committees", "village_roads"])
@pytest.mark.parametrize("replication", range(2))
def test_begun_earlier_is_never_worse_where_nothing_else_competes(tiny, work, replication):
    """Of the cases known of by the earlier day, where no village committee becomes sound between the two."""
    alone = tiny if work == "committees" else tiny.replace(families={"party_building": "off"})
    seen = [held(alone, WORKS[work], month, replication)[1] for month in (2, 5, 8, 10, 11, 12)]
    for earlier, later in pairwise(seen):
        assert entities(later.met) & entities(earlier.held) <= entities(earlier.met)


def entities(cases):
    return {(case.kind, case.entity) for case in cases if case.attempt == 0}


def test_with_more_builders_more_houses_begun_at_once_are_ready(tiny):
    few, many = (
        held(tiny.replace(assumptions={"works.builders": {"value": teams, "outside_range": True}}), ["housing"], 6)[0]
        for teams in (100, 1000)
    )
    assert few.scalars["held_cases"] == many.scalars["held_cases"]
    assert few.scalars["held_met"] < many.scalars["held_met"]


def test_one_worker_or_two_and_a_second_run_give_the_same(tiny, tmp_path):
    one = deadlines(tiny, 2, workers=1, replicate=TOY)
    two = deadlines(tiny, 2, workers=2, out=tmp_path, replicate=TOY)
    calls = []
    again = deadlines(tiny, 2, workers=1, out=tmp_path, replicate=TOY, progress=lambda done, total: calls.append(done))
    assert one.rows() == two.rows() == again.rows() and one.schedule == two.schedule == again.schedule
    assert one.schedule
    assert calls[0] == 2 * RUNS


def test_an_interrupt_keeps_what_is_complete_for_all(tiny):
    def stop(done, total):
        if done >= 0.6 * total:
            raise KeyboardInterrupt

    part = deadlines(tiny, 4, workers=1, replicate=TOY, progress=stop)
    with pytest.raises(ValueError, match="nothing here can be drawn"):
        dataclasses.replace(part, replications=0, chances=(), last_safe={}, schedule=()).plot()
    assert part.interrupted and part.replications == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_table_figure_and_summary(found, tmp_path, lang):
    with words.spoken(lang):
        shown = table(found)
        assert len({len(column.cells) for column in shown.columns}) == 1
        assert len({name(work) for work in WORKS}) == len(WORKS)
        assert shown.columns[0].cells[:2] == (name("hamlet_roads"), name("posts"))
        assert [column.cells[0] for column in shown.columns[2:14]] == ["100"] * 6 + ["0"] * 6
        assert shown.columns[2].cells[ordered(found).index("jobs")] == ""
        with style.styled():
            ax = figure.draw(style.canvas()[1], found)
        assert [frame.get_xy() for frame in ax.patches] == [(4.5, -0.5), (9.5, 0.5)], "June and November"
    write_deadlines(found, tmp_path)
    said = json.loads((tmp_path / "summary.json").read_text())
    assert said["last_safe"]["posts"] == "2018-11-01" and len(said["chances"]) == len(found.chances)
    assert tuple(map(last_day, said["schedule"])) == found.schedule and said["most"] == 0.9
    with (tmp_path / "schedule.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["work"], row["gate"], row["day"]) for row in rows][:2] == [
        ("hamlet_roads", "paid_first", "2018-03-01"), ("hamlet_roads", "approved", "2018-06-01"),
    ]  # fmt: skip
    assert {row["day"] for row in rows if (row["work"], row["gate"]) == ("posts", "settled")} == {""}


def test_the_figure_is_left_in_three_kinds_of_file(found, tmp_path):
    assert {path.suffix for path in save(found, tmp_path, "zh")} == {".png", ".svg", ".pdf"}


def test_the_finding_says_what_has_to_begin_first(found):
    with words.spoken("en"):
        assert finding(found) == (
            "First to begin: roads to hamlets, by 1 June 2018; public-welfare posts may begin as late as 1 November 2018; "
            "relocation, hardened roads to villages, safe water and 9 more: no day to begin is early enough"
        )


def test_the_command(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.ensemble.pool.play", played)
    given = ["deadlines", "scenarios/quick.yaml", "--out", str(tmp_path), "--workers", "1", "--lang", "en"]
    assert main([*given, "--replications", "1"]) == 0
    out, _ = capsys.readouterr()
    assert "how many count in the year" in out and "First to begin: roads to hamlets" in out
    assert "Schedule worked back" in out and "fewer than nine in ten reimbursed this year: public-welfare posts" in out
    assert {path.name for path in tmp_path.iterdir()} >= {
        "summary.json", "manifest.json", "schedule.csv", "runs.sqlite", "figures",
    }  # fmt: skip


def played(task):
    from sim.ensemble.pool import Played
    from sim.ensemble.store import model_hash

    runs = [(a, replicate(task.scenario, a, task.replication, gate=task.gate), "") for a in task.allocations]
    return Played(model_hash(task.replicate), runs)
