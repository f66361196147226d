"""Every fact of the years before, at its distance from what the runs say."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from sim.report import style, view
from sim.report.backcast import finding, reported, scaled
from sim.words import label, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.backcast import Backcast, Held

#: Distances beyond this are drawn as arrows, in standard deviations of the runs.
LIMIT = 6.0


def draw(ax: Axes, result: Backcast) -> Axes:
    """The runs of the scenario's gate around their mean, what was reported as a diamond or an arrow and in figures."""
    rows = [row for row in result.held if row.gate == result.scenario.gate]
    for place, row in enumerate(rows):
        _row(ax, place, row)
    ax.axvline(0, color=style.GREY, linewidth=1.0)
    names = [f"{label('fact', row.fact.name)} · {label('role', row.fact.role)}" for row in rows]
    ax.set_yticks(range(len(rows)), names)
    ax.set_xlim(-LIMIT - 1.2, LIMIT + 2.4)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    notes = [say("figure.backcast.x"), say("figure.backcast.note", limit=f"{LIMIT:.0f}"), *scaled(result)]
    notes += view.few(result.replications)
    ax.set_xlabel("\n".join(notes), fontsize=9.5, linespacing=1.6)
    ax.set_title(finding(rows))
    return ax


def _row(ax: Axes, place: int, row: Held) -> None:
    for (low, high), width in ((row.outer, 1.8), (row.inner, 5.0)):
        ax.hlines(place, row.distance(low), row.distance(high), color=style.colour(0), linewidth=width, alpha=0.7)
    far, colour = abs(row.z) > LIMIT, style.colour(2) if row.inside else style.TARGET
    x = max(-LIMIT, min(LIMIT, row.z))
    marker = ("<" if row.z < 0 else ">") if far else "D"
    ax.plot([x], [place], marker=marker, color=colour, linestyle="none", markersize=8)
    said = reported(row) + (f" ({row.z:+.0f})" if far and isfinite(row.z) else "")
    ax.text(LIMIT + 0.6, place, said, va="center", fontsize=9, color=colour)
