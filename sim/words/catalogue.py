"""The catalogues: flat keys in dotted groups, one text a key and language."""

import os
import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent
#: What texts count, one or several.
COUNTED = ("replications", "allocations", "runs")

_chosen: list[str] = []
#: What a researcher's own processes are called, by language.
_taught: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}


class _Formatter(string.Formatter):
    """Format as strings do; in the language in use `{sum:yuan}` as money, to the last yuan, `{unit:unit}` as a unit,
    `{n:replications}` as so many of what is `COUNTED`.

    A unit stands in brackets; where there is none, nothing does.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "unit":
            return say("parameters.in_unit", unit=label("unit", value)) if value else ""
        if format_spec in COUNTED:
            return say(f"number.{format_spec[:-1] if value == 1 else format_spec}", count=value)
        if format_spec != "yuan":
            return str(super().format_field(value, format_spec))
        from sim.words.numbers import exact_money

        return exact_money(value)


_FORMATTER = _Formatter()


def language() -> str:
    """The language in use: the one chosen, else that of the locale."""
    return _chosen[-1] if _chosen else _of_locale()


def use(lang: str | None) -> None:
    """Speak `lang` from now on; None goes back to the locale."""
    _chosen[:] = [] if lang is None else [_checked(lang)]


@contextmanager
def spoken(lang: str | None) -> Iterator[str]:
    """Speak `lang` (None: whatever is spoken already) inside the block."""
    before = list(_chosen)
    use(lang or language())
    try:
        yield language()
    finally:
        _chosen[:] = before


def say(key: str, /, lang: str | None = None, **fields: object) -> str:
    """The text of `key`, its `{placeholders}` filled; a key nobody wrote is a KeyError naming the nearest."""
    written = texts(lang or language())
    if key not in written:
        import difflib

        near = difflib.get_close_matches(key, written, n=3)
        raise KeyError(f"no words for {key!r}" + (f"; nearest: {', '.join(near)}" if near else ""))
    return _FORMATTER.vformat(written[key], (), fields)


def known(key: str, lang: str | None = None) -> bool:
    """Whether `key` has a text."""
    return key in texts(lang or language())


def label(group: str, name: str, lang: str | None = None) -> str:
    """The text of `group.name`, or the bare name where a scenario or a researcher invented it."""
    key = f"{group}.{name}"
    return say(key, lang) if known(key, lang) else name


def listed(names: Iterable[str], lang: str | None = None) -> str:
    """Names one after the other: a、b; a, b."""
    return say("answer.joiner", lang).join(names)


@cache
def texts(lang: str) -> Mapping[str, str]:
    """All texts of a language: its own file, and the parts beside it, which add keys but change none."""
    found: dict[str, str] = dict(_taught[_checked(lang)])
    for path in reversed(sources(_checked(lang))):
        found.update(read(path))
    return MappingProxyType(found)


def teach(own: Mapping[str, Mapping[str, str]]) -> None:
    """Add texts of a researcher's own, by language and key; none of the catalogues' is changed.

    Raises `ValueError` where a language lacks a key that the other has, or a key is the catalogues' own.
    """
    if not own:
        return
    for lang in own:
        _checked(lang)
    for lang in LANGUAGES:
        given, other = (own.get(name, {}) for name in (lang, *(name for name in LANGUAGES if name != lang)))
        if missing := sorted(other.keys() - given.keys()):
            raise ValueError(f"words(={lang}) must have {', '.join(missing)}, which the other language has")
        if taken := sorted(given.keys() & texts(lang).keys() - _taught[lang].keys()):
            raise ValueError(f"words(={lang}) must leave {', '.join(taken)} as the catalogue has it")
    for lang in LANGUAGES:
        _taught[lang].update(own[lang])
    texts.cache_clear()


def sources(lang: str) -> list[Path]:
    """The files a language is read from, the main one first."""
    return [FOLDER / f"{lang}.toml", *sorted((FOLDER / "parts").glob(f"*.{lang}.toml"))]


def read(path: Path) -> dict[str, str]:
    """One file, flattened to dotted keys."""
    return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _checked(lang: str) -> str:
    if lang not in LANGUAGES:
        raise ValueError(f"language(={lang}) must be one of {', '.join(LANGUAGES)}")
    return lang


def _of_locale() -> str:
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), None)
    return "zh" if (named or _of_windows()).lower().startswith(("zh", "chinese")) else "en"


def _of_windows() -> str:
    if os.name != "nt":
        return ""
    import locale

    return locale.getlocale()[0] or ""
