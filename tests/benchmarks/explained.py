"""Rewrites the tables of keys in the planner's guide: ``python -m tests.benchmarks.explained``.

Between the markers of `scenarios/README.md` stands every key of the scenario model, from the catalogues.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.keys import READING_KEYS
from sim.scenario.model import Scenario
from sim.scenario.names import FAMILIES, KINDS, LINES
from sim.scenario.sheet import NO, SKIPPED, YES
from sim.scenario.sheet import READ as COLUMNS
from sim.words import label, say
from sim.words.catalogue import LANGUAGES
from tests.benchmarks.appendix import ROOT, inside, part_at, rewritten
from tests.benchmarks.facts import row

GUIDE = ROOT / "scenarios" / "README.md"
_HEADS = {"zh": ("键", "说明", "例"), "en": ("key", "meaning", "example")}
_COLUMNS = {"zh": ("列", "列名可写", "说明"), "en": ("column", "headings", "meaning")}
_KINDS = {"zh": ("项目类型", "可写", "资金投向", "按什么列"), "en": ("kind", "written as", "line", "listed by")}
_NAMES = {"zh": ("名称", "叫法"), "en": ("name", "what it is called")}


def keys() -> Iterator[str]:
    """Every key that a file may write, those of a part below it."""
    for key, _ in inside(Scenario):
        yield key
        if part := part_at(key):
            yield from (f"{key}.{below}" for below, _ in inside(part))
    yield from READING_KEYS


def table(lang: str) -> Iterator[str]:
    """A row a key."""
    yield from (row(*_HEADS[lang]), "|---" * 3 + "|")
    for key in keys():
        yield row(f"`{key}`", say(f"key.{key}", lang).replace("|", "\\|"), say(f"key_example.{key}", lang))


def names(group: str, words: tuple[str, ...], lang: str) -> Iterator[str]:
    """A row a name that files may use."""
    yield from (row(*_NAMES[lang]), "|---" * 2 + "|")
    yield from (row(f"`{word}`", label(group, word, lang)) for word in words)


def called(key: str, lang: str) -> str:
    """All that something may be called."""
    return ("、" if lang == "zh" else ", ").join(say(key, lang).split("|"))


def columns(lang: str) -> Iterator[str]:
    """A row a column of a project list, those that are not read too."""
    words = {name: " / ".join(sorted(found)) for name, found in (("yes", YES), ("no", NO))}
    yield from (row(*_COLUMNS[lang]), "|---" * 3 + "|")
    for name in (*COLUMNS, *SKIPPED):
        yield row(f"`{name}`", called(f"column.{name}", lang), say(f"column_about.{name}", lang, **words))


def kinds(lang: str) -> Iterator[str]:
    """A row a kind of project."""
    yield from (row(*_KINDS[lang]), "|---" * 4 + "|")
    for kind, (line, scope) in KINDS.items():
        names = called(f"project_kind.{kind}", lang)
        yield row(f"`{kind}`", names, label("line", line, lang), say(f"listed_by.{scope}", lang))


def made() -> dict[str, list[str]]:
    """Every generated part of the guide."""
    found = {}
    for lang in LANGUAGES:
        found[f"keys-{lang}"] = list(table(lang))
        found[f"lines-{lang}"] = list(names("line", LINES, lang))
        found[f"columns-{lang}"] = list(columns(lang))
        found[f"kinds-{lang}"] = list(kinds(lang))
        found[f"families-{lang}"] = list(names("family", FAMILIES, lang))
    return found


def guide() -> str:
    """The guide with every generated part made anew."""
    text = GUIDE.read_text(encoding="utf-8")
    for name, lines in made().items():
        text = rewritten(text, name, lines)
    return text


if __name__ == "__main__":
    GUIDE.write_text(guide(), encoding="utf-8")
