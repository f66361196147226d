"""A SimPy environment in which a process may sleep by yielding a number, and ties in time are broken by rank."""

from __future__ import annotations

import gc
from collections.abc import Generator
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Any, cast

import simpy
from simpy.events import NORMAL, Event, EventPriority

#: What a process may yield: days to sleep, or an event to wait for.
Wait = float | int | Event
Steps = Generator[Wait, Any, Any]
_SEQUENCE_BITS = 32


class Process(Event):
    """A generator on its way through time; itself an event that triggers with the generator's return value.

    It may yield a number (sleep) or any SimPy event (wait). Interrupts are not offered.
    """

    __slots__ = ("key", "send")

    def __init__(self, env: Environment, steps: Steps, key: int) -> None:
        self.env: Environment = env
        self.callbacks: list[Any] | None = []  # type: ignore[assignment]
        self.send = steps.send
        self.key = key

    def wake(self, event: Event) -> None:
        """Go on after an event that this process waited for."""
        env = self.env
        env.rank_key = self.key
        while True:
            if event._ok is False:
                event._defused = True
                self._advance_by_throw(cast(BaseException, event._value))
                return
            try:
                wait = self.send(event._value)
            except StopIteration as stop:
                self.finish(stop.value)
                return
            if isinstance(wait, Event) and wait.callbacks is None:
                event = wait
                continue
            env.suspend(self, wait)
            return

    def _advance_by_throw(self, error: BaseException) -> None:
        steps = cast(Steps, self.send.__self__)  # type: ignore[attr-defined]
        try:
            wait = steps.throw(error)
        except StopIteration as stop:
            self.finish(stop.value)
        else:
            self.env.suspend(self, wait)

    def finish(self, value: Any) -> None:
        """Trigger for those who wait; without any, pass unnoticed."""
        self._ok, self._value = True, value
        if not self.callbacks:
            self.callbacks = None
            return
        told = Event(self.env)
        told._ok, told._value = True, None
        told.callbacks = [self._tell]
        self.env.schedule(told)

    def _tell(self, _: Event) -> None:
        callbacks, self.callbacks = self.callbacks, None
        for callback in callbacks or ():
            callback(self)

    def _desc(self) -> str:
        return f"{type(self).__name__}({self.send.__self__.__name__})"  # type: ignore[attr-defined]


class Environment(simpy.Environment):
    """SimPy's environment with an inlined loop; `events` counts what it took from the heap.

    Of things due at the same time, the one of lower rank goes first, then the one created first; what a
    process schedules inherits its rank. SimPy's own events, conditions and resources work unchanged.
    """

    def __init__(self, initial_time: float = 0.0) -> None:
        super().__init__(initial_time)
        self.events = 0
        self.rank_key = 0
        self._sequence = count(1)

    def process(self, generator: Steps, rank: int = 0) -> Process:  # type: ignore[override]
        """Start a process at the current time, in the order of its rank among those due now."""
        key = (rank << _SEQUENCE_BITS) | next(self._sequence)
        process = Process(self, generator, key)
        heappush(self._queue, (self._now, NORMAL, key, process))
        return process

    def schedule(self, event: Event, priority: EventPriority = NORMAL, delay: float = 0) -> None:
        """Put an event on the heap under the rank of the process that schedules it."""
        key = (self.rank_key >> _SEQUENCE_BITS << _SEQUENCE_BITS) | next(self._sequence)
        heappush(self._queue, (self._now + delay, priority, key, event))

    def suspend(self, process: Process, wait: object) -> None:
        """Let a process wait for what it yielded."""
        if isinstance(wait, Event):
            if wait.callbacks is None:
                process.wake(wait)
            else:
                wait.callbacks.append(process.wake)
            return
        if isinstance(wait, bool) or not isinstance(wait, float | int):
            raise TypeError(f"{process._desc()} yielded {wait!r}, which is neither a number of days nor an event")
        if not wait >= 0:
            raise ValueError(f"delay(={wait}) must be >= 0")
        if wait != inf:
            heappush(self._queue, (self._now + wait, NORMAL, process.key, process))

    def run(self, until: float | None = None) -> None:  # type: ignore[override]
        """Run until the clock would pass ``until`` (what is due at that very moment still happens)."""
        end = inf if until is None else float(until)
        if end < self._now:
            raise ValueError(f"until(={end}) must be >= the current simulation time")
        collecting = gc.isenabled()
        gc.disable()
        try:
            self._loop(end)
        finally:
            if collecting:
                gc.enable()
        if until is not None:
            self._now = end

    def _loop(self, end: float) -> None:
        queue = self._queue
        popped = 0
        try:
            while queue and queue[0][0] <= end:
                self._now, _, key, item = heappop(queue)
                popped += 1
                if item.__class__ is Process:
                    self.rank_key = key
                    try:
                        wait = item.send(None)  # type: ignore[attr-defined]
                    except StopIteration as stop:
                        item.finish(stop.value)  # type: ignore[attr-defined]
                        continue
                    if wait.__class__ is float and 0.0 <= wait < inf:
                        heappush(queue, (self._now + wait, NORMAL, key, item))
                    else:
                        self.suspend(cast(Process, item), wait)
                else:
                    self._fire(item)
        finally:
            self.events += popped

    def _fire(self, event: Event) -> None:
        callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
        for callback in callbacks or ():
            callback(event)
        if not event._ok and not hasattr(event, "_defused"):
            raise cast(BaseException, event._value)
