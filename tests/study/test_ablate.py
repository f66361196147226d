from __future__ import annotations

import json
from math import isfinite

import pytest

from sim import words
from sim.ensemble.ensemble import Ensemble
from sim.ensemble.store import model_hash
from sim.record import Run
from sim.report import style
from sim.report.ablation import ablation as table
from sim.report.ablation import grouped, shown
from sim.report.effects import name
from sim.report.figures import ablation as figure
from sim.report.figures import save
from sim.scenario import FAMILIES
from sim.statistics.intervals import Interval, mean_interval, simultaneous
from sim.study import ablate
from sim.study.ablate import SYSTEMS, variants
from sim.study.effects import Effect, Effects, fold, write_effects
from tests import made, toy
from tests.study.test_effects import effect

FIRST = "as_in_2016_17"
TOY = "tests.study.test_ablate:replicate"


#: So that runs that it has played are given back.
version = 1


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
    return ablate(tiny, 12, workers=1, replicate=TOY)


def test_every_system_is_changed_and_money_stands_beside(tiny, found):
    played = variants(tiny)
    assert {(system.name, state) for system in SYSTEMS for state in system.changes} == {
        key for key in played if key[1] not in ("", "more")
    }
    for system, state in played:
        if system in {*FAMILIES} - {"replanning"} and state in ("off", "unlimited"):
            assert played[system, state].families[system].state == state
    assert not any(vars(played[name, "off"].rules)[name] for name in ("replanning", "double_recognition"))
    assert played["files", "half"].factors == {"people.file_error": 0.5}
    assert len(found.effects) == len(played) - 1
    assert [row.system for row in found.effects if row.state == "more"] == ["more money"]
    assert all(list(variant.allocations) == [tiny.baseline] for variant in played.values())


def test_every_family_but_what_befalls_the_county_can_be_left_out_or_never_waits():
    asked = {system.name for system in SYSTEMS if {"off", "unlimited"} & set(system.changes)}
    assert set(FAMILIES) - asked == {"households", "shocks", "inflow"}


def test_what_the_scenario_has_changed_is_no_variant_and_its_own_values_are_doubled(tiny):
    own = {
        "people.experts": {"value": 30}, "people.tender": {"times": 1.5}, "people.investigators": {"value": 10},
        "order.company_villages": 0.6, "post.share_of_jobs": {"times": 2, "outside_range": True},
    }  # fmt: skip
    played = variants(tiny.replace(assumptions=own, families={"zones": "off"}))
    assert ("zones", "off") not in played and ("zones", "double") in played
    doubled = played["guidance", "double"]
    assert doubled.assumptions["people.experts"] == 60
    assert doubled.assumptions["people.investigators"] == 10
    assert played["tender_desk", "double"].factors["people.tender"] == 3.0
    assert played["order_chain", "double"].assumptions["order.company_villages"] == 1.0
    assert played["cooperation", "double"].factors["post.share_of_jobs"] == 1 / 0.3


def test_effects_are_those_of_the_toy(found):
    off = effect(found, "zones", "off")
    assert (off.people.mean, off.significant) == (100, True)
    doubled = effect(found, "works", "double")
    assert doubled.people.mean == pytest.approx(-51)
    assert doubled.people.low < -51 < doubled.people.high and doubled.significant
    assert doubled.people == mean_interval([-50, -51, -52] * 4, simultaneous(0.95, len(found.effects)))
    assert doubled.people != mean_interval([-50, -51, -52] * 4)
    assert not effect(found, "more money", "more").significant
    assert effect(found, "relocation", "off").people.mean == 0


@pytest.mark.parametrize(("touched", "given"), [(0, False), (5, False), (6, True)])
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
    write_effects(found, tmp_path, "ablate")
    (said,) = json.loads((tmp_path / "summary.json").read_text())["effects"]
    assert (said["differ"], said["people"]["low"] is not None, said["told_from_zero"]) == (touched, given, given)
    assert (table(found).columns[2].cells[1] == words.say("table.differ", count=touched)) == (not given)
    drawn = style.canvas()
    figure.draw(drawn[1], found)
    drawn[0].canvas.draw()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_table_figure_and_file(found, tmp_path, lang):
    with words.spoken(lang):
        shown = table(found)
        assert len({len(column.cells) for column in shown.columns}) == 1
        assert len({name(row) for row in found.effects}) == len(found.effects)
        names, people = (column.cells for column in shown.columns[:2])
        headings = [words.say(f"effect.group.{group}") for group in ("off", "double", "none")]
        assert [text for text in names if not text.startswith(" ")] == headings
        assert people[:4] == ("", "+100", "", "-50"), "what can be told stands first, in its group"
        assert f"  {name(effect(found, 'files', 'half'))}" in names[names.index(headings[-1]) :]
    write_effects(found, tmp_path, "ablate")
    assert (tmp_path / "summary.json").stat().st_size > 1000
    assert json.loads((tmp_path / "manifest.json").read_text())["model"] == model_hash()
    assert {path.suffix for path in save(found, tmp_path, lang)} == {".png", ".svg", ".pdf"}


def test_the_groups_are_sorted_and_the_picture_counts_what_it_leaves_out(tiny):
    def made_up(system, state, low, mean, high):
        nothing = Interval(0.0, 0.0, 0.0)
        return Effect(system, state, Interval(mean, low, high), 8, *[nothing] * 5)

    effects = [
        made_up("works", "off", 10, 20, 30), made_up("double_recognition", "off", -50, -40, -30),
        made_up("files", "half", -9, -8, -7), made_up("cadres", "double", -90, -80, -70),
        made_up("disbursement", "unlimited", -5, -4, -3), made_up("zones", "off", -500, 100, 700),
        made_up("more money", "more", -2, -1, 1),
    ]  # fmt: skip
    result = Effects(tiny, FIRST, 9, 9, tuple(effects), [], False)
    assert {group: [row.system for row in rows] for group, rows in grouped(result).items()} == {
        "off": ["double_recognition", "works"], "double": ["cadres", "files"], "unlimited": ["disbursement"],
        "none": ["zones", "more money"],
    }  # fmt: skip
    with words.spoken("en"), style.styled():
        ax = figure.draw(style.canvas()[1], result)
        ticks = [tick.get_text() for tick in ax.get_yticklabels()]
        assert ticks == [
            "left out", "double recognition", "crews and builders", "doubled", "village teams and helpers",
            "household files: errors halved", "never waits", "money on its way", "more money", "10 M yuan more",
        ]  # fmt: skip
        assert ax.get_xlabel().endswith("not shown, since it cannot be told from none: 1 of 7")
        drawn = {tuple(line.get_ydata()): line for line in ax.lines if line.get_linestyle() == "None"}
        hollow = [at for (at,), line in drawn.items() if line.get_markerfacecolor() == "white"]
        assert len(drawn) == 6 and hollow == [ticks.index("10 M yuan more")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_of_too_few_replications_the_picture_shows_what_there_is_and_says_so(tiny, lang):
    nothing, unknown = Interval(0.0, 0.0, 0.0), (float("-inf"), float("inf"))
    rows = (("works", "off", 20, 3), ("cadres", "off", -50, 2), ("files", "half", 0, 0), ("more money", "more", -2, 3))
    effects = [Effect(of, state, Interval(mean, *unknown), differ, *[nothing] * 5) for of, state, mean, differ in rows]
    result = Effects(tiny, FIRST, 3, 3, tuple(effects), [], False)
    with words.spoken(lang), style.styled():
        assert {group: [row.system for row in rows] for group, rows in shown(result).items()} == {
            "off": ["cadres", "works"], "more": ["more money"],
        }  # fmt: skip
        ax = figure.draw(style.canvas()[1], result)
        marks = [line for line in ax.lines if line.get_linestyle() == "None"]
        assert len(marks) == 3 and {line.get_markerfacecolor() for line in marks} == {"white"}
        below = ax.get_xlabel().split("\n")
        assert below[0] == words.say("figure.ablation.x_few", fewest=8)
        assert below[-1] == words.say("figure.ablation.hidden_too_few", count=1, all=4)
