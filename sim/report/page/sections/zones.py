"""A page a zone command: its villages, what is held up there, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.report import places, view
from sim.report.html.markup import Markup, section, table, tag
from sim.report.tables import Table
from sim.report.why_not import by_cause
from sim.report.zones import by_gate, folded, held, works
from sim.words import label, say
from sim.words.numbers import about, percent

if TYPE_CHECKING:
    from sim.report.places import Township
    from sim.study import Comparison
    from sim.study.deadlines import Deadlines

#: Causes that a page has room for.
CAUSES_SHOWN = 6


def zones(result: Comparison, dates: Deadlines | None = None) -> Markup | None:
    """One part a township, in the county's order; each a page in print. The county's ``dates`` stand with its works."""
    if not places.recorded(result):
        return None
    runs = view.runs(result, result.baseline)
    villages = places.villages(result, runs)
    parts = [
        _zone(
            township, held(runs, township.key), works(result, runs, township.key, dates),
            places.village_table(result, villages[township.key]),
        )
        for township in places.townships(runs)
    ]  # fmt: skip
    return section("zones", say("page.title_zones"), tag("p", say("page.zones")), *parts, class_="page")


def _zone(township: Township, held: list[dict[str, Any]], works: Table | None, villages: Table) -> Markup:
    name = label("township", township.key)
    said = say(
        "page.zone", township=name, start=about(township.start), left=about(township.end),
        incidence=percent(township.incidence), due=f"{township.due:.1f}", exits=f"{township.exits:.1f}",
    )  # fmt: skip
    shown, bars = by_cause(folded(held, "cause"), CAUSES_SHOWN)
    return tag(
        "article", tag("h3", say("page.zone_title", township=name)), tag("p", said, class_="finding"),
        table(shown, bars) if held else None, table(by_gate(held)) if held else None,
        table(works) if works is not None else None, table(villages), class_="zone",
    )  # fmt: skip
