"""A run of several years says whether it lasts; one of a year does not speak of it."""

from dataclasses import replace
from datetime import date

import matplotlib.pyplot as plt
import pytest

from sim.ensemble.ensemble import Ensemble
from sim.report import answer, durability, workbook
from sim.report.comparison import tables
from sim.report.figures.axes import months_along
from sim.scenario import load
from sim.study.compare import fold
from sim.words import say
from tests.conftest import SCENARIOS
from tests.report import example

YEARS = (2016, 2017, 2018, 2019)
FIRST = "as_in_2016_17"


@pytest.fixture(scope="module")
def period():
    """Four years of made-up runs: half as many return as are short, a tenth a year."""
    scenario = load(SCENARIOS / "2016-2020.yaml").replace(end_date="2019-12-31")
    runs = {}
    for r in range(3):
        made = example.run(FIRST, 0.0, r)
        told = {f"left_{year}_people": 1000 * (r + 1) for year in YEARS}
        told |= {f"incidence_{year}": 0.148 - 0.012 * place for place, year in enumerate(YEARS)}
        for since in (1, 2):
            told |= {f"returned_within_{since}_share": 0.05 * since, f"short_after_{since}_share": 0.1 * since}
            for year in YEARS[:-since]:
                told |= {f"left_{year}_returned_within_{since}_people": 50 * since * (r + 1),
                         f"left_{year}_short_after_{since}_people": 100 * since * (r + 1)}  # fmt: skip
        for gate in ("plan", "none"):
            runs[gate, FIRST, r] = replace(made, gate=gate, scalars={**made.scalars, **told})
    return fold(scenario, Ensemble(runs=runs), 3)


def cells(table):
    return [[cell.replace(" ", "") for cell in row] for row in zip(*(c.cells for c in table.columns), strict=True)]


def test_a_row_a_year_says_what_became_of_those_who_left(period, lang):
    assert cells(durability.table(period)) == [
        ["2016", "14.80%", "2,000", "5.0%", "10.0%", "10.0%", "20.0%"],
        ["2017", "13.60%", "2,000", "5.0%", "10.0%", "10.0%", "20.0%"],
        ["2018", "12.40%", "2,000", "5.0%", "-", "10.0%", "-"],
        ["2019", "11.20%", "2,000", "-", "-", "-", "-"],
    ]
    assert durability.table(period).title in [table.title for table in tables(period)]


def test_the_answer_has_a_sentence_about_it_and_names_the_years(period, lang):
    said = answer.lines(period)
    text = "\n".join(said).replace(" %", "%")
    assert durability.line(period) in "\n".join(said)
    assert all(share in text for share in ("5.0%", "10.0%", "20.0%"))
    assert "2018" in said[0] and "2019" in said[0]
    assert "13798" not in text, "a year's plan is not the period's"


def test_it_has_a_sheet_of_the_workbook(period, comparison, lang):
    found = {table.title: name for name, table in workbook.sheets(period)}
    name = found[durability.table(period).title]
    assert name not in [name for name, _ in workbook.sheets(comparison)]


def test_a_single_year_does_not_speak_of_it(comparison, lang):
    assert not durability.recorded(comparison)
    assert not [
        column for table in tables(comparison) for column in table.columns if column.header == say("table.year")
    ]
    assert "2018" in answer.lines(comparison)[0] and "13" in "".join(answer.lines(comparison))


def test_year_ends_stand_along_the_axis_of_several_years(lang):
    figure, ax = plt.subplots()
    months_along(ax, date(2016, 1, 1), 48, 50)
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert ax.get_xticks().tolist() == [0, 12, 24, 36, 48]
    assert all(str(year) in name for year, name in zip(YEARS, names[1:], strict=True))
    plt.close(figure)
