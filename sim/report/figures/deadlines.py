"""Of a hundred cases of each kind of work, how many count in the year, by the day on which they begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import style
from sim.report.deadlines import finding, name, ordered
from sim.report.figures.axes import entitle
from sim.study.deadlines import SAFE, begins
from sim.words import say
from sim.words.numbers import in_hundred, percent, short_month

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.deadlines import Deadlines

#: From this share on, figures stand white on the ground.
DARK = 0.5


def draw(ax: Axes, result: Deadlines) -> Axes:
    """A row a kind of work, a column a day: the darker the more counts; a frame around the last safe day."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    works, days = ordered(result), begins(result.scenario)
    shares = np.full((len(works), len(days)), np.nan)
    for chance in result.chances:
        shares[works.index(chance.work), days.index(chance.begin)] = chance.chance.mean
    ax.imshow(
        np.ma.masked_invalid(shares), vmin=0, vmax=1, aspect="auto",
        cmap=LinearSegmentedColormap.from_list("chance", ["#FFFFFF", style.colour(0)]),
    )  # fmt: skip
    for row, column in np.argwhere(~np.isnan(shares)).tolist():
        share = float(shares[row, column])
        ax.text(column, row, str(in_hundred(share)), ha="center", va="center", fontsize=9,
                color="white" if share > DARK else "black")  # fmt: skip
    for row, work in enumerate(works):
        if (day := result.last_safe[work]) is not None:
            ax.add_patch(
                Rectangle((days.index(day) - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=style.TARGET, linewidth=2.2,
                          clip_on=False)
            )  # fmt: skip
    ax.set_xticks(range(len(days)), [short_month(day.month) for day in days])
    ax.set_yticks(range(len(works)), [name(work) for work in works])
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    notes = (say("figure.deadlines.x"), say("figure.deadlines.note", safe=percent(SAFE, 0)))
    ax.set_xlabel("\n".join(notes), fontsize=9.5, linespacing=1.6)
    entitle(ax, finding(result), 0.8)
    return ax
