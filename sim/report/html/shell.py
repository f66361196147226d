"""What every page has: both languages in one file, a switch between them, style and script inside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from sim.report.html.markup import Markup, joined, tag
from sim.words import say
from sim.words.catalogue import LANGUAGES

STYLE = Path(__file__).parent / "style.css"
#: What a browser and a screen reader call the languages.
TAGS = {"zh": "zh-Hans", "en": "en"}


def shell(
    titles: Mapping[str, str], opens: str, bodies: Sequence[Markup], scripts: Sequence[str], style: str
) -> str:
    """A whole page that opens in the language ``opens``; ``bodies`` are of class *language* and that of their own."""
    head = tag(
        "head", tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(scripts)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"), tag("title", titles[opens]),
        tag("style", Markup(style)),
    )  # fmt: skip
    main = tag("main", *(_choice(lang, opens, titles[lang]) for lang in reversed(LANGUAGES)), _heading(titles), *bodies)
    body = tag("body", main, *(tag("script", Markup(script)) for script in scripts))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang=TAGS[opens])}\n"


def _heading(titles: Mapping[str, str]) -> Markup:
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


def _policy(scripts: Sequence[str]) -> str:
    """Nothing is fetched, and only these scripts run."""
    digests = (b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src {allowed}; base-uri 'none'; form-action 'none'"
