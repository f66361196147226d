"""The table of identities between published figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.report.tables import Table, column
from sim.words import known, label, say
from sim.words.numbers import share_or_count

if TYPE_CHECKING:
    from sim.evidence import Identity


def reconciliation(rows: Sequence[Identity]) -> Table:
    """Every identity, both sides, and whether it holds, is explained, or is open; why, below."""
    columns = (
        column(say("table.identity"), (label("reconcile", row.code) for row in rows), text=True),
        column(say("table.left"), (_side("left", row) for row in rows), text=True),
        column(say("table.left_value"), (share_or_count(row.left_value) for row in rows)),
        column(say("table.right"), (_side("right", row) for row in rows), text=True),
        column(say("table.right_value"), (share_or_count(row.right_value) for row in rows)),
        column(say("table.check"), (say(f"verdict.{row.verdict}") for row in rows), text=True),
    )
    return Table(say("title.reconciliation"), columns, "\n".join(_note(row) for row in rows if _note(row)))


def _side(side: str, row: Identity) -> str:
    """The expression, or its words where it is more than figures and signs."""
    key = f"reconcile_{side}.{row.code}"
    return say(key) if known(key) else str(getattr(row, side))


def _note(row: Identity) -> str:
    key = f"reconcile_note.{row.code}"
    name = label("reconcile", row.code)
    return say("note.identity", name=name, note=say(key)) if row.verdict != "holds" and known(key) else ""
