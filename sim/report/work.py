"""Who worked: days of cadres by desk and days of crews, an allocation a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.desks import DAY_MINUTES
from sim.report import view
from sim.report.tables import Table, column
from sim.study.summary import scalar
from sim.words import label, say
from sim.words.numbers import tens

if TYPE_CHECKING:
    from sim.study import Comparison

#: Kinds of desk under one head; all of them together are the days of cadres.
DESKS = {
    "teams": ("team",),
    "stations": ("station",),
    "finance": ("township_finance", "county_finance"),
    "approval": ("approval", "tender"),
    "acceptance": ("inspector",),
    "verification": ("verifier", "county_verifier"),
    "supervision": ("patrol", "special", "investigator"),
    "experts": ("expert", "leader"),
}


def work(result: Comparison) -> Table:
    """All cadres, of these each group of desks that was recorded, and crews."""
    rows = result.allocations
    minutes = {row.name: _by_desk(result, row.name) for row in rows}
    columns = [
        column(say("table.allocation"), (view.title(result, row.name) for row in rows), text=True),
        column(say("table.cadre_days"), (tens(row.work_days) for row in rows)),
    ]
    for desks in next(iter(minutes.values())):
        columns.append(column(label("desks", desks), (tens(minutes[row.name][desks] / DAY_MINUTES) for row in rows)))
    columns.append(column(say("table.crew_days"), (tens(row.crew_days) for row in rows)))
    return Table(say("title.work"), tuple(columns), say("note.work"))


def _by_desk(result: Comparison, name: str) -> dict[str, float]:
    """The mean minutes of each group of desks."""
    runs = view.runs(result, name)
    found: dict[str, float] = {}
    for desks, kinds in DESKS.items():
        recorded = [key for kind in kinds if (key := f"minutes_{kind}") in runs[0].scalars]
        if recorded:
            found[desks] = sum(float(scalar(runs, key).mean()) for key in recorded)
    return found
