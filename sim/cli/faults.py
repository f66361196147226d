"""What a user is told when a command cannot go on: one line, and an exit code."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from sim.cli import progress
from sim.cli.codes import BAD_INPUT, DONE, FAILED, INTERRUPTED
from sim.scenario.problems import ScenarioError
from sim.words import known, say
from sim.words.numbers import seconds

LOG = "error.log"
#: What the system says of a path that cannot be anybody's, whatever is done there.
NO_PATH = (errno.ENAMETOOLONG, errno.ELOOP)


class Study(Protocol):
    """What a study says of how it ended."""

    @property
    def interrupted(self) -> bool:
        """Whether it was broken off."""

    @property
    def failed(self) -> Sequence[tuple[str, str, int, str]]:
        """Allocation, gate, replication and reason of each run that could not be finished."""


class HaltedError(Exception):
    """Something stopped a command that had begun to fill a folder."""

    def __init__(self, cause: BaseException, folder: Path) -> None:
        super().__init__(cause)
        self.cause, self.folder = cause, folder


@contextmanager
def within(folder: Path) -> Iterator[None]:
    """Remember which folder was being filled when something goes wrong in the block."""
    try:
        yield
    except (Exception, KeyboardInterrupt) as fault:
        raise HaltedError(fault, folder) from fault


def told(fault: BaseException) -> int:
    """Write the line to stderr and return the exit code."""
    folder: Path | None = None
    if isinstance(fault, HaltedError):
        folder, fault = fault.folder, fault.cause
    if isinstance(fault, OSError):
        _silence_stdout()
    code, lines = _judged(fault, folder)
    with suppress(OSError):
        print(*lines, sep="\n", file=sys.stderr, flush=True)
    return code


def replications(failed: Sequence[tuple[str, str, int, str]]) -> int:
    """Say how many replications failed and why the first did; return the exit code so far."""
    if not failed:
        return 0
    print(of_replications(failed), file=sys.stderr)
    return FAILED


def of_replications(failed: Sequence[tuple[str, str, int, str]]) -> str:
    """A line about the replications that failed; empty where none did."""
    if not failed:
        return ""
    allocation, _, replication, why = failed[0]
    return say("failure.replications", count=len(failed), allocation=allocation, replication=replication, why=why)


def lines(error: ScenarioError) -> list[str]:
    """What is wrong with a scenario, a line a problem."""
    return error.lines(say)


def reason(fault: OSError) -> str:
    """What the system found wrong, in the language in use where it is a common thing."""
    name = errno.errorcode.get(fault.errno or 0, "")
    return say(f"system_error.{name}") if known(f"system_error.{name}") else fault.strerror or str(fault)


def spared(write: Callable[[], object], folder: Path) -> str:
    """Do what the results can do without: where it fails, everything else stands; return the line of that, or none."""
    try:
        write()
    except (OSError, MemoryError) as fault:
        return line(fault, folder)
    except Exception as fault:
        return say("failure.report", why=_short(fault), log=_logged(fault, folder))
    return ""


def _judged(fault: BaseException, folder: Path | None) -> tuple[int, list[str]]:
    if isinstance(fault, ScenarioError):
        return BAD_INPUT, lines(fault)
    # Python 3.11 has it another fault's cause where a class was being made.
    if isinstance(fault, KeyboardInterrupt) or isinstance(fault.__cause__, KeyboardInterrupt):
        return INTERRUPTED, [_where("progress.interrupted", "failure.interrupted", folder)]
    if isinstance(fault, BrokenPipeError):
        return FAILED, [_where("failure.pipe", "failure.pipe_plain", folder)]
    if isinstance(fault, OSError) and fault.errno in NO_PATH:
        return BAD_INPUT, [say("failure.path", path=fault.filename, why=reason(fault))]
    return FAILED, [line(fault, folder)]


def _where(key: str, plain: str, folder: Path | None) -> str:
    return say(key, folder=folder) if folder else say(plain)


def line(fault: BaseException, folder: Path | None) -> str:
    """What went wrong, in a line."""
    if _disk_full(fault):
        return _where("failure.disk", "failure.disk_plain", folder)
    if isinstance(fault, OSError):
        return say("failure.write", path=fault.filename or folder or "", why=reason(fault))
    if isinstance(fault, MemoryError):
        return say("failure.memory")
    if type(fault).__name__ == "RunError":
        return str(fault)
    if type(fault).__name__ == "StoreBusyError":
        return say("failure.busy", folder=folder)
    if isinstance(fault, sqlite3.DatabaseError):
        return say("failure.store", folder=folder, why=fault)
    return say("failure.unexpected", why=_short(fault), log=_logged(fault, folder))


def ended(result: Study, folder: Path, begun: float, quiet: bool) -> int:
    """Say how a study ended that began at ``begun`` (seconds of the monotonic clock); return the exit code."""
    if result.interrupted:
        progress.note(say("progress.interrupted", folder=folder))
        return INTERRUPTED
    if code := replications(result.failed):
        return code
    progress.note(say("progress.done", elapsed=seconds(time.monotonic() - begun), folder=folder), quiet)
    return DONE


def _disk_full(fault: BaseException) -> bool:
    if isinstance(fault, sqlite3.OperationalError):
        return "full" in str(fault)
    return isinstance(fault, OSError) and fault.errno in {errno.ENOSPC, errno.EDQUOT}


def _short(fault: BaseException) -> str:
    first = (str(fault).splitlines() or [""])[0][:200]
    return f"{type(fault).__name__}: {first}" if first else type(fault).__name__


def _logged(fault: BaseException, folder: Path | None) -> Path | str:
    """Keep the details for the maintainers where the results are, or else among the temporary files."""
    details = "".join(traceback.format_exception(fault))
    for place in filter(None, (folder, Path(tempfile.gettempdir()))):
        with suppress(OSError):
            (place / LOG).write_text(details, encoding="utf-8")
            return place / LOG
    return LOG


def _silence_stdout() -> None:
    """Where nothing can be printed, keep the interpreter from complaining once more when it flushes at exit."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        return
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
