"""The sentence above a figure: what it shows, not what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sim.report import typeset
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: What a column of text takes of the height of a letter (half), less what the axes gain when they are laid out.
COLUMN = 0.47


def entitle(ax: Axes, text: str, room: float = 1.0) -> None:
    """Set the title in as many lines as the axes are wide for; `room` where long labels leave them less than usual."""
    wide = 72 * ax.figure.bbox.width / ax.figure.get_dpi() * ax.get_position().width
    ax.set_title(typeset.wrapped(text, int(room * wide / (COLUMN * float(ax.title.get_fontsize())))))


def spread(values: Iterable[float], shown: Callable[[float], str]) -> str:
    """Return the least and the greatest in words, or one of them where they read the same."""
    found = sorted(values)
    low, high = shown(found[0]), shown(found[-1])
    return low if low == high else say("number.between", low=low, high=high)
