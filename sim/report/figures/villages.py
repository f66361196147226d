"""Incidence by village at the start and the end of the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import style, view
from sim.report.figures.axes import entitle
from sim.report.places import exit_limit, finding
from sim.words import say
from sim.words.numbers import exact_percent, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.record import Run
    from sim.study import Comparison

Columns = list[list[float]]
LOW, HIGH = 10, 90


def draw(ax: Axes, result: Comparison) -> Axes:
    """The villages due and the rest, each ranked by incidence at the start, under the baseline.

    Which village is which tier is drawn anew in each replication, so rank k is the k-th village of every replication.
    """
    name = result.baseline
    runs = view.runs(result, name)
    due, rest = _ranked(runs, 1), _ranked(runs, 0)
    first, limit = len(due[0]) + 1, exit_limit(result)
    right = first + len(rest[0])
    if due[0]:
        ax.axvspan(-1, first - 0.5, color=style.DUE, zorder=0)
        _group(ax, *due, 0, style.colour(0), style.colour(1), say("figure.villages.due"), limit)
    if rest[0]:
        _group(ax, *rest, first, style.GREY, style.GREY, say("figure.villages.rest"), limit)
    _numbers(ax, len(due[0]), len(rest[0]), first)
    ax.axhline(limit, color=style.TARGET, linewidth=1.2)
    ax.annotate(
        say("figure.villages.limit", limit=exact_percent(limit)), (right - 0.5, limit), xytext=(0, 3),
        textcoords="offset points", color=style.TARGET, fontsize=9, ha="right",
    )  # fmt: skip
    ax.set_xlim(-1, right)
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(lambda share, _: percent(share, 0))
    ax.set_ylabel(say("figure.villages.y"))
    entitle(ax, finding(result, name))
    note = say("figure.villages.note", title=view.title(result, name))
    ax.set_xlabel(note, fontsize=9, color=style.GREY, loc="left", linespacing=1.5)
    ax.legend(loc="upper right")
    return ax


def _numbers(ax: Axes, due: int, rest: int, first: int) -> None:
    """Number the villages of each group by rank, all that are due and every fifth of the rest."""
    ranks = {place: place + 1 for place in range(due)}
    ranks |= {first + place: place + 1 for place in range(rest) if place % 5 == 4 or place == 0 or rest < 20}
    ax.set_xticks(list(ranks), [str(rank) for rank in ranks.values()], fontsize=7.5)
    ax.grid(axis="x", visible=False)


def _group(
    ax: Axes, starts: Columns, ends: Columns, first: int, colour: str, above: str, name: str, limit: float
) -> None:
    """Draw each village of a group, those that do not come below the limit in another shape and colour."""
    x = np.arange(first, first + len(starts))
    before = np.array([np.median(column) for column in starts])
    low, after, high = np.array([view.percentiles(column, [LOW, 50, HIGH]) for column in ends]).T
    ax.vlines(x, after, before, color=colour, linewidth=0.8, alpha=0.5)
    ax.vlines(x, low, high, color=colour, linewidth=3, alpha=0.25)
    ax.plot(x, before, linestyle="none", marker="o", markersize=5, markerfacecolor="white", color=colour,
            label=say("figure.villages.start", group=name))  # fmt: skip
    below = after < limit
    for there, marker, shade, key in ((below, "o", colour, "below"), (~below, "D", above, "above")):
        if there.any():
            ax.plot(x[there], after[there], linestyle="none", marker=marker, markersize=5, color=shade,
                    label=say(f"figure.villages.{key}", group=name, limit=exact_percent(limit)))  # fmt: skip


def _ranked(runs: list[Run], due: int) -> tuple[Columns, Columns]:
    """Incidence at start and end by rank, over replications; ranks that fewer than half of them have are left out."""
    starts: Columns = []
    ends: Columns = []
    for run in runs:
        rows = zip(run.villages["incidence_start"], run.villages["incidence_end"], run.villages["due"], strict=True)
        ranked = sorted(((start, end) for start, end, flag in rows if flag == due), reverse=True)
        for rank, (start, end) in enumerate(ranked):
            if rank == len(starts):
                starts.append([])
                ends.append([])
            starts[rank].append(start)
            ends[rank].append(end)
    kept = sum(len(column) * 2 >= len(runs) for column in starts)
    return starts[:kept], ends[:kept]
