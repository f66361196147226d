"""Reading a project list: a CSV as Excel and WPS write it becomes a tree that knows each cell's line and heading."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from sim.scenario.names import KINDS, LINES, called, nearest, plain
from sim.scenario.nodes import Node, Scalar, Sequence, Table
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.quantities import readable_day

#: Bytes of a list: some ten thousand rows.
LIST_LIMIT = 2 * 1024 * 1024
#: Columns of a list; those in the second group may stand there and are not read, that in the last does not say enough.
READ = (
    "allocation", "line", "kind", "village", "hamlet", "places", "cost_yuan", "cost_wan", "start", "finish",
    "under_way", "households", "name",
)  # fmt: skip
SKIPPED = ("replication", "number", "unit", "source", "note")
NO_UNIT = "cost"
NEEDED = ("line", "kind", "village")
COSTS = ("cost_yuan", "cost_wan")
#: Within so many rows the head stands; above it is the title of the table.
TITLE_ROWS = 5
#: How the files of spreadsheets begin, .xlsx and .xls.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: What a village or a hamlet may be called beside its number.
_NUMBERED = re.compile(r"(?:村|屯|village|hamlet)?\s*(\d{1,6})(?:\.0+|村|屯|号)?", re.IGNORECASE)
YES = frozenset({"1", "true", "yes", "on", "是", "在建", "续建"})
NO = frozenset({"0", "false", "no", "off", "否", "新建"})


def listed(path: Path, content: bytes) -> tuple[Node, list[Problem]]:
    """Return the tree of a list, and the problems that do not keep the rest from being read.

    Raises `ScenarioError` where no row can be read.
    """
    text, encoding = _text(path, content)
    rows = _below_title(_rows(path, text))
    head = _head(path, rows)
    problems: list[Problem] = []
    items: list[Node] = []
    for line, cells in rows[1:]:
        if len(cells) > len(head) and any(cells[len(head) :]):
            extra = next(cell for cell in cells[len(head) :] if cell)
            problems.append(Problem("too_many_cells", str(path), line, "", extra, f"{len(head)}"))
        items.append(_row(path, line, head, cells))
    if not items:
        raise ScenarioError([Problem("list_empty", str(path), rows[0][0])])
    here = (str(path), 1)
    parts: dict[str, Node] = {
        "file": Scalar(*here, path.name, path.name), "encoding": Scalar(*here, encoding, encoding),
        "rows": Sequence(*here, items),
    }  # fmt: skip
    return Table(*here, parts, dict.fromkeys(parts, here)), problems


def _text(path: Path, content: bytes) -> tuple[str, str]:
    """Decode UTF-8 with or without its mark, or else GB18030 as Chinese Excel and WPS write it."""
    if not content.strip():
        raise ScenarioError([Problem("list_empty", str(path), 1)])
    if content.startswith(WORKBOOKS):
        raise ScenarioError([Problem("list_workbook", str(path))])
    if b"\0" not in content:
        for encoding, name in (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")):
            with suppress(UnicodeDecodeError):
                return content.decode(encoding), name
    raise ScenarioError([Problem("list_encoding", str(path), 1)])


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that hold anything, each with the line it begins at."""
    top = text.split("\n", TITLE_ROWS)[:TITLE_ROWS]
    first = next((line for line in top if re.search("[,，\t;]", line)), top[0])
    mark = "," if "," in first else "\t" if "\t" in first else ";" if ";" in first else ","
    if mark == "," and "," not in first and "，" in first:
        raise ScenarioError([Problem("full_width", str(path), 1, "", "，", nearest=",")])
    reader, found, begins = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True), [], 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                found.append((begins, stripped))
            begins = reader.line_num + 1
    except csv.Error:
        raise ScenarioError([Problem("quote_open", str(path), begins)]) from None
    if not found:
        raise ScenarioError([Problem("list_empty", str(path), 1)])
    return found


def _below_title(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Return the rows from the head on: the first of the top rows that has the columns a list needs."""
    known = headings()
    found = ({known.get(plain(cell)) for cell in cells} for _, cells in rows[:TITLE_ROWS])
    return rows[next((place for place, fields in enumerate(found) if fields.issuperset(NEEDED)), 0) :]


def _head(path: Path, rows: list[tuple[int, list[str]]]) -> list[tuple[str, str]]:
    """Return field and heading of each column; raises with everything that is wrong with the head."""
    line, cells = rows[0]
    while cells and not cells[-1]:
        cells = cells[:-1]
    known, fields, problems = headings(), list[tuple[str, str]](), list[Problem]()
    open_to = _open_to({known.get(plain(cell), "") for cell in cells})
    for cell in cells:
        field = known.get(plain(cell))
        if field is None:
            near = nearest(plain(cell), (name for name, field in known.items() if field in open_to))
            problems.append(Problem("unknown_column", str(path), line, cell, "", ", ".join(READ), near))
        elif field in (seen for seen, _ in fields):
            problems.append(Problem("repeated_column", str(path), line, cell))
        elif field == NO_UNIT:
            problems.append(Problem("column_unit", str(path), line, cell, "", ", ".join(COSTS)))
        fields.append((field or "", cell))
    have = {field for field, _ in fields}
    missing = [field for field in NEEDED if field not in have]
    if not have & {*COSTS, NO_UNIT}:
        missing.append("cost_yuan")
    meant = {known[p.nearest] for p in problems if p.nearest}
    problems += [Problem("missing_column", str(path), line, field) for field in missing if field not in meant]
    if have.issuperset(COSTS):
        problems.append(Problem("repeated_column", str(path), line, dict(fields)["cost_wan"]))
    if problems:
        raise ScenarioError(problems)
    return fields


def _open_to(have: set[str]) -> set[str]:
    """What a column of an unknown heading may be meant for: what is read and stands under no other heading."""
    have = have.union(COSTS) if have.intersection(COSTS) else have
    return set(READ) - have


def _row(path: Path, line: int, head: list[tuple[str, str]], cells: list[str]) -> Table:
    place = (str(path), line)
    items: dict[str, Node] = {}
    titles: dict[str, str] = {}
    for (column, title), cell in zip(head, [*cells, *[""] * len(head)], strict=False):
        field = "cost_yuan" if column == "cost_wan" else column
        if field in SKIPPED:
            continue
        titles[field] = title
        if cell:
            items[field] = Scalar(*place, cell, _value(column, cell))
        elif field in (*NEEDED, "cost_yuan"):
            items[field] = Scalar(*place, "", None)
    return Table(*place, items, dict.fromkeys(items, place), titles=titles)


def _value(column: str, cell: str) -> Any:
    """Return a cell as the field takes it; what cannot be read stays text, and is refused where it is judged."""
    text = plain(cell)
    match column:
        case "line" | "kind":
            return words(column).get(text, text)
        case "village" | "hamlet":
            found = _NUMBERED.fullmatch(text)
            return int(found[1]) if found else cell
        case "places":
            found = re.fullmatch(r"([+-]?\d{1,9})(?:\.0+|\s*[户个处所])?", text)
            return int(found[1]) if found else cell
        case "cost_yuan" | "cost_wan":
            bare = re.fullmatch(r"[+-]?[\d,.]+", text)
            return f"{text} {'元' if column == 'cost_yuan' else '万元'}" if bare else cell
        case "households":
            return float(text) if re.fullmatch(r"[+-]?\d{1,9}(\.\d{1,9})?", text) else cell
        case "start" | "finish":
            return readable_day(text)
        case "under_way":
            return True if text in YES else False if text in NO else cell
    return cell


@cache
def headings() -> Mapping[str, str]:
    """Return the field by each heading that a column may have, in either language."""
    columns = (*READ, *SKIPPED, NO_UNIT)
    return {**called("column", columns), **{name: name for name in columns}}


@cache
def words(column: str) -> Mapping[str, str]:
    """Return the key of a line or a kind by each name that a cell may give it, in either language."""
    names, group = (LINES, "line") if column == "line" else (tuple(KINDS), "project_kind")
    return {**called(group, names), **{name: name for name in names}}


def titled(node: Node, path: tuple[str | int, ...]) -> Iterator[str]:
    """Yield the heading of the cell that a key path of the tree leads to, if it is one of a list."""
    for step in path[:-1]:
        node = node.items[step] if isinstance(node, Sequence) and isinstance(step, int) else (
            node.items.get(str(step), node) if isinstance(node, Table) else node
        )
    if isinstance(node, Table) and node.titles:
        yield node.titles.get(str(path[-1]), str(path[-1]))
