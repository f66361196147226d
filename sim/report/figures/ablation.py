"""What each system is worth in people, beside what more money does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import style, view
from sim.report.ablation import name, ordered
from sim.words import say
from sim.words.numbers import signed_tens

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.ablate import Ablation


def draw(ax: Axes, result: Ablation) -> Axes:
    """A mark and, where there is one, an interval an effect, grey where it cannot be told from none; to the left
    fewer stay poor.
    """
    rows = ordered(result)
    colours = {"double": style.colour(0), "off": style.colour(1), "more": style.colour(2)}
    for place, row in enumerate(rows):
        colour = colours[row.state] if row.told else style.GREY
        _, low, high = view.span(row.people)
        ax.hlines(place, low, high, color=colour, linewidth=2.2, alpha=0.6)
        marker = {"double": "o", "off": "s", "more": "D"}[row.state]
        ax.plot([row.people.mean], [place], marker=marker, color=colour, linestyle="none", markersize=7,
                markerfacecolor=colour if row.told else "white")  # fmt: skip
        ax.annotate(
            signed_tens(row.people.mean), (high, place), xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=9, color=colour,
        )  # fmt: skip
    ax.axvline(0, color=style.GREY, linewidth=1.0)
    ax.set_yticks(range(len(rows)), [name(row) for row in rows])
    ax.invert_yaxis()
    ax.margins(x=0.12)
    ax.grid(axis="y", visible=False)
    ax.xaxis.set_major_formatter(lambda people, _: f"{people:+,.0f}" if people else "0")
    ax.set_xlabel(say("figure.ablation.x") + "\n" + say("figure.ablation.note"), fontsize=9.5, linespacing=1.6)
    ax.set_title(say("figure.ablation.title"))
    return ax
