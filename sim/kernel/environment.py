"""A SimPy environment with a fast loop, in which processes may sleep by yielding a number."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush, nsmallest
from math import inf
from typing import Any

import simpy
from simpy.core import EmptySchedule
from simpy.events import NORMAL, Event, EventPriority

from sim.kernel.process import Process, Steps

_SEQUENCE_BITS = 32
_RANK = -1 << _SEQUENCE_BITS  # the mask that leaves the rank of a key
_URGENT = -1 << 128  # what brings a key before those of all ranks
_LAST = sys.float_info.max  # what is due later, at infinity, stays on the agenda and never comes


#: Rank and sequence in one, a sleeper or an event.
Entry = tuple[int, Event]


def _calm(key: int) -> int:
    """Return a key without its urgency, which says when something comes, not what follows from it."""
    return key if key > _URGENT >> 1 else key - _URGENT


@contextmanager
def collection_paused() -> Iterator[None]:
    """Collect no garbage in the block, where much is made and nearly all of it lives; then what it left behind.

    All that the block made is young, so that collecting it does not depend on what else there is.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.collect(0)
            gc.enable()


class Environment(simpy.Environment):
    """Plays events by time, then rank, then creation; ``events`` counts those taken from the agenda.

    What a process schedules inherits its rank, what is scheduled outside of a run has rank 0; a process keeps the
    place of its creation for life. SimPy's own events (the urgent ones first in their moment), conditions, resources
    and processes work in it; the package's docstring lists what differs.
    """

    #: The present. A plain attribute, since a property costs four times as much and this is read everywhere.
    now: float = 0.0

    def __init__(self, initial_time: float = 0.0) -> None:
        super().__init__(float(initial_time))
        self.events = 0
        #: The agenda: a heap of the instants at which something is due, and of what is due at each. Most things fall
        #: on the instant of another, so that two small heaps are faster than SimPy's large one.
        self._instants: list[float] = []
        self._due: dict[float, list[Entry]] = {}
        #: Rank and sequence of what is happening now.
        self.rank_key = 0
        self._awake = Event(self)
        self._awake._ok, self._awake._value, self._awake.callbacks = True, None, None  # type: ignore[assignment]

    @property
    def _now(self) -> float:
        """The name under which SimPy's own parts know the present."""
        return self.now

    @_now.setter
    def _now(self, time: float) -> None:
        self.now = time

    def process(self, generator: Steps, rank: int = 0, delay: float = 0.0) -> Process:  # type: ignore[override]
        """Start a process after ``delay``: at its rank among all that is due, once the caller has yielded."""
        if not delay >= 0.0:
            raise ValueError(f"delay(={delay}) must be >= 0")
        process = Process(self, generator, (int(rank) << _SEQUENCE_BITS) | next(self._eid))
        self.put(self.now + delay, process.key, process)
        return process

    def schedule(self, event: Event, priority: EventPriority = NORMAL, delay: float = 0) -> None:
        """Put ``event`` on the agenda under the rank of whoever schedules it; an infinite delay never ends."""
        if not delay >= 0.0:
            raise ValueError(f"delay(={delay}) must be >= 0")
        key = (self.rank_key & _RANK) | next(self._eid)
        self.put(self.now + delay, key + _URGENT if priority < NORMAL else key, event)

    def clear(self) -> None:
        """Forget what is due: whoever sleeps goes at once, rather than when garbage is looked for."""
        self._instants.clear()
        self._due.clear()

    def put(self, time: float, key: int, item: Event) -> None:
        """Put a sleeper or an event on the agenda."""
        due = self._due.get(time)
        if due is None:
            self._due[time] = [(key, item)]
            heappush(self._instants, time)
        else:
            heappush(due, (key, item))

    def peek(self) -> float:
        """Return the time of what is due next; infinite where nothing is."""
        # Only the first instant can have nothing left, the one that is being played.
        return next((time for time in nsmallest(2, self._instants) if self._due[time]), inf)

    def grant(self, event: Event) -> None:
        """Trigger ``event`` without a value; a process that waits alone for it is due in its stead."""
        callbacks = event.callbacks
        process = getattr(callbacks[0], "__self__", None) if len(callbacks) == 1 else None
        if process.__class__ is not Process:
            event.succeed()
            return
        event._ok, event._value, event.callbacks = True, None, None  # type: ignore[assignment]
        self.put(self.now, (self.rank_key & _RANK) | next(self._eid), process)

    def run(self, until: float | Event | None = None) -> Any:
        """Play all that is due up to and including the time ``until``, or until that event is processed.

        Without ``until``, play to the last event. Returns the event's value. Collects no garbage meanwhile.
        """
        try:
            with collection_paused():
                return self._run_to(until) if isinstance(until, Event) else self._run_through(until)
        finally:
            self.rank_key = 0

    def step(self) -> None:
        """Play the next event; raise `EmptySchedule` if there is none."""
        try:
            self._step()
        finally:
            self.rank_key = 0

    def _step(self) -> None:
        instants = self._instants
        while instants and not self._due[instants[0]]:
            del self._due[heappop(instants)]
        if not instants or instants[0] > _LAST:
            raise EmptySchedule
        self.now = instants[0]
        key, item = heappop(self._due[self.now])
        self.events += 1
        if item.__class__ is Process:
            item.wake(self._awake)
        else:
            self.rank_key = _calm(key)
            self.fire(item)

    def fire(self, event: Event) -> None:
        """Call back whoever waits for ``event``, each under its rank; raise a failure that nobody minds."""
        callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
        key = self.rank_key
        for callback in callbacks:
            self.rank_key = key
            callback(event)
        if not event._ok and not event.defused:
            raise event._value

    def _run_to(self, event: Event) -> Any:
        if event.callbacks is None:
            return event.value
        while event.callbacks is not None:
            try:
                self._step()
            except EmptySchedule:
                raise RuntimeError(f"no events left, but {event} was not triggered") from None
        if not event._ok:
            raise event._value
        return event.value

    def _run_through(self, until: float | None) -> None:
        end = inf if until is None else float(until)
        if not end >= self.now:
            raise ValueError(f"until(={until}) must be >= the current time ({self.now})")
        self._loop(min(end, _LAST))
        if end < inf:
            self.now = end

    def _loop(self, end: float) -> None:
        """Do what `_step` does, many times: with local names, and sleepers put back without a call."""
        instants, agenda, pop, push, sleeper, number = self._instants, self._due, heappop, heappush, Process, float
        popped = 0
        try:
            while instants and instants[0] <= end:
                self.now = now = instants[0]
                due = agenda[now]
                while due:
                    key, item = pop(due)
                    popped += 1
                    if item.__class__ is not sleeper:
                        self.rank_key = _calm(key)
                        self.fire(item)
                        continue
                    self.rank_key = key = item.key
                    try:
                        wait = item.generator.send(None)
                    except StopIteration as stop:
                        item.finish(stop.value)
                        continue
                    except Exception as error:
                        item.finish(error, ok=False)
                        continue
                    if wait.__class__ is number and wait >= 0.0:
                        time = now + wait
                        later = agenda.get(time)
                        if later is None:
                            agenda[time] = [(key, item)]
                            push(instants, time)
                        else:
                            push(later, (key, item))
                    else:
                        item.proceed(wait)
                del agenda[pop(instants)]
        finally:
            self.events += popped
