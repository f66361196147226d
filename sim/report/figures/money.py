"""Money received and paid over the year, by allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import style, view
from sim.report.figures.finding import entitle, spread
from sim.report.figures.incidence import months_along
from sim.words import say
from sim.words.numbers import amount, money, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.view import Floats
    from sim.study import Comparison


def draw(ax: Axes, result: Comparison) -> Axes:
    """Means over replications: received as one dashed line where all allocations receive the same, paid a line each."""
    shown = view.names(result)
    received = {name: view.series(view.runs(result, name), "received_yuan").mean(axis=0) for name in shown}
    first = received[shown[0]]
    months = np.arange(len(first))
    alike = all(np.allclose(first, line, rtol=0.005, atol=1.0) for line in received.values())
    for index, name in enumerate(shown[:1] if alike else shown):
        ax.plot(
            months, received[name], color=style.GREY if alike else style.colour(index), linestyle=(0, (4, 2)),
            linewidth=1.4, label=say("figure.money.received") if index == 0 else None,
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
    entitle(ax, finding(result, received))
    ax.legend(loc="upper left")
    return ax


def finding(result: Comparison, received: dict[str, Floats]) -> str:
    """What is received by year end, and the share of it that is paid."""
    came = {name: float(line[-1]) for name, line in received.items()}
    if min(came.values()) <= 0:
        return say("answer.no_money")
    paid = (
        float(view.series(view.runs(result, name), "paid_yuan").mean(axis=0)[-1]) / came[name] for name in came
    )
    return say(
        "figure.money.finding", received=spread(came.values(), money),
        share=spread(paid, lambda share: percent(share, 0)),
    )  # fmt: skip
