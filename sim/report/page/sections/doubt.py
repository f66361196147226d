"""Doubt: where the values come from, what other readings say, and what is left open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sim.evidence import load
from sim.report import comparison
from sim.report.page import beside, first_screen
from sim.report.page.markup import Markup, items, section, table, tag
from sim.words import say

if TYPE_CHECKING:
    from sim.study import Comparison


def doubt(result: Comparison) -> Markup:
    """The sentence of the first screen part by part, the other readings, and the study that takes doubt apart."""
    evidence = load().values()
    kinds = Counter(entry.kind for entry in evidence)
    varied = sum(entry.varies for entry in evidence)
    told = [
        say("page.assumed", count=kinds["assumed"], all=sum(kinds.values()), varied=varied),
        say("page.no_names"),
    ]
    return section(
        "doubt", say("page.title_doubt"), items(told), table(comparison.readings(result)),
        tag("p", beside.command("sensitivity", "page.sensitivity")), finding=first_screen.doubt(result),
    )  # fmt: skip
