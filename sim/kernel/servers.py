"""Two kinds of server: one that computes its first-come-first-served queue, one where somebody chooses."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush, heapreplace
from math import inf

from simpy.events import Event

from sim.kernel.environment import Environment


class FifoServer:
    """First come, first served by ``capacity`` servers (None: no limit), computed at the moment of booking.

    Exact while capacity is fixed and the work known at the request. ``advance(start, work)`` says when work
    begun at a time is done (by default ``start + work``). ``busy`` and ``waited`` are in the unit of time.
    """

    __slots__ = ("_advance", "_env", "_free", "booked", "busy", "waited")

    def __init__(
        self, env: Environment, capacity: int | None, advance: Callable[[float, float], float] | None = None
    ) -> None:
        if capacity is not None and capacity < 0:
            raise ValueError(f"capacity(={capacity}) must be >= 0")
        self._env, self._advance = env, advance
        self._free: list[float] | None = None if capacity is None else [env.now] * capacity
        self.booked, self.busy, self.waited = 0, 0.0, 0.0

    def book(self, work: float) -> float:
        """Queue for ``work`` and return the delay until it is done (infinite without any server)."""
        now, free = self._env._now, self._free
        if free is None:
            start = now
        elif not free:
            return inf
        else:
            start = free[0] if free[0] > now else now
        end = start + work if self._advance is None else self._advance(start, work)
        if free:
            heapreplace(free, end)
        self.booked += 1
        self.busy += work
        self.waited += start - now
        return end - now


class Claim(Event):
    """A place in the queue of a `QueueServer`; triggers when it is served."""

    __slots__ = ("order", "since")

    order: tuple[float, int, int]
    since: float


class QueueServer:
    """Serves by priority (low first), then entity, then arrival; capacity may change while it runs (None: no limit)."""

    __slots__ = ("_arrivals", "_capacity", "_env", "_queue", "_last", "busy_time", "granted", "in_use", "waited")

    def __init__(self, env: Environment, capacity: int | None) -> None:
        if capacity is not None and capacity < 0:
            raise ValueError(f"capacity(={capacity}) must be >= 0")
        self._env, self._capacity = env, capacity
        self._queue: list[tuple[tuple[float, int, int], Claim]] = []
        self._arrivals, self._last = 0, env.now
        self.in_use, self.granted, self.busy_time, self.waited = 0, 0, 0.0, 0.0

    @property
    def capacity(self) -> int | None:
        """How many are served at once; raising it serves waiting claims now, lowering it takes effect as they leave."""
        return self._capacity

    @capacity.setter
    def capacity(self, capacity: int | None) -> None:
        if capacity is not None and capacity < 0:
            raise ValueError(f"capacity(={capacity}) must be >= 0")
        self._capacity = capacity
        self._serve()

    @property
    def waiting(self) -> int:
        """How many claims wait."""
        return len(self._queue)

    @property
    def idle(self) -> int:
        """How many could be served at once now."""
        return 0 if self._capacity is None else max(0, self._capacity - self.in_use)

    def request(self, priority: float, entity: int) -> Claim:
        """Join the queue; the claim is already processed (costs no event) where a server is free."""
        claim = Claim(self._env)
        claim.order, claim.since = (priority, entity, self._arrivals), self._env.now
        self._arrivals += 1
        if not self._queue and self._has_room():
            claim._ok, claim._value, claim.callbacks = True, None, None  # type: ignore[assignment]
            self._take()
        else:
            heappush(self._queue, (claim.order, claim))
        return claim

    def reprioritise(self, claim: Claim, priority: float) -> None:
        """Move a waiting claim to another priority."""
        before, claim.order = claim.order, (priority, *claim.order[1:])
        self._queue = [(claim.order if order == before else order, c) for order, c in self._queue]
        heapify(self._queue)

    def release(self) -> None:
        """Give a server back; the next claim is served at once."""
        if self.in_use < 1:
            raise ValueError("release() without a served claim")
        self._count()
        self.in_use -= 1
        self._serve()

    def settle(self) -> None:
        """Bring `busy_time` up to the present."""
        self._count()

    def _has_room(self) -> bool:
        return self._capacity is None or self.in_use < self._capacity

    def _take(self) -> None:
        self._count()
        self.in_use += 1
        self.granted += 1

    def _serve(self) -> None:
        while self._queue and self._has_room():
            _, claim = heappop(self._queue)
            self._take()
            self.waited += self._env.now - claim.since
            claim.succeed()

    def _count(self) -> None:
        now = self._env.now
        self.busy_time += (now - self._last) * self.in_use
        self._last = now
