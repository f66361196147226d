"""The public face: every name is there, and every result shows itself."""

from __future__ import annotations

import ast
import pickle
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

import sim
from sim import words
from sim.campaign import start
from sim.evidence import load
from sim.study.compare import Comparison
from tests.conftest import SCENARIOS
from tests.own import Shops

FIRST, TOY = "as_in_2016_17", "tests.toy:replicate"


def test_every_name_is_there_and_listed():
    assert dir(sim) == sorted(sim.__all__)
    assert all(getattr(sim, name) is not None for name in sim.__all__)
    with pytest.raises(AttributeError, match="compere"):
        _ = sim.compere


def test_a_type_checker_is_told_of_every_name_and_of_no_other():
    """What answers any name at run time is hidden from it: a misspelt name would be anything."""
    home = Path(sim.__file__)
    parts = {ast.unparse(part.test): part.body for part in ast.parse(home.read_text()).body if isinstance(part, ast.If)}
    imported = {alias.asname or alias.name for line in parts["TYPE_CHECKING"] for alias in line.names}
    (hidden,) = parts["not TYPE_CHECKING"]
    assert (home.parent / "py.typed").exists() and imported == set(sim.__all__) and hidden.name == "__getattr__"


@pytest.fixture(scope="module")
def results(tiny):
    tiny = tiny.replace(scale=0.05)
    one = tiny.replace(compare=[FIRST])
    history = sim.load("scenarios/2016-2017.yaml").replace(scale=0.05)
    return {
        "run": sim.run(tiny, FIRST), "comparison": sim.compare(tiny, 2, workers=1),
        "effects": sim.effects(one, {"late": one.replace(assumptions={"money.delay_days": 60})}, 3, workers=1),
        "totals": sim.totals(one, (60_000_000, 220_000_000), replications=2, workers=1),
        "backcast": sim.backcast(history, 2, workers=1), "identities": sim.reconcile(), "evidence": load(),
        "sensitivity": sim.sensitivity(one.replace(parameters="prior"), 8, workers=1),
    }  # fmt: skip


def test_every_result_has_a_line_a_table_and_a_frame(results):
    pandas = pytest.importorskip("pandas")
    for name, result in results.items():
        assert repr(result).startswith("<") and "\n" not in repr(result) and len(repr(result)) < 160, name
        html = result._repr_html_()
        assert html.startswith("<table>") and html.count("<tr>") > 1, name
        frame = result.frame()
        assert isinstance(frame, pandas.DataFrame) and len(frame), name
        assert tuple(frame) == getattr(result, "COLUMNS", ()) or name in ("run", "identities", "evidence"), name


def test_results_with_figures_draw_them(results):
    for name in ("comparison", "effects", "totals", "backcast", "sensitivity"):
        assert results[name].plot(lang="en")._repr_png_().startswith(b"\x89PNG"), name
    with pytest.raises(ValueError, match=r"name\(='money_'\) must be one of: incidence"):
        results["comparison"].plot("money_")


@pytest.mark.parametrize("name", ["compare", "compare_all", "totals", "value", "ablate"])
def test_every_study_takes_the_same_reporter_and_brings_it_to_its_end(tiny, name):
    told: list[tuple[int, int]] = []
    of = [tiny] if name == "compare_all" else tiny
    at = {"at": (60_000_000, 220_000_000)} if name == "totals" else {}
    getattr(sim, name)(of, replications=2, workers=1, replicate=TOY, progress=lambda *seen: told.append(seen), **at)
    assert told == sorted(told) and told[-1][0] == told[-1][1] > 0


def test_a_comparisons_frame_says_who_is_told_from_the_baseline(results):
    rows = results["comparison"].rows()
    assert [row["verdict"] == "baseline" for row in rows] == [True, False, False]
    assert rows[1]["more_poor"] == results["comparison"].differences[0].people.mean


def test_a_comparisons_frame_has_the_bounds_of_its_chances(results):
    comparison = results["comparison"]
    for row, summary in zip(comparison.rows(), comparison.allocations, strict=True):
        for name in ("p_target", "p_below_3"):
            chance = getattr(summary, name)
            assert (row[f"{name}_low"], row[name], row[f"{name}_high"]) == (chance.low, chance.estimate, chance.high)


def test_a_scenario_shows_its_money_and_what_is_set(tiny):
    changed = tiny.replace(families={"zones": "off"}, assumptions={"money.delay_days": 60})
    html = changed._repr_html_()
    assert "zones off" in html and "money.delay_days 60" in html and FIRST in html and "24.11" in html


def test_a_scenario_shows_rules_dates_own_families_lists_and_tilts_in_both_languages(tiny):
    own = sim.load(SCENARIOS / "quick.yaml", families=(Shops,))
    road = {"line": "infrastructure", "kind": "road", "village": 1, "cost_yuan": 900_000}
    plan = own.dump()["allocations"][FIRST]
    tilts = {"one": plan | {"tilt": 0.5}, "two": plan | {"tilt": {"default": 0.5, "industry": 0.7}}}
    changed = own.replace(
        rules={"replanning": "off", "second_look": True, "housing": "half"}, decide_on="2018-06-15", compare="all",
        families={"zones": {"state": "off", "from": "2018-07-01"}}, projects={"rows": [road]}, allocations=tilts,
    )  # fmt: skip
    for lang in words.catalogue.LANGUAGES:
        with words.spoken(lang):
            html = changed._repr_html_()
            assert words.say("changed.rule.replanning.off") in html and words.say("show.rows", count=1) in html
            assert words.label("family", "shops") in html and words.label("family", "zones") in html
    for told in ("housing half, replanning off, second_look on", "zones off from 2018-07-01", "2018-06-15",
                 "<td>shops</td>", "<td>0.5</td><td>1</td>", "<td>0.5, industry 0.7</td><td>1</td>"):  # fmt: skip
        assert told in html, told
    assert "<th>projects</th>" not in tiny._repr_html_()


def test_a_run_says_of_which_seed_it_is_and_which_luck_is_not_its_replications(tiny):
    run = sim.run(tiny.replace(seed=7), FIRST, 1)
    assert run.seed == 7 and "replication=1 seed=7: incidence" in repr(run)
    other = sim.run(tiny.replace(seed=7), FIRST, 1, indices=(5, 1, 5))
    assert "replication=1 seed=7 indices=5,1,5: " in repr(other)
    assert pickle.loads(pickle.dumps(other)) == other == other.from_json(other.to_json())
    with pytest.raises(FrozenInstanceError):
        other.seed = 8


def test_the_help_of_a_run_says_that_a_gate_may_bring_its_own_values():
    """As `Comparison` does."""
    for told in (sim.run, Comparison):
        assert "come from a posterior each" in " ".join(told.__doc__.split()), told


def test_the_values_of_a_replication_are_those_that_it_is_played_with(tiny):
    drawing = tiny.replace(parameters="prior")
    found = sim.values(drawing, 3)
    assert found == start(drawing, FIRST, 3).p != sim.values(drawing, 4)
    assert found["works.road_days"] != sim.values(tiny.replace(parameters="point"), 3)["works.road_days"]


def test_effects_are_of_the_first_allocation_and_drawn_even_where_none_is_told(tiny):
    found = sim.effects(tiny, {"the same": tiny}, 2, workers=1)
    assert found.allocation == FIRST and found.effects[0].people.mean == 0 and not found.effects[0].significant
    (ax,) = found.plot(lang="en").subfigs[0].axes
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["variants", "the same"]
