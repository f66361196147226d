"""Mean incidence by total money and allocation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.report import style, view
from sim.words import say
from sim.words.numbers import amount, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study import Comparison


def draw(ax: Axes, result: Mapping[int, Comparison]) -> Axes:
    """`result` maps totals (yuan, ascending) to comparisons; marks stand a little apart so that bars can be told."""
    totals = list(result)
    shown = view.names(result[totals[0]])
    gap = min((b - a for a, b in zip(totals, totals[1:], strict=False)), default=totals[0]) * 0.05
    for index, name in enumerate(shown):
        means = [view.span(view.summary(result[total], name).incidence) for total in totals]
        x = [total + gap * (index - (len(shown) - 1) / 2) for total in totals]
        ax.errorbar(
            x, [m.estimate for m in means], yerr=[[m.estimate - m.low for m in means], [m.high - m.estimate for m in means]],
            color=style.colour(index), linestyle=style.dashes(index), marker=style.marker(index), markersize=5,
            linewidth=1.3, elinewidth=1.2, label=view.title(result[totals[0]], name),
        )  # fmt: skip
    goal = view.target(result[totals[0]])
    ax.axhline(goal, color=style.TARGET, linewidth=1.2)
    ax.annotate(
        say("figure.target", target=percent(goal)), (totals[0], goal), xytext=(0, 3),
        textcoords="offset points", color=style.TARGET, fontsize=9,
    )  # fmt: skip
    ax.set_xticks(totals, [amount(total) for total in totals])
    ax.yaxis.set_major_formatter(lambda share, _: percent(share, 1))
    ax.set_ylabel(say("figure.totals.y"))
    ax.set_xlabel(say("figure.totals.x", unit=say("money.unit")))
    ax.set_title(say("figure.totals.title"))
    ax.legend(loc="upper right")
    return ax
