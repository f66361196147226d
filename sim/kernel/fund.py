"""Money that waits only when it is short."""

from __future__ import annotations

from collections.abc import Iterator

from sim.kernel.environment import Environment
from sim.kernel.line import Claim, Line
from sim.kernel.whole import whole


class Fund:
    """Whole units of money, handed out by priority (low first), then to who came first; never overdrawn.

    At one instant entities go by number. A head of the line that is too large blocks those behind it.
    """

    __slots__ = ("_balance", "_claimed", "_env", "_line")

    def __init__(self, env: Environment, balance: int = 0) -> None:
        self._env = env
        self._balance, self._claimed, self._line = whole("balance", balance), 0, Line()

    @property
    def balance(self) -> int:
        """The money at hand."""
        return self._balance

    @property
    def claimed(self) -> int:
        """The sum of all that waits."""
        return self._claimed

    @property
    def claims(self) -> int:
        """How many wait."""
        return self._line.size

    def __iter__(self) -> Iterator[Claim]:
        """Those who wait, in order."""
        return iter(self._line)

    def put(self, amount: int) -> None:
        """Add money; what the balance then covers is handed out now, in order."""
        self._balance += whole("amount", amount)
        self._hand_out()

    def take(self, amount: int, priority: float = 0, entity: int = 0) -> Claim | None:
        """Take money: None if it was there and nobody comes before, otherwise the claim to wait for."""
        if amount.__class__ is not int or amount < 0:
            amount = whole("amount", amount)
        if amount <= self._balance and (not self._line.size or self._is_first(priority, entity)):
            self._balance -= amount
            return None
        claim = Claim(self._env, priority, entity, amount)
        self._line.join(claim)
        self._claimed += amount
        return claim

    def draw_down(self, amount: int) -> int:
        """Take out up to ``amount`` of what nobody waits for; return how much that was."""
        amount = whole("amount", amount)
        drawn = 0 if self._line.size else min(amount, self._balance)
        self._balance -= drawn
        return drawn

    def reprioritise(self, claim: Claim, priority: float) -> bool:
        """Move a waiting claim to another priority, and hand out what that allows; False if it waits no more."""
        moved = self._line.move(claim, priority)
        if moved:
            self._hand_out()
        return moved

    def withdraw(self, claim: Claim) -> bool:
        """Give up a waiting claim; False, and nothing happens, if it was granted already."""
        if not self._line.leave(claim):
            return False
        self._claimed -= claim.amount
        self._hand_out()
        return True

    def _is_first(self, priority: float, entity: int) -> bool:
        head = self._line.head()
        return (priority, self._env.now, entity) < (head.priority, head.since, head.entity)

    def _hand_out(self) -> None:
        line = self._line
        while line.size and line.head().amount <= self._balance:
            claim = line.pop()
            self._balance -= claim.amount
            self._claimed -= claim.amount
            self._env.grant(claim)
