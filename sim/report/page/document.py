"""The report: first screen, sections, appendix, in order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.report import answer
from sim.report.html.markup import Markup, items, own, tag
from sim.report.html.shell import STYLE, TAGS, shell
from sim.report.page.first_screen import first_screen
from sim.report.page.sections.allocations import allocations
from sim.report.page.sections.appendix import appendix
from sim.report.page.sections.chance import chance
from sim.report.page.sections.doubt import doubt
from sim.report.page.sections.helps import helps
from sim.report.page.sections.honesty import honesty, lasts
from sim.report.page.sections.money import money
from sim.report.page.sections.paste import paste
from sim.report.page.sections.projects import projects
from sim.report.page.sections.propose import propose
from sim.report.page.sections.schedule import schedule
from sim.report.page.sections.search import search
from sim.report.page.sections.wall_map import wall_map
from sim.report.page.sections.when import when
from sim.report.page.sections.where import where
from sim.report.page.sections.why import why
from sim.report.page.sections.zones import zones
from sim.words import language, say, spoken
from sim.words.catalogue import LANGUAGES

if TYPE_CHECKING:
    from sim.report.beside import Beside
    from sim.study import Comparison

HERE = Path(__file__).parent
ECHARTS = HERE.parents[1] / "assets" / "echarts.common.min.js"


def document(result: Comparison, others: Beside) -> str:
    """The whole page; the language in use is the one it opens in."""
    opens = language()
    bodies = []
    titles = {}
    for lang in LANGUAGES:
        with spoken(lang):
            titles[lang], as_of = answer.heading(result)
            bodies.append(_body(result, others, as_of))
    scripts = [path.read_text(encoding="utf-8") for path in (ECHARTS, HERE / "script.js")]
    return shell(titles, opens, bodies, scripts, STYLE.read_text(encoding="utf-8"))


def _body(result: Comparison, others: Beside, as_of: str) -> Markup:
    sections = {name: part for name, part in _sections(result, others).items() if part is not None}
    links = (tag("a", say(f"page.title_{name}"), href=f"#{own(name)}") for name in sections)
    return tag(
        "div", tag("p", as_of, class_="as-of"), first_screen(result, others),
        tag("p", tag("a", say("replay.link"), href="replay.html"), class_="screen") if others.replayed else None,
        tag("nav", items(links), aria_label=say("page.contents")), *sections.values(),
        class_=f"language {language()}", lang=TAGS[language()],
    )  # fmt: skip


def _sections(result: Comparison, others: Beside) -> dict[str, Markup | None]:
    return {
        "chance": chance(result), "allocations": allocations(result), "search": search(others), "why": why(result),
        "where": where(result), "projects": projects(result), "propose": propose(result),
        "when": when(result, others.deadlines), "helps": helps(others),
        "money": money(result), "honesty": honesty(result), "lasts": lasts(result), "doubt": doubt(result, others),
        "paste": paste(result), "schedule": schedule(others.deadlines), "zones": zones(result, others.deadlines),
        "sheet": wall_map(result), "appendix": appendix(result),
    }  # fmt: skip
