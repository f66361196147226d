"""What a little more of everything would do: money and management on one scale, the greatest effect on top."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from sim.report import style
from sim.report.effects import name
from sim.report.figures.axes import entitle
from sim.report.value import GROUPS, finding
from sim.words import say
from sim.words.numbers import signed_tens

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.effects import Effect, Effects

#: By group, the place of its colour.
LOOKS = {"line": 1, "quarter": 0}


def draw(ax: Axes, result: Effects) -> Axes:
    """A bar a step and a line for its interval; hollow where it is not told from none. To the right more are out."""
    rows = sorted(result.effects, key=lambda row: (-abs(row.people.mean), -row.differ))
    for place, row in enumerate(rows):
        _bar(ax, place, row)
    ax.axvline(0, color=style.GREY, linewidth=1.0)
    ax.set_yticks(range(len(rows)), [name(row) for row in rows])
    for tick, row in zip(ax.get_yticklabels(), rows, strict=True):
        tick.set_color(style.colour(LOOKS[GROUPS[row.state]]))
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.margins(x=0.12)
    ax.grid(axis="y", visible=False)
    ax.xaxis.set_major_formatter(lambda people, _: f"{people:+,.0f}" if people else "0")
    for group, place in LOOKS.items():
        ax.bar(0, 0, color=style.colour(place), label=say(f"figure.value.{group}"))
    ax.legend(loc="lower right")
    ax.set_xlabel("\n".join([say("figure.value.x"), *_notes(result)]), fontsize=9.5, linespacing=1.6)
    entitle(ax, finding(result), 0.64)
    return ax


def _notes(result: Effects) -> list[str]:
    """What lines and hollow bars say: that nothing is to be seen, or that there is too little to see it by."""
    if result.too_few:
        return [say("figure.value.note_few", fewest=result.fewest)]
    few = any(row.differ and not isfinite(row.lifted.low) for row in result.effects)
    return [say("figure.value.note"), *([say("figure.value.note_differ", fewest=result.fewest)] if few else [])]


def _bar(ax: Axes, place: int, row: Effect) -> None:
    colour, seen = style.colour(LOOKS[GROUPS[row.state]]), row.lifted
    ax.barh(place, seen.mean, 0.62, facecolor=colour if row.significant else "white", edgecolor=colour, linewidth=1.0)
    ends = [seen.mean, *(end for end in (seen.low, seen.high) if isfinite(end))]
    ax.hlines(place, min(ends), max(ends), color=style.GREY, linewidth=1.4)
    right = seen.mean >= 0
    ax.annotate(
        signed_tens(seen.mean), (max(0.0, *ends) if right else min(0.0, *ends), place),
        xytext=(6 if right else -6, 0), textcoords="offset points", ha="left" if right else "right", va="center",
        fontsize=9, color=colour if row.significant else style.GREY,
    )  # fmt: skip
