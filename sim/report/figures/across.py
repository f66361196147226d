"""Many scenarios: what the best allocation of each comes down to, beside each one's own target."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from sim.report import style, typeset
from sim.report.across import alone, called, few, finding, lost, ordered, reaches_across, small
from sim.report.figures.axes import entitle
from sim.words import say
from sim.words.numbers import in_hundred, percent, tens

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.statistics.intervals import Interval
    from sim.study.across import Across, Outcome

#: The most scenarios that are drawn, and the most without an answer that are named.
DRAWN, NAMED = 60, 20
#: Whether the target is reached -> place of colour and marker.
LOOKS = {False: 1, True: 0}
#: Rows kept free at the top, for the legend and the heads of the columns; where these end, in points right of the axes.
HEAD = 1.9
PEOPLE, CHANCE = 62, 126
#: Columns of a line below the axes: what there is room for beside the longest titles.
WIDE = 115
#: An axis no narrower than this, where all figures are nearly one.
NARROWEST = 0.002


def places(result: Across) -> int:
    """How many rows are drawn."""
    return min(DRAWN, len(ordered(result))) + min(NAMED, len(lost(result)))


def draw(ax: Axes, result: Across) -> Axes:
    """A mark, an interval and the own target a row, with people short and chance in figures; below who has no answer.

    A mark is hollow where the interval reaches across the target.
    """
    rows, without = ordered(result)[:DRAWN], lost(result)[:NAMED]
    names = {row.name: _named(row, name) for row, name in zip(result.scenarios, called(result), strict=True)}
    _limit(ax, rows)
    for place, (row, incidence) in enumerate(rows):
        _row(ax, place, row, incidence)
    for place, row in enumerate(without, start=len(rows)):
        ax.text(0.01, place, say(f"ended.{row.state}"), transform=ax.get_yaxis_transform(), va="center", fontsize=9,
                color=style.GREY, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
    if without:
        ax.axhline(len(rows) - 0.5, color=style.GREY, linewidth=0.8)
    labels = [names[row.name] for row in (*(row for row, _ in rows), *without)]
    ax.set_yticks(range(len(labels)), labels, fontsize=9)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(labels) - 0.4, -0.6 - HEAD)
    ax.xaxis.set_major_formatter(lambda share, _: percent(share, 2))
    _head(ax)
    notes = "\n".join(typeset.wrapped(note, WIDE) for note in _notes(result, _cut(ax, rows)))
    ax.set_xlabel(notes, fontsize=9, linespacing=1.5, loc="left")
    entitle(ax, finding(result), 0.85)
    return ax


def _row(ax: Axes, place: int, row: Outcome, incidence: Interval) -> None:
    look = LOOKS[incidence.mean <= row.target]
    colour = style.colour(look)
    if isfinite(incidence.high):
        ax.hlines(place, incidence.low, incidence.high, color=colour, linewidth=2.2, alpha=0.6)
    ax.plot([row.target], [place], marker="|", color=style.TARGET, linestyle="none", markersize=11, markeredgewidth=2)
    ax.plot([incidence.mean], [place], marker=style.marker(look), color=colour, linestyle="none", markersize=6,
            markerfacecolor="white" if reaches_across(row, incidence) else colour)  # fmt: skip
    cells = {
        PEOPLE: tens(row.people_short.mean) if row.people_short else "",
        CHANCE: str(in_hundred(row.p_target.estimate)) if row.p_target else "",
    }
    for at, cell in cells.items():
        _beside(ax, at, place, cell, fontsize=9, color=colour)


def _cut(ax: Axes, rows: list[tuple[Outcome, Interval]]) -> bool:
    """Mark the ends that lie outside the axes; whether there are any."""
    known = [(place, end) for place, (_, of) in enumerate(rows) for end in (of.low, of.high) if isfinite(end)]
    style.cut(ax, (end for _, end in known), (place for place, _ in known))
    left, right = ax.get_xlim()
    return any(not left <= end <= right for _, end in known)


def _beside(ax: Axes, points: float, place: float, text: str, **looks: Any) -> None:
    """Write right of the axes, so many points from them, where the layout keeps room for it."""
    ax.annotate(
        text, (1, place), xycoords=ax.get_yaxis_transform(), xytext=(points, 0), textcoords="offset points",
        ha="right", va="center", annotation_clip=False, **looks,
    )  # fmt: skip


def _head(ax: Axes) -> None:
    for at, key in ((PEOPLE, "people_short"), (CHANCE, "target_met")):
        _beside(ax, at, -HEAD / 2 - 0.3, say(f"table.{key}"), fontsize=8.5)
    for reached, key in ((False, "above"), (True, "reached")):
        ax.plot([], [], marker=style.marker(LOOKS[reached]), color=style.colour(LOOKS[reached]), linestyle="none",
                markersize=6, label=say(f"figure.across.{key}"))  # fmt: skip
    ax.plot([], [], marker="o", color=style.GREY, markerfacecolor="white", linestyle="none", markersize=6,
            label=say("figure.across.open"))  # fmt: skip
    ax.plot([], [], marker="|", color=style.TARGET, linestyle="none", markersize=11, markeredgewidth=2,
            label=say("figure.across.target"))  # fmt: skip
    ax.legend(loc="upper left", ncols=4, borderaxespad=0.2, columnspacing=1.4, handletextpad=0.3, handlelength=2.0)


def _limit(ax: Axes, rows: list[tuple[Outcome, Interval]]) -> None:
    """Show all marks, and of intervals no more than leaves the marks their room."""
    marks = [share for row, incidence in rows for share in (row.target, incidence.mean)]
    ends = [end for _, incidence in rows for end in (incidence.low, incidence.high) if isfinite(end)]
    least, most = min(marks), max(marks)
    room = max(most - least, NARROWEST)
    low, high = max(min([least, *ends]), least - room), min(max([most, *ends]), most + room)
    edge = 0.04 * max(high - low, NARROWEST)
    ax.set_xlim(max(low - edge, -0.2 * edge), high + edge)


def _named(row: Outcome, name: str) -> str:
    """What a scenario is called, and if it was broken off."""
    return f"{name} · {say('ended.interrupted')}" if row.state == "interrupted" and row.incidence else name


def _notes(result: Across, cut: bool) -> list[str]:
    notes = [say("figure.across.x"), say("figure.across.order"), *([say("figure.across.cut")] if cut else [])]
    if (hidden := len(ordered(result)) - DRAWN) > 0:
        notes.append(say("figure.across.hidden", count=hidden, shown=DRAWN))
    if (unnamed := len(lost(result)) - NAMED) > 0:
        notes.append(say("figure.across.unnamed", count=unnamed))
    if alone(result):
        notes.append(say("figure.across.alone"))
    return [*notes, *few(result), *small(result), say("figure.across.note")]
