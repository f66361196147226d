"""A YAML document as a tree that remembers the file and line of everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

#: Longest number that is read as one; Python refuses to read integers of thousands of digits.
DIGITS = 30


@dataclass(frozen=True)
class Scalar:
    """A single value: ``value`` as Python reads it, ``text`` as it was written, ``quoted`` if that was in quotes."""

    file: str
    line: int
    text: str
    value: Any
    size: int = 1
    quoted: bool = False


@dataclass(frozen=True)
class Sequence:
    """A list; ``size`` counts all values below, repeated ones as often as they appear."""

    file: str
    line: int
    items: list[Node] = field(default_factory=list)
    size: int = 1


@dataclass(frozen=True)
class Table:
    """A mapping; ``places`` holds file and line of each key, ``items`` the nodes of their values.

    ``below`` names the files that the whole was laid over, the nearest first. ``titles`` are the headings of a row of a
    list, by key.
    """

    file: str
    line: int
    items: dict[str, Node] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    size: int = 1
    below: tuple[str, ...] = ()
    titles: dict[str, str] = field(default_factory=dict)


Node = Scalar | Sequence | Table


def plain(node: Node) -> Any:
    """Return the tree as dicts, lists and values."""
    if isinstance(node, Table):
        return {key: plain(value) for key, value in node.items.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value


def of_plain(value: Any, file: str) -> Node:
    """Return a tree for values that come from Python, where there are no lines to point at."""
    if isinstance(value, dict):
        items = {str(key): of_plain(item, file) for key, item in value.items()}
        return Table(file, 0, items, dict.fromkeys(items, (file, 0)))
    if isinstance(value, list | tuple):
        return Sequence(file, 0, [of_plain(item, file) for item in value])
    return Scalar(file, 0, str(value), value)


def shown(node: Node | None) -> str:
    """Return a value as written, short enough for a message."""
    if isinstance(node, Scalar):
        return node.text if len(node.text) <= 60 else node.text[:57] + "..."
    return {Table: "{...}", Sequence: "[...]"}.get(type(node), "")


def entries(table: Table, keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the paths of these keys' values; for a table, those of its values."""
    for key in keys:
        node = table.items.get(key)
        if isinstance(node, Table):
            yield from ((key, name) for name in node.items)
        elif node is not None:
            yield (key,)


def along(node: Node, path: tuple[str | int, ...]) -> Iterator[tuple[Node, str, int]]:
    """Walk down a key path as far as it exists; yield each node with the file and line it is written at."""
    yield node, node.file, node.line
    for step in path:
        if isinstance(node, Table) and str(step) in node.items:
            place = node.places[str(step)]
            node = node.items[str(step)]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            place = (node.file, node.line)
        else:
            return
        yield node, *place


def read_scalar(tag: str, text: str) -> Any:
    """Return the Python value of a plain scalar that YAML 1.2 resolves to ``tag``; odd ones stay text."""
    try:
        match tag.rpartition(":")[2]:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return _whole(text)
            case "float":
                return float(text.replace("_", "").lower().replace(".inf", "inf").replace(".nan", "nan"))
            case "timestamp":
                return date.fromisoformat(text) if len(text) == 10 else text
    except ValueError:
        pass
    return text


def _whole(text: str) -> int | str:
    digits = text.replace("_", "")
    if len(digits) > DIGITS:
        return text
    return int(digits, 0 if digits.lstrip("+-")[:2].lower() in ("0x", "0o", "0b") else 10)
