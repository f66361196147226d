"""Text tables for the terminal: aligned in Chinese, whole when piped, split when the window is narrow."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any

from sim.words import known, label, say
from sim.words.numbers import share_or_count

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

#: A width no table reaches: what is piped is never wrapped.
WHOLE = 400


def show(*tables: Any, stream: IO[str] | None = None) -> None:
    """Print tables and lines of text, an empty line between them; nothing in them is read as markup."""
    out = console(stream or sys.stdout)
    for place, table in enumerate(tables):
        if place:
            out.print()
        out.print(table, soft_wrap=isinstance(table, str))


def console(stream: IO[str]) -> Console:
    """A console on a stream: as wide as the window, or unlimited where there is none."""
    from rich.console import Console

    width = None if stream.isatty() else WHOLE
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def table(title: str, headers: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1, note: str = "") -> Table:
    """A table: the first `left` columns are text, the rest numbers set to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(
        title=Text(title), caption=Text(note) if note else None, box=box.SIMPLE_HEAD, title_justify="left",
        caption_justify="left", title_style="bold", caption_style="dim", pad_edge=False, padding=(0, 1),
    )  # fmt: skip
    for place, header in enumerate(headers):
        made.add_column(Text(header), justify="left" if place < left else "right", vertical="top")
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    return made


def reconciliation(identities: Iterable[Any]) -> Table:
    """Every identity between published figures, both sides and the verdict."""
    headers = [say(f"table.{column}") for column in ("identity", "left", "left_value", "right", "right_value", "check")]
    rows = [
        (
            label("reconcile", row.code), row.left, share_or_count(row.left_value), row.right,
            share_or_count(row.right_value), say(f"verdict.{row.verdict}"),
        )
        for row in identities
    ]  # fmt: skip
    return table(say("title.reconciliation"), headers, rows, left=2)
