"""Where: the villages as tiles, by township, coloured by their chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import places, view
from sim.report.html.markup import Markup, figure, folded, section, table, tag
from sim.report.page import first_screen
from sim.words import label, say
from sim.words.numbers import in_hundred, percent, plain_tens

if TYPE_CHECKING:
    from sim.report.places import Village
    from sim.study import Comparison

#: Colours, from hardly any chance to nearly sure.
STEPS = 5


def where(result: Comparison) -> Markup | None:
    """The tile map, and the same as tables."""
    if not places.recorded(result):
        return None
    name = result.baseline
    found = places.villages(result, view.runs(result, name))
    limit = places.limit_told(result)
    every = [village for rows in found.values() for village in rows]
    townships = (_township(key, [_tile(village, limit) for village in rows]) for key, rows in found.items())
    chart = tag("div", _scale(), tag("div", *townships, class_="townships"))
    return section(
        "where", say("page.title_where"), tag("p", first_screen.where(result)),
        figure(chart, say("page.tiles_how", limit=limit, fewest=places.FEWEST)), table(places.township_table(result)),
        folded(say("page.all_villages"), table(places.village_table(result, every))),
        finding=places.finding(result, name),
    )  # fmt: skip


def _township(key: str, tiles: list[Markup]) -> Markup:
    return tag("div", tag("h3", label("township", key)), tag("ul", *tiles, class_="tiles"), class_="township")


def _tile(village: Village, limit: str) -> Markup:
    story, chance = _story(village, limit), village.chance
    colour = "" if chance is None else f" s{step(chance)}"
    return tag(
        "li", tag("b", "-" if chance is None else in_hundred(chance), aria_hidden="true"),
        tag("small", say("page.tile", rank=village.rank), aria_hidden="true"),
        tag("span", story, class_="story"), tabindex="0", class_=f"tile{colour}{' due' if village.is_due else ''}",
    )  # fmt: skip


def _story(village: Village, limit: str) -> str:
    said = say(
        "page.story", village=places.titled(village), start=percent(village.start, 1), end=percent(village.end, 1),
        people=plain_tens(village.left), below=in_hundred(village.below), limit=limit,
    )  # fmt: skip
    if not village.due:
        return said
    key = "story_seldom" if village.listings < places.FEWEST else "story_due"
    return say(f"page.{key}", story=said, due=in_hundred(village.due), exits=village.exits_if_due)


def step(chance: float) -> int:
    """Which colour stands for a chance."""
    return min(STEPS - 1, int(STEPS * chance))


def _scale() -> Markup:
    rows = (
        tag("li", tag("span", class_=f"s{place}"), say("number.between", low=20 * place, high=20 * (place + 1)))
        for place in range(STEPS)
    )
    return tag("ul", tag("li", say("page.scale")), *rows, class_="scale")
