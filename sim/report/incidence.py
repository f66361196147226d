"""Incidence over the year: month by month, and how low the allocations come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sim.report import view
from sim.report.tables import Table, column
from sim.words import say
from sim.words.numbers import percent, short_month, spread

if TYPE_CHECKING:
    from sim.report.view import Floats
    from sim.study import Comparison

#: Percentiles between which the pale band lies, and the darker one.
LOW, HIGH = 10, 90
MIDDLE = 25, 75


def finding(result: Comparison) -> str:
    """How many allocations come down to the target on average, and which comes lowest if that can be told."""
    means = {row.name: row.incidence.mean for row in result.allocations}
    count = sum(mean <= view.target(result) for mean in means.values())
    reached = "none" if not count else "all" if count == len(means) else "some"
    target, best, lowest = percent(view.target(result)), view.title(result, result.best), percent(means[result.best])
    if len(means) == 1:
        return say(f"figure.incidence.only.{reached}", target=target, best=best, incidence=lowest)
    if len(result.alike) == len(means) - 1 and not view.told_apart(result):
        key = "alike_few" if view.too_few(result) else "alike"
        ends = say(f"figure.incidence.{key}", range=spread(means.values(), percent))
    else:
        tied, baseline = view.tied(result), next(iter(means))
        key = "lowest" if not tied else "lowest_tied" if len(tied) == len(result.alike) else "lowest_better"
        lead = say(f"figure.incidence.lead.{'lowest' if lowest == percent(min(means.values())) else 'best'}")
        ends = say(f"figure.incidence.{key}", lead=lead, best=best, incidence=lowest, tied=len(tied),
                   baseline=view.title(result, baseline))  # fmt: skip
    return say(f"figure.incidence.{reached}", target=target, count=count, all=len(means), ends=ends)


def bands(result: Comparison) -> dict[str, Floats]:
    """Of people who do not meet the standard yet, and of the register: a row a percentile of the baseline's runs, from
    the least; the median is the middle one.
    """
    runs, ends = view.runs(result, result.baseline), [LOW, MIDDLE[0], 50, MIDDLE[1], HIGH]
    return {key: view.percentiles(view.series(runs, key), ends) for key in ("incidence_unmet", "incidence")}


def table(result: Comparison) -> Table:
    """A row a month end, of the baseline."""
    found = bands(result)
    columns = [column(say("table.month"), months(result, found["incidence"].shape[1]), text=True)]
    for key, (low, _, middle, _, high) in found.items():
        columns.append(column(say(f"page.{key}"), map(percent, middle)))
        spans = (say("number.span", low=percent(a), high=percent(b)) for a, b in zip(low, high, strict=True))
        columns.append(column(say("table.eighty"), spans))
    title = say("title.monthly", baseline=view.title(result, result.baseline))
    return Table(title, tuple(columns), say("page.year_how"))


def months(result: Comparison, count: int) -> list[str]:
    """The first day and the month ends after it; with the year where there are several."""
    start, years = result.scenario.start_date, result.scenario.end_date.year - result.scenario.start_date.year
    named = ((day.year, short_month(day.month)) for day in month_ends(start, count - 1))
    ends = (say("page.month_of", year=year, month=name) if years else name for year, name in named)
    return [say("figure.start"), *ends]


def month_ends(start: date, count: int) -> list[date]:
    """The last days of so many months, from that of the first day on."""
    months = range(start.month, start.month + count)
    return [date(start.year + month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in months]
