"""What does as well as the best that a search found: of each line the shares that cannot be told from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import style
from sim.report.figures.axes import entitle
from sim.report.optimise import as_good, named
from sim.scenario.names import LINES
from sim.study.search import leaning
from sim.words import label, say
from sim.words.numbers import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.optimise import Optimisation


def draw(ax: Axes, result: Optimisation) -> Axes:
    """A bar a line from least to most over all that was tried and is as good; marks for the chosen and the baseline."""
    assert result.choice is not None and result.region is not None
    tried = result.tried
    rows = [(label("line", line), result.region.shares[line], [one.shares[line] for one in tried]) for line in LINES]
    rows.append((say("optimise.tilt"), result.region.tilt, [one.tilt for one in tried]))
    for place, (_, (low, high), every) in enumerate(rows):
        ax.hlines(place, min(every), max(every), color=style.REST, linewidth=2)
        ax.barh(place, high - low, 0.5, left=low, color=style.FILLS[0])
    for name, index in ((result.scenario.baseline, 7), (result.winner, 1)):
        allocation = result.choice.scenario.allocations[name]
        marks = [*allocation.shares.values(), leaning(result.scenario, allocation)]
        ax.plot(marks, range(len(marks)), style.marker(index), color=style.colour(index), label=named(result, name))
    ax.barh(0, 0, color=style.FILLS[0], label=say("figure.region.as_good"))
    ax.hlines(0, 0, 0, color=style.REST, linewidth=2, label=say("figure.region.tried"))
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.axhline(len(LINES) - 0.5, color=style.GREY, linewidth=0.8)
    ax.xaxis.set_major_formatter(lambda share, _: percent(share, 0))
    ax.set_xlabel(f"{say('figure.region.x')}\n{say('figure.region.note')}", fontsize=9.5, linespacing=1.6)
    ax.legend(loc="lower right", bbox_to_anchor=(1.0, 0.1))
    entitle(ax, as_good(result), 0.8)
    return ax
