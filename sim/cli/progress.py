"""Progress on stderr: a bar with the time left in a window, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sim.report.progress import Lines, Pace, Report
from sim.words import say


@contextmanager
def shown(name: str, quiet: bool) -> Iterator[Report | None]:
    """Give what a study calls with (done, total); nothing where quiet was asked for."""
    from sim.report.typeset import cut

    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar(cut(name)) as report:
            yield report
    else:
        note(say("progress.running", name=cut(name)))
        yield Lines(sys.stderr)


def note(line: str, quiet: bool = False) -> None:
    """One line to stderr, unless quiet was asked for."""
    if not quiet:
        print(line, file=sys.stderr, flush=True)


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
