"""What a search saw: people short of each allocation that was tried against the runs played until then."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from sim.report import style
from sim.report.figures.axes import entitle
from sim.report.optimise import finding, named
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.optimise import Optimisation

#: By stage the place of its colour and mark.
LOOKS = {"own": 7, "spread": 5, "evolved": 1}


def draw(ax: Axes, result: Optimisation) -> Axes:
    """A mark an allocation, hollow where it is told to be worse than the chosen one; the nearest so far in grey."""
    tried = [one for one in result.tried if isfinite(one.people_short)]
    for stage, place in LOOKS.items():
        for worse in (True, False):
            some = [one for one in tried if (one.stage, one.significantly_worse) == (stage, worse)]
            ax.plot(
                [one.runs for one in some], [one.people_short for one in some], style.marker(place), linestyle="none",
                markersize=6, color=style.colour(place), markerfacecolor="white" if worse else style.colour(place),
            )  # fmt: skip
        if any(one.stage == stage for one in tried):
            ax.plot([], [], style.marker(place), color=style.colour(place), label=say(f"figure.optimise.{stage}"))
    best = [min(one.people_short for one in tried[: k + 1]) for k in range(len(tried))]
    ax.step([one.runs for one in tried], best, where="post", color=style.GREY, linewidth=1.0, zorder=1)
    chosen = next(one for one in tried if one.name == result.winner)
    ax.annotate(
        named(result, chosen.name), (chosen.runs, chosen.people_short), xytext=(0, -15), textcoords="offset points",
        ha="right", fontsize=9,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
    )  # fmt: skip
    ax.margins(y=0.12)
    ax.yaxis.set_major_formatter(lambda people, _: f"{people:,.0f}")
    ax.set_ylabel(say("figure.optimise.y", n=result.budget.replications))
    ax.set_xlabel(f"{say('figure.optimise.x')}\n{say('figure.optimise.note')}", fontsize=9.5, linespacing=1.6)
    ax.legend(loc="upper right")
    entitle(ax, finding(result))
    return ax
