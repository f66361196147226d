"""The list back after a run, the round trip of the rule's own list, and the curve of how many to propose."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta

import pytest

import sim
from sim.record import Run
from sim.study import compare, write
from sim.study.projects_back import projects_back
from sim.study.propose import propose, recorded
from tests.conftest import SCENARIOS

FIRST = "as_in_2016_17"


@pytest.fixture(scope="module")
def played(tiny):
    return compare(tiny, 1, workers=1)


@pytest.fixture(scope="module")
def exported(played, tmp_path_factory):
    """The list of every allocation, as the export of a comparison has it."""
    folder = tmp_path_factory.mktemp("run")
    write(played, folder)
    return folder / "projects.csv"


def test_the_rule_s_list_fed_back_gives_the_same_replication_to_the_byte(tiny, exported):
    own = tiny.replace(projects=str(exported))
    for name in tiny.allocations:
        rule, back = (sim.run(scenario, name, 0, log=True) for scenario in (tiny, own))
        assert len(back.own_projects["listed"]) == len(own.own_projects(name)) > 50
        as_rule = dict(vars(back)) | {"projects": rule.projects, "own_projects": rule.own_projects}
        assert as_rule == vars(rule)
        rows = zip(own.own_projects(name), back.own_projects["listed"], strict=True)
        assert all(listed == row.places for row, listed in rows)


def test_the_rule_s_list_is_not_left_where_there_is_one_of_one_s_own(tiny, exported, tmp_path):
    write(compare(tiny.replace(projects=str(exported), compare=[FIRST]), 1, workers=1), tmp_path)
    assert {path.name for path in tmp_path.glob("projects*")} == {"projects_back.csv"}


def test_in_another_county_the_same_list_fits_less_where_nobody_mends_it(tiny, exported):
    rule = tiny.replace(rules={"replanning": "off"})
    for r in (1, 2, 3):
        back = sim.run(rule.replace(projects=str(exported)), FIRST, r)
        assert back.own_projects["wanted"] < back.own_projects["listed"]
        assert back.scalars["exits_people"] < sim.run(rule, FIRST, r).scalars["exits_people"]


def test_after_years_before_each_project_stands_once_and_the_list_can_be_fed_back(tiny, tmp_path):
    after = tiny.replace(start="history", history="scenarios/2016-2017.yaml", scale=0.2, compare=[FIRST])
    made = compare(after, 1, workers=1)
    write(made, tmp_path)
    with (tmp_path / "projects.csv").open() as file:
        rows = list(csv.DictReader(file))
    keys = [tuple(row[name] for name in ("kind", "village", "hamlet", "under_way")) for row in rows]
    (run,) = made.runs[FIRST]
    assert len(keys) == len(set(keys)) < len(run.projects["line"])
    assert sum(int(row["cost_yuan"]) for row in rows) == sum(run.projects["cost_yuan"])
    houses = [sum(places for kind, places in listed if kind == "housing") for listed in (
        zip(run.projects["kind"], run.projects["places"], strict=True), ((row["kind"], int(row["places"])) for row in rows),
    )]  # fmt: skip
    assert houses[0] == houses[1] > 0
    fed_back = after.replace(projects=str(tmp_path / "projects.csv"))
    assert len(fed_back.own_projects(FIRST)) == len(rows)


def test_what_is_decided_later_starts_when_it_is_decided(tiny, tmp_path):
    write(compare(tiny.replace(decide_on="2018-06-30", compare=[FIRST, "balanced_by_need"]), 1, workers=1), tmp_path)
    with (tmp_path / "projects.csv").open() as file:
        starts = {(row["allocation"], row["start"]) for row in csv.DictReader(file) if row["under_way"] == "0"}
    assert starts == {(FIRST, "2018-01-01"), ("balanced_by_need", "2018-06-30")}


@pytest.fixture(scope="module")
def shipped():
    return sim.load(SCENARIOS / "own-projects.yaml")


def test_any_number_of_workers_gives_the_same_list_back(shipped, tmp_path):
    for workers in (1, 2):
        write(compare(shipped, 2, workers=workers), tmp_path / str(workers))
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / str(w)).glob("*.csv")} for w in (1, 2))
    assert one == two and {"projects_back.csv", "propose.csv"} <= set(one)
    with (tmp_path / "1" / "projects_back.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(shipped.projects.rows) * len(shipped.allocations)
    for row in rows:
        assert (row["chance"] == "") == (row["replications"] == "0")
        assert not row["chance"] or float(row["chance_low"]) <= float(row["chance"]) <= float(row["chance_high"])
        days = [row[gate] for gate in ("approved", "begun", "finished", "accepted", "settled") if row[gate]]
        assert days == sorted(days) and (not row["start"] or not row["begun"] or row["begun"] >= row["start"])


def made(scenario, columns):
    """A comparison of one allocation whose runs hold these columns of the list, a tuple of values a replication."""
    from types import SimpleNamespace

    runs = [Run("made", FIRST, "plan", r, own_projects={k: [v[r]] for k, v in columns.items()}) for r in range(4)]
    return SimpleNamespace(scenario=scenario, runs={FIRST: runs})


def test_chance_and_days_are_those_of_the_replications_that_need_the_project(tiny):
    row = {"line": "housing", "kind": "housing", "village": 1, "places": 3, "cost_yuan": 30, "finish": "2018-06-30"}
    scenario = tiny.replace(projects={"rows": [row]}, compare=[FIRST])
    days = dict.fromkeys(("approved", "begun", "accepted", "settled"), (10, -1, 200, -1))
    columns = {"listed": (3, 3, 1, 1), "wanted": (2, 0, 3, 1), "in_time": (2, 0, 1, 0), **days, "finished": (180, -1, 181, -1)}
    (back,) = projects_back(made(scenario, columns))
    assert (back.needed, back.listed, back.wanted, back.not_taken) == (3, 2.0, 1.5, 1.0)
    assert (back.chance.count, back.chance.n) == (1, 3) and back.in_time == 0.5
    assert back.beyond == back.row()["replications_beyond_list"] == 1, "the third asks for three and has money for one"
    assert back.days["approved"] == date(2018, 7, 20) and back.by_plan == pytest.approx(1 / 3)
    later = {**columns, "approved": (10, -1, -1, -1)}
    assert projects_back(made(scenario, later))[0].days["approved"] is None
    half = {**columns, "wanted": (2, 1, 3, 1), "approved": (10, -1, -1, 20)}
    assert projects_back(made(scenario, half))[0].days["approved"] == scenario.start_date + timedelta(20), "half do"


def test_a_project_that_no_replication_needs_has_no_chance(tiny):
    row = {"line": "housing", "kind": "housing", "village": 1, "places": 3, "cost_yuan": 30}
    scenario = tiny.replace(projects={"rows": [row]}, compare=[FIRST])
    names = ("wanted", "in_time", "approved", "begun", "finished", "accepted", "settled")
    (back,) = projects_back(made(scenario, {"listed": (3,) * 4, **dict.fromkeys(names, (0,) * 4)}))
    assert (back.chance, back.in_time, set(back.days.values())) == (None, None, {None})


def proposal(replication, proposed, remained, ready):
    return Run(
        "made", FIRST, "plan", replication, {"ready_people": ready},
        proposals={"proposed": proposed, "remained": remained},
    )  # fmt: skip


def test_the_curve_reads_the_list_and_goes_on_as_its_last_quarter(tiny):
    scenario = tiny.replace(targets={**tiny.targets.model_dump(), "people": 1000}, scale=1.0)
    runs = [
        proposal(0, [600, 900, 1200], [600, 900, 1110], 5000),  # 0.7 of the last 300
        proposal(1, [600, 900, 1200], [600, 900, 900], 1200),  # nobody of the last 300
    ]
    found = propose(scenario, FIRST, runs)
    by = {point.people: point for point in found.curve}
    assert found.target == 1000 and by[900].remain == 900 and by[900].chance.count == 0
    assert by[1040].chance.count == 0 and by[1060].chance.count == 1  # 900 + 0.7 x 143 reach 1,000
    assert by[1300].high == pytest.approx(900 + 0.9 * (1110 + 70 - 900))
    assert (found.needed(0.5), found.needed(0.8)) == (1060, None)


def test_of_several_years_there_is_no_file_of_how_many_to_propose(played, tmp_path):
    for folder, end in (("one", "2018-12-31"), ("two", "2019-12-31")):
        write(replace(played, scenario=played.scenario.replace(end_date=end)), tmp_path / folder)
    assert (tmp_path / "one" / "propose.csv").stat().st_size > 0
    assert not (tmp_path / "two" / "propose.csv").exists()


def test_a_table_that_there_is_no_longer_does_not_stay_from_before(played, exported, tmp_path):
    """Of the same name and in the same folder: without the list of one's own, and with a year more."""
    listed = played.scenario.replace(projects=str(exported), compare=[FIRST])
    write(compare(listed, 1, workers=1), tmp_path)
    assert {"propose.csv", "projects_back.csv"} <= {path.name for path in tmp_path.iterdir()}
    write(replace(played, scenario=played.scenario.replace(end_date="2019-12-31")), tmp_path)
    assert not {"propose.csv", "projects_back.csv"} & {path.name for path in tmp_path.iterdir()}


def test_more_than_are_ready_cannot_be_proposed(tiny):
    scenario = tiny.replace(targets={**tiny.targets.model_dump(), "people": 1000}, scale=1.0)
    found = propose(scenario, FIRST, [proposal(0, [450, 900], [425, 850], 950)])
    assert max(point.remain for point in found.curve) == pytest.approx(850 * 950 / 900)
    assert found.needed(0.5) is None and found.needed(0.5, ready=True) == 1060


def test_a_run_tells_of_its_own_list_and_its_curve_never_falls(tiny):
    runs = [sim.run(tiny, FIRST, r) for r in range(3)]
    assert recorded(tiny, runs) and not recorded(tiny, [Run("made", FIRST, "plan", 0)])
    assert not recorded(tiny.replace(end_date="2019-12-31"), runs), "the last year's list says nothing of the first year's target"
    for run in runs:
        proposed, remained = run.proposals["proposed"], run.proposals["remained"]
        assert list(proposed) == sorted(proposed) and list(remained) == sorted(remained)
        assert (proposed[-1], remained[-1]) == (run.scalars["proposed_people"], run.scalars["exits_people"])
        assert run.scalars["ready_people"] >= run.scalars["proposed_people"]
    curve = propose(tiny, FIRST, runs).curve
    assert [p.chance.count for p in curve] == sorted(p.chance.count for p in curve)
    assert all(p.chance.count <= p.if_ready.count for p in curve)
