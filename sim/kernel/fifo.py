"""First come, first served, computed at the moment of booking."""

from __future__ import annotations

from heapq import heappop, heappush, heapreplace
from math import inf

from sim.kernel.environment import Environment
from sim.kernel.whole import whole


class FifoServer:
    """``capacity`` equal servers (None: no limit) with one queue, kept as the times at which they fall free.

    Request, hold and release become one sleep. Exact where the order is that of booking, the capacity fixed
    and the work known at the request; for anything else there is `QueueServer`.
    """

    __slots__ = ("_env", "_free")

    def __init__(self, env: Environment, capacity: int | None) -> None:
        self._env = env
        self._free = None if capacity is None else [env.now] * whole("capacity", capacity)

    def book(self, work: float) -> float:
        """Join the queue with ``work`` and return the delay until it is done: infinite without any server."""
        if not work >= 0:
            raise ValueError(f"work(={work}) must be >= 0")
        free = self._free
        if not free:
            return work if free is None else inf
        now, first = self._env.now, free[0]
        end = (first if first > now else now) + work
        heapreplace(free, end)
        return end - now

    def occupy(self, work: float) -> None:
        """Give every server the same ``work``, each after what it has."""
        if not work >= 0:
            raise ValueError(f"work(={work}) must be >= 0")
        if self._free is not None:
            now = self._env.now
            # What keeps the order of all times keeps the heap a heap.
            self._free = [(free if free > now else now) + work for free in self._free]

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

    def backlog(self) -> float:
        """How long a booking made now would wait."""
        free = self._free
        if not free:
            return 0.0 if free is None else inf
        now, first = self._env.now, free[0]
        return first - now if first > now else 0.0
