"""The document: both languages in one file, a switch between them, style and script inside."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report import answer
from sim.report.page.first_screen import first_screen
from sim.report.page.markup import Markup, items, joined, own, tag
from sim.report.page.sections.allocations import allocations
from sim.report.page.sections.appendix import appendix
from sim.report.page.sections.chance import chance
from sim.report.page.sections.doubt import doubt
from sim.report.page.sections.helps import helps
from sim.report.page.sections.honesty import honesty, lasts
from sim.report.page.sections.money import money
from sim.report.page.sections.paste import paste
from sim.report.page.sections.propose import propose
from sim.report.page.sections.sheet import sheet
from sim.report.page.sections.when import when
from sim.report.page.sections.where import where
from sim.report.page.sections.why import why
from sim.report.page.sections.zones import zones
from sim.words import language, say, spoken
from sim.words.catalogue import LANGUAGES

if TYPE_CHECKING:
    from sim.report.page.beside import Beside
    from sim.study import Comparison

HERE = Path(__file__).parent
ECHARTS = HERE.parents[1] / "assets" / "echarts.common.min.js"
#: What a browser and a screen reader call the languages.
TAGS = {"zh": "zh-Hans", "en": "en"}


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
    head = tag(
        "head", tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(scripts)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"), tag("title", titles[opens]),
        tag("style", Markup((HERE / "style.css").read_text(encoding="utf-8"))),
    )  # fmt: skip
    main = tag("main", *(_choice(lang, opens, titles[lang]) for lang in reversed(LANGUAGES)), _heading(titles), *bodies)
    body = tag("body", main, *(tag("script", Markup(script)) for script in scripts))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang=TAGS[opens])}\n"


def _body(result: Comparison, others: Beside, as_of: str) -> Markup:
    sections = {name: part for name, part in _sections(result, others).items() if part is not None}
    links = (tag("a", say(f"page.title_{name}"), href=f"#{own(name)}") for name in sections)
    return tag(
        "div", tag("p", as_of, class_="as-of"), first_screen(result, others),
        tag("nav", items(links), aria_label=say("page.contents")), *sections.values(),
        class_=f"language {language()}", lang=TAGS[language()],
    )  # fmt: skip


def _sections(result: Comparison, others: Beside) -> dict[str, Markup | None]:
    return {
        "chance": chance(result), "allocations": allocations(result), "why": why(result), "where": where(result),
        "propose": propose(result), "when": when(result, others.dates), "helps": helps(others), "money": money(result),
        "honesty": honesty(result), "lasts": lasts(result), "doubt": doubt(result, others.doubts),
        "paste": paste(result), "zones": zones(result), "sheet": sheet(result), "appendix": appendix(result),
    }  # fmt: skip


def _heading(titles: dict[str, str]) -> Markup:
    """One heading of the first order, in both languages."""
    spans = (tag("span", titles[lang], class_=lang, lang=TAGS[lang]) for lang in LANGUAGES)
    return tag("h1", *spans)


def _choice(lang: str, opens: str, title: str) -> Markup:
    """A button of the switch; style alone makes it work."""
    name = say("language.name", lang)
    return joined(
        tag("input", type="radio", name="language", id=f"speak-{lang}", value=lang, class_="choice", autocomplete="off",
            checked=lang == opens, data_tag=TAGS[lang], data_title=title),
        tag("label", name, for_=f"speak-{lang}", class_="choose", lang=TAGS[lang]),
    )  # fmt: skip


def _policy(scripts: list[str]) -> str:
    """Nothing is fetched, and only these scripts run."""
    digests = (b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src {allowed}; base-uri 'none'; form-action 'none'"
