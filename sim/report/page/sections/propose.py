"""How many to propose: the chance that enough remain, by the number proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import propose as curves
from sim.report import typeset
from sim.report.html import charts
from sim.report.html.charts import Line
from sim.report.html.markup import Markup, figure, numbers, section, table, tag
from sim.study.propose import SURE
from sim.words import say
from sim.words.numbers import in_hundred, plain, tens

if TYPE_CHECKING:
    from sim.report.view import Floats
    from sim.study import Comparison
    from sim.study.propose import Propose


def propose(result: Comparison) -> Markup | None:
    """The curve of the baseline, where the runs tell of their lists; of several years, why there is none."""
    found = curves.curve(result)
    if found is None:
        if not result.scenario.several_years:
            return None
        return section("propose", say("page.title_propose"), tag("p", say("propose.one_year")))
    said, sure = curves.finding(result, found), in_hundred(SURE[1])
    ticks = [tens(point.people) for point in found.curve]
    goal = (float(sure), say("charts.sure", count=sure))
    chart = charts.over_time(_lines(found), ticks, "{value}", said, goal)
    return section(
        "propose", say("page.title_propose"),
        figure(chart, say("charts.propose_how", target=plain(found.target)), said),
        numbers(table(curves.table(result, found))),
    )  # fmt: skip


def _lines(found: Propose) -> list[Line]:
    return [
        Line(title, values, [say("charts.chance_told", title=title, count=round(value)) for value in values.tolist()])
        for name in ("chance", "if_ready")
        for title, values in [(typeset.one_line(say(f"propose.{name}")), _hundred(found, name))]
    ]


def _hundred(found: Propose, name: str) -> Floats:
    return np.array([in_hundred(getattr(point, name).estimate) for point in found.curve], dtype=float)
