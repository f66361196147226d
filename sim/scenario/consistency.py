"""Whether the parts of a scenario fit each other; any may be missing, refused already by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import prod
from typing import Any

from pydantic_core import InitErrorDetails, PydanticCustomError

from sim.scenario.allocation import unknown
from sim.scenario.assumption import evidence, of_other_years
from sim.scenario.fields import refuse
from sim.scenario.names import LINES, MARGIN_DATES, MOST_YEARS
from sim.scenario.projects import misfits

Found = Iterator[tuple[tuple[str | int, ...], PydanticCustomError]]
#: Rules on which what is listed and enrolled in the first days of a run rests: they cannot change on the way.
LASTING_RULES = ("backstop_quota", "class_c_counts")
#: Keys that a conflict lies between, the one it is told at first; in a file that extends another, the one written last.
BETWEEN = {"over_committed": ("total", "earmarked", "floors"), "ceilings_low": ("total", "ceilings")}
#: Of what there is no more in the county than this value of the evidence.
TARGETS = {
    "villages": "county.poor_villages", "people": "county.rural_population", "households": "county.rural_population",
}  # fmt: skip
#: Values of the evidence that are parts of a whole, a product over what it is divided by: they come to no more. What
#: fits so may still find no room in one village or draw; such a replication fails, and its row says why.
PARTS: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (("county.exited_people_deep_townships",), ("county.exited_people",), ()),
    (("county.exited_people_deep_villages",), ("county.exited_people",), ()),
    (("county.deep_villages",), ("county.poor_villages",), ()),
    (("county.poor_villages", "county.high_incidence_villages"), ("county.villages",), ()),
    (("county.exited_people",), ("village.ever_poor_limit", "county.rural_population"), ()),
    (
        ("county.exited_people_deep_villages",),
        ("village.ever_poor_limit", "county.rural_population", "county.deep_villages"), ("county.villages",),
    ),
)  # fmt: skip
#: Yuan by which an allocation may pass a ceiling: shares of seven figures are no more exact.
ROUNDING_YUAN = 1_000


def conflicts(fields: Mapping[str, Any]) -> list[InitErrorDetails]:
    """Return what does not fit, as pydantic's line errors."""
    checks = (
        _dates, _switch_dates, _targets, _money, _ceilings, _compared, _included, _history, _parts, _of_other_years,
        misfits,
    )  # fmt: skip
    return [
        InitErrorDetails(type=error, loc=path, input=None)
        for check in checks
        for path, error in check(fields)
    ]


def _dates(fields: Mapping[str, Any]) -> Found:
    start, end, decide = (fields.get(name) for name in ("start_date", "end_date", "decide_on"))
    if start and start not in MARGIN_DATES and fields.get("start") != "history":
        yield ("start_date",), refuse("no_margins", " | ".join(map(str, MARGIN_DATES)))
    if start and end and end <= start:
        yield ("end_date",), refuse("end_before_start", f"> {start}", start=start)
    elif start and end and end.year - start.year >= MOST_YEARS:
        yield ("end_date",), refuse("too_many_years", f"<= {start.year + MOST_YEARS - 1}-12-31", most=MOST_YEARS)
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


def _outside(start: date, end: date) -> PydanticCustomError:
    return refuse("outside_dates", f"{start}..{end}", start=start, end=end)


def _targets(fields: Mapping[str, Any]) -> Found:
    targets, overrides = fields.get("targets"), fields.get("overrides", {})
    for name, whole in TARGETS.items() if targets else ():
        most = int(_set(overrides, whole))
        if getattr(targets, name) > most:
            yield ("targets", name), refuse("beyond_county", f"0..{most}")


def _money(fields: Mapping[str, Any]) -> Found:
    total = fields.get("total_yuan")
    committed = sum(sum(fields.get(name, {}).values()) for name in ("earmarked", "floors"))
    if total is not None and committed > total:
        told = {"committed": committed, "total": total, "over": committed - total}
        yield ("total",), refuse("over_committed", f">= {committed}", **told)


def _ceilings(fields: Mapping[str, Any]) -> Found:
    """A ceiling lies above what its line gets anyway, and all together above the total; what is played stays below."""
    total, ceilings = fields.get("total_yuan"), fields.get("ceilings", {})
    bound, floors = (fields.get(name, {}) for name in ("earmarked", "floors"))
    low = [line for line in ceilings if ceilings[line] < bound.get(line, 0) + floors.get(line, 0)]
    for line in low:
        least = bound.get(line, 0) + floors.get(line, 0)
        yield ("ceilings", line), refuse("ceiling_low", f">= {least}", least=least)
    if total is None or low or not ceilings:
        return
    if set(ceilings) == set(LINES) and sum(ceilings.values()) < total:
        told = {"ceilings": sum(ceilings.values()), "total": total, "less": total - sum(ceilings.values())}
        yield ("ceilings",), refuse("ceilings_low", f">= {total}", **told)
        return
    yield from _above(fields, total - sum(bound.values()) - sum(floors.values()))


def _above(fields: Mapping[str, Any], free: int) -> Found:
    """Shares of a played allocation that give a line more than its ceiling, by more than the rounding of shares."""
    allocations = fields.get("allocations", {})
    played = [name for name in fields.get("compare") or allocations if name in allocations]
    for line, ceiling in fields["ceilings"].items():
        least = sum(fields.get(part, {}).get(line, 0) for part in ("earmarked", "floors"))
        for name in played:
            given = round(free * allocations[name].shares[line]) + least
            if given > ceiling + ROUNDING_YUAN:
                told = {"given": given, "ceiling": ceiling, "over": given - ceiling}
                titles = {name: allocations[name].title}
                yield ("ceilings", line), refuse("over_ceiling", f">= {given}", allocation=name, titles=titles, **told)


def _compared(fields: Mapping[str, Any]) -> Found:
    allocations, compare = fields.get("allocations"), fields.get("compare", ())
    for place, name in enumerate(compare):
        if allocations is not None and name not in allocations:
            known, near, titles = unknown(name, allocations)
            yield ("compare", place), refuse("unknown_allocation", known, near, titles=titles)
        elif name in compare[:place]:
            yield ("compare", place), refuse("repeated")


def _parts(fields: Mapping[str, Any]) -> Found:
    """What a scenario sets of parts and their whole has to fit what it leaves as the evidence has it."""
    overrides = fields.get("overrides", {})
    for parts, factors, divisors in PARTS:
        here = [name for name in (*parts, *factors, *divisors) if name in overrides]
        if not here:
            continue
        come = sum(_set(overrides, name) for name in parts)
        most, over = (prod(_set(overrides, name) for name in names) for names in (factors, divisors))
        if come * over > most:
            told = {"parts": " + ".join(parts), "whole": " / ".join([" x ".join(factors), *divisors])}
            yield ("assumptions", here[0]), refuse("more_than_whole", come=come, most=most / over, **told)


def _of_other_years(fields: Mapping[str, Any]) -> Found:
    """A value of the years before changes nothing where they are not played; theirs may hold values of the later."""
    start, end = fields.get("start_date"), fields.get("end_date")
    if not (start and end) or fields.get("start") == "history" or start.year < 2018:
        return
    for name in fields.get("overrides", {}):
        if instead := of_other_years(name, start.year, end.year):
            yield ("assumptions", name), refuse("other_year", near=instead, year=name[-4:], begins=start.year)


def _set(overrides: Mapping[str, Any], name: str) -> float:
    found = overrides.get(name)
    if found is not None and found.value is not None:
        return float(found.value)
    value = float(evidence()[name].value)
    return value if found is None else value * float(found.times)


def _included(fields: Mapping[str, Any]) -> Found:
    """What is played from another file needs its name."""
    for key, value, file in (("parameters", "posterior", "posterior"), ("start", "history", "history")):
        if fields.get(key) == value and fields.get(file, "") is None:
            yield (key,), refuse("needs_file", f"{file}: FILE", key=file)


def _history(fields: Mapping[str, Any]) -> Found:
    """The years before end as the scenario begins, with every system at work and by rules that can be changed then."""
    history, start, rules = (fields.get(name) for name in ("history", "start_date", "rules"))
    if fields.get("start") != "history" or history is None:
        return
    if start and history.end_date + timedelta(days=1) != start:
        yield ("history",), refuse("history_ends", f"{start - timedelta(days=1)}", end=history.end_date, start=start)
    for name, switch in history.families.items():
        if switch.state != "on":
            yield ("history", "families", name), refuse("history_switch", "on")
    for rule in LASTING_RULES:
        if rules and getattr(rules, rule) != getattr(history.rules, rule):
            yield ("rules", rule), refuse("history_rule", "on" if getattr(history.rules, rule) else "off")
