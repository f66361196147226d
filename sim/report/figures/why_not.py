"""What stopped those still poor at year end, by allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import style, typeset, view
from sim.report.figures.axes import entitle
from sim.report.why_not import finding
from sim.words import label, say
from sim.words.numbers import tens

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.study import Comparison

#: Causes drawn apart; the rest is one grey bar.
APART = 7


def draw(ax: Axes, result: Comparison) -> Axes:
    """One bar an allocation: people by the last cause outstanding, in the order of the gates."""
    shown = view.names(result)
    table = {name: view.causes(view.summary(result, name), "last") for name in shown}
    causes = _greatest(table)
    greatest = max(sum(people.values()) for people in table.values())
    left = dict.fromkeys(shown, 0.0)
    for cause in [*causes, ""]:
        widths = [_width(table[name], causes, cause) for name in shown]
        if sum(widths) > 0:
            _stack(ax, cause, list(left.values()), widths, greatest)
            left = {name: left[name] + width for name, width in zip(shown, widths, strict=True)}
    ax.set_yticks(range(len(shown)), [typeset.folded(view.title(result, name), 30) for name in shown])
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.xaxis.set_major_formatter(lambda count, _: tens(count))
    ax.set_xlabel(say("figure.why_not.x"))
    entitle(ax, finding(table), 0.9)
    ax.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.11), ncols=3, columnspacing=1.0, handlelength=1.4)
    return ax


def _greatest(table: dict[str, dict[str, float]]) -> list[str]:
    totals: dict[str, float] = {}
    for causes in table.values():
        for cause, people in causes.items():
            totals[cause] = totals.get(cause, 0.0) + people
    keep = set(sorted(totals, key=lambda cause: -totals[cause])[:APART])
    return [cause for cause in totals if cause in keep and totals[cause] > 0]


def _width(people: dict[str, float], causes: list[str], cause: str) -> float:
    return people.get(cause, 0.0) if cause else sum(n for c, n in people.items() if c not in causes)


def _colour(cause: str) -> str:
    """A cause has its colour in every figure."""
    if not cause:
        return style.REST
    known = view.CAUSES.index(cause) if cause in view.CAUSES else len(view.CAUSES)
    return style.FILLS[known % len(style.FILLS)]


def _stack(ax: Axes, cause: str, left: list[float], widths: list[float], greatest: float) -> None:
    bars = ax.barh(
        range(len(widths)), widths, left=left, height=0.66, edgecolor="white", linewidth=1.0,
        color=_colour(cause),
        label=label("why_not", cause) if cause else say("figure.why_not.other"),
    )  # fmt: skip
    wide = 0.025 * greatest
    ax.bar_label(
        bars, [tens(width) if width > wide else "" for width in widths],
        label_type="center", fontsize=8.5,
    )  # fmt: skip
