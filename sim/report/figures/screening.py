"""What share of the doubt each factor has: the assumed values that were kept, all others, start and luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import style, typeset, view
from sim.report.figures.axes import entitle
from sim.report.screening import factor, finding, quantities, ranked, totals
from sim.report.sensitivity import named
from sim.study.factors import LUCK
from sim.words import say
from sim.words.numbers import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.screening import Screening

#: Rows where only trajectories were played.
SHOWN = 10
#: Columns of a label's line.
WIDE = 38
#: Shares beyond this are cut and end in an arrow: where a quantity hardly varies, so few points tell nothing of it.
MOST = 1.5


def draw(ax: Axes, result: Screening) -> Axes:
    """A bar a factor and quantity; without indices, what the values do that move incidence most, in luck's measure."""
    if result.indices:
        _shares(ax, result)
    else:
        _moves(ax, result)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    entitle(ax, finding(result), 0.7)
    return ax


def _shares(ax: Axes, result: Screening) -> None:
    shown = quantities(result)
    drawn = [end for row in result.indices for end in (row.first.mean, row.total.low, row.total.high)]
    ax.set_xlim(max(-0.5, min(0.0, *drawn)), min(MOST, 1.05 * max(1.0, *drawn)))
    height = 0.8 / len(shown)
    for place, quantity in enumerate(shown):
        rows = totals(result, quantity)
        at = [k + (place - (len(shown) - 1) / 2) * height for k in range(len(rows))]
        ax.barh(
            at, [row.total.mean for row in rows], 0.85 * height, color=style.colour(place),
            label=typeset.folded(named(result, quantity), 40),
        )  # fmt: skip
        low, high = ([getattr(row.total, end) for row in rows] for end in ("low", "high"))
        ax.hlines(at, low, high, color=style.GREY, linewidth=1.2)
        style.cut(ax, high, at)
        ax.plot([row.first.mean for row in rows], at, "|", color="black", markersize=7, markeredgewidth=1.6)
    names = [_label(result, row.factor) for row in totals(result, shown[0])]
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.axhline(len(result.kept) - 0.5, color=style.GREY, linewidth=0.8)
    ax.xaxis.set_major_formatter(lambda share, _: percent(share, 0))
    ax.set_xlabel(f"{say('figure.screen.x')}\n{say('figure.screen.note')}", fontsize=9.5, linespacing=1.6)
    ax.legend(loc="upper left", bbox_to_anchor=(0.45, -0.16), fontsize=8.5)


def _moves(ax: Axes, result: Screening) -> None:
    rows = ranked(result, "incidence")[:SHOWN]
    rows += [row for row in result.moved if (row.quantity, row.name) == ("incidence", LUCK)]
    ax.barh(range(len(rows)), [100 * row.size.mean for row in rows], 0.62, color=style.colour(0))
    low, high = zip(*([100 * end for end in view.span(row.size)[1:]] for row in rows), strict=True)
    ax.hlines(range(len(rows)), low, high, color=style.GREY, linewidth=1.4)
    ax.set_yticks(range(len(rows)), [_label(result, row.name) for row in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(f"{say('figure.screen.moved')}\n{say('figure.screen.moved_note')}", fontsize=9.5, linespacing=1.6)


def _label(result: Screening, name: str) -> str:
    return typeset.folded(factor(result, name), WIDE)
