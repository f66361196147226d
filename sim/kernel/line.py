"""Those who wait, in order of priority, then entity, then arrival."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

import simpy
from simpy.events import Event

Order = tuple[float, int, int]


class Claim(Event):
    """A place in a line; triggers when its turn has come."""

    __slots__ = ("amount", "order", "since")

    def __init__(self, env: simpy.Environment, amount: int = 1) -> None:
        self.env = env
        self.callbacks = []
        self.amount, self.since = amount, env.now
        #: Where it stands, or None when it does not wait (any more).
        self.order: Order | None = None


class Line:
    """A heap of claims; joining, leaving and moving cost O(log n), since what left lies until it surfaces."""

    __slots__ = ("_arrivals", "_heap", "_size")

    def __init__(self) -> None:
        self._heap: list[tuple[Order, Claim]] = []
        self._arrivals = self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Claim]:
        return (claim for order, claim in sorted(self._heap) if claim.order is order)

    def join(self, claim: Claim, priority: float, entity: int) -> None:
        """Put ``claim`` in its place."""
        claim.order = order = (priority, entity, self._arrivals)
        self._arrivals += 1
        self._size += 1
        heappush(self._heap, (order, claim))

    def head(self) -> Claim:
        """Return the first; IndexError where nobody waits."""
        heap = self._heap
        while heap[0][1].order is not heap[0][0]:
            heappop(heap)
        return heap[0][1]

    def leave(self, claim: Claim) -> bool:
        """Take ``claim`` out; say whether it was waiting."""
        if claim.order is None:
            return False
        claim.order = None
        self._size -= 1
        self._tidy()
        return True

    def move(self, claim: Claim, priority: float) -> bool:
        """Give ``claim`` another priority, keeping its arrival; say whether it was waiting."""
        if claim.order is None:
            return False
        claim.order = order = (priority, *claim.order[1:])
        heappush(self._heap, (order, claim))
        self._tidy()
        return True

    def _tidy(self) -> None:
        """Drop those that left once they outnumber those that wait, which bounds the heap."""
        if len(self._heap) > 2 * self._size + 8:
            self._heap = [entry for entry in self._heap if entry[1].order is entry[0]]
            heapify(self._heap)
