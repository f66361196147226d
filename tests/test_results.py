"""Whatever a run leaves is explained: no column without a text in both languages, and none that is not there."""

from __future__ import annotations

import csv
import re

import pytest

import sim
from sim.study import write
from sim.words import catalogue
from tests.benchmarks.appendix import RESULTS, explained
from tests.conftest import SCENARIOS
from tests.own import Shops

FIRST = "as_in_2016_17"
#: Columns of which there is one for each year or line, and where they are explained.
MANY = (
    (r"incidence_\d{4}", "years.incidence_YEAR"),
    (r"left_\d{4}_people", "years.left_YEAR_people"),
    (r"left_\d{4}_returned_within_\d_people", "years.left_YEAR_returned_within_K_people"),
    (r"left_\d{4}_short_after_\d_people", "years.left_YEAR_short_after_K_people"),
    (r"returned_within_\d_share", "years.returned_within_K_share"),
    (r"short_after_\d_share", "years.short_after_K_share"),
    (r"paid_yuan_[a-z_]+", "monthly.paid_yuan_LINE"),
)


def place(table, column):
    """Where a column of a table is explained."""
    if column in ("allocation", "replication"):
        return f"result.every.{column}"
    found = next((name for pattern, name in MANY if re.fullmatch(pattern, column)), f"{table}.{column}")
    return f"result.{found}"


@pytest.fixture(scope="module")
def columns(tmp_path_factory):
    """The places of all columns that comparisons of one year, of two and of a list of one's own leave."""
    quick = sim.load(SCENARIOS / "quick.yaml")
    road = {"line": "infrastructure", "kind": "road", "village": 1, "places": 1, "cost_yuan": 500_000}
    own = quick.replace(projects={"rows": [road]}, compare=[FIRST])
    found = set()
    for k, scenario in enumerate((quick, quick.replace(end_date="2019-12-31"), own)):
        folder = tmp_path_factory.mktemp(f"columns{k}")
        write(sim.compare(scenario, replications=1, workers=1), folder)
        for path in folder.glob("*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as file:
                found |= {place(path.stem, column) for column in next(csv.reader(file), ())}
    return found | census(sim.run(quick, FIRST, log=True).census)


def census(of):
    """The places of the columns of a run's census, and of what stands beside its tables."""
    tables = ("households", "hamlets", "villages")
    below = {f"result.census_{table}.{column}" for table in tables for column in of[table]}
    return below | {f"result.census.{key}" for key in of if key not in tables}


@pytest.mark.parametrize("lang", catalogue.LANGUAGES)
def test_every_column_that_a_comparison_leaves_has_its_text_and_no_other(columns, lang):
    assert columns == {key for key in catalogue.texts(lang) if key.startswith("result.")}


def test_the_page_of_results_is_what_the_command_writes():
    assert explained() == RESULTS.read_text(encoding="utf-8"), "python -m tests.benchmarks.appendix makes it anew"


def test_a_run_says_in_a_notebook_what_its_figures_are(tiny, monkeypatch):
    html = sim.run(tiny, FIRST)._repr_html_()
    assert "<th>lag_days</th>" in html and catalogue.texts(catalogue.language())["result.replications.lag_days"] in html
    monkeypatch.setitem(catalogue._taught[catalogue.language()], "result.replications.shops_open", "shops that sell (shops)")
    catalogue.texts.cache_clear()
    try:
        own = sim.run(tiny, FIRST, families=(*sim.FAMILIES, Shops))._repr_html_()
    finally:
        monkeypatch.undo()
        catalogue.texts.cache_clear()
    assert "<td>shops that sell (shops)</td>" in own and "<th>shops_open</th>" in own
    assert "<td></td>" in sim.run(tiny, FIRST, families=(*sim.FAMILIES, Shops))._repr_html_()
