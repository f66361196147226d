"""What a notebook sees: a bar that is one output, sliders that play, a figure that keeps its language."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
import pytest

import sim
from sim import words
from sim.report import progress as module
from sim.report.progress import Bar, Lines
from sim.scenario.names import LINES
from tests.report import example

nbformat = pytest.importorskip("nbformat")

CELLS = """
import sim
scenario = sim.load("scenarios/quick.yaml").replace(compare=["as_in_2016_17"])
answer = sim.compare(scenario, replications=4, workers=1, progress=sim.progress("<name>"))
---
panel = sim.what_if(scenario, replications=2, lang="zh")
panel
---
panel.sliders["total"].value = 6000
print(panel.effect.people.mean > 0, panel.variant.total_yuan)
---
answer.plot("chance", lang="zh")
"""


@pytest.fixture(scope="module")
def cells():
    """The outputs of each cell of a notebook that was run without a browser."""
    nbclient = pytest.importorskip("nbclient")
    v4 = nbformat.v4
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in CELLS.split("---")])
    nbclient.NotebookClient(notebook, timeout=120).execute()
    return [cell.outputs for cell in notebook.cells]


def test_progress_is_one_output_that_ends_at_the_end(cells):
    (bar,) = cells[0]
    assert bar.output_type == "display_data"
    assert "5/5" in bar.data["text/plain"] and 'value="5" max="5"' in bar.data["text/html"]
    assert "&lt;name&gt;" in bar.data["text/html"] and "<name>" not in bar.data["text/html"]


def test_sliders_are_shown_play_and_read_as_text_where_there_are_none(cells):
    (shown,), (told,) = cells[1], cells[2]
    assert "application/vnd.jupyter.widget-view+json" in shown.data
    assert "这就是对照方案" in shown.data["text/html"] and shown.data["text/plain"].startswith("<WhatIf quick")
    assert told.text.split() == ["True", "60000000"]


def test_a_figure_is_a_picture(cells):
    (figure,) = cells[3]
    assert "image/png" in figure.data and figure.output_type == "execute_result"


class Shown:
    def __init__(self):
        self.updates = []

    def update(self, content, raw):
        self.updates.append(content["text/plain"])


def test_a_bar_is_not_rewritten_more_often_than_it_can_be_read(monkeypatch):
    display = pytest.importorskip("IPython.display")
    shown, now = Shown(), [0.0]
    monkeypatch.setattr(display, "display", lambda *a, **k: shown)
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    bar = Bar("x")
    for done in range(1001):
        now[0] += 0.001
        bar(done, 1000)
    assert 4 <= len(shown.updates) <= 6 and "1000/1000" in shown.updates[-1]


def test_elsewhere_it_is_a_line_at_each_tenth():
    assert isinstance(sim.progress("x"), Lines)
    out = io.StringIO()
    lines = Lines(out)
    for done in range(101):
        lines(done, 100)
    assert out.getvalue().count("\n") == 11


def test_long_work_is_not_silent_for_more_than_a_minute(monkeypatch):
    now, out = [0.0], io.StringIO()
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    lines = Lines(out)
    for done in range(100):
        lines(done, 100_000)
        now[0] += 7.0
    assert 11 <= out.getvalue().count("\n") <= 12


@pytest.fixture
def panel(tiny):
    pytest.importorskip("ipywidgets")
    return sim.what_if(tiny, replications=6, lang="en")


def test_a_panel_begins_at_the_baseline_exactly(panel, tiny):
    assert panel.variant == tiny.replace(compare=["as_in_2016_17"]) and panel.effect.people.mean == 0
    assert "This is the baseline" in panel._repr_html_()


def test_what_is_not_moved_stays_as_the_file_has_it(panel):
    first = panel.scenario.allocations["as_in_2016_17"]
    panel.sliders["total"].value = 110.0
    assert panel.variant.allocations["as_in_2016_17"] == first and panel.variant.total_yuan == 110_000_000
    assert panel.effect.people.mean > 0 and "fewer people" in panel._repr_html_()
    panel.sliders["total"].value = 220.0
    assert panel.effect.people.mean == 0


def test_shares_are_what_the_sliders_make_of_each_other(tiny):
    pytest.importorskip("ipywidgets")
    panel = sim.what_if(tiny, replications=1, lang="en")
    for line in LINES:
        panel.sliders[line].value = 30.0 if line in ("industry", "housing") else 0.0
    plan = panel.variant.allocations["as_in_2016_17"]
    assert (plan.shares["industry"], plan.shares["housing"], plan.shares["medical"]) == (0.5, 0.5, 0.0)
    panel.sliders["tilt"].value = 0.9
    assert set(panel.variant.allocations["as_in_2016_17"].tilt.values()) == {0.9}
    for line in ("industry", "housing"):
        panel.sliders[line].value = 0.0
    assert panel.variant.allocations["as_in_2016_17"].shares == panel.scenario.allocations["as_in_2016_17"].shares


def test_a_large_county_is_played_small_and_says_so(full):
    pytest.importorskip("ipywidgets")
    panel = sim.what_if(full.replace(scale=0.3), replications=1, lang="en")
    assert panel.scenario.scale == 0.12 and "12 % of the full size" in panel._repr_html_()


def test_both_sides_are_of_the_replications_that_both_have(panel, monkeypatch):
    """As the effect beside them is."""
    kept = panel._base.runs
    lacking = {key: run for key, run in kept.items() if key[2]}
    monkeypatch.setattr(panel, "_runs", lambda _: dataclasses.replace(panel._base, runs=lacking))
    panel.sliders["total"].value = 110.0
    ends = [100 * np.mean([run.scalars["incidence"] for run in runs.values()]) for runs in (lacking, kept)]
    assert f"{ends[0]:.2f}" != f"{ends[1]:.2f}" and panel._repr_html_().count(f"{ends[0]:.2f}") == 2


def test_a_planners_words_are_text_in_the_panel(tiny):
    pytest.importorskip("ipywidgets")
    words.use(None)
    hostile = tiny.dump()["allocations"]["as_in_2016_17"] | {"title": {"en": "<script>x</script>", "zh": "<b>"}}
    panel = sim.what_if(tiny.replace(allocations={"as_in_2016_17": hostile}, compare="all"), replications=1, lang="en")
    assert "<script" not in panel._repr_html_()


def test_a_figure_keeps_its_language_until_it_is_drawn():
    pictures = {}
    for lang in words.catalogue.LANGUAGES:
        for spoken in words.catalogue.LANGUAGES:
            figure = example.comparison(3).plot("money", lang=lang)
            with words.spoken(spoken):
                pictures[lang, spoken] = figure._repr_png_()
    assert pictures["zh", "zh"] == pictures["zh", "en"] != pictures["en", "zh"] == pictures["en", "en"]
