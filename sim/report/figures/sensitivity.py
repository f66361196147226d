"""Where the doubt comes from: of each quantity the share that is luck, assumed values and the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import style, typeset
from sim.report.figures.axes import entitle
from sim.report.sensitivity import finding, named
from sim.streams import GROUPS
from sim.words import label, say
from sim.words.numbers import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.sensitivity import Sensitivity

#: Shares beyond this are drawn to it and end in an arrow: the interval says that so few vectors cannot tell.
MOST = 1.5


def draw(ax: Axes, result: Sensitivity) -> Axes:
    """A bar a quantity and group, with its interval."""
    shown, height = list(result.sd), 0.8 / len(GROUPS)
    ax.set_xlim(0, min(MOST, 1.05 * max(1.0, *(part.share.high for part in result.parts))))
    for place, group in enumerate(GROUPS):
        rows = [part.share for part in result.parts if part.group == group]
        at = [k + (place - (len(GROUPS) - 1) / 2) * height for k in range(len(rows))]
        colour = style.colour(place)
        ax.barh(at, [row.mean for row in rows], 0.85 * height, color=colour, label=label("luck_group", group))
        ax.hlines(at, [row.low for row in rows], [row.high for row in rows], color=style.GREY, linewidth=1.4)
        style.cut(ax, [row.high for row in rows], at)
    ax.set_yticks(range(len(shown)), [typeset.folded(named(result, quantity), 30) for quantity in shown])
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.xaxis.set_major_formatter(lambda share, _: percent(share, 0))
    ax.set_xlabel(f"{say('figure.sensitivity.x')}\n{say('figure.sensitivity.note')}", fontsize=9.5, linespacing=1.6)
    ax.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.2), ncols=len(GROUPS))
    said = finding(result)
    entitle(ax, said[:1].upper() + said[1:], 0.75)
    return ax
