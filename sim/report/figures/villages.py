"""Incidence by village at the start and the end of the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import style, view
from sim.words import say
from sim.words.numbers import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.record import Run
    from sim.study import Comparison

LIMIT = 0.03
LOW, HIGH = 10, 90


def draw(ax: Axes, result: Comparison, allocation: str | None = None) -> Axes:
    """The villages due and the rest, each ranked by incidence at the start; `allocation` is the baseline if not given.

    Which village is which tier is drawn anew in each replication, so rank k is the k-th village of every replication.
    """
    name = allocation or view.names(result)[0]
    runs = view.runs(result, name)
    edge = _group(ax, runs, 1, 0, style.colour(0), say("figure.villages.due"))
    right = _group(ax, runs, 0, edge + 2, style.GREY, say("figure.villages.rest"))
    ax.axhline(LIMIT, color=style.TARGET, linewidth=1.2)
    ax.annotate(
        say("figure.villages.limit"), (right, LIMIT), xytext=(0, 3), textcoords="offset points",
        color=style.TARGET, fontsize=9, ha="right",
    )  # fmt: skip
    ax.set_xlim(-1, right + 1)
    ax.set_ylim(bottom=0)
    ax.set_xticks([])
    ax.yaxis.set_major_formatter(lambda share, _: percent(share, 0))
    ax.set_ylabel(say("figure.incidence.y"))
    ax.set_title(say("figure.villages.title"))
    note = say("figure.villages.note", title=view.title(result, name))
    ax.set_xlabel(note, fontsize=9, color=style.GREY, loc="left", linespacing=1.5)
    ax.legend(loc="upper right", ncols=2)
    return ax


def _group(ax: Axes, runs: list[Run], due: int, first: int, colour: str, name: str) -> int:
    starts, ends = _ranked(runs, due)
    if not starts:
        return first
    x = np.arange(first, first + len(starts))
    before = np.array([np.median(column) for column in starts])
    low, after, high = np.array([np.percentile(column, [LOW, 50, HIGH]) for column in ends]).T
    ax.vlines(x, after, before, color=colour, linewidth=0.8, alpha=0.5)
    ax.vlines(x, low, high, color=colour, linewidth=3, alpha=0.25)
    ax.plot(x, before, linestyle="none", marker="o", markersize=5, markerfacecolor="white", color=colour,
            label=say("figure.villages.start", group=name))  # fmt: skip
    ax.plot(x, after, linestyle="none", marker="o", markersize=5, color=colour,
            label=say("figure.villages.end", group=name))  # fmt: skip
    return int(x[-1])


def _ranked(runs: list[Run], due: int) -> tuple[list[list[float]], list[list[float]]]:
    """Incidence at start and end by rank, over replications; ranks that fewer than half of them have are left out."""
    starts: list[list[float]] = []
    ends: list[list[float]] = []
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
