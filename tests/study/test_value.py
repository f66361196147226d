"""What a little more would do, of a campaign whose answer is known, and on the small county."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from math import isfinite

import pytest

from sim import words
from sim.cli import main
from sim.evidence import load
from sim.record import Run
from sim.report import style
from sim.report.ablation import ablation
from sim.report.effects import name
from sim.report.figures import save
from sim.report.figures import value as figure
from sim.report.value import GROUPS, finding
from sim.report.value import value as table
from sim.scenario import ScenarioError
from sim.scenario.names import LINES
from sim.study import Interval
from sim.study.effects import BASE, MORE_YUAN, write_effects
from sim.study.value import STEPS, value, variants
from tests import toy
from tests.study.test_effects import effect

TOY = "tests.study.test_value:replicate"
FIRST = "as_in_2016_17"


#: So that runs that it has played are given back.
version = 1


def replicate(scenario, allocation, replication, *, gate):
    """Housing lifts 40 people out for 10 M yuan, crews 90 a quarter more; relocation is full."""
    run = toy.replicate(scenario, allocation, replication, gate=gate)
    people = run.scalars["registered_end_people"] - (4e-6 + replication * 1e-8) * scenario.floors["housing"]
    people -= 360 * (scenario.factors.get("works.builders", 1.0) - 1.0)
    return Run(run.scenario, allocation, gate, replication, {**run.scalars, "registered_end_people": people})


@pytest.fixture(scope="module")
def found(tiny):
    return value(tiny, 11, workers=1, replicate=TOY)


def test_money_for_a_line_goes_into_that_line_alone(tiny):
    played = variants(tiny)
    before = tiny.money(FIRST)
    for line in LINES:
        more = played[line, "line"]
        assert more.money(FIRST) == {**before, line: before[line] + MORE_YUAN}
        assert (more.free_yuan, more.earmarked) == (tiny.free_yuan, tiny.earmarked), "what may be moved stays as it is"
    assert sum(played["more money", "shared"].money(FIRST).values()) == tiny.total_yuan + MORE_YUAN


def test_every_step_is_one_step_from_the_campaign_as_it_is(tiny):
    played = variants(tiny.replace(assumptions={"people.tender": 4, "money.delay_days": 60}))
    assert next(iter(played)) == BASE and set(played) == {BASE, *STEPS}
    assert played["tender_desk", "quarter"].assumptions["people.tender"] == 5
    assert played["files", "fewer"].factors == {"people.file_error": 0.75}
    assert played["measuring", "narrower"].factors == {"income.measurement_sd": 0.75}
    assert played["measuring", "again"].rules.second_look and not tiny.rules.second_look
    assert played["acceptance_desks", "moved"].rules.inspectors_move and not tiny.rules.inspectors_move
    assert played["disbursement", "earlier"].assumptions == {"people.tender": 4, "money.delay_days": 30}
    assert variants(tiny)["disbursement", "earlier"].assumptions["money.delay_days"] == -30
    tilt, tilted = (played[key].allocations[FIRST].tilt for key in (BASE, ("tilt", "tilted")))
    assert all(tilted[line] == pytest.approx(tilt[line] + 0.1) for line in LINES)
    assert all(list(variant.allocations) == [FIRST] for variant in played.values())


def test_a_step_that_cannot_be_taken_is_none(tiny):
    shares = dict(tiny.allocations[FIRST].shares)
    leaning = tiny.replace(allocations={FIRST: {"shares": shares, "tilt": 1.0}}, compare=[FIRST])
    assert ("tilt", "tilted") not in variants(leaning)


@pytest.mark.parametrize(("own", "more"), [({"value": 26}, {"value": 31}), ({"times": 7}, {"times": 7.75})])
def test_a_step_goes_no_farther_than_the_model_is_made_for(tiny, own, more):
    """Helpers who are there nearly every day cannot be there a quarter more: a month has 31 days."""
    played = variants(tiny.replace(assumptions={"people.helper_days": {**own, "outside_range": True}}))
    assert played["helper_days", "quarter"].overrides["people.helper_days"].dump() == {**more, "outside_range": True}
    full = variants(tiny.replace(assumptions={"people.helper_days": {**more, "outside_range": True}}))
    assert ("helper_days", "quarter") not in full and len(full) == len(played) - 1


def test_effects_are_those_of_the_toy_and_a_line_that_is_full_is_told_from_nothing(found):
    housing, relocation = effect(found, "housing", "line"), effect(found, "relocation", "line")
    assert (round(housing.lifted.mean, 6), housing.significant) == (40.5, True)
    assert housing.lifted.low < 40.5 < housing.lifted.high
    assert (relocation.lifted.mean, relocation.significant, isfinite(relocation.people.low)) == (0.0, False, False)
    assert effect(found, "works", "quarter").lifted.mean == pytest.approx(90)


def test_more_for_a_line_that_is_full_does_nothing_on_the_small_county(tiny):
    rich = tiny.replace(total_yuan=2_000_000_000, scale=0.05)
    found = value(rich, 2, workers=1)
    for line in LINES:
        row = effect(found, line, "line")
        assert (row.people.mean, row.paid_yuan.mean, row.significant) == (0.0, 0.0, False)
    assert effect(found, "disbursement", "earlier").differ == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_table_figure_and_summary(found, tmp_path, lang):
    assert set(GROUPS) == {state for _, state in STEPS}
    with words.spoken(lang):
        shown = table(found)
        assert len({len(column.cells) for column in shown.columns}) == 1
        assert len({name(row) for row in found.effects}) == len(found.effects) == len(STEPS)
        assert [cell for cell in shown.columns[1].cells if cell not in ("", "0")] == ["+40", "+90"], "money first, then management"
        with style.styled():
            ax = figure.draw(style.canvas()[1], found)
        bars = {text.get_text(): bar for text, bar in zip(ax.get_yticklabels(), ax.patches, strict=False)}
        assert list(bars)[:2] == [name(effect(found, "works", "quarter")), name(effect(found, "housing", "line"))]
        hollow = [text for text, bar in bars.items() if bar.get_facecolor()[:3] == (1, 1, 1)]
        assert len(hollow) == len(STEPS) - 3, "housing gains a little from money shared as before"
    write_effects(found, tmp_path, "value")
    assert len(json.loads((tmp_path / "summary.json").read_text())["effects"]) == len(STEPS)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("of", [table, ablation])
def test_sums_of_a_small_county_s_table_are_all_those_of_the_full_one(found, of, lang):
    """What is added stands there as in the file, ten million, so what is paid of it does too, as the note says."""
    state = {table: "shared", ablation: "more"}[of]
    paid = replace(effect(found, "more money", "shared"), state=state, paid_yuan=Interval(500_000.0, 0.0, 0.0))
    small = replace(found, scenario=found.scenario.replace(scale=0.1), effects=(paid,))
    with words.spoken(lang):
        shown = of(small)
        (column,) = (c for c in shown.columns if c.header == words.say("table.more_paid", unit=words.say("money.unit")))
    assert column.cells[-1] == {"zh": "+500", "en": "+5.0"}[lang]
    assert {"zh": "金额已折算成全县", "en": "full county"}[lang] in shown.note


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hollow_says_whether_nothing_is_seen_or_too_little_was_played(found, lang):
    with words.spoken(lang), style.styled():
        usual, few, differ = (words.say(f"figure.value.{note}", fewest=11) for note in ("note", "note_few", "note_differ"))
        some = replace(found.effects[0], differ=2, people=Interval(3.0, -math.inf, math.inf))
        told = replace(found, effects=tuple(row for row in found.effects if not row.differ or row.significant))
        for result, said in ((told, [usual]), (replace(told, effects=(some, *told.effects[1:])), [usual, differ]),
                             (replace(found, replications=9), [few])):  # fmt: skip
            assert figure.draw(style.canvas()[1], result).get_xlabel().partition("\n")[2] == "\n".join(said)


def test_the_figure_is_left_in_three_kinds_of_file(found, tmp_path):
    assert {path.suffix for path in save(found, tmp_path, "zh")} == {".png", ".svg", ".pdf"}


def test_the_finding_names_the_best_of_money_and_of_management_if_they_can_be_told(tiny, found):
    with words.spoken("en"):
        assert finding(found) == (
            'At 220 M yuan: of 10 M yuan more the greatest effect that can be told from none is in "housing" '
            '(40 more people lifted out); of steps of management the greatest effect that can be told from none '
            'is that of "crews and builders: a quarter more" (90 more people)'
        )
        money = replace(found, effects=tuple(row for row in found.effects if row.state in ("line", "shared")))
        assert finding(money).endswith("(40 more people lifted out); no step of management can be told from none")
        nothing = value(tiny, 11, workers=1, replicate="tests.toy:replicate")
        assert "nobody out that could be told from none" in finding(nothing) and "nor can any step" in finding(nothing)


def test_the_command(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.campaign.replicate", replicate)
    words = ["value", "scenarios/quick.yaml", "--out", str(tmp_path), "--workers", "1", "--lang", "en"]
    assert main([*words, "--replications", "11"]) == 0
    out, _ = capsys.readouterr()
    assert "What a little more would do at 220 M yuan" in out and "At 220 M yuan: of 10 M yuan more the greatest effect" in out
    assert {path.name for path in tmp_path.iterdir()} >= {"summary.json", "manifest.json", "runs.sqlite", "figures"}


def test_money_can_come_earlier_than_assumed_and_nothing_else_may_be_below_zero(tiny):
    assert [name for name, entry in load().items() if entry.signed] == ["money.delay_days"]
    with pytest.raises(ScenarioError) as caught:
        tiny.replace(assumptions={"people.tender": {"value": -1, "outside_range": True}})
    assert [problem.code for problem in caught.value.problems] == ["negative_value"]
