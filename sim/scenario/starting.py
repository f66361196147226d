"""A scenario file to begin with: another one, whole, with what each key means above it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sim.scenario.compose import Composer
from sim.scenario.model import Scenario
from sim.scenario.names import LINES
from sim.scenario.nodes import Node, Scalar, Table, plain
from sim.scenario.parts import Rules, Targets
from sim.scenario.problems import ScenarioError
from sim.scenario.quantities import in_words
from sim.scenario.reading import INCLUDED, beside, read, shipped
from sim.words import label, say, spoken

#: The file beside a scenario that tells editors what may stand in it.
SCHEMA = "scenario.schema.json"
_STEP = "  "
_BY_LINE = ("earmarked", "floors", "ceilings")
_TABLES = {"targets": tuple(Targets.model_fields), "rules": tuple(Rules.model_fields)}


def starting(origin: Path, languages: Sequence[str]) -> str:
    """Return the text of a file that is the scenario ``origin``, as written there, with nothing left to extend.

    In English alone, sums are in its units.
    """
    tree, problems = read(origin)
    if problems:
        raise ScenarioError(problems)
    rows = [f"# yaml-language-server: $schema={SCHEMA}", *_comment("new.head", languages, origin=origin.name)]
    rows += _comment("new.money", languages)
    for name, field in Scenario.model_fields.items():
        key = field.alias or name
        rows += ["", *_comment(f"key.{key}", languages)]
        written = key in tree.items and key != "name"
        rows += _entry(key, tree.items[key], languages) if written else _example(key, languages)
    return "\n".join(rows) + "\n"


def _comment(key: str, languages: Sequence[str], indent: str = "", **fields: object) -> list[str]:
    return [f"{indent}# {say(key, lang, **fields)}" for lang in languages]


def _example(key: str, languages: Sequence[str], indent: str = "") -> list[str]:
    """A key that the scenario leaves out, as it could be written."""
    return [f"{indent}# {say(f'key_example.{key}', languages[0]).strip('`')}"]


def _entry(key: str, node: Node, languages: Sequence[str]) -> Iterator[str]:
    """A key of the scenario itself, and what stands below it."""
    if key in INCLUDED and isinstance(node, Scalar):
        yield f"{key}: {_file(node)}"
    elif key in _BY_LINE and isinstance(node, Table):
        yield from _by_line(key, node, languages, "")
    elif key in _TABLES and isinstance(node, Table):
        yield from _explained(key, node, languages)
    elif key == "allocations" and isinstance(node, Table):
        yield from _allocations(node, languages)
    else:
        yield from _written(key, _sum(node, languages) if key == "total" else node, "")


def _sum(node: Node, languages: Sequence[str]) -> Node:
    """A sum of money as it was written, or in the units of English where that is the only language."""
    if not isinstance(node, Scalar) or list(languages) != ["en"] or node.text.isascii():
        return node
    with spoken("en"):
        text = in_words(node.text)
    return replace(node, text=text, value=text)


def _file(node: Scalar) -> str:
    """A file by the name under which it is found from anywhere: as one that comes with the package, or in full."""
    path, folder = beside(node).resolve(), shipped()
    if folder is not None and path.is_relative_to(folder.resolve()):
        return _scalar_of(path.relative_to(folder.resolve()).as_posix())
    return _scalar_of(path.as_posix())


def _explained(key: str, table: Table, languages: Sequence[str]) -> Iterator[str]:
    yield f"{key}:"
    for name in _TABLES[key]:
        yield from _comment(f"key.{key}.{name}", languages, _STEP)
        if name in table.items:
            yield from _written(name, table.items[name], _STEP)
        else:
            yield from _example(f"{key}.{name}", languages, _STEP)


def _by_line(key: str, table: Table, languages: Sequence[str], indent: str) -> Iterator[str]:
    """A table by programme line, each with what it is called."""
    yield f"{indent}{key}:{'' if table.items else ' {}'}"
    for line in sorted(table.items, key=lambda name: LINES.index(name) if name in LINES else -1):
        item = table.items[line]
        (row,) = _written(line, _sum(item, languages) if key in _BY_LINE else item, indent + _STEP)
        called = " / ".join(dict.fromkeys(label("line", line, lang) for lang in languages)) if line in LINES else ""
        yield f"{row}  # {called}" if called else row


def _allocations(table: Table, languages: Sequence[str]) -> Iterator[str]:
    """Every allocation; what its keys mean stands with the first."""
    yield "allocations:"
    for place, (name, allocation) in enumerate(table.items.items()):
        yield f"{_STEP}{name}:"
        for key, node in allocation.items.items() if isinstance(allocation, Table) else ():
            if not place:
                yield from _comment(f"key.allocations.{key}", languages, 2 * _STEP)
            if isinstance(node, Table) and key != "title":
                yield from _by_line(key, node, languages, 2 * _STEP)
            else:
                yield from _written(key, node, 2 * _STEP)


def _written(key: str, node: Node, indent: str) -> Iterator[str]:
    """A key and its value as it was written; lists in one line."""
    if isinstance(node, Scalar):
        yield f"{indent}{key}: {_scalar(node)}"
    elif not isinstance(node, Table):
        yield f"{indent}{key}: {json.dumps(plain(node), ensure_ascii=False)}"
    elif node.items:
        yield f"{indent}{key}:"
        for name, item in node.items.items():
            yield from _written(name, item, indent + _STEP)
    else:
        yield f"{indent}{key}: {{}}"


def _scalar(node: Scalar) -> str:
    return node.text if not isinstance(node.value, str) else _scalar_of(node.value)


def _scalar_of(text: str) -> str:
    """A text in quotes, unless it reads as the same without."""
    try:
        composer = Composer("", f"key: {text}\n")
        read_back = composer.compose().items["key"]
        same = not composer.problems and isinstance(read_back, Scalar) and read_back.value == text
    except ScenarioError:
        same = False
    return text if same else json.dumps(text, ensure_ascii=False)
