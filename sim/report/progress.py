"""Progress of a study: a line that is rewritten in a notebook, plain lines elsewhere; no output that floods."""

from __future__ import annotations

import sys
import time
from typing import IO, TYPE_CHECKING, Any

from sim.words import say
from sim.words.numbers import seconds

if TYPE_CHECKING:
    from sim.ensemble.ensemble import Progress

#: Seconds between two looks of a notebook's bar.
EVERY = 0.2
#: Seconds after which a line comes though no tenth of the way is done.
SILENT = 60.0


def progress(name: str = "") -> Progress:
    """Return what a study's ``progress`` takes: a bar in a notebook, lines elsewhere."""
    return Bar(name) if _in_notebook() else Lines(sys.stderr)


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


def line(pace: Pace, done: int, total: int) -> str:
    """Say how far it is, how long it took and how long it will take."""
    elapsed, left = pace(done, total)
    return say("progress.line", done=done, total=total, elapsed=elapsed, left=left)


class Lines:
    """A line at the start, at every tenth of the way, at the end, and after a minute without one."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._pace = Pace()
        self._tenth, self._due = -1, 0.0

    def __call__(self, done: int, total: int) -> None:
        """Report if another tenth is done, or nothing was said for long."""
        told, now = line(self._pace, done, total), time.monotonic()
        tenth = 10 if done >= total else 10 * done // total
        if tenth > self._tenth or now >= self._due:
            self._tenth, self._due = tenth, now + SILENT
            print(told, file=self._stream, flush=True)


class Bar:
    """One output of a notebook, rewritten as a study goes on; it reads as text where HTML is not shown."""

    def __init__(self, name: str = "") -> None:
        self._name, self._pace = name, Pace()
        self._shown: Any = None
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Rewrite the bar, a few times a second at most and at the end."""
        now = time.monotonic()
        if now < self._next and done < total:
            return
        self._next = now + EVERY
        told = line(self._pace, done, total)
        content = {"text/plain": f"{self._name} {told}".strip(), "text/html": _html(self._name, told, done, total)}
        if self._shown is None:
            from IPython.display import display

            self._shown = display(content, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._shown.update(content, raw=True)


def _html(name: str, told: str, done: int, total: int) -> str:
    from html import escape

    label = escape(f"{name} {told}".strip())
    return f'<progress value="{done}" max="{total}" aria-label="{label}"></progress> {label}'


def _in_notebook() -> bool:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return hasattr(shell, "kernel")
