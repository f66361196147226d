"""Who worked: days of cadres by desk, and of crews."""

import pytest

import sim
from sim.report import work
from sim.words import label, say
from tests.made import folded


def cells(table, row=0):
    return {column.header: column.cells[row] for column in table.columns}


def test_days_of_cadres_are_told_by_desk_and_crews_beside_them(comparison, lang):
    told = cells(work.work(comparison))
    assert told[say("table.cadre_days")] == "61,000"
    by_desk = {"teams": "49,000", "stations": "4,500", "finance": "800", "approval": "1,000", "acceptance": "1,200",
               "verification": "1,200", "supervision": "2,000", "experts": "1,300"}  # fmt: skip
    assert {desks: told[label("desks", desks)] for desks in work.DESKS} == by_desk
    assert told[say("table.crew_days")] == "49,950", "the mean of 48,000 and 100 more in each of forty"


def test_the_parts_are_all_the_desks_of_a_run(tiny):
    scalars = sim.run(tiny, tiny.baseline, 0).scalars
    minutes = {f"minutes_{kind}" for kinds in work.DESKS.values() for kind in kinds}
    assert minutes == {name for name in scalars if name.startswith("minutes_")}
    assert sum(scalars[name] for name in minutes) == scalars["work_minutes"] > 0
    assert scalars["crew_days"] > 0


@pytest.mark.parametrize("days", [30, 1234])
def test_desks_that_were_not_recorded_have_no_column(tiny, lang, days):
    ends = {name: [0.03, 0.031] for name in tiny.allocations}
    made = folded(tiny, ends, crew_days={name: [days - 10, days + 10] for name in ends})
    table = work.work(made)
    assert len(table.columns) == 3 and len(table.columns[0].cells) == len(ends)
    assert cells(table)[say("table.crew_days")] == {30: "30", 1234: "1,230"}[days]
    assert all(row.crew_days == days for row in made.allocations)
