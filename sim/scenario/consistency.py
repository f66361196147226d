"""Whether the parts of a scenario fit each other; any may be missing, refused already by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic_core import InitErrorDetails, PydanticCustomError

from sim.scenario.fields import refuse
from sim.scenario.names import MARGIN_DATES, MONEY, nearest

Found = Iterator[tuple[tuple[str | int, ...], PydanticCustomError]]
#: Keys that a conflict lies between, the one it is told at first; in a file that extends another, the one written last.
BETWEEN = {"over_committed": MONEY}


def conflicts(fields: Mapping[str, Any]) -> list[InitErrorDetails]:
    """Return what does not fit, as pydantic's line errors."""
    checks = (_dates, _switch_dates, _years, _money, _compared)
    return [
        InitErrorDetails(type=error, loc=path, input=None)
        for check in checks
        for path, error in check(fields)
    ]


def _dates(fields: Mapping[str, Any]) -> Found:
    start, end, decide = (fields.get(name) for name in ("start_date", "end_date", "decide_on"))
    if start and start not in MARGIN_DATES:
        yield ("start_date",), refuse("no_margins", " | ".join(map(str, MARGIN_DATES)))
    if start and end and end <= start:
        yield ("end_date",), refuse("end_before_start", f"> {start}", start=start)
    elif end and (end.month, end.day) != (12, 31):
        yield ("end_date",), refuse("not_year_end", f"{end.year}-12-31", f"{end.year}-12-31")
    elif start and end and decide and not start <= decide <= end:
        yield ("decide_on",), _outside(start, end)


def _switch_dates(fields: Mapping[str, Any]) -> Found:
    start, end = fields.get("start_date"), fields.get("end_date")
    if not (start and end and start < end):
        return
    for name, switch in fields.get("families", {}).items():
        if switch.from_date and not start <= switch.from_date <= end:
            yield ("families", name, "from"), _outside(start, end)


def _years(fields: Mapping[str, Any]) -> Found:
    """The first year is what the file itself says; those named begin later."""
    start, end = fields.get("start_date"), fields.get("end_date")
    if not (start and end):
        return
    for year in fields.get("years", {}):
        if not start.year < year <= end.year:
            yield ("years", str(year)), refuse("outside_dates", f"{start.year + 1}..{end.year}", start=start, end=end)


def _outside(start: date, end: date) -> PydanticCustomError:
    return refuse("outside_dates", f"{start}..{end}", start=start, end=end)


def _money(fields: Mapping[str, Any]) -> Found:
    later = [(("years", str(year)), vars(of)) for year, of in fields.get("years", {}).items()]
    for path, of in [((), fields), *later]:
        total = of.get("total_yuan")
        committed = sum(sum(of.get(name, {}).values()) for name in ("earmarked", "floors"))
        if total is not None and committed > total:
            told = {"committed": committed, "total": total, "over": committed - total}
            yield (*path, "total"), refuse("over_committed", f">= {committed}", **told)


def _compared(fields: Mapping[str, Any]) -> Found:
    allocations, compare = fields.get("allocations"), fields.get("compare", ())
    for place, name in enumerate(compare):
        if allocations is not None and name not in allocations:
            near = nearest(name, allocations)
            yield ("compare", place), refuse("unknown_allocation", ", ".join(allocations), near)
        elif name in compare[:place]:
            yield ("compare", place), refuse("repeated")
