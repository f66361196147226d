"""The schedule worked back from the year's end: one A4 page to print and hang up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import schedule as dates
from sim.report.html.markup import Markup, section, table
from sim.words import say

if TYPE_CHECKING:
    from sim.study.deadlines import Deadlines


def schedule(found: Deadlines | None) -> Markup | None:
    """The last day of each kind of work for each gate; the section on dates says where none was played."""
    if found is None:
        return None
    shown = table(dates.schedule(found))
    return section("schedule", say("page.title_schedule"), shown, finding=dates.finding(found), class_="last-days")
