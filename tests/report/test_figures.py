"""Figures: drawn into the axes they are given, in both languages, every sign in the shipped font, the same bytes."""

import os
import subprocess
import sys
import warnings
from dataclasses import replace

import pytest

from sim.report import figures, style, view
from sim.study import Interval
from sim.study.totals import Totals
from tests.report import example, studies
from tests.report.test_across_figure import FOUR


@pytest.fixture(scope="module")
def totals():
    found = {total: example.comparison(6, shift) for total, shift in ((100_000_000, 0.004), (220_000_000, 0.0))}
    return Totals(found[220_000_000].scenario, found, False)


def drawn(name, result):
    with style.styled():
        figure, ax = style.canvas()
        assert figures.drawing(name)(ax, result) is ax
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a glyph that the font lacks is a warning
            figure.canvas.draw()
        return ax


def said(ax):
    texts = [ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel()]
    texts += [text.get_text() for text in (*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels())]
    return "\n".join(texts + [text.get_text() for text in ax.get_legend().get_texts()])


@pytest.mark.parametrize("name", figures.SIZES)
def test_every_figure_speaks_the_language(comparison, lang, name):
    text = said(drawn(name, comparison))
    chinese = any("一" <= letter <= "鿿" for letter in text)
    assert chinese == (lang == "zh")


@pytest.mark.parametrize("name", figures.SIZES)
def test_no_legend_runs_off_its_figure(comparison, lang, name, monkeypatch):
    """With the causes that most often stop people."""
    causes = (
        "no_quota", "no_crew", "unfinished", "income_young", "income_misread", "income_short", "turned_away", "shock",
    )  # fmt: skip
    monkeypatch.setattr(view, "causes", lambda summary, of: dict.fromkeys(causes, 100.0))
    with style.styled():
        figure, ax = style.canvas(*figures.SIZES[name])
        figures.drawing(name)(ax, comparison)
        figure.canvas.draw()
        legend, whole = ax.get_legend().get_window_extent(), figure.bbox
        assert legend.x1 <= whole.x1 and legend.y0 >= whole.y0


@pytest.mark.parametrize("plans", [1, 3, 4, 7])
def test_no_number_of_a_chance_lies_under_a_mark(comparison, plans):
    """The chances of all plans are 0, so that numbers and marks stand one above the other."""
    names = list(comparison.scenario.allocations)[:plans]
    made = example.comparison(2, 0.02, comparison.scenario.replace(compare=names))
    with style.styled():
        figure, ax = style.canvas(*figures.sizes(made)["chance"])
        figures.drawing("chance")(ax, made)
        figure.canvas.draw()
        marks = [line.get_window_extent() for line in ax.lines]
        numbers = [text.get_window_extent() for text in ax.texts]
        assert len(numbers) == len(marks) == 3 * plans
        assert not any(number.overlaps(mark) for number in numbers for mark in marks)
        assert ax.get_legend().get_window_extent().y1 <= ax.xaxis.label.get_window_extent().y0


def test_the_target_of_the_register_is_not_drawn_as_one_of_the_lines(comparison, lang):
    """Those who do not yet meet the standard fall below it in all replications, and no plan reaches it."""
    ax = drawn("incidence", comparison)
    target = comparison.scenario.targets.incidence
    strip = ax.patches[-1]
    full = [tuple(line.get_xdata()) for line in ax.lines if set(line.get_ydata()) == {target} and line.get_linestyle() == "-"]
    assert full == [(strip.get_x(), strip.get_x() + strip.get_width())]
    words = {"zh": ("占乡村人口的比例", "目标2.41%（年底在册）", "线：尚未达标；右栏：年底在册"),
             "en": ("share of rural people", "target 2.41 % (on the register at year end)", "lines: not yet at the standard")}[lang]  # fmt: skip
    shown = (ax.get_ylabel(), *(text.get_text() for text in ax.texts), ax.get_legend().get_title().get_text())
    assert all(any(word in text for text in shown) for word in words)


def test_totals(totals, lang):
    ax = drawn("totals", totals)
    assert len(ax.get_legend().get_texts()) == 7
    assert [tick.get_text() for tick in ax.get_xticklabels()] == {"zh": ["10,000", "22,000"], "en": ["100", "220"]}[
        lang
    ]


def test_shares_of_the_doubt_are_drawn_no_further_than_they_mean_anything(comparison, lang):
    """A quantity that hardly varies has shares of thousands of per cent."""
    doubt = studies.doubts(comparison)
    wild = [replace(part, share=Interval(part.share.mean, 0.0, 300.0)) for part in doubt.parts]
    ax = drawn("sensitivity", replace(doubt, parts=tuple(wild)))
    assert len(ax.get_legend().get_texts()) == 3 and ax.get_xlim() == (0.0, 1.5)
    screened = studies.screened(comparison)
    indices = [replace(row, total=Interval(250.0, 1.0, 470.0)) for row in screened.indices]
    low, high = drawn("screening", replace(screened, indices=tuple(indices))).get_xlim()
    assert -0.5 <= low <= 0 and high == 1.5


@pytest.mark.parametrize("name", figures.SIZES)
def test_one_replication_has_no_interval_and_is_drawn(name):
    drawn(name, example.comparison(1))


def test_a_planners_title_is_text_not_markup():
    scenario = example.load(example.SCENARIO)
    wild = {"zh": "甲$x_1$<script>" + "长" * 2000, "en": "100$ & 200$ \u202e[bold]" + "x" * 2000}
    first = scenario.baseline
    shares = {line: share for line, share in scenario.allocations[first].shares.items() if share}
    scenario = scenario.replace(allocations={first: {"title": wild, "shares": shares}})
    for name in figures.SIZES:
        drawn(name, example.comparison(2, scenario=scenario))


def test_a_sign_that_no_font_has_is_a_box_and_no_warning(comparison, tmp_path):
    scenario = comparison.scenario
    first, *_ = scenario.dump()["allocations"]
    rare = {**scenario.dump()["allocations"][first], "title": {"zh": "方案\U00020bb7", "en": "plan \U00020bb7"}}
    made = example.comparison(2, scenario=scenario.replace(allocations={first: rare}, compare="all"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figures.save_one("chance", made, tmp_path, (6, 4), "zh")
        assert made.plot("chance", lang="en")._repr_png_().startswith(b"\x89PNG")


def saved(folder):
    """A figure of a comparison and one of many scenarios, in all kinds of file."""
    figures.save_one("chance", example.comparison(4), folder, (6, 4), "zh")
    figures.save(FOUR, folder, "zh")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_bytes_from_another_process(tmp_path):
    code = "import sys, pathlib; from tests.report import test_figures; test_figures.saved(pathlib.Path(sys.argv[1]))"
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)}
    here = saved(tmp_path / "a")
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "b")], check=True, env=env)
    assert here == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()} and len(here) == 6
    for name, content in here.items():
        assert len(content) < (200_000 if name.startswith("chance") else 300_000)
        assert b"202" not in content.split(b"</metadata>")[0][:1500]


def test_the_font_covers_every_word_of_the_catalogues():
    from fontTools.ttLib import TTFont

    from sim import words

    covered = set(TTFont(style.FONT).getBestCmap())
    used = {letter for lang in ("zh", "en") for text in words.texts(lang).values() for letter in text if letter != "\n"}
    assert {letter for letter in used if ord(letter) not in covered} == set()
    assert style.FONT.stat().st_size < 2_000_000
