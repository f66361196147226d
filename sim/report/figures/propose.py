"""The chance that enough people remain, by the number proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import propose, style, view
from sim.report.figures.axes import entitle
from sim.study.propose import SURE
from sim.words import say
from sim.words.numbers import in_hundred, plain, tens

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study import Comparison


def draw(ax: Axes, result: Comparison) -> Axes:
    """Two curves of the baseline: were as many ready (dashed), and with those who are."""
    found = propose.curve(result)
    assert found is not None
    people = [point.people for point in found.curve]
    free, bound = (
        [100 * getattr(point, name).estimate for point in found.curve] for name in ("if_ready", "chance")
    )
    low, high = ([100 * getattr(point.chance, end) for point in found.curve] for end in ("low", "high"))
    ax.fill_between(people, low, high, color=style.colour(0), alpha=0.15, linewidth=0)
    ax.plot(people, free, color=style.GREY, linestyle="--", marker="s", markersize=4, label=say("propose.if_ready"))
    ax.plot(people, bound, color=style.colour(0), marker="o", markersize=4, label=say("propose.chance"))
    ax.axhline(100 * SURE[1], color=style.TARGET, linewidth=1, label=say("propose.sure_line", sure=in_hundred(SURE[1])))
    ax.axvline(found.ready, color=style.GREY, linewidth=1, linestyle=":", label=say("propose.ready_line"))
    ax.set_ylim(-3, 103)
    ax.xaxis.set_major_formatter(lambda count, _: tens(count))
    ax.set_ylabel(say("propose.chance_axis", target=plain(found.target)))
    note = say("propose.figure_note", title=view.title(result, found.allocation))
    ax.set_xlabel(f"{say('propose.proposed')}\n{note}", fontsize=9.5, linespacing=1.6)
    entitle(ax, propose.finding(result, found), 0.8)
    ax.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.16), ncols=4)
    return ax
