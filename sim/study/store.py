"""One SQLite store a run folder: rows go in as they finish; every other file is an export of what it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sim.record import Run

FILE, LOCK = "runs.sqlite", ".lock"

_LAYOUT = """
CREATE TABLE IF NOT EXISTS played (
    scenario TEXT, model TEXT, played_by TEXT, gate TEXT, allocation TEXT, replication INTEGER,
    run TEXT, stage TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (scenario, model, played_by, gate, allocation, replication)
)
"""


class StoreBusyError(RuntimeError):
    """Another run is at work in the folder."""


class Key(NamedTuple):
    """What a row depends on: the scenario under one allocation (a digest), the model's sources, who plays, the gate."""

    scenario: str
    model: str
    played_by: str
    gate: str
    allocation: str


class Row(NamedTuple):
    """A replication played: the run as text, or the stage and the reason for which there is none."""

    allocation: str
    gate: str
    replication: int
    run: str | None
    stage: str = ""
    reason: str = ""


class Store:
    """Rows by `Key` and replication; they are text and never executed. Rows of other keys stay and are not seen."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        with self._database:
            self._database.execute(_LAYOUT)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def put(self, rows: Iterable[tuple[Key, Row]]) -> None:
        """Keep rows, all of them or none; a row with the same key is replaced."""
        with self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO played VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(*key, row.replication, row.run, row.stage, row.reason) for key, row in rows],
            )

    def runs(self, key: Key, replications: int) -> Iterator[Run]:
        """Give the finished runs of a key among the first ``replications``, in their order."""
        found = self._database.execute(
            "SELECT replication, run FROM played WHERE scenario = ? AND model = ? AND played_by = ? AND gate = ? "
            "AND allocation = ? AND replication < ? AND run IS NOT NULL ORDER BY replication",
            (*key, replications),
        )
        for replication, text in found:
            if (run := _read(text)) and (run.gate, run.allocation, run.replication) == (*key[3:], replication):
                yield run

    def failures(self) -> list[Row]:
        """Return the rows without a run, whatever their key."""
        found = self._database.execute(
            "SELECT allocation, gate, replication, run, stage, reason FROM played WHERE run IS NULL ORDER BY 2, 1, 3"
        )
        return [Row(*row) for row in found]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the run folder; a second run on it is told so.

    The lock is a transaction that the operating system ends with the process, however that dies.
    A lock file of unknown making counts as held.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_NOTADB")):
                raise StoreBusyError(str(folder)) from error
            raise
        yield
    finally:
        lock.close()


def _read(text: str) -> Run | None:
    """The run of a row; a row that cannot be read is as good as not played."""
    try:
        return Run.from_json(text)
    except (ValueError, TypeError, KeyError):
        return None
