"""What figures share: the sentence above, which is what a figure shows, not what it is about; months along the axis."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sim.report import typeset
from sim.report.incidence import month_ends
from sim.words import say
from sim.words.numbers import short_month

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: What a column of text takes of the height of a letter (half), less what the axes gain when they are laid out.
COLUMN = 0.47


def entitle(ax: Axes, text: str, room: float = 1.0) -> None:
    """Set the title in as many lines as the axes are wide for; `room` where long labels leave them less than usual."""
    wide = 72 * ax.figure.bbox.width / ax.figure.get_dpi() * ax.get_position().width
    ax.set_title(typeset.wrapped(text, int(room * wide / (COLUMN * float(ax.title.get_fontsize())))))


def months_along(ax: Axes, start: date, last: int, right: float) -> None:
    """Month ends along the axis, over several years year ends; `last` months, and room up to `right`."""
    ends = month_ends(start, last)
    if last > 12:
        names = [say("figure.start"), *(say("figure.year_end", year=day.year) for day in ends)]
        ax.set_xticks(range(0, last + 1, 3), minor=True)
        ax.set_xticks(range(0, last + 1, 12), names[::12])
    else:
        ax.set_xticks(range(last + 1), [say("figure.start"), *(short_month(day.month) for day in ends)])
    ax.set_xlim(-0.2, right + 0.1)
