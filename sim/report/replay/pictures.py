"""The pictures of the replay: areas and lines over the year, tiles of villages, bars; a script moves the date."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.report import style
from sim.report.html.markup import Markup, figure, joined, tag
from sim.report.replay import told
from sim.report.replay.frames import STAGES
from sim.words import label, say
from sim.words.numbers import percent, short_month

if TYPE_CHECKING:
    from sim.report.replay.frames import Replay
    from sim.report.replay.told import Place
    from sim.scenario import Scenario

#: A picture's own units.
WIDE, HIGH = 1000, 300
#: What is undone from brown to sand, short of income grey, recognition from pale blue to dark; the rest stand apart.
COLOURS = {
    "diagnosed": "#5b3413", "filed": "#8c510a", "approved": "#b5772b", "funded": "#d0a15c", "built": "#e6cc98",
    "accepted": "#f6ecd2", "income": "#c4c4c4", "ready": "#b5dcf0", "proposed": "#6fb3dc", "verified": "#2b7bb5",
    "exited": "#0b3d63", "turned_away": "#cc79a7", "new": "#000000",
}  # fmt: skip
#: From the top of the picture down, the way that a household takes.
DOWN = (
    "new", "diagnosed", "filed", "approved", "funded", "built", "accepted", "income", "turned_away", "ready",
    "proposed", "verified", "exited",
)  # fmt: skip
#: Shares at which a tile turns, in thousandths, from the dark end on.
TURNS = (200, 100, 30, 10)
#: The sign of a village that is out.
OUT = "√"
MONEY = ("received", "paid", "idle")


def stages(scenario: Scenario, watched: Replay) -> Markup:
    """Households by stage: areas one on the other, and a row a stage with its count."""
    top = max(map(sum, watched.stages))
    below = [0] * len(watched.days)
    areas: list[Markup] = []
    for name in reversed(DOWN):
        above = [low + row[STAGES.index(name)] for low, row in zip(below, watched.stages, strict=True)]
        outline = [*_points(watched, above, top), *reversed(_points(watched, below, top))]
        areas.append(tag("polygon", points=" ".join(outline), fill=COLOURS[name]))
        below = above
    first, last = watched.stages[0], watched.stages[-1]
    ends = (told.of_stages(first, ("exited",)), told.of_stages(last, ("exited",)))
    undone = (told.of_stages(first, told.UNDER_WAY), told.of_stages(last, told.UNDER_WAY))
    said = say("replay.stages_said", first=ends[0], last=ends[1], before=undone[0], after=undone[1])
    rows = (_row(name, COLOURS[name], STAGES.index(name)) for name in DOWN)
    picture = joined(_over_time(scenario, watched, areas, said), tag("ul", *rows, class_="stages"))
    return figure(tag("div", picture, class_="pair"), say("replay.stages_how"))


def money(scenario: Scenario, watched: Replay) -> Markup:
    """Received, paid and idle as lines, and a row each with its sum."""
    top = max(1, *(max(row) for row in watched.money))
    lines = []
    for place in range(len(MONEY)):
        points = " ".join(_points(watched, [row[place] for row in watched.money], top))
        dashes = ("none", "8 4", "2 3")[place]
        lines.append(tag("polyline", points=points, stroke=style.colour(place), stroke_dasharray=dashes))
    said = say("page.title_money")
    rows = (_row(name, style.colour(place), place, ("solid", "dashed", "dotted")[place])
            for place, name in enumerate(MONEY))  # fmt: skip
    picture = joined(_over_time(scenario, watched, lines, said), tag("ul", *rows, class_="sums"))
    return figure(picture, say("replay.money_how", unit=say("money.unit")))


def crews(watched: Replay) -> Markup:
    """A bar for each sort of crews: those at work of all."""
    rows = (
        tag("li", tag("span", label("replay.crew", kind)), tag("span", tag("i"), class_="gauge", aria_hidden="true"),
            tag("b"), data_crew=kind)
        for kind in watched.crews
    )  # fmt: skip
    return figure(tag("ul", *rows, class_="crews"), say("replay.crews_how"))


def villages(watched: Replay) -> Markup:
    """A tile a village, by township."""
    townships = (
        tag("div", tag("h3", label("township", key)), tag("ul", *map(_tile, rows), class_="tiles"), class_="township")
        for key, rows in told.places(watched).items()
    )
    return figure(joined(_scale(), tag("div", *townships, class_="townships")), say("replay.villages_how", out=OUT))


def _tile(place: Place) -> Markup:
    name = say("replay.village_said" if place.is_due else "page.tile", rank=place.rank)
    return tag(
        "li", tag("b"), tag("small", say("page.tile", rank=place.rank), aria_hidden="true"),
        tag("span", name, class_="story"), class_=f"tile{' due' * place.is_due}", data_village=place.village,
    )  # fmt: skip


def _scale() -> Markup:
    edges = [percent(turn / 1000, 0) for turn in TURNS]
    names = [say("replay.above", low=edges[0])]
    names += [say("number.between", low=low, high=high) for high, low in pairwise(edges)]
    names.append(say("replay.below", high=edges[-1]))
    rows = (tag("li", tag("span", class_=f"s{step}"), name) for step, name in enumerate(names))
    return tag("ul", tag("li", say("replay.scale")), *rows, tag("li", say("replay.is_out", out=OUT)), class_="scale")


def _row(name: str, colour: str, place: int, line: str | None = None) -> Markup:
    look = f"border-top:3px {line} {colour}" if line else f"background:{colour}"
    group = "replay" if line else "replay.stage"
    swatch = tag("i", style=look, class_="line" if line else None, aria_hidden="true")
    return tag("li", swatch, tag("span", label(group, name)), tag("b"), data_place=place)


def _points(watched: Replay, values: Sequence[float], top: float) -> list[str]:
    span = watched.days[-1]
    spots = zip(watched.days, values, strict=True)
    return [f"{WIDE * day / span:.0f},{HIGH - HIGH * value / top:.1f}" for day, value in spots]


def _over_time(scenario: Scenario, watched: Replay, drawn: list[Markup], said: str) -> Markup:
    """A picture over the year, a line at the date shown, the months below."""
    picture = tag("svg", *drawn, viewBox=f"0 0 {WIDE} {HIGH}", preserveAspectRatio="none", role="img", aria_label=said)
    line = tag("div", class_="now", aria_hidden="true")
    return tag("div", tag("div", picture, line, class_="frame"), _months(scenario, watched), class_="over-time")


def _months(scenario: Scenario, watched: Replay) -> Markup:
    """Where a month begins; of several years every third."""
    days = [told.evening(scenario, day + 1) for day in range(int(watched.days[-1]))]
    firsts = [(place, day) for place, day in enumerate(days) if day.day == 1 and (len(days) < 400 or day.month == 1)]
    marks = (
        tag("span", str(day.year) if len(days) >= 400 else short_month(day.month),
            style=f"left:{100 * place / watched.days[-1]:.2f}%")
        for place, day in firsts
    )  # fmt: skip
    return tag("div", *marks, class_="months", aria_hidden="true")
