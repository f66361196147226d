"""The ledger: every yuan lies in a named account of a line, and moves from one to another."""

from __future__ import annotations

from sim.scenario.names import LINES

#: The accounts of each line: at the county, on its way, with whoever it was for, gone elsewhere and not recovered.
CASH, TRANSIT, PAID, MISUSED = ACCOUNTS = tuple(
    {line: f"{line}.{account}" for line in LINES} for account in ("cash", "transit", "paid", "misused")
)


class Ledger:
    """Every yuan (an integer) moves from a named account to a named account, so the sum over accounts is zero."""

    __slots__ = ("balance",)

    def __init__(self) -> None:
        self.balance = dict.fromkeys(("treasury", *(of[line] for line in LINES for of in ACCOUNTS)), 0)

    def move(self, source: str, target: str, amount: int) -> None:
        """Move whole yuan; a negative amount is a mistake."""
        if amount < 0:
            raise ValueError(f"amount(={amount}) must be >= 0")
        balance = self.balance
        balance[source] -= amount
        balance[target] += amount

    def check(self) -> None:
        """Raise if a yuan was made or lost, or if an account other than the treasury is overdrawn."""
        total = sum(self.balance.values())
        if total:
            raise ArithmeticError(f"the ledger does not balance: {total} yuan")
        overdrawn = {k: v for k, v in self.balance.items() if v < 0 and k != "treasury"}
        if overdrawn:
            raise ArithmeticError(f"overdrawn accounts: {overdrawn}")
