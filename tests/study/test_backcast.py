"""History against the model: distances, intervals, both gates, and what is asked of the facts themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim import words
from sim.ensemble.pool import RunError
from sim.record import Run
from sim.report import style
from sim.report.backcast import backcast as table
from sim.report.figures import save
from sim.report.figures.backcast import LIMIT, draw
from sim.study.backcast import Fact, against, backcast, facts, write_backcast
from sim.study.calibrate import calibrate
from sim.words.numbers import percent

TOY = "tests.study.test_backcast:replicate"
#: So that runs that it has played are given back.
version = 1
LEFT = Fact("exits_people", 13_267.0, "fitted", "")


def replicate(scenario, allocation, replication, *, gate):
    """A campaign whose scalars are the reported facts, but for what the list keeps back and a known spread."""
    less = 0.1 if gate == "plan" else 0.0
    values = {fact.name: fact.value * (1.0 - less + 0.01 * (replication % 5 - 2)) for fact in facts(scenario.scale)}
    return Run(scenario.name, allocation, gate, replication, values)


def runs(values):
    return [Run("x", "y", "plan", r, {"exits_people": value}) for r, value in enumerate(values)]


@pytest.fixture
def found(years):
    return backcast(years, 10, workers=1, replicate=TOY)


def test_every_fact_is_held_under_both_gates_and_has_a_role(found):
    assert [(row.fact.name, row.gate) for row in found.held] == [(f.name, g) for f in facts() for g in ("plan", "none")]
    assert {fact.role for fact in facts()} == {"input", "fitted", "predicted"}
    assert len({fact.name for fact in facts()}) == len(facts())


def test_what_was_reported_stands_as_it_was_and_only_the_model_is_rounded(found):
    full = {fact.name: fact for fact in facts()}
    with words.spoken("zh"):
        shown = table(replace(found, held=tuple(replace(row, fact=full[row.fact.name]) for row in found.held)))
    cells = dict(zip(shown.columns[0].cells, zip(*(column.cells for column in shown.columns[2:5]), strict=True), strict=True))
    reported = {"减贫人口": "13,267", "脱贫户数": "3,465", "期末贫困发生率": "10.59%", "基础设施资金投向深度贫困乡": "52.93%",
                "搬迁入住率": "85%", "减贫人口中深度贫困乡所占": "48.1%", "脱贫摘帽村": "18"}  # fmt: skip
    assert {name: cells[name][0] for name in reported} == reported
    assert cells["减贫人口"][1].endswith("0") and cells["期末贫困发生率"][1] == "9.53%", "a county's incidence has two decimals"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_facts_that_are_cut_to_a_small_county_are_said_to_be(found, years, lang):
    """1,327 people is what nobody has reported: a tenth of it is."""
    with words.spoken(lang), style.styled():
        note = words.say("note.backcast_scaled", scale=percent(0.1, 0))
        for scale in (1.0, 0.1):
            result = replace(found, scenario=years.replace(scale=scale))
            for text in (table(result).note, draw(style.canvas()[1], result).get_xlabel()):
                assert (note in text) == (scale < 1)


@pytest.mark.parametrize("n", [1, 10, 20])
def test_what_is_judged_by_few_replications_is_said_to_be(found, n):
    with words.spoken("en"), style.styled():
        said = {1: words.say("answer.single"), 10: words.say("answer.few", done=10), 20: "Note: only"}[n]
        result = replace(found, replications=n)
        for text in (table(result).note, draw(style.canvas()[1], result).get_xlabel()):
            assert (said in text) == (n < 20)


def test_a_fact_in_the_middle_of_the_runs_is_inside_and_one_beyond_them_is_not(found):
    by_gate = {row.gate: row for row in found.held if row.fact.name == "exits_people"}
    assert by_gate["none"].inside and by_gate["none"].z == pytest.approx(0, abs=1e-9)
    assert not by_gate["plan"].inside and by_gate["plan"].z > 5
    assert by_gate["plan"].median == pytest.approx(0.9 * 13_267 * 0.12)


def test_intervals_and_distance_are_those_of_a_normal_sample():
    values = np.random.default_rng(4).normal(13_000, 200, 4000)
    row = against(LEFT, "plan", runs(values))
    assert row.inner == pytest.approx((13_000 - 135, 13_000 + 135), abs=15)
    assert row.outer == pytest.approx((13_000 - 329, 13_000 + 329), abs=25)
    assert row.z == pytest.approx(267 / 200, abs=0.1) and row.inside


def test_a_fact_off_runs_that_all_agree_is_beyond_any_distance():
    for values in ([13_000], [13_000, 13_000]):
        row = against(LEFT, "plan", runs(values))
        assert row.z == np.inf and row.outer == (13_000, 13_000) and not row.inside
    assert against(LEFT, "plan", runs([13_300] * 3)).z == -np.inf
    assert against(LEFT, "plan", runs([LEFT.value] * 3)).z == 0.0


def test_a_fact_off_runs_that_all_agree_is_an_arrow_at_the_limit(found):
    held = [replace(row, sd=0.0, inner=(0.0, 0.0), outer=(0.0, 0.0), mean=0.0) for row in found.held]
    fact = replace(found, held=tuple(held))
    _, ax = style.canvas()
    with words.spoken("en"):
        draw(ax, fact)
        cells = table(fact).columns[5].cells
    marks = [line for line in ax.lines if line.get_marker() in ("<", ">", "D")]
    assert {line.get_marker() for line in marks} == {">"} and {float(line.get_xdata()[0]) for line in marks} == {LIMIT}
    assert set(cells) == {"all agree"} and "inf" not in "".join(text.get_text() for text in ax.texts)


def test_one_worker_or_two_and_a_second_run_give_the_same(years, tmp_path, found):
    two = backcast(years, 10, workers=2, out=tmp_path, replicate=TOY)
    again = backcast(years, 10, workers=1, out=tmp_path, replicate=TOY)
    assert found.rows() == two.rows() == again.rows()
    write_backcast(found, tmp_path)
    assert '"z"' in (tmp_path / "summary.json").read_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_table_and_picture_name_every_fact(found, tmp_path, lang):
    with words.spoken(lang):
        cells = table(found).columns[0].cells
        assert list(cells) == [words.label("fact", fact.name) for fact in facts()]
        drawn = save(found, tmp_path)
    assert [path.suffix for path in drawn] == [".png", ".svg", ".pdf"] and all(path.stat().st_size > 10_000 for path in drawn)


@pytest.fixture(scope="module")
def lived(history):
    """The two years on the full county, in two replications."""
    return [sim.run(history, "as_it_was", replication) for replication in range(2)]


def test_the_years_before_start_at_their_own_margins(lived):
    run = lived[0]
    assert run.monthly["incidence"][0] == pytest.approx(0.1603, abs=1e-4)
    assert len(run.monthly["incidence"]) == 25
    assert {fact.name for fact in facts()} <= set(run.scalars)
    s = run.scalars
    assert s["registered_end_people"] == (
        s["registered_start_people"] - s["exits_people"] + s["new_people"] + s["returned_people"] + s["natural_people"]
    )


def test_registrations_of_the_two_years_follow_from_the_base(lived):
    """Exits less what incidence fell by: 13,267 - 0.0544 N, give or take what chance adds to so many."""
    for run in lived:
        s = run.scalars
        derived = 13_267 - (0.1603 - 0.1059) * s["N"]
        inflow = s["new_people"] + s["returned_people"]
        assert inflow == pytest.approx(derived, abs=4 * np.sqrt(derived * 4) + 0.1 * derived)


def test_the_list_of_a_year_holds_back_who_is_ready_under_a_small_plan(history):
    few = history.replace(targets={**history.targets.model_dump(), "people": 1000}, scale=0.3)
    limit = 2 * 1000 * 1.37 * few.scale
    assert sim.run(few, "as_it_was").scalars["exits_people"] <= limit
    assert sim.run(few, "as_it_was", gate="none").scalars["exits_people"] > 2 * limit


@pytest.mark.parametrize("change", [{}, {"end_date": "2016-12-31"}])
def test_other_years_are_not_held_against_the_facts(tiny, years, change):
    other = years.replace(**change) if change else tiny
    for study in (backcast, calibrate):
        with pytest.raises(RunError, match=r"scenarios/2016-2017\.yaml") as refused:
            study(other, 2, workers=1, replicate=TOY)
        assert refused.value.code == "other_years"
