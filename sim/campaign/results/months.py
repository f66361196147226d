"""The monthly series of a replication, noted while it runs, and the list of the day from which it is told of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from sim.campaign.ranks import Control
from sim.campaign.results.came_back import OwnProjects
from sim.campaign.results.census import Census
from sim.kernel import Steps
from sim.scenario.names import LINES

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: The name of the monthly series of what a line has paid.
PAID_BY_LINE = "paid_yuan_{}"


class Months:
    """The monthly series: incidence, people not yet meeting the standard, money in all and paid by line.

    With ``projects`` the list of the first day is kept besides, where the rule made it; of an allocation decided later
    that of its day. An own list is followed from the day on which it acts.
    """

    def __init__(self, c: Campaign, projects: bool = False) -> None:
        self._c, self._listing = c, projects
        self.projects: dict[str, list[Any]] = {}
        self._own: OwnProjects | None = None
        self.census = Census(c) if c.record.on else None
        totals = ("incidence", "incidence_unmet", "received_yuan", "paid_yuan")
        self._paid_by_line: dict[str, list[float]] = {PAID_BY_LINE.format(line): [] for line in LINES}
        self.series: dict[str, list[float]] = {name: [] for name in totals} | self._paid_by_line

    def start(self) -> None:
        """Note the first day of the time that is told of, and every month's end."""
        if self._c.first_day <= 0:
            self._note_first_day()
        self._c.env.process(self._every_month(), rank=Control.MONTHS)
        scenario, allocation = self._c.scenario, self._c.allocation
        told = self._listing or scenario.own_projects(allocation)
        if scenario.decide_on and told and allocation != scenario.baseline:
            self._c.env.process(self._note_list_of(scenario.decide_on), rank=Control.MONTHS)

    def _every_month(self) -> Steps:
        c = self._c
        if c.first_day > 0:
            yield c.first_day
            self._note_first_day()
        self._note_list()
        for end in c.calendar.month_ends(c.horizon):
            if end > c.first_day:
                yield end - 0.001 - c.env.now
                self._note()

    def _note_list_of(self, decision: date) -> Steps:
        yield self._c.calendar.day(decision)
        self._note_list()

    def _note_first_day(self) -> None:
        self._note()
        if self.census is not None:
            self.census.first_day()

    def _note_list(self) -> None:
        """Note the list of the day once work under way has its places on it."""
        if rows := self._c.scenario.own_projects(self._c.allocation):
            self._own = OwnProjects(self._c, rows)
        elif self._listing:
            self.projects = self._c.library.columns()

    def own_projects(self) -> dict[str, list[Any]]:
        """Return what became of the planner's own projects, nothing where there are none."""
        return {} if self._own is None else self._own.columns()

    def _note(self) -> None:
        c, n = self._c, self._c.register.size
        base = c.county.base_people
        line = c.line_of_poverty(c.this_year)
        poor = c.register.poor()
        unmet = poor[:n] & (c.lacks.unmet() | (c.income.annual(n) < line))
        self.series["incidence"].append(float(c.register.people[poor].sum() / base))
        self.series["incidence_unmet"].append(float(c.register.people[:n][unmet].sum() / base))
        for name, yuan in self._yuan():
            self.series[name].append(yuan)

    def _yuan(self) -> Iterator[tuple[str, int]]:
        """Return what has come and what was paid since the first day, by series."""
        t, books = self._c.treasury, self._c.books
        yield "received_yuan", sum(t.received(line) - books.received[line] for line in LINES)
        paid = {line: t.paid(line) - books.paid[line] for line in LINES}
        yield "paid_yuan", sum(paid.values())
        yield from zip(self._paid_by_line, paid.values(), strict=True)

    def end(self) -> None:
        """Count what is paid as the time ends, at midnight, with the last month, as the lines do."""
        for name, yuan in self._yuan():
            self.series[name][-1:] = [yuan]
