"""What history leaves of each assumed value's range, and how often what was played is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import style
from sim.report.calibration import finding
from sim.report.figures.axes import entitle
from sim.words import label, say
from sim.words.numbers import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study.calibrate import Calibration, Fit

#: Where the ranks stand, right of the range, which goes from 0 to 1; the height that a bar of twice the even share has.
RANKS = (1.12, 1.42)
HEIGHT = 0.34
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


def draw(ax: Axes, result: Calibration) -> Axes:
    """A line a gate and value: 90 % of what is left of its range, thick: half of it; beside it the ranks of truth."""
    rows = [(k, fit) for k in range(len(result.moved)) for fit in result.fits]
    for place, (k, fit) in enumerate(rows):
        colour = style.colour(result.fits.index(fit))
        outer, inner = fit.posterior.interval(0.9)[:, k], fit.posterior.interval(0.5)[:, k]
        ax.hlines(place, 0.05, 0.95, color=style.GREY, linewidth=1.0, alpha=0.6)
        ax.hlines(place, outer[0], outer[2], color=colour, linewidth=2.0)
        ax.hlines(place, inner[0], inner[2], color=colour, linewidth=6.0, alpha=0.7)
        ax.plot([outer[1]], [place], marker="D", color=colour, markersize=6, linestyle="none")
        _ranks(ax, place, fit, k, colour)
    names = [f"{label('parameter', result.moved[k].name)} · {label('plan_gate', fit.gate)}" for k, fit in rows]
    ax.set_yticks(range(len(rows)), names)
    ax.set_xlim(-0.02, RANKS[1] + 0.14)
    ax.set_xticks(QUARTERS, [percent(place, 0) for place in QUARTERS])
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(say("figure.calibration.x") + "\n" + say("figure.calibration.note"), fontsize=9.5, linespacing=1.6)
    entitle(ax, finding(result), 0.62)
    return ax


def _ranks(ax: Axes, place: int, fit: Fit, k: int, colour: str) -> None:
    """The histogram of the ranks; even where the method is right."""
    counts = fit.recovery.histogram()[k]
    left, right = RANKS
    edges = np.linspace(left, right, len(counts) + 1)
    heights = np.minimum(2.0, counts / max(1.0, counts.mean())) / 2.0 * 2 * HEIGHT
    ax.bar(edges[:-1], -heights, np.diff(edges) * 0.9, bottom=place + HEIGHT, align="edge", color=colour, alpha=0.55)
    ax.hlines(place, left, right, color=style.GREY, linewidth=0.8)
    again = percent(float(fit.recovery.coverage(0.9)[k]), 0)
    ax.text(right + 0.02, place, again, va="center", fontsize=9)
