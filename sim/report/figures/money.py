"""Money received and paid over the year, by allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import spending, style, view
from sim.report.figures.axes import entitle, months_along
from sim.report.spending import finding, received
from sim.words import say
from sim.words.numbers import amount

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study import Comparison


def draw(ax: Axes, result: Comparison) -> Axes:
    """Means over replications: received as one dashed line where all allocations receive the same, paid a line each."""
    shown = view.names(result)
    before = {name: spending.carried(view.summary(result, name)) for name in shown}
    came = {
        name: before[name] + view.series(view.runs(result, name), "received_yuan").mean(axis=0) for name in shown
    }
    first = came[shown[0]]
    months = np.arange(len(first))
    alike = all(np.allclose(first, line, rtol=0.005, atol=1.0) for line in came.values())
    for index, name in enumerate(shown[:1] if alike else shown):
        ax.plot(
            months, came[name], color=style.GREY if alike else style.colour(index), linestyle=(0, (4, 2)),
            linewidth=1.4, label=received(max(before.values())) if index == 0 else None,
        )  # fmt: skip
    for index, name in enumerate(shown):
        paid = view.series(view.runs(result, name), "paid_yuan").mean(axis=0)
        ax.plot(
            months, paid, color=style.colour(index), linewidth=1.6, linestyle=style.dashes(index),
            marker=style.marker(index), markersize=4, markevery=(index % 3, 3),
            label=say("figure.money.paid_by", title=view.title(result, name)),
        )  # fmt: skip
    months_along(ax, result.scenario.start_date, len(first) - 1, len(first) - 1)
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(lambda yuan, _: amount(yuan, 0))
    ax.set_ylabel(say("figure.money.y", unit=say("money.unit")))
    entitle(ax, finding(result, shown))
    ax.legend(loc="upper left", handlelength=style.DASHED)
    return ax
