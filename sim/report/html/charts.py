"""Charts as options for ECharts, which the page carries: what they show stands in a table beside them as well."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.report import style
from sim.report.html.markup import Markup, joined, tag
from sim.report.view import Floats

#: Places for the dots of replications, and the room their heap has, in pixels.
BINS, HEAP = 36, 140
INK, SOFT, RULE = "#1c2329", "#4f5b66", "#d5dbe1"
#: Signs of a line or group, in the order of the colours, and dashes that tell lines apart without colour.
SIGNS = ("circle", "rect", "triangle", "diamond", "pin", "arrow")
DASHES: tuple[Any, ...] = ("solid", [7, 3], [2, 2], [7, 3, 2, 3])
#: Opacity of bands, from the outermost inwards.
BANDS = (0.14, 0.24)
#: A limit or goal.
LIMIT = {"color": style.TARGET, "width": 1.5, "type": "solid"}
Option = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A line over time; ``edges`` are those of bands about it, from the lowest up; ``told`` what each place says."""

    title: str
    middle: Floats
    told: Sequence[str]
    edges: Sequence[Floats] = ()


def drawn(option: Option, said: str, high: int) -> Markup:
    """Room for a chart, the words for who cannot see it, and what to draw once there is a script to draw it."""
    base = {"color": style.COLOURS, "animation": False, "aria": {"enabled": True, "label": {"enabled": False}}}
    written = json.dumps({**base, **option}, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    room = tag("div", class_="chart", role="img", aria_label=said, data_high=high)
    return joined(room, tag("script", embedded(written), type="application/json"))


def embedded(written: str) -> Markup:
    """JSON that cannot end the element it stands in, nor steer how the page reads."""
    plain = "".join(sign if sign.isprintable() else " " for sign in written)
    return Markup(plain.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e"))


def outcomes(count: int, said: str) -> Markup:
    """A hundred squares, those that come out well filled, from the bottom."""
    squares = (tag("i", class_="hit" if 90 - place // 10 * 10 + place % 10 < count else None) for place in range(100))
    return tag("div", *squares, class_="squares", role="img", aria_label=said)


def over_time(
    lines: Sequence[Line], ticks: Sequence[str], unit: str, said: str, goal: tuple[float, str] | None = None
) -> Markup:
    """Lines over month ends in a bare number and its unit (``{value} %``), each with its bands."""
    series = [part for place, line in enumerate(lines) for part in (*_bands(line, place), _line(line, place))]
    if goal:
        at = {"yAxis": goal[0], "label": {**limit_label(goal[1]), "position": "insideStartTop"}}
        series[-1]["markLine"] = _limit(at)
    option = {
        "legend": {"data": [line.title for line in lines]},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": list(ticks), "boundaryGap": False, "axisLabel": {"color": INK}},
        "yAxis": numbers(unit),
        "series": series,
    }
    return drawn(option, said, 300)


def dots(values: Floats, goal: tuple[float, str], unit: str, said: str, kinds: tuple[str, str]) -> Markup:
    """A dot a replication along the axis; those at the goal or below it filled, the others open."""
    low, high = min(float(values.min()), goal[0]), max(float(values.max()), goal[0])
    low, high = low - 0.08 * (high - low + 0.01), high + 0.08 * (high - low + 0.01)
    heap = heaped(values, goal[0], (high - low) / BINS)
    most = round(max(y for _, y, _ in heap) + 0.5)
    series = []
    for kind, met in zip(kinds, (True, False), strict=True):
        fill = style.COLOURS[0] if met else "#fff"
        spots = [{"value": [x, y], "told": unit.format(value=f"{v:.2f}")} for x, y, v in heap if (v <= goal[0]) is met]
        series.append({
            "type": "scatter", "name": kind, "data": spots, "symbolSize": max(4, min(11, int(HEAP / most))),
            "itemStyle": {"color": fill, "borderColor": style.COLOURS[0], "borderWidth": 1.5},
        })  # fmt: skip
    series[1]["markLine"] = _limit({"xAxis": goal[0], "label": limit_label(goal[1], goal[0] > (low + high) / 2)})
    series[1]["markArea"] = {
        "silent": True, "itemStyle": {"color": "#fdf1e7"}, "data": [[{"xAxis": goal[0]}, {"xAxis": high}]]
    }  # fmt: skip
    across = numbers(unit)
    across |= {"min": round(low, 4), "max": round(high, 4), "splitLine": {"show": False}}
    across["axisLabel"] |= {"showMinLabel": False, "showMaxLabel": False}
    option = {
        "legend": {"data": list(kinds), "itemWidth": 14}, "tooltip": {"trigger": "item"}, "xAxis": across,
        "yAxis": {"show": False, "min": 0, "max": most}, "series": series,
    }  # fmt: skip
    return drawn(option, said, 120 + min(HEAP, 11 * most))


def heaped(values: Floats, goal: float, room: float) -> list[tuple[float, float, float]]:
    """Where the dot of each value stands: no heap reaches over the goal."""
    heights: Counter[int] = Counter()
    found = []
    for value in sorted(values.tolist()):
        place = int(np.ceil((value - goal) / room)) - 1
        heights[place] += 1
        found.append((round(goal + room * (place + 0.5), 6), heights[place] - 0.5, value))
    return found


def _line(line: Line, place: int) -> Option:
    data = [{"value": round(float(v), 6), "told": told} for v, told in zip(line.middle, line.told, strict=True)]
    return {
        "type": "line", "name": line.title, "data": data, "symbol": SIGNS[place % len(SIGNS)], "symbolSize": 6,
        "lineStyle": {"width": 2, "type": DASHES[place % len(DASHES)], "color": style.colour(place)},
        "itemStyle": {"color": style.colour(place)}, "z": 3,
    }  # fmt: skip


def _bands(line: Line, place: int) -> list[Option]:
    """Areas one on the other: the lowest unseen, the outer ones pale, those about the middle less so."""
    found, below = [], np.zeros_like(line.middle)
    for k, edge in enumerate(line.edges):
        inward = min(k - 1, len(line.edges) - 1 - k)
        area = {"color": style.colour(place), "opacity": BANDS[inward % len(BANDS)] if k else 0}
        found.append({
            "type": "line", "stack": f"band {place}", "data": np.round(edge - below, 6).tolist(), "symbol": "none",
            "silent": True, "lineStyle": {"opacity": 0}, "areaStyle": area, "tooltip": {"show": False},
        })  # fmt: skip
        below = edge
    return found


def limit_label(said: str, to_the_left: bool = False) -> Option:
    """The name of a limit, on the side of its line where there is room."""
    side = "right" if to_the_left else "left"
    return {"formatter": said, "color": style.TARGET, "fontWeight": "bold", "position": "end", "align": side}


def _limit(at: Option) -> Option:
    return {"silent": True, "symbol": "none", "lineStyle": LIMIT, "data": [at]}


def numbers(unit: str) -> Option:
    """An axis of bare numbers, each written with the unit."""
    label = {"formatter": unit, "color": INK, "hideOverlap": True}
    return {"type": "value", "axisLabel": label, "splitLine": {"lineStyle": {"color": RULE}}}
