"""Strict YAML: builds the tree from the parser's events, refusing what a planner cannot have meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sim.scenario.nodes import Node, Scalar, Sequence, Table, read_scalar, shown
from sim.scenario.problems import Problem, ScenarioError

DEPTH_LIMIT = 12
NODE_LIMIT = 20_000

_FULL_WIDTH = re.compile(r"\s*(?:- +)?[\w.-]+\s*(：)")
#: Spaces that look like one and are none to YAML, before or behind a key; some take no room at all.
_ODD = "\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff"
_ODD_SPACE = re.compile(rf"[ ]*([{_ODD}])|[{_ODD}\s]*(?:- +)?[A-Za-z_][\w.-]*:[ ]*([{_ODD}])")
_NO_SPACE = re.compile(r"\s*(?:- +)?[A-Za-z_][\w.-]*:(?=[^\s:/])")
_WIDE_MARK = re.compile(r"(?<=[A-Za-z0-9%}\]\"' ])[，：；]|[，；](?=\s*[A-Za-z_][\w.-]*:)|[｛｝［］]")
#: What is no sign of the file's own: text in quotes, and remarks.
_TOLD = re.compile(r"\"[^\"]*\"?|'[^']*'|\s#.*")
#: Where the parser ends a line; `str.splitlines` ends one at U+0085 and U+2028 too.
_BREAK = re.compile(r"\r\n|\r|\n")
_BEFORE_COMMA = re.compile(r"\d{1,3}(?:,\d{3})*")
_THOUSANDS = re.compile(r"\d{3}(?!\d)")
#: What the parser says, as far as it can be told to a planner.
_SYNTAX = (
    (re.compile(r"expected ',' or"), "bracket_open"),
    (re.compile(r"unexpected end of stream"), "quote_open"),
    (re.compile(r"expected <block end>, but found '<block|expected '<document start>'"), "indentation"),
    (re.compile(r"(values|keys) are not allowed here"), "colon_inside"),
    (re.compile(r"could not find expected ':'"), "colon_missing"),
    (re.compile(r"cannot start any token|expected alphabetic|expected chomping"), "odd_start"),
)
_ASCII = {"：": ":", "，": ",", "；": ";", "｛": "{", "｝": "}", "［": "[", "］": "]"}


class Composer:
    """Turns the text of one file into a tree; problems that do not stop the reading are collected."""

    def __init__(self, file: str, text: str) -> None:
        from ruamel.yaml import YAML

        self.file, self.text, self.rows = file, text, _BREAK.split(text.rstrip("\r\n"))
        self.problems: list[Problem] = []
        self._yaml = YAML(typ="safe", pure=True)
        self._events: Iterator[Any] = self._yaml.parse(text)
        self._anchors: dict[str, Node] = {}

    def compose(self) -> Table:
        """Return the tree; raises `ScenarioError` where nothing sensible can be read."""
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            root = self._document()
        except MarkedYAMLError as error:
            raise ScenarioError([*self.problems, self._syntax(error)]) from None
        except YAMLError as error:
            raise ScenarioError([*self.problems, self._character(error)]) from None
        if not isinstance(root, Table):
            raise ScenarioError([*self.problems, *(self._slips(1, len(self.rows)) or [self._no_table(root)])])
        return root

    def _document(self) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                self._check_start(event, documents)
            elif kind not in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
                root = self._node(event, 0)
        return root

    def _check_start(self, event: Any, documents: int) -> None:
        if documents > 1:
            self._stop("several_documents", event)
        if event.version not in (None, (1, 2)):
            self._stop("yaml_version", event, version=".".join(map(str, event.version)))

    def _node(self, event: Any, depth: int) -> Node:
        if depth > DEPTH_LIMIT:
            self._stop("too_deep", event, limit=DEPTH_LIMIT)
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._alias(event)
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) != "!":
            self._note("unknown_tag", event, value=str(tag))
        if kind == "ScalarEvent":
            node: Node = self._scalar(event)
        elif kind == "MappingStartEvent":
            node = self._table(event, depth)
        else:
            node = self._sequence(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            self._stop("unknown_alias", event, value=f"*{event.anchor}")
        return self._anchors[event.anchor]

    def _scalar(self, event: Any) -> Scalar:
        from ruamel.yaml.nodes import ScalarNode

        line = event.start_mark.line + 1
        if not event.implicit[0]:
            return Scalar(self.file, line, event.value, event.value, quoted=True)
        begins = 0 if self._row(line)[: event.start_mark.column].strip(" -") else 1
        self.problems += self._slips(line + 1 - begins, event.end_mark.line + 1)
        tag = str(self._yaml.resolver.resolve(ScalarNode, event.value, (True, False)))
        if tag.endswith(":merge"):
            return Scalar(self.file, line, event.value, event.value)
        return Scalar(self.file, line, event.value, read_scalar(tag, event.value))

    def _sequence(self, event: Any, depth: int) -> Sequence:
        items: list[Node] = []
        size = 1
        while type(following := next(self._events)).__name__ != "SequenceEndEvent":
            items.append(self._node(following, depth + 1))
            size = self._grown(size, items[-1], following)
        return Sequence(self.file, event.start_mark.line + 1, items, size)

    def _table(self, event: Any, depth: int) -> Table:
        table = Table(self.file, event.start_mark.line + 1)
        size = 1
        while type(following := next(self._events)).__name__ != "MappingEndEvent":
            key = self._node(following, depth + 1)
            value = self._node(next(self._events), depth + 1)
            size = self._grown(size, value, following)
            if not (event.flow_style and _rejoined(table, key, value)):
                self._enter(table, key, value, following)
        return replace(table, size=size)

    def _enter(self, table: Table, key: Node, value: Node, event: Any) -> None:
        if not isinstance(key, Scalar) or not key.text.strip():
            self._note("odd_key", event, value=shown(key))
        elif key.text == "<<" and event.style is None:
            self._note("merge_key", event, value="<<")
        elif key.text in table.items:
            first = table.places[key.text][1]
            self._note("duplicate_key", event, key=key.text, value=shown(value), first=first)
        else:
            table.items[key.text] = value
            table.places[key.text] = (self.file, event.start_mark.line + 1)

    def _grown(self, size: int, node: Node, event: Any) -> int:
        if size + node.size > NODE_LIMIT:
            self._stop("too_many_nodes", event, limit=NODE_LIMIT)
        return size + node.size

    def _note(self, code: str, event: Any, key: str = "", value: str = "", **fields: object) -> None:
        line = event.start_mark.line + 1
        self.problems.append(Problem(code, self.file, line, key, value, fields=fields))

    def _stop(self, code: str, event: Any, value: str = "", **fields: object) -> None:
        line = event.start_mark.line + 1
        raise ScenarioError([*self.problems, Problem(code, self.file, line, value=value, fields=fields)])

    def _row(self, line: int) -> str:
        """Return a line of the file; the parser puts a value left out at the end of the file one below the last."""
        return self.rows[line - 1] if line <= len(self.rows) else ""

    def _slips(self, first: int, last: int) -> list[Problem]:
        found = (self._slip(line) for line in range(first, min(last, len(self.rows)) + 1))
        return [problem for problem in found if problem is not None]

    def _slip(self, line: int) -> Problem | None:
        """Look for a slip of a Chinese keyboard, and for ``key:value``, where a key should stand."""
        row = self._row(line)
        if wide := _FULL_WIDTH.match(row):
            return Problem("full_width", self.file, line, value=wide[1], nearest=_ASCII[wide[1]])
        if odd := _ODD_SPACE.match(row):
            return Problem("odd_space", self.file, line, value=f"U+{ord(odd[1] or odd[2]):04X}")
        if _NO_SPACE.match(row):
            return Problem("colon_without_space", self.file, line, value=row.strip()[:60])
        return None

    def _syntax(self, error: Any) -> Problem:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1
        begins = error.context_mark.line + 1 if error.context_mark else line
        if "\\t" in str(error.problem):
            return Problem("tab", self.file, line)
        for candidate in (begins, line, line - 1):
            if 0 < candidate <= len(self.rows) and (slip := self._slip(candidate)):
                return slip
        for candidate in (min(line, len(self.rows)), begins):
            if wide := _WIDE_MARK.search(_TOLD.sub('""', self._row(candidate))):
                return Problem("full_width", self.file, candidate, value=wide[0], nearest=_ASCII[wide[0]])
        row = self._row(min(line, len(self.rows))).strip()
        reason = str(error.problem)
        code = next((code for pattern, code in _SYNTAX if pattern.search(reason)), "yaml_syntax")
        if code in ("bracket_open", "quote_open"):
            line, row = begins, self._row(begins).strip()
        return Problem(code, self.file, line, value=row[:60], fields={"reason": reason})

    def _character(self, error: Any) -> Problem:
        line = len(_BREAK.split(self.text[: getattr(error, "position", 0)]))
        return Problem("control_character", self.file, line, value=f"U+{_code_point(error):04X}")

    def _no_table(self, root: Node | None) -> Problem:
        if root is None or (isinstance(root, Scalar) and root.value is None):
            return Problem("empty_file", self.file)
        return Problem("not_a_mapping", self.file, root.line, value=shown(root))


def _rejoined(table: Table, key: Node, value: Node) -> bool:
    """Put a number with commas together again, which braces take apart: {people: 13,798}."""
    name, before = next(reversed(table.items.items()), ("", None))
    if not (isinstance(before, Scalar) and isinstance(key, Scalar) and isinstance(value, Scalar)):
        return False
    if value.text or not _THOUSANDS.match(key.text) or not _BEFORE_COMMA.fullmatch(before.text):
        return False
    text = f"{before.text},{key.text}"
    table.items[name] = replace(before, text=text, value=text)
    return True


def _code_point(error: Any) -> int:
    character = getattr(error, "character", 0)
    return ord(character) if isinstance(character, str) and len(character) == 1 else int(character)
