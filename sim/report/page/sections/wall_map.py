"""The progress map for the wall, one A3 sheet: villages by the eleven items of the standard, and incidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.exit.village_items import ITEMS
from sim.report import places, typeset, view
from sim.report.html.markup import Markup, items, section, tag
from sim.words import label, listed, say
from sim.words.numbers import in_hundred, percent

if TYPE_CHECKING:
    from sim.report.places import Village
    from sim.study import Comparison

#: From which chance on a mark stands, and its class of colour: shape tells what colour does.
MARKS = ((0.8, "\u25cf", None), (0.5, "\u25d1", "s3"), (0.2, "\u25d4", "s2"), (0.0, "\u25cb", "s0"))


def wall_map(result: Comparison) -> Markup | None:
    """Of each village the chance of each item at the year's end; items that the runs do not record are named."""
    if not places.recorded(result):
        return None
    found = places.villages(result, view.runs(result, result.baseline))
    recorded = [item for item in ITEMS if any(item in village.items for rows in found.values() for village in rows)]
    missing = [label("criterion", item) for item in ITEMS if item not in recorded]
    said = say("page.sheet_missing", count=len(missing), items=listed(missing))
    return section(
        "sheet", say("page.title_sheet"), tag("p", said) if missing else None,
        _drawn(result, found, recorded) if recorded else None,
        finding=_finding(result, found, recorded) if recorded else None,
    )  # fmt: skip


def _finding(result: Comparison, found: dict[str, list[Village]], recorded: list[str]) -> str:
    """In how many villages each of the items stands in doubt, the worst first."""
    every = [village for rows in found.values() for village in rows]
    short = {item: sum(village.items[item] < MARKS[0][0] for village in every) for item in recorded}
    worst = sorted((item for item in recorded if short[item]), key=lambda item: -short[item])[:3]
    above = sum(village.below < MARKS[0][0] for village in every)
    named = (say("page.sheet_item", item=label("criterion", item), count=short[item]) for item in worst)
    rest = listed(named) or say("page.sheet_none")
    limit = places.limit_told(result)
    return say("page.sheet_finding", count=len(every), above=above, limit=limit, items=rest)


def _drawn(result: Comparison, found: dict[str, list[Village]], recorded: list[str]) -> Markup:
    limit = places.limit_told(result)
    heads = (say("table.village"), typeset.one_line(say("table.is_due")), *(label("criterion", i) for i in recorded),
             say("criterion.incidence", limit=limit), typeset.one_line(say("table.incidence")))  # fmt: skip
    title = say("page.sheet_caption", title=view.title(result, result.baseline))
    body = (_row(village, recorded) for rows in found.values() for village in rows)
    drawn = tag(
        "table", tag("caption", title), tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
        tag("tbody", *body),
    )  # fmt: skip
    named = [say("page.sheet_key", mark=mark, share=in_hundred(least)) for least, mark, _ in MARKS[:-1]]
    named.append(say("page.sheet_least", mark=MARKS[-1][1], share=in_hundred(MARKS[-2][0])))
    key = items(named, class_="scale")
    shown = tag("div", drawn, class_="scroll", role="group", tabindex="0", aria_label=title)
    return tag("div", tag("p", say("page.sheet_note"), class_="note"), key, shown, class_="wall")


def _row(village: Village, recorded: list[str]) -> Markup:
    due = f"\u2605 {in_hundred(village.due)}" if village.is_due else str(in_hundred(village.due))
    chances = (*(village.items[item] for item in recorded), village.below)
    return tag(
        "tr", tag("th", places.titled(village), scope="row", class_="left"), tag("td", due), *map(_cell, chances),
        tag("td", percent(village.end, 1)),
    )  # fmt: skip


def _cell(chance: float) -> Markup:
    mark, class_ = next((mark, class_) for least, mark, class_ in MARKS if chance >= least)
    return tag("td", f"{mark} {in_hundred(chance)}", class_=class_)
