"""What can be wrong with a scenario: a code with fields and a place; the words live in the catalogues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Say(Protocol):
    """Turns a catalogue key and its fields into a sentence (`sim.words.say`)."""

    def __call__(self, key: str, /, **fields: Any) -> str:
        """Return the text of ``key``."""


#: Where the words of a problem have names: the group of the catalogues, by code.
GROUPS = {
    "unknown_key": "key_name", "unknown_line": "line", "unknown_family": "family", "unknown_assumption": "parameter",
    "held_against": "parameter", "unknown_kind": "project_kind", "kind_of_line": "project_kind",
    "no_hamlet_kind": "project_kind", "unknown_column": "column", "missing_column": "column", "column_unit": "column",
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One thing wrong: what (code, fields), where (file, line from 1, key path), and what would be right.

    ``line`` is 0 where there is no line to point at; ``value`` is as written; ``allowed`` is language-free. Fields that
    name allocations have what these are called beside them, by name and language (``titles``).
    """

    code: str
    file: str = ""
    line: int = 0
    key: str = ""
    value: str = ""
    allowed: str = ""
    nearest: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    def text(self, say: Say) -> str:
        """Return ``file:line: key path: value: what is allowed; did you mean ...``, in one line."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        named = self._named(say)
        fields = {"allowed": named(self.allowed), "value": self.value, **self.fields}
        if "reason" in fields:
            fields["reason"] = _of_group("system_error")(fields["reason"])
        if "pays" in fields:
            fields["pays"] = _called(fields["pays"], _of_group("line"), say)
        if "titles" in fields and "allocation" in fields:
            fields["allocation"] = named(fields["allocation"])
        key = named(self.key) if self.code == "missing_column" else self.key
        sentence = say(f"error.{self.code}", **fields)
        if self.code == "not_one_of" and (about := _about(self.key)):
            sentence = say("error.called", word=sentence, name=about)
        near = None if self.nearest is None else named(self.nearest)
        if near and self.code in ("unit_missing", "unknown_unit", "not_money"):
            from sim.scenario.quantities import in_words

            near = in_words(near)
        hint = "" if near is None else say("error.did_you_mean", nearest=near)
        told = ": ".join(part for part in (place, key, self.value, sentence) if part) + hint
        return visible(" ".join(told.splitlines()))


    def _named(self, say: Say) -> Callable[[str], str]:
        """Return what puts behind each of some words what it is called, where that is known."""
        from sim.words import language

        if "titles" in self.fields:
            titles, lang = self.fields["titles"], language()
            return lambda words: _called(words, lambda name: titles.get(name, {}).get(lang, name), say)
        if self.code == "misplaced_key":
            return lambda words: words.replace("*", say("error.any_name")).replace("^.", say("error.top_level"))
        group = GROUPS.get(self.code, "")
        return (lambda words: _called(words, _of_group(group), say)) if group else lambda words: words


def _called(words: str, name_of: Callable[[str], str], say: Say) -> str:
    found = {word: name_of(word) for word in words.split(", ")}
    told = (word if word == name else say("error.called", word=word, name=name) for word, name in found.items())
    return ", ".join(told)


def _of_group(group: str) -> Callable[[str], str]:
    """Return what gives a word the first of its names in a group of the catalogues."""
    from sim.words import label

    return lambda word: label(group, word).partition("|")[0]


def _about(key: str) -> str:
    """Return what the planner's guide says of a key path; empty where it says nothing."""
    from sim.words import known, say

    whole = key.removeprefix("history.")
    table, last = whole.partition(".")[0], whole.rpartition(".")[2]
    found = (f"key.{name}" for name in (whole, f"{table}.{last}", f"{table}.state"))
    return next((say(name) for name in found if known(name)), "")


class ScenarioError(ValueError):
    """A scenario that cannot be played, with every problem found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        told = {(p.file, p.line, p.code, p.key, p.value, p.fields.get("allocation")): p for p in problems}
        self.problems = tuple(told.values())
        super().__init__(self.problems)

    def lines(self, say: Say) -> list[str]:
        """Return one line a problem, in the words of ``say``."""
        return [problem.text(say) for problem in self.problems]

    def __str__(self) -> str:
        from sim.words import say

        return "\n".join(self.lines(say))


def visible(text: str) -> str:
    """Text in which signs that steer a terminal or the direction of reading stand as what they are."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
