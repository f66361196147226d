"""Progress on stderr: a bar with the time left in a window, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim.report.progress import Lines, Pace
from sim.words import say

if TYPE_CHECKING:
    from sim.ensemble.ensemble import Progress


@contextmanager
def shown(name: str, quiet: bool) -> Iterator[Progress | None]:
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
def _bar(name: str) -> Iterator[Progress]:
    from rich import progress as bars
    from rich.console import Console

    columns = (bars.TextColumn("{task.description}", markup=False), bars.BarColumn(), bars.MofNCompleteColumn(),
               bars.TextColumn("{task.fields[left]}", markup=False))  # fmt: skip
    pace = Pace()
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("progress.running", name=name), total=None, left="")

        def report(done: int, total: int) -> None:
            left = say("progress.left", left=pace(done, total)[1])
            bar.update(task, completed=done, total=total, left=left)

        yield report
