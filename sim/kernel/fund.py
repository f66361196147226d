"""Money that waits only when it is short."""

from __future__ import annotations

from heapq import heappop, heappush

from simpy.events import Event

from sim.kernel.environment import Environment


class Fund:
    """Whole units of money, handed out by priority, then entity, then arrival; nobody overtakes the head of the queue."""

    __slots__ = ("_arrivals", "_env", "_queue", "balance")

    def __init__(self, env: Environment, balance: int = 0) -> None:
        self._env, self.balance = env, _whole(balance)
        self._queue: list[tuple[float, int, int, int, Event]] = []
        self._arrivals = 0

    @property
    def waiting(self) -> int:
        """The sum that waits."""
        return sum(entry[3] for entry in self._queue)

    def put(self, amount: int) -> None:
        """Add money; what it covers is handed out now, in order."""
        self.balance += _whole(amount)
        self._hand_out()

    def take(self, amount: int, priority: float = 0, entity: int = 0) -> Event | None:
        """Take money: None when it was there, otherwise the event to wait for."""
        _whole(amount)
        if not self._queue and amount <= self.balance:
            self.balance -= amount
            return None
        granted = Event(self._env)
        heappush(self._queue, (priority, entity, self._arrivals, amount, granted))
        self._arrivals += 1
        self._hand_out()
        return granted

    def draw_down(self, amount: int) -> int:
        """Take out up to ``amount`` that nobody waits for; return what was taken."""
        taken = 0 if self._queue else min(_whole(amount), self.balance)
        self.balance -= taken
        return taken

    def _hand_out(self) -> None:
        while self._queue and self._queue[0][3] <= self.balance:
            *_, amount, granted = heappop(self._queue)
            self.balance -= amount
            granted.succeed()


def _whole(amount: int) -> int:
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise TypeError(f"amount(={amount!r}) must be a whole number")
    if amount < 0:
        raise ValueError(f"amount(={amount}) must be >= 0")
    return amount
