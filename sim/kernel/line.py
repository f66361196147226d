"""Those who wait, in order of priority, then of the time at which they came, then entity."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

import simpy
from simpy.events import PENDING, Event


class Claim(Event):
    """A place in a line; triggers when its turn has come."""

    __slots__ = ("_ok", "_value", "amount", "callbacks", "entity", "env", "place", "priority", "since")

    def __init__(self, env: simpy.Environment, priority: float, entity: int, amount: int = 1) -> None:
        self.env, self.callbacks, self._value = env, [], PENDING
        self.priority, self.since, self.entity, self.amount = priority, env.now, entity, amount
        #: Its number among all that ever joined the line, 0 when it does not wait.
        self.place = 0


Entry = tuple[float, float, int, int, Claim]


class Line:
    """A heap of claims; joining, leaving and moving cost O(log n), since what left lies until it surfaces."""

    __slots__ = ("_heap", "_joined", "size")

    def __init__(self) -> None:
        self._heap: list[Entry] = []
        self._joined = 0
        #: How many wait.
        self.size = 0

    def __iter__(self) -> Iterator[Claim]:
        return (entry[-1] for entry in self._standing())

    def join(self, claim: Claim) -> None:
        """Put ``claim`` in its place; ValueError where it waits already."""
        if claim.place:
            raise ValueError("join() of a claim that waits already")
        self.size += 1
        self._joined = claim.place = self._joined + 1
        heappush(self._heap, (claim.priority, claim.since, claim.entity, claim.place, claim))

    def head(self) -> Claim:
        """Return the first; IndexError where nobody waits."""
        heap = self._heap
        while not _stands(heap[0]):
            heappop(heap)
        return heap[0][-1]

    def pop(self) -> Claim:
        """Take out the first and return it."""
        while True:
            priority, _, _, place, claim = heappop(self._heap)
            if claim.place == place and claim.priority == priority:
                claim.place = 0
                self.size -= 1
                return claim

    def leave(self, claim: Claim) -> bool:
        """Take ``claim`` out; say whether it was waiting."""
        if not claim.place:
            return False
        claim.place = 0
        self.size -= 1
        self._tidy()
        return True

    def move(self, claim: Claim, priority: float) -> bool:
        """Give ``claim`` another priority, keeping the time at which it came; say whether it was waiting."""
        if not claim.place:
            return False
        if priority != claim.priority:
            claim.priority = priority
            heappush(self._heap, (priority, claim.since, claim.entity, claim.place, claim))
            self._tidy()
        return True

    def _tidy(self) -> None:
        """Drop those that left once they outnumber those that wait, which bounds the heap."""
        if len(self._heap) > 2 * self.size + 8:
            self._heap = self._standing()

    def _standing(self) -> list[Entry]:
        """Return those that wait, in order; who came back to an earlier priority has two entries that are the same."""
        return sorted({entry for entry in self._heap if _stands(entry)})


def _stands(entry: Entry) -> bool:
    """Say whether the claim still waits, and at this priority."""
    priority, _, _, place, claim = entry
    return claim.place == place and claim.priority == priority
