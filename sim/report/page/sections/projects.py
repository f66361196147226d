"""The planner's own project list back: which of its projects are likelier than not to miss the day that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import projects as listed
from sim.report.html.markup import Markup, code, items, joined, section, table, tag
from sim.words import say

if TYPE_CHECKING:
    from sim.study import Comparison


#: Rows that the page has room for; a library may have thousands.
MOST = 60


def projects(result: Comparison) -> Markup | None:
    """What is late under the baseline, and where the whole list stands; none where the rule made the list."""
    if result.scenario.projects is None:
        return None
    first, *others = listed.findings(result)
    late = listed.late(result, MOST)
    return section(
        "projects", say("page.title_projects"), items(others) if others else None,
        table(late) if late.columns[0].cells else _none_late(result), tag("p", code(say("projects.whole"))),
        finding=first,
    )  # fmt: skip


def _none_late(result: Comparison) -> Markup:
    return joined(tag("p", say("projects.none_late")), *(tag("p", code(said)) for said in listed.replanned(result)))
