"""A queue in which somebody chooses who is next."""

from __future__ import annotations

from sim.kernel.environment import Environment
from sim.kernel.line import Claim, Line
from sim.kernel.whole import whole


class QueueServer:
    """Serves by priority (low first), then entity, then arrival, and throws nobody out. Capacity None: no limit.

    ``busy_time`` and ``queue_time`` are servers in use and claims waiting, each integrated over time;
    ``waited`` sums the waits of all that was ``granted``.
    """

    __slots__ = (
        "_busy", "_capacity", "_counted", "_env", "_line", "_open", "_queued", "granted", "in_use", "waited",
    )  # fmt: skip

    def __init__(self, env: Environment, capacity: int | None) -> None:
        self._env, self._capacity = env, None if capacity is None else whole("capacity", capacity)
        self._line, self._open = Line(), _served(env)
        self._counted, self._busy, self._queued = env.now, 0.0, 0.0
        self.in_use, self.granted, self.waited = 0, 0, 0.0

    @property
    def capacity(self) -> int | None:
        """How many are served at once; a rise serves those who wait now, a fall takes effect as others leave."""
        return self._capacity

    @capacity.setter
    def capacity(self, capacity: int | None) -> None:
        self._capacity = None if capacity is None else whole("capacity", capacity)
        self._serve()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._line.size

    @property
    def idle(self) -> int:
        """How many servers stand idle (0 where there is no limit)."""
        return 0 if self._capacity is None else max(0, self._capacity - self.in_use)

    @property
    def busy_time(self) -> float:
        """Servers in use, integrated over time until now."""
        self._count()
        return self._busy

    @property
    def queue_time(self) -> float:
        """Claims waiting, integrated over time until now."""
        self._count()
        return self._queued

    def request(self, priority: float = 0, entity: int = 0) -> Claim:
        """Join the queue; yield the claim to be served.

        Where a server is free the claim is already processed: a light process passes it without an event.
        Such a claim is one and the same object for all, so it cannot tell one holder from another.
        """
        # A free server means that nobody waits: whatever frees one serves at once.
        if self._has_room():
            self._take()
            return self._open
        self._count()
        claim = Claim(self._env, priority, entity)
        self._line.join(claim)
        return claim

    def release(self) -> None:
        """Give a server back; who is next is served at once."""
        if self.in_use < 1:
            raise ValueError("release() while nobody is served")
        self._count()
        self.in_use -= 1
        self._serve()

    def reprioritise(self, claim: Claim, priority: float) -> bool:
        """Move a waiting claim to another priority; False, and nothing happens, if it waits no more."""
        return self._line.move(claim, priority)

    def withdraw(self, claim: Claim) -> bool:
        """Take a waiting claim out; False, and nothing happens, if it was served already (then release)."""
        self._count()
        return self._line.leave(claim)

    def _has_room(self) -> bool:
        return self._capacity is None or self.in_use < self._capacity

    def _take(self) -> None:
        self._count()
        self.in_use += 1
        self.granted += 1

    def _serve(self) -> None:
        while self._line.size and self._has_room():
            self._take()
            claim = self._line.pop()
            self.waited += self._env.now - claim.since
            self._env.grant(claim)

    def _count(self) -> None:
        elapsed = self._env.now - self._counted
        if elapsed:
            self._busy += elapsed * self.in_use
            self._queued += elapsed * self._line.size
            self._counted = self._env.now


def _served(env: Environment) -> Claim:
    claim = Claim(env, 0, 0)
    claim._ok, claim._value, claim.callbacks = True, None, None  # type: ignore[assignment]
    return claim
