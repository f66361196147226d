"""Every result knows the columns of its rows, tells of each, keeps them where it has no rows, and draws no nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import sim
from sim.rows import Rows
from sim.scenario.names import LINES
from sim.study import Comparison, Optimisation
from sim.study.propose import propose
from sim.study.totals import Totals
from tests.report import example, studies
from tests.study.test_calibrate import MOVED
from tests.study.test_calibrate import TOY as CALIBRATED

TOY = "tests.toy:replicate"


@pytest.fixture(scope="module")
def results(tiny, years):
    made = example.comparison(6)
    first = made.allocations[0].name
    proposals = [example.run(first, 0.0, r) for r in range(3)]
    return (
        made, studies.at_totals(made), studies.ablation(made), studies.deadlines(made), studies.doubts(made),
        studies.screened(made), studies.searched(made), propose(made.scenario, first, proposals),
        sim.compare_all([tiny], 1, workers=1, replicate=TOY),
        sim.backcast(years, 1, workers=1, replicate=CALIBRATED.replace("calibrate", "backcast")),
        sim.calibrate(years, 32, workers=1, replicate=CALIBRATED, moved=MOVED),
    )  # fmt: skip


def test_rows_have_the_columns_that_are_named(results):
    known = {type(result).__name__ for result in results}
    assert len(known) == 11
    for result in results:
        rows = result.rows()
        assert rows and {tuple(row) for row in rows} == {result.COLUMNS}, type(result)


def test_every_column_is_told_of(results):
    for result in results:
        text = (type(result).rows.__doc__ or "") + (Comparison.rows.__doc__ or "") * isinstance(result, Totals)
        told = {*re.findall(r"``(\w+)``", text), *(LINES if isinstance(result, Optimisation) else ())}
        assert set(result.COLUMNS) <= told, type(result)


def test_a_result_without_rows_is_a_frame_with_its_columns(results, monkeypatch):
    pytest.importorskip("pandas")
    for result in results:
        monkeypatch.setattr(type(result), "rows", lambda self: [])
        frame = result.frame()
        assert len(frame) == 0 and tuple(frame.columns) == result.COLUMNS, type(result)
    assert Rows.COLUMNS == ()


def test_what_has_nothing_to_draw_says_so(results):
    emptied = {
        "Comparison": {"allocations": ()}, "Totals": {"comparisons": {}}, "Effects": {"effects": ()},
        "Deadlines": {"chances": ()}, "Sensitivity": {"parts": ()}, "Screening": {"moved": ()},
        "Optimisation": {"choice": None}, "Across": {"scenarios": ()}, "Backcast": {"held": ()},
        "Calibration": {"fits": ()},
    }  # fmt: skip
    for result in results:
        if (name := type(result).__name__) in emptied:
            with pytest.raises(ValueError, match="nothing here can be drawn"):
                replace(result, **emptied[name]).plot()
