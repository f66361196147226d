"""Progress on stderr: a bar with the time left in a window, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from sim.words import say
from sim.words.numbers import seconds

Report = Callable[[int, int], None]


@contextmanager
def shown(name: str, quiet: bool) -> Iterator[Report | None]:
    """Give what a study calls with (done, total); nothing where quiet was asked for."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar(name) as report:
            yield report
    else:
        note(say("progress.running", name=name))
        yield Lines(sys.stderr)


def note(line: str, quiet: bool = False) -> None:
    """One line to stderr, unless quiet was asked for."""
    if not quiet:
        print(line, file=sys.stderr, flush=True)


class Pace:
    """Time gone and time left, by what was done since the first report (what was found done already took none)."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._first: int | None = None

    def __call__(self, done: int, total: int) -> tuple[str, str]:
        """Return both as words; the time left is unknown until something is done."""
        if self._first is None:
            self._first = done
        gone = time.monotonic() - self._begun
        played = done - self._first
        left = seconds(gone / played * (total - done)) if played else "…"
        return seconds(gone), left


class Lines:
    """A line at the start, at every tenth of the way, and at the end."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._pace = Pace()
        self._tenth = -1

    def __call__(self, done: int, total: int) -> None:
        """Report if another tenth is done."""
        elapsed, left = self._pace(done, total)
        tenth = 10 if done >= total else 10 * done // total
        if tenth > self._tenth:
            self._tenth = tenth
            line = say("progress.line", done=done, total=total, elapsed=elapsed, left=left)
            print(line, file=self._stream, flush=True)


@contextmanager
def _bar(name: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
               TextColumn("{task.fields[left]}", markup=False))  # fmt: skip
    pace = Pace()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("progress.running", name=name), total=None, left="")

        def report(done: int, total: int) -> None:
            left = say("progress.left", left=pace(done, total)[1])
            bar.update(task, completed=done, total=total, left=left)

        yield report
