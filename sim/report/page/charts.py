"""Charts as inline SVG: no script, no font, legible in print; what they show stands in a table as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np

from sim.report import style
from sim.report.page.markup import Markup, joined, tag
from sim.report.view import Floats

#: Units of a chart: as wide as a phone shows text of 12 legibly.
WIDE, HIGH = 460, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 30
#: Places for the dots of replications.
BINS = 36


@dataclass(frozen=True)
class Line:
    """A line with a band about it: middle, low and high at each place along the axis."""

    title: str
    middle: Floats
    low: Floats | None = None
    high: Floats | None = None


def outcomes(count: int, said: str) -> Markup:
    """A hundred squares, those that come out well filled, from the bottom."""
    squares = []
    for place in range(100):
        row, column = divmod(place, 10)
        hit = place < count
        squares.append(
            tag(
                "rect", x=1 + 12 * column, y=109 - 12 * row, width=10, height=10,
                fill=style.COLOURS[0] if hit else "#fff", stroke="#6b7680", stroke_width="0.8",
            )
        )  # fmt: skip
    return tag("svg", *squares, viewBox="0 0 121 121", role="img", aria_label=said)


def over_time(
    lines: Sequence[Line], ticks: Sequence[str], shown: Callable[[float], str], said: str,
    goal: tuple[float, str] | None = None,
) -> Markup:  # fmt: skip
    """Lines over month ends; what they are at a month stands above it while the pointer rests there."""
    top = max(float(np.max(line.middle if line.high is None else line.high)) for line in lines)
    steps = _steps(max(top, goal[0] if goal else 0.0))
    x = np.linspace(LEFT, WIDE - RIGHT, len(ticks))
    drawn = [_grid(steps, shown)]
    every = 2 if len(ticks) <= 13 else 12
    drawn += [
        _text(x[k], HIGH - 10, name, anchor="end" if k == len(ticks) - 1 else "middle")
        for k, name in enumerate(ticks) if (len(ticks) - 1 - k) % every == 0
    ]  # fmt: skip
    for place, line in enumerate(lines):
        drawn += _line(line, x, steps[-1], place)
    if goal:
        y = _y(goal[0], steps[-1])
        drawn.append(tag("line", x1=LEFT, x2=WIDE - RIGHT, y1=y, y2=y, stroke=style.TARGET, stroke_width="1.4"))
        drawn.append(_text(LEFT + 4, float(y) - 5, goal[1], fill=style.TARGET))
    drawn += [_month(k, lines, x, ticks[k], shown) for k in range(len(ticks))]
    return tag("svg", *drawn, viewBox=f"0 0 {WIDE} {HIGH}", role="img", aria_label=said)


def key(lines: Sequence[Line]) -> Markup:
    """Which line is which, by colour and dashes."""
    rows = [
        tag(
            "li",
            tag("svg", tag("line", x1=1, x2=33, y1=6, y2=6, **_stroke(place)), viewBox="0 0 34 12", width=34,
                height=12, style="display:inline-block;width:34px;margin-right:.4rem", aria_hidden="true"),
            line.title,
        )
        for place, line in enumerate(lines)
    ]  # fmt: skip
    return tag("ul", *rows, class_="scale")


def dots(values: Floats, goal: tuple[float, str], shown: Callable[[float], str], said: str) -> Markup:
    """A dot a replication along the axis of a share; those at the goal or below it filled, the others open."""
    low, high = min(float(values.min()), goal[0]), max(float(values.max()), goal[0])
    low, high = low - 0.08 * (high - low + 1e-4), high + 0.08 * (high - low + 1e-4)
    room = (high - low) / BINS
    places = np.ceil((values - goal[0]) / room).astype(int) - 1  # no place reaches over the goal
    most = int(np.unique(places, return_counts=True)[1].max())
    wide = (WIDE - LEFT - RIGHT) / BINS
    step = min(wide, 130 / most)
    base = 40 + step * most
    at = LEFT + (goal[0] - low) / room * wide
    drawn: list[Markup] = [
        tag("rect", x=f"{at:.1f}", y=22, width=f"{WIDE - RIGHT - at:.1f}", height=f"{base - 22:.1f}", fill="#fdf1e7"),
        tag("line", x1=LEFT, x2=WIDE - RIGHT, y1=f"{base:.1f}", y2=f"{base:.1f}", stroke="#4f5b66"),
        tag("line", x1=f"{at:.1f}", x2=f"{at:.1f}", y1=22, y2=f"{base:.1f}", stroke=style.TARGET, stroke_width="1.4"),
        _text(at, 14, goal[1], fill=style.TARGET, anchor="start" if at < WIDE / 2 else "end"),
    ]
    stacked: Counter[int] = Counter()
    for value, place in sorted(zip(values.tolist(), places.tolist(), strict=True)):
        y = base - step * (stacked[place] + 0.5)
        stacked[place] += 1
        drawn.append(
            tag(
                "circle", cx=f"{at + wide * (place + 0.5):.1f}", cy=f"{y:.1f}", r=f"{0.42 * step:.1f}",
                fill=style.COLOURS[0] if value <= goal[0] else "#fff", stroke=style.COLOURS[0],
            )
        )  # fmt: skip
    for share in np.linspace(low, high, 5):
        x = LEFT + (share - low) / (high - low) * (WIDE - LEFT - RIGHT)
        drawn.append(_text(x, base + 18, shown(float(share)), anchor="middle"))
    return tag("svg", *drawn, viewBox=f"0 0 {WIDE} {base + 26:.0f}", role="img", aria_label=said)


def _steps(top: float) -> list[float]:
    """Round numbers from nought to above the top, four to eight of them."""
    size = 10.0 ** floor(log10(top or 1.0))
    step = next(size * part for part in (0.2, 0.25, 0.5, 1.0, 2.0) if top / (size * part) <= 6)
    return [step * k for k in range(ceil(top / step - 1e-9) + 1)]


def _grid(steps: Sequence[float], shown: Callable[[float], str]) -> Markup:
    rows = []
    for value in steps:
        y = _y(value, steps[-1])
        rows.append(tag("line", x1=LEFT, x2=WIDE - RIGHT, y1=y, y2=y, stroke="#d5dbe1"))
        rows.append(_text(LEFT - 6, float(y) + 4, shown(value), anchor="end", class_="soft"))
    return joined(*rows)


def _line(line: Line, x: Floats, top: float, place: int) -> list[Markup]:
    drawn = []
    if line.low is not None and line.high is not None:
        edge = [*_points(x, line.high, top), *reversed(_points(x, line.low, top))]
        drawn.append(tag("polygon", points=" ".join(edge), fill=style.colour(place), opacity="0.16"))
    points = " ".join(_points(x, line.middle, top))
    return [*drawn, tag("polyline", points=points, fill="none", **_stroke(place))]


def _month(k: int, lines: Sequence[Line], x: Floats, tick: str, shown: Callable[[float], str]) -> Markup:
    """An unseen column about a month end, with what stands there while the pointer is on it."""
    half = float(x[1] - x[0]) / 2 if len(x) > 1 else 10.0
    said = " · ".join([tick, *(shown(float(line.middle[k])) for line in lines)])
    anchor = "start" if k < len(x) / 3 else "end" if k > len(x) * 2 / 3 else "middle"
    return tag(
        "g",
        tag(
            "rect", x=f"{x[k] - half:.1f}", y=TOP, width=f"{2 * half:.1f}", height=HIGH - TOP - BOTTOM,
            fill="transparent",
        ),
        tag("line", x1=f"{x[k]:.1f}", x2=f"{x[k]:.1f}", y1=TOP, y2=HIGH - BOTTOM, stroke="none", class_="mark"),
        _text(float(x[k]), 11, said, anchor=anchor, class_="told"),
        class_="at", aria_hidden="true",
    )  # fmt: skip


def _points(x: Floats, values: Floats, top: float) -> list[str]:
    return [f"{a:.1f},{_y(float(b), top)}" for a, b in zip(x, values, strict=True)]


def _y(value: float, top: float) -> str:
    return f"{HIGH - BOTTOM - value / top * (HIGH - TOP - BOTTOM):.1f}"


def _text(x: float, y: float, said: str, anchor: str = "start", **more: str) -> Markup:
    return tag("text", said, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, **more)


def _stroke(place: int) -> dict[str, str | None]:
    dashes = style.dashes(place)
    written = None if isinstance(dashes, str) else " ".join(f"{3 * part:g}" for part in dashes[1])
    return {"stroke": style.colour(place), "stroke_width": "2", "stroke_dasharray": written}
