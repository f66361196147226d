"""Days and dates: a run counts days as floats from its start; dates appear only at the borders."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from itertools import accumulate
from math import ceil
from typing import Final

#: New year's day of the lunar calendar; the holiday begins a week before it.
SPRING_FESTIVAL: Final = {
    2015: date(2015, 2, 19), 2016: date(2016, 2, 8), 2017: date(2017, 1, 28), 2018: date(2018, 2, 16),
    2019: date(2019, 2, 5), 2020: date(2020, 1, 25), 2021: date(2021, 2, 12), 2022: date(2022, 2, 1),
}  # fmt: skip

#: Month and day on which the rains begin, and on which they are over.
RAINS: Final = (4, 15), (7, 15)


class Calendar:
    """Maps between dates and days since ``start`` (day 0.0 is the start's midnight)."""

    __slots__ = ("_begins", "_festivals", "_first", "_month_ends", "_years", "start")

    def __init__(self, start: date) -> None:
        self.start, self._first = start, start.year
        #: The day numbers at which a month, and those at which a year, is over, as far as they were asked for.
        self._month_ends = [self._month_end(1)]
        self._years = [self.day(date(start.year + 1, 1, 1))]
        self._begins: dict[int, float] = {}
        self._festivals: dict[int, float] = {}

    def day(self, when: date) -> float:
        """Return the day number of a date."""
        return float((when - self.start).days)

    def date(self, day: float) -> date:
        """Return the date on which a day number falls."""
        return self.start + timedelta(days=int(day // 1))

    def year(self, day: float) -> int:
        """Return the calendar year of a day number."""
        ends = self._years
        while ends[-1] <= day:
            ends.append(self.day(date(self._first + len(ends) + 1, 1, 1)))
        return self._first + bisect_right(ends, day)

    def day_of_year(self, year: int, number: float) -> float:
        """Return the day number of the ``number``-th day (from 1) of a year."""
        if year not in self._begins:
            self._begins[year] = self.day(date(year, 1, 1))
        return self._begins[year] + number - 1

    def month_ends(self, until: float) -> list[float]:
        """Return the day numbers at which a month is over, up to and including ``until``."""
        ends = self._month_ends
        while ends[-1] <= until:
            ends.append(self._month_end(len(ends) + 1))
        return ends[: bisect_right(ends, until)]

    def _month_end(self, number: int) -> float:
        """Return the day number at which the ``number``-th month (from 1) is over."""
        months = self.start.month + number - 1
        return self.day(date(self._first + months // 12, months % 12 + 1, 1))

    def next_month(self, day: float) -> float:
        """Return the first day number after ``day`` at which a month is over."""
        ends = self._month_ends
        if ends[-1] <= day:
            self.month_ends(day + 31)
        return ends[bisect_right(ends, day)]

    def years(self, until: float) -> range:
        """Return the calendar years that a run of ``until`` days touches."""
        return range(self.start.year, self.date(max(until - 1e-9, 0.0)).year + 1)

    def festival(self, year: int) -> float:
        """Return the day number of lunar new year (outside the table, the mean date: 5 February)."""
        if year not in self._festivals:
            self._festivals[year] = self.day(SPRING_FESTIVAL.get(year, date(year, 2, 5)))
        return self._festivals[year]


class Season:
    """How much outdoor work a day allows; turns work days into calendar days.

    A full working day counts 1, a day in the rains or in winter less, the spring festival nothing.
    """

    __slots__ = ("_cumulative",)

    def __init__(self, calendar: Calendar, days: int, rain: float, winter: float, festival_days: float) -> None:
        worked = [1.0] * days

        def count(begin: float, end: float, each: float) -> None:
            """Let the days from ``begin`` on, before ``end``, count so much."""
            here = range(days)[max(0, ceil(begin)) : max(0, ceil(end))]
            worked[here.start : here.stop] = [each] * len(here)

        years = calendar.years(days)
        for year in (years[0] - 1, *years):
            count(calendar.day(date(year, *RAINS[0])), calendar.day(date(year, *RAINS[1])), rain)
            count(calendar.day(date(year, 12, 1)), calendar.day(date(year + 1, 3, 1)), winter)
        for year in years:
            begin = calendar.festival(year) - festival_days / 3
            count(begin, begin + festival_days, 0.0)
        self._cumulative = list(accumulate(worked, initial=0.0))

    def done(self, day: float) -> float:
        """Return the full working days between the start and ``day``."""
        cumulative, whole = self._cumulative, int(day)
        last = len(cumulative) - 1
        if whole >= last:
            return cumulative[last] + (day - last)
        here = cumulative[whole]
        return here + (day - whole) * (cumulative[whole + 1] - here)

    def finish(self, start: float, work: float) -> float:
        """Return the day on which ``work`` full working days, begun at ``start``, are done."""
        goal = self.done(start) + work
        cumulative = self._cumulative
        last = len(cumulative) - 1
        if goal >= cumulative[last]:
            return last + goal - cumulative[last]
        day = bisect_right(cumulative, goal) - 1
        here = cumulative[day]
        end = day + (goal - here) / (cumulative[day + 1] - here)
        return end if end > start else start
