"""The chance of reaching the target, by allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.transforms import ScaledTranslation

from sim.report import style, typeset, view
from sim.report.chance import finding
from sim.report.figures.axes import entitle
from sim.words import say
from sim.words.numbers import in_hundred, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study import Comparison

#: How far the legend stands below the axes, in inches: there is the axis's own text between.
LEGEND_BELOW = 0.5
#: chance -> place beside the allocation's row, colour, marker
MEASURES = {"p_target": (0.27, 0, "o"), "p_below_3": (0.0, 1, "s"), "p_county_exit": (-0.27, 2, "^")}


def draw(ax: Axes, result: Comparison) -> Axes:
    """Three chances a row as counts in 100 with their intervals, allocations from the top in the scenario's order."""
    shown = view.names(result)
    labels = {
        "p_target": say("figure.chance.target", target=percent(view.target(result))),
        "p_below_3": say("figure.chance.below_3"),
        "p_county_exit": say("figure.chance.county"),
    }
    for measure, (shift, colour, marker) in MEASURES.items():
        for index, name in enumerate(shown):
            chance = getattr(view.summary(result, name), measure)
            y = len(shown) - 1 - index + shift
            ax.hlines(y, 100 * chance.low, 100 * chance.high, color=style.colour(colour), linewidth=2, alpha=0.55)
            ax.plot(
                [100 * chance.estimate], [y], color=style.colour(colour), marker=marker, linestyle="none",
                label=labels[measure] if index == 0 else None, clip_on=False,
            )  # fmt: skip
            ax.annotate(
                str(in_hundred(chance.estimate)), (100 * chance.estimate, y), xytext=(0, 5), fontsize=8,
                textcoords="offset points", ha="center", color=style.colour(colour), annotation_clip=False,
            )  # fmt: skip
    ax.set_yticks(range(len(shown) - 1, -1, -1), [typeset.folded(view.title(result, name), 30) for name in shown])
    ax.set_xlim(-3, 103)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(say("figure.chance.x"))
    entitle(ax, finding(result))
    below = ScaledTranslation(0, -LEGEND_BELOW, ax.figure.dpi_scale_trans)
    ax.legend(loc="upper left", bbox_to_anchor=(-0.02, 0), bbox_transform=ax.transAxes + below, ncols=3)
    return ax
