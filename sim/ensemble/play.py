"""Plays parts side by side on the same workers, until there is enough of each."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing

from sim.ensemble import asking
from sim.ensemble.ensemble import Progress
from sim.ensemble.part import Part
from sim.ensemble.pool import Played, RunError, Task, cores, play_all
from sim.scenario.own import importable
from sim.sources import AT_IMPORT, hashed
from sim.words import say

#: Called with each part once: as it ends, as it is broken off, or with what was wrong as it was opened.
Ended = Callable[[Part, bool, Exception | None], None]


def play_parts(
    parts: Sequence[Part], ended: Ended, *, executor: Executor | None = None, workers: int | None = None,
    progress: Progress | None = None,
) -> bool:  # fmt: skip
    """Play parts side by side on the same workers; return whether that was interrupted, which keeps what is done.

    As many are open as it takes to keep all workers busy, the others wait, so that of thousands only a few are held in
    memory; of those open each in turn gives a task. Raises `RunError` where the sources are no longer those of this
    process, or a worker's are not.
    """
    workers = asking.hands(workers, progress)
    if hashed() != AT_IMPORT:
        raise RunError("model_changed")
    executor, workers = _hands(parts, executor, workers)
    with closing(_Round(parts, ended, workers, progress)) as round_:
        try:
            with closing(play_all(round_.tasks(), executor, workers)) as results:
                for task, played in results:
                    if played.model != task.model:
                        raise RunError("model_changed")
                    round_.take(task, played)
                    if round_.over:
                        break
        except KeyboardInterrupt:
            round_.interrupt()
            return True
    return False


def _hands(parts: Sequence[Part], executor: Executor | None, workers: int | None) -> tuple[Executor | None, int]:
    """Return who plays and how many at once; a family that no other process can find is played in this one."""
    own = {family.name: family for part in parts for family in part.own}
    if importable(tuple(own.values())):
        return executor, workers or cores()
    if executor is not None or workers != 1:
        warnings.warn(say("study.own_family", families=", ".join(own)), stacklevel=2)
    return None, 1


class _Round:
    """Parts of which some are open at a time."""

    def __init__(self, parts: Sequence[Part], ended: Ended, at_once: int, progress: Progress | None) -> None:
        self._waiting, self._open = deque(parts), dict[str, Part]()
        self._ended, self._at_once, self._progress = ended, at_once, progress
        self._done, self._total = 0, sum(part.total for part in parts)

    @property
    def over(self) -> bool:
        """Whether no part is left."""
        return not (self._open or self._waiting)

    def tasks(self) -> Iterator[Task]:
        """Give tasks, of each open part in turn, until none of any part is left."""
        while True:
            while self._waiting and sum(bool(part.left) for part in self._open.values()) < self._at_once:
                self._enter(self._waiting.popleft())
            ready = [part for part in self._open.values() if part.left]
            if not ready:
                return
            yield min(ready, key=lambda part: part.begun).left.popleft()

    def take(self, task: Task, played: Played) -> None:
        """Give a part what was played of it; what comes in for one that has ended is not needed any more."""
        part = self._open.get(task.part)
        if part is not None:
            part.take(task, played)
            self._leave(part) if part.ended else self._report()

    def interrupt(self) -> None:
        """End the parts that are open as they are."""
        for part in list(self._open.values()):
            self._end(part, interrupted=True)

    def close(self) -> None:
        """Close what is open still."""
        for part in self._open.values():
            part.close()

    def _enter(self, part: Part) -> None:
        self._open[part.name] = part
        try:
            part.open()
        except Exception as error:  # the caller's to judge: of many scenarios one may be without its folder
            self._total -= part.total
            part.done = 0
            self._end(part, error=error)
        else:
            self._leave(part) if part.ended else self._report()

    def _leave(self, part: Part) -> None:
        self._total += part.done - part.total
        self._report()
        self._done += part.done
        self._end(part)

    def _end(self, part: Part, interrupted: bool = False, error: Exception | None = None) -> None:
        try:
            self._ended(part, interrupted, error)
        finally:
            self._open.pop(part.name).close()

    def _report(self) -> None:
        if self._progress:
            self._progress(self._done + sum(part.done for part in self._open.values()), self._total)
