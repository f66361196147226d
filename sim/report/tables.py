"""Text tables for the terminal: aligned in Chinese, whole when piped, split where the window is narrow."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable

#: A width no table reaches: what is piped is never wrapped.
WHOLE = 400
WIDEST_TEXT = 54


@dataclass(frozen=True)
class Column:
    """A header and a cell for every row; `text` columns stand to the left, numbers to the right."""

    header: str
    cells: tuple[str, ...]
    text: bool = False


@dataclass(frozen=True)
class Table:
    """A title, columns, a note below; the first column is repeated where the table must be split."""

    title: str
    columns: tuple[Column, ...]
    note: str = ""


def show(*parts: Table | str, stream: IO[str] | None = None) -> None:
    """Print tables and lines of text, an empty line between them; nothing in them is read as markup."""
    out = console(stream or sys.stdout)
    for place, part in enumerate(parts):
        if place:
            out.print()
        if isinstance(part, Table):
            _show(part, out)
        else:
            out.print(part, soft_wrap=True)


def console(stream: IO[str]) -> Console:
    """A console on a stream: as wide as the window, or unlimited where there is none."""
    from rich.console import Console

    class Whole(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # the caller decides; rich would exit

    width = None if stream.isatty() else WHOLE
    return Whole(file=stream, width=width, highlight=False, markup=False, emoji=False)


def _show(table: Table, out: Console) -> None:
    from rich.text import Text

    out.print(Text(table.title, style="bold"), soft_wrap=True)
    for part in _split(table.columns, out):
        out.print(_drawn(part))
    if table.note:
        out.print(Text(table.note, style="dim"), soft_wrap=out.width == WHOLE)


def _split(columns: tuple[Column, ...], out: Console) -> list[tuple[Column, ...]]:
    """As many columns side by side as the console takes, the first one again before each part."""
    first, *rest = columns
    unbounded = out.options.update(width=WHOLE)
    parts: list[tuple[Column, ...]] = [(first,)]
    for column in rest:
        wider = (*parts[-1], column)
        fits = out.measure(_drawn(wider), options=unbounded).maximum <= out.width
        if fits or len(parts[-1]) == 1:
            parts[-1] = wider
        else:
            parts.append((first, column))
    return parts


def _drawn(columns: Sequence[Column]) -> RichTable:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    made = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    for column in columns:
        side, widest = ("left", WIDEST_TEXT) if column.text else ("right", None)
        made.add_column(Text(column.header), justify=side, vertical="top", max_width=widest, overflow="fold")  # type: ignore[arg-type]
    for cells in zip(*(column.cells for column in columns), strict=True):
        made.add_row(*(Text(cell) for cell in cells))
    return made


def column(header: str, cells: Iterable[str], text: bool = False) -> Column:
    """A column from any cells."""
    return Column(header, tuple(cells), text)
