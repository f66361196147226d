"""Incidence over the year, by allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import style, view
from sim.report.figures.axes import entitle, months_along
from sim.report.incidence import HIGH, LOW, finding
from sim.study.summary import scalar
from sim.words import say
from sim.words.numbers import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study import Comparison

#: Where the end-of-year points begin, in months after the last month end, and how far apart they stand, for one year.
FIRST, STEP = 0.6, 0.32
#: How far the strip of these points reaches at least, for the words in it.
WORDS = 1.75
#: Shares of the first day that stand closer (in parts of the register's) have no room for a line each.
TOLD = 0.04


def draw(ax: Axes, result: Comparison) -> Axes:
    """Lines: people who do not yet meet the standard, the median replication and its band; points: the register.

    The target is one of the register at year end: it is drawn full in the strip of the points, across the lines dotted.
    """
    shown = view.names(result)
    last = len(view.runs(result, shown[0])[0].monthly["incidence_unmet"]) - 1
    first, step = (width * max(1.0, last / 12) for width in (FIRST, STEP))
    for index, name in enumerate(shown):
        _line(ax, result, name, index)
        _point(ax, result, name, index, last + first + step * index)
    _register(ax, result)
    goal = view.target(result)
    right = last + max(first + step * len(shown), WORDS * first / FIRST)
    months_along(ax, result.scenario.start_date, last, right)
    _year_end(ax, last + first / 2, right, goal)
    ax.set_ylim(0, 1.06 * ax.get_ylim()[1])
    ax.yaxis.set_major_formatter(lambda share, _: percent(share, 0))
    ax.set_ylabel(say("figure.incidence.y"))
    entitle(ax, finding(result))
    ax.legend(loc="upper right", handlelength=style.DASHED, title=say("figure.incidence.legend"), alignment="left")
    notes = (say("figure.incidence.line"), say("figure.band"), say("figure.incidence.points"))
    ax.set_xlabel("\n".join(notes), fontsize=9, color=style.GREY, loc="left", linespacing=1.5)
    return ax


def _line(ax: Axes, result: Comparison, name: str, index: int) -> None:
    table = view.series(view.runs(result, name), "incidence_unmet")
    months = np.arange(table.shape[1])
    low, middle, high = view.percentiles(table, [LOW, 50, HIGH])
    colour = style.colour(index)
    ax.fill_between(months, low, high, color=colour, alpha=min(0.15, 0.5 / len(result.runs)), linewidth=0)
    ax.plot(
        months, middle, color=colour, linestyle=style.dashes(index), linewidth=1.6,
        marker=style.marker(index), markersize=4, markevery=[len(months) - 1], label=view.title(result, name),
    )  # fmt: skip


def _register(ax: Axes, result: Comparison) -> None:
    """The register on the first day: it holds people who meet the standard already, so the lines begin below it."""
    runs = view.runs(result, result.baseline)
    share, unmet = (float(np.median(view.series(runs, name)[:, 0])) for name in ("incidence", "incidence_unmet"))
    band = max(view.series(view.runs(result, name), "incidence_unmet")[:, 0].max() for name in view.names(result))
    ax.plot([0], [share], marker="o", markersize=6, markerfacecolor="white", color=style.GREY, linestyle="none")
    told = [("register", share, share), ("unmet", unmet, band)]
    for key, value, height in told if share - band > TOLD * share else told[:1]:
        ax.annotate(
            say(f"figure.incidence.{key}", incidence=percent(value)), (0, height), xytext=(4, 4),
            textcoords="offset points", va="bottom", fontsize=9, color=style.GREY,
        )  # fmt: skip
    ax.vlines(0, unmet, share, color=style.GREY, linewidth=0.8, linestyle=":")


def _point(ax: Axes, result: Comparison, name: str, index: int, x: float) -> None:
    ends = scalar(view.runs(result, name), "incidence")
    low, middle, high = view.percentiles(ends, [LOW, 50, HIGH])
    colour = style.colour(index)
    ax.vlines(x, low, high, color=colour, linewidth=2, alpha=0.5)
    ax.plot([x], [middle], color=colour, marker=style.marker(index), markersize=6, linestyle="none")


def _year_end(ax: Axes, left: float, right: float, goal: float) -> None:
    """The strip of the register at year end, and in it the target."""
    ax.axvspan(left, right + 0.1, color="#F2F2F2", zorder=0)
    ax.plot([left, right + 0.1], [goal, goal], color=style.TARGET, linewidth=1.6, scalex=False)
    ax.axhline(goal, color=style.TARGET, linewidth=0.9, linestyle=":")
    ax.annotate(
        say("figure.target_register", target=percent(goal)), (0, goal), xytext=(2, -3),
        textcoords="offset points", color=style.TARGET, fontsize=9, va="top",
    )  # fmt: skip
    ax.annotate(
        say("figure.incidence.year_end"), ((left + right + 0.1) / 2, 0), xytext=(0, 4),
        textcoords="offset points", ha="center", fontsize=9,
    )  # fmt: skip
