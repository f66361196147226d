"""A queue in which somebody chooses who is next."""

from __future__ import annotations

from math import inf

from sim.kernel.environment import Environment
from sim.kernel.line import Claim, Line
from sim.kernel.whole import whole


class QueueServer:
    """Serves by priority (low first), then who came first, at one instant by entity. Capacity None: no limit."""

    __slots__ = ("_env", "_limit", "_line", "_open", "in_use")

    def __init__(self, env: Environment, capacity: int | None) -> None:
        self._env, self._line, self._open = env, Line(), _served(env)
        self._limit: float = inf if capacity is None else whole("capacity", capacity)
        #: How many are served now.
        self.in_use = 0

    @property
    def capacity(self) -> int | None:
        """How many are served at once; a rise serves those who wait now, a fall takes effect as others leave."""
        return None if self._limit == inf else int(self._limit)

    @capacity.setter
    def capacity(self, capacity: int | None) -> None:
        self._limit = inf if capacity is None else whole("capacity", capacity)
        self._serve()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._line.size

    @property
    def idle(self) -> int:
        """How many servers stand idle (0 where there is no limit)."""
        return 0 if self._limit == inf else max(0, int(self._limit) - self.in_use)

    def request(self, priority: float = 0, entity: int = 0) -> Claim:
        """Join the queue; yield the claim to be served.

        Where a server is free the claim is already processed: a light process passes it without an event.
        Such a claim is one and the same object for all, so it cannot tell one holder from another.
        """
        # A free server means that nobody waits: whatever frees one serves at once.
        if self.in_use < self._limit:
            self.in_use += 1
            return self._open
        claim = Claim(self._env, priority, entity)
        self._line.join(claim)
        return claim

    def release(self) -> None:
        """Give a server back; who is next is served at once."""
        if self.in_use < 1:
            raise ValueError("release() while nobody is served")
        self.in_use -= 1
        self._serve()

    def reprioritise(self, claim: Claim, priority: float) -> bool:
        """Move a waiting claim to another priority; False, and nothing happens, if it waits no more."""
        return self._line.move(claim, priority)

    def withdraw(self, claim: Claim) -> bool:
        """Take a waiting claim out; False, and nothing happens, if it was served already (then release)."""
        return self._line.leave(claim)

    def _serve(self) -> None:
        line = self._line
        while line.size and self.in_use < self._limit:
            self.in_use += 1
            self._env.grant(line.pop())


def _served(env: Environment) -> Claim:
    claim = Claim(env, 0, 0)
    claim._ok, claim._value, claim.callbacks = True, None, None  # type: ignore[assignment]
    return claim
