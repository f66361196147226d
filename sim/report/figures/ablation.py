"""What each system is worth in people, beside what more money does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import style, view
from sim.report.ablation import finding, shown
from sim.report.effects import heading, name
from sim.report.figures.axes import entitle
from sim.study.effects import VARIANT
from sim.words import say
from sim.words.numbers import signed_tens

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.effects import Effect, Effects

#: By group, the place of its colour and marker.
LOOKS = {"off": 1, "double": 0, "unlimited": 3, "more": 2, VARIANT: 0}


def draw(ax: Axes, result: Effects) -> Axes:
    """A mark and an interval an effect, under the heading of its group; to the left fewer stay poor.

    What cannot be told from none is counted, not drawn; more money is then grey and hollow, as all is where there are
    too few replications for intervals.
    """
    groups = shown(result)
    names: list[str] = []
    headings: dict[int, str] = {}
    for group, rows in groups.items():
        colour = style.colour(LOOKS[group])
        headings[len(names)] = colour
        names.append(heading(group))
        for row in rows:
            _mark(ax, len(names), row, colour if row.significant else style.GREY, style.marker(LOOKS[group]))
            names.append(name(row, group))
    ax.axvline(0, color=style.GREY, linewidth=1.0)
    ax.set_yticks(range(len(names)), names)
    for place, colour in headings.items():
        ax.get_yticklabels()[place].set_color(colour)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(names), -1)
    ax.margins(x=0.12)
    ax.grid(axis="y", visible=False)
    ax.xaxis.set_major_formatter(lambda people, _: f"{people:+,.0f}" if people else "0")
    hidden = len(result.effects) - sum(map(len, groups.values()))
    x = say("figure.ablation.x_few", fewest=result.fewest) if result.too_few else say("figure.ablation.x")
    below = [x, say("figure.ablation.note")]
    if hidden:
        key = "hidden_too_few" if result.too_few else "hidden"
        below.append(say(f"figure.ablation.{key}", count=hidden, all=len(result.effects)))
    ax.set_xlabel("\n".join(below), fontsize=9.5, linespacing=1.6)
    entitle(ax, finding(result), 0.75)
    return ax


def _mark(ax: Axes, place: int, row: Effect, colour: str, marker: str) -> None:
    _, low, high = view.span(row.people)
    ax.hlines(place, low, high, color=colour, linewidth=2.2, alpha=0.6)
    ax.plot([row.people.mean], [place], marker=marker, color=colour, linestyle="none", markersize=6.5,
            markerfacecolor=colour if row.significant else "white")  # fmt: skip
    fewer = row.people.mean < 0
    ax.annotate(
        signed_tens(row.people.mean), (low if fewer else high, place), xytext=(-6 if fewer else 6, 0),
        textcoords="offset points", ha="right" if fewer else "left", va="center", fontsize=9, color=colour,
    )  # fmt: skip
