from __future__ import annotations

import json
from math import isfinite

import pytest

from sim import words
from sim.record import Run
from sim.report.ablation import ablation as table
from sim.report.ablation import name, ordered
from sim.report.figures import save_ablation
from sim.study import ablate
from sim.study.ablate import SYSTEMS, fold, variants, write_ablation
from sim.study.ensemble import Ensemble
from sim.study.intervals import mean_interval, simultaneous
from sim.study.store import model_hash
from tests.study import made, toy

FIRST = "as_in_2016_17"
TOY = "tests.study.test_ablate:replicate"


def replicate(scenario, allocation, replication, *, gate):
    """A campaign in which zone commands are worth 100 people, crews 50 a doubling, and money nothing."""
    run = toy.replicate(scenario, allocation, replication, gate=gate)
    people = run.scalars["registered_end_people"]
    people += 100 * (scenario.families["zones"].state == "off")
    people -= 50 * (scenario.factors.get("works.builders") == 2) + replication % 3 * (scenario.factors != {})
    return Run(run.scenario, allocation, gate, replication,
               {**run.scalars, "registered_end_people": people, "incidence": people / 10_000})  # fmt: skip


@pytest.fixture
def found(tiny):
    return ablate(tiny, 6, workers=1, replicate=TOY)


def effect(found, system, state):
    return next(row for row in found.effects if (row.system, row.state) == (system, state))


def test_every_system_is_left_out_or_doubled_and_money_stands_beside(tiny, found):
    played = variants(tiny)
    assert {system.name for system in SYSTEMS} == {name for name, state in played if state in ("off", "double")}
    assert len(found.effects) == len(played) - 1
    assert [row.system for row in found.effects if row.state == "more"] == ["more money"]
    assert all(list(variant.allocations) == [next(iter(tiny.allocations))] for variant in played.values())


def test_effects_are_those_of_the_toy(found):
    off = effect(found, "zones", "off")
    assert (off.people.mean, off.told) == (100, True)
    doubled = effect(found, "works", "double")
    assert doubled.people.mean == pytest.approx(-51)
    assert doubled.people.low < -51 < doubled.people.high and doubled.told
    assert doubled.people == mean_interval([-50, -51, -52] * 2, simultaneous(0.95, len(found.effects)))
    assert doubled.people != mean_interval([-50, -51, -52] * 2)
    assert not effect(found, "more money", "more").told
    assert effect(found, "relocation", "off").people.mean == 0


@pytest.mark.parametrize(("touched", "given"), [(0, False), (4, False), (5, True)])
def test_where_few_replications_differ_there_is_no_interval(tiny, tmp_path, touched, given):
    runs = [{"plan": made.run(FIRST, r, 0.03, left=3000 + 500 * (r < k))} for r in range(24) for k in (0, touched)]
    ensembles = {
        label: Ensemble(runs={("plan", FIRST, r): run["plan"] for r, run in enumerate(runs[k::2])})
        for k, label in enumerate(("as it is/", "zones/off"))
    }
    found = fold(tiny, ensembles, 24)
    (row,) = found.effects
    assert (row.people.mean, row.differ, isfinite(row.people.low)) == (500 * touched / 24, touched, given)
    assert not isfinite(row.incidence.low) and not isfinite(row.paid_yuan.low), "each by what differs in it"
    write_ablation(found, tmp_path)
    (said,) = json.loads((tmp_path / "summary.json").read_text())["effects"]
    assert (said["differ"], said["people"]["low"] is not None, said["told_from_zero"]) == (touched, given, given)
    shown = {column.header: column.cells for column in table(found).columns}
    assert shown[words.say("table.differ")] == (str(touched),)
    assert (shown[words.say("table.interval")] == ("-",)) == (not given)
    assert {path.suffix for path in save_ablation(found, tmp_path, "en")} == {".png", ".svg"}


def test_one_worker_or_two_and_a_second_run_give_the_same(tiny, tmp_path, found):
    two = ablate(tiny, 6, workers=2, out=tmp_path, replicate=TOY)
    calls = []
    again = ablate(tiny, 6, workers=1, out=tmp_path, replicate=TOY, progress=lambda done, total: calls.append(done))
    assert found.rows() == two.rows() == again.rows()
    assert calls[0] == 6 * (len(found.effects) + 1)


def test_an_interrupt_keeps_what_is_complete_for_all(tiny):
    def stop(done, total):
        if done >= 0.7 * total:
            raise KeyboardInterrupt

    part = ablate(tiny, 6, workers=1, replicate=TOY, progress=stop)
    assert part.interrupted and 0 < part.replications < 6
    assert effect(part, "zones", "off").people.mean == 100


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_table_figure_and_file(found, tmp_path, lang):
    with words.spoken(lang):
        shown = table(found)
        assert len({len(column.cells) for column in shown.columns}) == 1
        states = [row.state for row in ordered(found)]
        assert states == sorted(states, key=["double", "off", "more"].index), "what strengthens comes first"
        assert len({name(row) for row in found.effects}) == len(found.effects)
        assert words.say("effect.none") in shown.columns[-1].cells
    write_ablation(found, tmp_path)
    assert (tmp_path / "summary.json").stat().st_size > 1000
    assert json.loads((tmp_path / "manifest.json").read_text())["model"] == model_hash()
    assert {path.suffix for path in save_ablation(found, tmp_path, lang)} == {".png", ".svg"}
