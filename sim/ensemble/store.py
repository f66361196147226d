"""One SQLite store a run folder: rows go in as they finish; every other file is an export of it."""

from __future__ import annotations

import errno
import platform
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import IO

from sim.record import Run
from sim.scenario import own
from sim.sources import AT_IMPORT, holds
from sim.words import say

#: Beside Python, what results may depend on.
BENEATH = ("numpy", "scipy", "simpy")

#: A run by scenario and allocation digest, gate and replication.
Key = tuple[str, str, int]
#: Where stores are only read: what was asked for and is there by another model alone.
_only_read: ContextVar[list[Key] | None] = ContextVar("_only_read", default=None)


#: What the system says of a lock that another has.
HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


class StoreBusyError(RuntimeError):
    """Another run is at work in the folder."""


def model_hash(replicate: str = "") -> str:
    """Return a hash of all that this process's results depend on beside their scenario.

    The model's sources as imported, the file of a ``replicate`` that is not among them (a researcher's own with its
    version, or the design of a study, which says what the number of a run means), Python and the packages beneath.
    """
    return _hash(replicate, _design(replicate))


@cache
def _hash(replicate: str, design: bytes) -> str:
    beneath = [platform.python_version(), *map(version, BENEATH)]
    digest = sha256("\0".join([AT_IMPORT, replicate, *beneath]).encode())
    digest.update(design)
    return digest.hexdigest()[:16]


def _design(replicate: str) -> bytes:
    module, _, function = replicate.partition(":")
    if not module or holds(module):
        return b""
    file = own.source(getattr(import_module(module), function), module)
    return file if own.is_models(module) else repr(_version(module)).encode() + b"\0" + file


def _version(module: str) -> str | int | None:
    return own.version(import_module(module), module)


def _gives_back(replicate: str) -> bool:
    """Whether kept runs may be given back: not those that a researcher's own has played, unless it has a version."""
    module = replicate.partition(":")[0]
    return not module or own.is_models(module) or _version(module) is not None


class Store:
    """Rows by (scenario and allocation digest, gate, replication, model); text only, nothing is ever executed."""

    def __init__(self, path: Path, replicate: str = "") -> None:
        self._gives_back = _gives_back(replicate)
        self._model = model_hash(replicate) if self._gives_back else _hash(replicate, b"")
        self.path = path
        self._passed_over = _only_read.get()
        if self._passed_over is not None:
            self._db = _opened_to_read(path)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode=WAL")
        # Rows outlive the process that wrote them; where power fails, the last ones are played again.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS runs (key TEXT, gate TEXT, replication INTEGER, model TEXT, "
            "allocation TEXT, run TEXT, failure TEXT, PRIMARY KEY (key, gate, replication, model))"
        )
        self._db.commit()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def put(self, key: str, gate: str, replication: int, allocation: str, run: Run | None, failure: str = "") -> None:
        """Keep a finished run, or why there is none; nothing where the store is only read."""
        if self._passed_over is not None:
            return
        text = None if run is None else run.to_json()
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, gate, replication, self._model, allocation, text, failure),
            )

    def get(self, key: str, gate: str, replication: int) -> Run | None:
        """Return the run that fits the key and today's model, if it was finished and may be given back."""
        if not self._gives_back:
            return None
        row = self._db.execute(
            "SELECT run FROM runs WHERE key = ? AND gate = ? AND replication = ? AND model = ? AND run IS NOT NULL",
            (key, gate, replication, self._model),
        ).fetchone()
        if row is None and self._passed_over is not None and self._by_another(key, gate, replication):
            self._passed_over.append((key, gate, replication))
        return None if row is None else _read(row[0])

    def _by_another(self, key: str, gate: str, replication: int) -> bool:
        found = self._db.execute(
            "SELECT model FROM runs WHERE key = ? AND gate = ? AND replication = ?", (key, gate, replication)
        )
        models = {model for (model,) in found}
        return bool(models) and self._model not in models


@contextmanager
def reading() -> Iterator[list[Key]]:
    """Only read the stores that are opened inside the block: nothing in their folders is made or changed.

    What is asked for and was played by another model alone is listed.
    """
    passed_over: list[Key] = []
    before = _only_read.set(passed_over)
    try:
        yield passed_over
    finally:
        _only_read.reset(before)


def _opened_to_read(path: Path) -> sqlite3.Connection:
    """A store on a disk that may be read-only; what an unfinished writer has left beside it is read too."""
    left = path.with_name(f"{path.name}-wal")
    how = "mode=ro" if left.is_file() and left.stat().st_size else "immutable=1"
    return sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True)


def _read(text: str) -> Run | None:
    """A row that cannot be read is played again."""
    try:
        return Run.from_json(text)
    except (ValueError, KeyError, TypeError):
        return None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the run folder; a second run on it is told so. The system lets go of it when its holder ends, however."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            _take(lock)
        except OSError as error:
            if error.errno not in HELD:
                raise
            raise StoreBusyError(say("failure.busy", folder=folder)) from None
        yield


@contextmanager
def kept(out: str | Path | None, replicate: str, hold: bool) -> Iterator[Store | None]:
    """Open the store of a run folder, or none where there is no folder.

    ``hold`` takes the folder's lock; False where the caller holds it already.
    """
    if out is None:
        yield None
        return
    with locked(Path(out)) if hold else nullcontext():
        store = Store(Path(out) / "runs.sqlite", replicate)
        try:
            yield store
        finally:
            store.close()


def _take(lock: IO[str]) -> None:
    """Lock a file for this handle alone; OSError where another has it."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
