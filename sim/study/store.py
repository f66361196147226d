"""One SQLite store a run folder: rows go in as they finish; every other file is an export of it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from sim.record import Run

#: Rooms whose sources cannot change a result.
_WORDS_ONLY = ("report", "cli", "words", "study", "assets")


class StoreBusyError(RuntimeError):
    """Another run is at work in the folder."""


@lru_cache(maxsize=1)
def model_hash() -> str:
    """Return a hash of every source and fact that can change a result."""
    package = Path(__file__).parent.parent
    digest = sha256()
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if path.suffix in (".py", ".toml") and inside.parts[0] not in _WORDS_ONLY:
            digest.update(str(inside).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


class Store:
    """Rows by (scenario and allocation digest, gate, replication, model); text only, nothing is ever executed."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS runs (key TEXT, gate TEXT, replication INTEGER, model TEXT, "
            "allocation TEXT, run TEXT, failure TEXT, PRIMARY KEY (key, gate, replication, model))"
        )
        self._db.commit()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def put(self, key: str, gate: str, replication: int, allocation: str, run: Run | None, failure: str = "") -> None:
        """Keep a finished run, or why there is none."""
        text = None if run is None else run.to_json()
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, gate, replication, model_hash(), allocation, text, failure),
            )

    def get(self, key: str, gate: str, replication: int) -> Run | None:
        """Return the run that fits the key and today's model, if it was finished."""
        row = self._db.execute(
            "SELECT run FROM runs WHERE key = ? AND gate = ? AND replication = ? AND model = ? AND run IS NOT NULL",
            (key, gate, replication, model_hash()),
        ).fetchone()
        return None if row is None else Run.from_json(row[0])


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the run folder; a second run on it is told so. A lock whose holder is dead is taken over."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / ".lock"
    if lock.exists() and _alive(lock):
        raise StoreBusyError(str(folder))
    lock.write_text(str(os.getpid()))
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _alive(lock: Path) -> bool:
    try:
        holder = int(lock.read_text())
        os.kill(holder, 0)
    except (ValueError, OSError):
        return False
    return holder != os.getpid()
