"""Charts with a row a thing: bars in parts, and marks with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from sim.report import style
from sim.report.html.charts import INK, LIMIT, RULE, SIGNS, SOFT, Option, drawn, limit_label, numbers
from sim.report.html.markup import Markup

#: Pixels a row takes, and those about the rows.
ROW, ABOUT = 30, 70


@dataclass(frozen=True)
class Part:
    """A part of every bar; ``told`` what each says."""

    title: str
    values: Sequence[float]
    told: Sequence[str]


@dataclass(frozen=True)
class Mark:
    """A mark in the row of its name: the middle, its interval and what it says; hollow where it is not sure."""

    name: str
    middle: float
    low: float
    high: float
    told: str
    sure: bool = True


def stacked(
    names: Sequence[str], parts: Sequence[Part], unit: str, said: str, beside: bool = False, most: float | None = None
) -> Markup:
    """Bars lying, a row a name, the parts one after the other or beside each other; patterns tell them apart too."""
    series = [
        {
            "type": "bar", "name": part.title, "barMaxWidth": 20, **({} if beside else {"stack": "all"}),
            "itemStyle": {"color": style.FILLS[place % len(style.FILLS)], "borderColor": INK, "borderWidth": 0.5},
            "data": [{"value": round(v, 4), "told": told} for v, told in zip(part.values, part.told, strict=True)],
        }
        for place, part in enumerate(parts)
    ]  # fmt: skip
    option = {**_rows(names, unit), "series": series, "legend": {"data": [part.title for part in parts]}}
    option["xAxis"]["max"] = most
    option["aria"] = {"enabled": True, "label": {"enabled": False}, "decal": {"show": True}}
    return drawn(option, said, ABOUT + ROW * len(names) * (max(1, len(parts) // 2) if beside else 1))


def ranges(
    groups: Sequence[tuple[str, Sequence[Mark]]], unit: str, said: str, at: float = 0.0, at_said: str = ""
) -> Markup:
    """A row a mark with its interval, group after group, beside a line at nought or at a limit that has a name."""
    names = [mark.name for _, marks in groups for mark in marks]
    series, first = [], 0
    for place, (title, marks) in enumerate(groups):
        series.append(_marks(title, marks, first, place))
        first += len(marks)
    ends = [end for _, marks in groups for mark in marks for end in (mark.middle, mark.low, mark.high) if isfinite(end)]
    low, high = min([*ends, at]), max([*ends, at])
    # unseen: the axis reaches over whatever is drawn beside the marks
    series[0]["data"] += [{"value": [end, 0], "symbolSize": 0, "silent": True} for end in (low, high)]
    look = LIMIT if at_said else {"color": SOFT, "width": 1.2, "type": "solid"}
    label = {**limit_label(at_said, at > (low + high) / 2), "show": bool(at_said), "position": "start"}
    series[0]["markLine"]["data"].append({"xAxis": at, "lineStyle": {**look, "opacity": 1}, "label": label})
    legend = {"data": [title for title, _ in groups], "itemWidth": 14}
    option = {**_rows(names, unit), "series": series, "legend": legend}
    option["xAxis"]["scale"] = True
    return drawn(option, said, ABOUT + ROW * len(names))


def _marks(title: str, marks: Sequence[Mark], first: int, place: int) -> Option:
    colour = style.colour(place)
    spots, spans = [], []
    for row, mark in enumerate(marks, start=first):
        fill = {"color": colour if mark.sure else "#fff"}
        spots.append({"value": [mark.middle, row], "told": mark.told, "itemStyle": fill})
        if isfinite(mark.low) and isfinite(mark.high):
            spans.append([{"coord": [mark.low, row]}, {"coord": [mark.high, row]}])
    hollow = {} if any(mark.sure for mark in marks) else {"color": "#fff"}  # as the legend has it
    span = {"silent": True, "symbol": "none", "label": {"show": False}, "data": spans,
            "lineStyle": {"color": colour, "width": 2.5, "type": "solid", "opacity": 0.6}}  # fmt: skip
    return {
        "type": "scatter", "name": title, "data": spots, "symbol": SIGNS[place % len(SIGNS)], "symbolSize": 11,
        "color": colour, "itemStyle": {"borderColor": colour, "borderWidth": 2, **hollow}, "markLine": span,
    }  # fmt: skip


def _rows(names: Sequence[str], unit: str) -> Option:
    return {
        "tooltip": {"trigger": "item"},
        "xAxis": numbers(unit),
        "yAxis": {
            "type": "category", "data": list(names), "inverse": True, "axisTick": {"show": False},
            "axisLabel": {"color": INK, "overflow": "break", "interval": 0},
            "splitLine": {"show": True, "interval": 0, "lineStyle": {"color": RULE}},
        },
    }  # fmt: skip
