"""The table of identities between published figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.report.tables import Table, column
from sim.words import label, say
from sim.words.numbers import share_or_count

if TYPE_CHECKING:
    from sim.evidence import Identity


def reconciliation(rows: Sequence[Identity]) -> Table:
    """Every identity, both sides, and whether it holds, is explained, or is open."""
    columns = (
        column(say("table.identity"), (label("reconcile", row.code) for row in rows), text=True),
        column(say("table.left"), (row.left for row in rows), text=True),
        column(say("table.left_value"), (share_or_count(row.left_value) for row in rows)),
        column(say("table.right"), (row.right for row in rows), text=True),
        column(say("table.right_value"), (share_or_count(row.right_value) for row in rows)),
        column(say("table.check"), (say(f"verdict.{row.verdict}") for row in rows), text=True),
    )
    return Table(say("title.reconciliation"), columns)
