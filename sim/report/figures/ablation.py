"""What each system is worth in people, beside what more money does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import style, view
from sim.report.ablation import name, ordered
from sim.report.figures.finding import entitle
from sim.words import say
from sim.words.numbers import plain_tens, signed_tens

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.ablate import Ablation, Effect


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
    entitle(ax, finding(result), 0.75)
    return ax


def finding(result: Ablation) -> str:
    """The greatest effect that can be told from none, beside that of more money."""
    told = [row for row in result.effects if row.told and row.state != "more"]
    if not told:
        return say("figure.ablation.nothing")
    greatest = max(told, key=lambda row: abs(row.people.mean))
    more = [row for row in result.effects if row.state == "more"]
    return say("answer.clause").join([say("figure.ablation.greatest", effect=_effect(greatest)), *map(_effect, more)])


def _effect(row: Effect) -> str:
    direction = "none" if not row.told else "fewer" if row.people.mean < 0 else "more"
    return say(f"figure.ablation.{direction}", effect=name(row), people=plain_tens(abs(row.people.mean)))
