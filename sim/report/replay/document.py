"""The replay as a page: controls, what happens now, pictures, the events of the year, a table of its months."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report import typeset, view
from sim.report.html.charts import embedded
from sim.report.html.markup import Markup, joined, numbers, section, table, tag
from sim.report.html.shell import STYLE, TAGS, shell
from sim.report.replay import pictures, told
from sim.words import language, say, spoken
from sim.words.catalogue import LANGUAGES
from sim.words.numbers import date, percent_unit

if TYPE_CHECKING:
    from sim.report.replay.frames import Replay
    from sim.scenario import Scenario

HERE = Path(__file__).parent
#: Milliseconds that a week stays, by the name of the speed.
SPEEDS = {"slow": 1500, "middling": 600, "fast": 200}


def document(scenario: Scenario, watched: Replay) -> str:
    """The whole page; the language in use is the one it opens in."""
    opens, titles, bodies = language(), {}, []
    for lang in LANGUAGES:
        with spoken(lang):
            titles[lang] = _title(scenario)
            bodies.append(_body(scenario, watched))
    bodies.append(tag("script", _embedded(_frames(watched)), type="application/json", id="frames"))
    sheets = [path.read_text(encoding="utf-8") for path in (STYLE, HERE / "style.css")]
    return shell(titles, opens, bodies, [(HERE / "script.js").read_text(encoding="utf-8")], "\n".join(sheets))


def _title(scenario: Scenario) -> str:
    first, last = scenario.start_date.year, scenario.end_date.year
    year = str(last) if first == last else say("number.between", low=first, high=last)
    title = typeset.cut(scenario.title[language()])
    return say("replay.title", county=say("county.name"), year=year, title=title)


def _body(scenario: Scenario, watched: Replay) -> Markup:
    run = watched.run
    standing = say("replay.standing", title=view.title_of(scenario, run.allocation), number=run.replication)
    happened = told.captions(scenario, watched)
    return tag(
        "div", tag("p", standing, class_="as-of"), _controls(scenario, watched),
        section("stages", say("replay.title_stages"), pictures.stages(scenario, watched)),
        section("villages", say("replay.title_villages"), pictures.villages(watched)),
        tag("div", section("money", say("page.title_money"), pictures.money(scenario, watched)),
            section("crews", say("replay.title_crews"), pictures.crews(watched)), class_="beside"),
        section("moments", say("replay.title_moments"), _moments(happened)),
        numbers(table(told.months(scenario, watched))),
        tag("script", _embedded(_told(scenario, watched, happened)), type="application/json", class_="told"),
        class_=f"language {language()}", lang=TAGS[language()],
    )  # fmt: skip


def _controls(scenario: Scenario, watched: Replay) -> Markup:
    """Play, where in the year, how fast; below them what has happened last, said as it happens."""
    last, first_day = len(watched.days) - 1, date(told.evening(scenario, 0.0))
    speeds = (
        tag("option", say(f"replay.{name}"), value=speed, selected=name == "middling") for name, speed in SPEEDS.items()
    )
    happens = tag("span", class_="happens", role="status", aria_live="polite")
    return tag(
        "div",
        tag("div",
            tag("button", say("replay.play"), type="button", class_="play", data_pause=say("replay.pause"),
                data_play=say("replay.play")),
            tag("input", type="range", class_="week", min=0, max=last, value=0, step=1, autocomplete="off",
                aria_label=say("replay.week"), aria_valuetext=first_day),
            tag("label", say("replay.speed"), " ", tag("select", *speeds, class_="speed", autocomplete="off")),
            class_="row", role="group", aria_label=say("replay.controls")),
        tag("p", tag("b", first_day, class_="today"), " ", happens),
        class_="controls",
    )  # fmt: skip


def _moments(happened: list[tuple[int, str, str]]) -> Markup:
    rows = (
        tag("li", tag("button", tag("span", day), " ", what, type="button", data_frame=frame))
        for frame, day, what in happened
    )
    keys = tag("div", tag("p", say("replay.keys"), class_="note"), class_="keys")
    return joined(keys, tag("ol", *rows, class_="moments"))


def _frames(watched: Replay) -> dict[str, Any]:
    """What is the same in every language, frame by frame."""
    people = watched.run.villages["base_people"]
    return {
        "days": watched.days, "stages": watched.stages, "turns": pictures.TURNS,
        "unmet": [[round(1000 * n / all_) for n, all_ in zip(row, people, strict=True)] for row in watched.unmet],
        "out": told.villages_out(watched),
        "crews": {kind: [[busy, every] for busy, every, _ in rows] for kind, rows in watched.crews.items()},
    }  # fmt: skip


def _told(scenario: Scenario, watched: Replay, happened: list[tuple[int, str, str]]) -> dict[str, Any]:
    """What each frame says in the language in use."""
    dates = [date(told.evening(scenario, day)) for day in watched.days]
    return {
        "dates": dates, "happens": happened, "money": told.yuan(watched), "crews": told.crews(watched),
        "percent": percent_unit(), "out": pictures.OUT,
    }  # fmt: skip


def _embedded(content: Any) -> Markup:
    return embedded(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
