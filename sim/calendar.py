"""Days and dates: a run counts days as floats from its start; dates appear only at the borders."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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

    __slots__ = ("_begins", "_month_ends", "_years", "start")

    def __init__(self, start: date) -> None:
        self.start = start
        self._month_ends: list[float] = []
        self._years: list[float] = []
        self._begins: dict[int, float] = {}

    def day(self, when: date) -> float:
        """Return the day number of a date."""
        return float((when - self.start).days)

    def date(self, day: float) -> date:
        """Return the date on which a day number falls."""
        return self.start + timedelta(days=int(day // 1))

    def year(self, day: float) -> int:
        """Return the calendar year of a day number."""
        begins, first = self._years, self.start.year
        while not begins or begins[-1] <= day:
            begins.append(self.day(date(first + len(begins) + 1, 1, 1)))
        return first + bisect_right(begins, day)

    def year_end(self, day: float) -> float:
        """Return the day number of the 1 January after a day number."""
        year = self.year(day)
        return self._years[year - self.start.year]

    def day_of_year(self, year: int, number: float) -> float:
        """Return the day number of the ``number``-th day (from 1) of a year."""
        begin = self._begins.get(year)
        if begin is None:
            begin = self._begins[year] = self.day(date(year, 1, 1))
        return begin + number - 1

    def month_ends(self, until: float) -> list[float]:
        """Return the day numbers at which a month is over, up to and including ``until``."""
        ends = self._month_ends
        while not ends or ends[-1] <= until:
            month = self.start.month + len(ends)
            ends.append(self.day(date(self.start.year + month // 12, month % 12 + 1, 1)))
        return ends[: bisect_right(ends, until)]

    def next_month(self, day: float) -> float:
        """Return the first day number from ``day`` on at which a month is over."""
        ends = self._month_ends
        if not ends or ends[-1] < day:
            self.month_ends(day + 31)
        return ends[bisect_left(ends, day)]

    def years(self, until: float) -> range:
        """Return the calendar years that a run of ``until`` days touches."""
        return range(self.start.year, self.date(max(until - 1e-9, 0.0)).year + 1)

    def festival(self, year: int) -> float:
        """Return the day number of lunar new year (outside the table, the mean date: 5 February)."""
        return self.day(SPRING_FESTIVAL.get(year, date(year, 2, 5)))


class Season:
    """How much outdoor work a day allows; turns work days into calendar days.

    A full working day counts 1, a day in the rains or in winter less, the spring festival nothing.
    """

    __slots__ = ("_cumulative",)

    def __init__(self, calendar: Calendar, days: int, rain: float, winter: float, festival_days: float) -> None:
        begins = [calendar.festival(y) - festival_days / 3 for y in calendar.years(days)]
        holidays = {day for begin in begins for day in range(ceil(begin), ceil(begin + festival_days))}
        first = calendar.start.toordinal()
        worked = (
            0.0 if day in holidays else _factor(date.fromordinal(first + day), rain, winter) for day in range(days)
        )
        self._cumulative = list(accumulate(worked, initial=0.0))

    def done(self, day: float) -> float:
        """Return the full working days between the start and ``day``."""
        last = len(self._cumulative) - 1
        whole = min(int(day), last)
        here = self._cumulative[whole]
        if whole == last:
            return here + (day - last)
        return here + (day - whole) * (self._cumulative[whole + 1] - here)

    def finish(self, start: float, work: float) -> float:
        """Return the day on which ``work`` full working days, begun at ``start``, are done."""
        goal = self.done(start) + work
        cumulative = self._cumulative
        last = len(cumulative) - 1
        if goal >= cumulative[last]:
            return last + goal - cumulative[last]
        day = bisect_right(cumulative, goal) - 1
        rate = cumulative[day + 1] - cumulative[day]
        return max(start, day + (goal - cumulative[day]) / rate)


def _factor(when: date, rain: float, winter: float) -> float:
    if when.month in (12, 1, 2):
        return winter
    return rain if RAINS[0] <= (when.month, when.day) < RAINS[1] else 1.0
