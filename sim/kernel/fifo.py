"""First come, first served, computed at the moment of booking."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush, heapreplace
from math import inf

import simpy

from sim.kernel.whole import whole


class FifoServer:
    """``capacity`` equal servers (None: no limit) with one queue, kept as the times at which they fall free.

    Request, hold and release become one sleep. Exact where the order is that of booking, the capacity fixed
    and the work known at the request; for anything else there is `QueueServer`. ``advance(start, work)`` says
    when work begun at a time is done, by default ``start + work``. ``busy`` and ``waited`` sum the work and
    the waits of all that was ``booked``, counted when booked.
    """

    __slots__ = ("_advance", "_env", "_free", "booked", "busy", "waited")

    def __init__(
        self,
        env: simpy.Environment,
        capacity: int | None,
        advance: Callable[[float, float], float] | None = None,
    ) -> None:
        self._env, self._advance = env, advance
        self._free = None if capacity is None else [env.now] * whole("capacity", capacity)
        self.booked, self.busy, self.waited = 0, 0.0, 0.0

    def book(self, work: float) -> float:
        """Join the queue with ``work`` and return the delay until it is done: infinite without any server."""
        if not work >= 0:
            raise ValueError(f"work(={work}) must be >= 0")
        start = now = self._env.now
        free = self._free
        if free is not None:
            if not free:
                return inf
            if free[0] > now:
                start = free[0]
                self.waited += start - now
        end = start + work if self._advance is None else self._advance(start, work)
        if free:
            heapreplace(free, end)
        self.booked += 1
        self.busy += work
        return end - now

    def occupy(self, work: float) -> None:
        """Give every server the same ``work``, each after what it has; counted as booked once a server."""
        if not work >= 0:
            raise ValueError(f"work(={work}) must be >= 0")
        if self._free is None:
            return
        now, advance = self._env.now, self._advance
        if self._free and advance is None and max(self._free) <= now:
            self._free = [now + work] * len(self._free)
            self.booked += len(self._free)
            self.busy += work * len(self._free)
            return
        starts = [free if free > now else now for free in self._free]
        # What keeps the order of all times keeps the heap a heap.
        self._free = [start + work if advance is None else advance(start, work) for start in starts]
        self.booked += len(starts)
        self.busy += work * len(starts)
        self.waited += sum(starts) - now * len(starts)

    def leave(self) -> float:
        """Take out the server that falls free first and return when it does (not before now); ValueError if none."""
        if not self._free:
            raise ValueError("leave() where there is no server to spare")
        return max(heappop(self._free), self._env.now)

    def join(self, at: float) -> None:
        """Add a server that is free from a time on; bookings made before are not changed by it."""
        if not at >= 0:
            raise ValueError(f"at(={at}) must be >= 0")
        if self._free is not None:
            heappush(self._free, at)

    @property
    def backlog(self) -> float:
        """How long a booking made now would wait."""
        free, now = self._free, self._env.now
        if free is None:
            return 0.0
        if not free:
            return inf
        return free[0] - now if free[0] > now else 0.0
