"""Mean incidence by total money and allocation."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from sim.report import style, view
from sim.report.figures.axes import entitle
from sim.report.totals import finding, played
from sim.words import say
from sim.words.numbers import exact_amount, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.totals import Totals


def draw(ax: Axes, result: Totals) -> Axes:
    """Means and intervals; the marks of a total stand a little apart so that their bars can be told."""
    found = result.comparisons
    totals = list(found)
    first = found[totals[0]]
    shown = view.names(first)
    gap = 0.05 * min((b - a for a, b in pairwise(totals)), default=totals[0])
    for index, name in enumerate(shown):
        spans = [view.span(view.summary(found[total], name).incidence) for total in totals]
        below = [span.estimate - span.low for span in spans]
        above = [span.high - span.estimate for span in spans]
        ax.errorbar(
            [total + gap * (index - (len(shown) - 1) / 2) for total in totals],
            [span.estimate for span in spans], yerr=[below, above], color=style.colour(index),
            linestyle=style.dashes(index), marker=style.marker(index), markersize=5, linewidth=1.3,
            elinewidth=1.2, label=view.title(first, name),
        )  # fmt: skip
    goal = view.target(first)
    ax.axhline(goal, color=style.TARGET, linewidth=1.2)
    ax.annotate(
        say("figure.target", target=percent(goal)), (totals[0], goal), xytext=(0, 3),
        textcoords="offset points", color=style.TARGET, fontsize=9,
    )  # fmt: skip
    ax.set_xticks(totals, [exact_amount(total) for total in totals])
    ax.yaxis.set_major_formatter(lambda share, _: percent(share, 1))
    ax.set_ylabel(say("figure.totals.y", n=played(result)))
    ax.set_xlabel(say("figure.totals.x", unit=say("money.unit")))
    entitle(ax, finding(result))
    ax.legend(loc="upper right", handlelength=style.DASHED)
    return ax
