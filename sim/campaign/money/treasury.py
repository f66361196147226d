"""The county's money: what lines are allotted, tranches that fill their funds, and where every yuan is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.campaign.money.budget import Budget
from sim.campaign.money.ledger import ACCOUNTS, CASH, MISUSED, PAID, TRANSIT, Ledger
from sim.campaign.ranks import Control
from sim.county.fitting import largest_remainder
from sim.kernel import Fund, Steps
from sim.scenario.names import LINES

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


def _due(yuan: int, ahead: int, share: float) -> int:
    """Return what of a year's allotment has come once a share of it has: what comes ahead, and of the rest."""
    at_once = min(yuan, ahead)
    return at_once + int((yuan - at_once) * share)


class Treasury:
    """What lines are allotted, year by year, and their cash: it comes by tranches, moves between lines, is counted."""

    def __init__(self, campaign: Campaign, budget: Budget) -> None:
        self._campaign = campaign
        self.allotted = dict(budget.first)
        #: What the allocation gives a line: this year, the coming ones, all earlier ones together.
        self._yearly, self._coming, self._earlier = dict(budget.first), budget.goes_on, dict.fromkeys(LINES, 0)
        #: What of this year's comes with the first tranche.
        self._at_once = budget.at_once
        self._given_before = dict.fromkeys(LINES, 0)
        self.ledger = Ledger()
        self.funds = {line: Fund(campaign.env) for line in LINES}
        #: The last tranche that has come to the county, counted from the start.
        self.tranche = 0
        #: By line: what of this year's money has come, moves between lines included.
        self._cash_of_year = dict.fromkeys(LINES, 0)
        #: By line: the tranches that have come, each with what all so far have brought.
        self._brought: dict[str, list[list[int]]] = {line: [[0, 0]] for line in LINES}

    def start(self) -> None:
        """Start the tranches of every year."""
        c = self._campaign
        for year in c.calendar.years(c.horizon):
            c.env.process(self._tranches(year), rank=Control.TRANCHE)

    def _tranches(self, year: int) -> Steps:
        """The money of a year comes in three tranches; rounding leaves the last yuan to the last one.

        One that is so late that the year is over still brings its own year's money.
        """
        c, p = self._campaign, self._campaign.p
        shares = [p[f"money.tranche_{k}_share"] for k in (1, 2, 3)]
        days = sorted(p[f"money.tranche_{k}_day"] + p["money.delay_days"] for k in (1, 2, 3))
        yield max(0.0, c.calendar.day_of_year(year, 1) - c.env.now)
        if year > c.first_year:
            self._open_year()
        allotted, come, at_once = self.allotted, self._cash_of_year, self._at_once
        so_far = 0.0
        for k, day in enumerate(days):
            due = c.calendar.day_of_year(year, day)
            if due >= c.horizon:
                return
            yield max(0.0, due - c.env.now)
            self.tranche += 1
            so_far += shares[k] / sum(shares)
            c.record.add(c.env.now, "money.tranche", "county", "", float(self.tranche))
            left = sum(allotted.values()) - sum(come.values())
            for line in LINES:
                goal = allotted[line] if k == 2 else _due(allotted[line], at_once.get(line, 0), so_far)
                comes = min(left, max(0, goal - come[line]))
                left -= comes
                come[line] += comes
                self.receive(line, comes)
            for hear in c.hooks.on_tranche:
                hear()

    def _open_year(self) -> None:
        """A new year brings its money; what earlier years were allotted is remembered."""
        self._earlier = {line: self._earlier[line] + self.allotted[line] for line in LINES}
        self._given_before = {line: self._given_before[line] + self._yearly[line] for line in LINES}
        self._yearly, self._at_once = dict(self._coming.first), self._coming.at_once
        self._coming = self._coming.goes_on
        self.allotted, self._cash_of_year = dict(self._yearly), dict.fromkeys(LINES, 0)

    def plan_years(self, budget: Budget) -> None:
        """Allot so much from the coming 1 January on."""
        self._coming = budget

    def earlier(self, line: str) -> int:
        """Return the yuan allotted to a line in earlier years."""
        return self._earlier[line]

    def total(self, line: str) -> int:
        """Return the yuan allotted to a line so far, earlier years included."""
        return self._earlier[line] + self.allotted[line]

    def receive(self, line: str, amount: int) -> None:
        """Put money that comes to the county into a line's fund."""
        self.fill(line, "treasury", amount)

    def _bring(self, line: str, amount: int) -> None:
        brought = self._brought[line]
        if brought[-1][0] != self.tranche:
            brought.append([self.tranche, brought[-1][1]])
        brought[-1][1] += amount

    def shift(self, source: str, target: str, amount: int) -> int:
        """Move up to ``amount`` of cash nobody waits for, and of the year's allotment, between lines."""
        taken = self._carry(source, target, amount)
        self.allotted[source] -= taken
        self.allotted[target] += taken
        return taken

    def reallot(self, allotted: dict[str, int], planned: Mapping[str, int], coming: Budget) -> None:
        """Change the allotments of this year and the coming ones; cash that nobody waits for follows them.

        What the year is ``planned`` to have is the allocation's, the rest is moved.
        """
        come = sum(self._cash_of_year.values())
        at_once = {line: min(yuan, self._at_once.get(line, 0)) for line, yuan in allotted.items()}
        rest = [yuan - at_once[line] for line, yuan in allotted.items()]
        parts = largest_remainder(come - sum(at_once.values()), rest) if come else [0] * len(rest)
        due = {line: at_once[line] + part for line, part in zip(allotted, parts, strict=True)}
        short = {line: due[line] - self._cash_of_year[line] for line in allotted}
        self.allotted.update(allotted)
        self._yearly, self._coming = dict(planned), coming
        for source in LINES:
            for target in LINES:
                if short[source] < 0 < short[target]:
                    moved = self._carry(source, target, min(-short[source], short[target]))
                    short[source] += moved
                    short[target] -= moved

    def _carry(self, source: str, target: str, amount: int) -> int:
        taken = self.funds[source].draw_down(amount)
        self.ledger.move(CASH[source], CASH[target], taken)
        self._cash_of_year[source] -= taken
        self._cash_of_year[target] += taken
        self._bring(source, -taken)
        self._bring(target, taken)
        self.funds[target].put(taken)
        return taken

    def fill(self, line: str, account: str, amount: int) -> None:
        """Put what stands on an ``account`` into a line's fund, as money of the last tranche."""
        self.ledger.move(account, CASH[line], amount)
        self._bring(line, amount)
        self.funds[line].put(amount)

    def tranche_of(self, line: str) -> int:
        """Return which tranche the yuan of a line spent last are from: what came first is spent first."""
        brought = self._brought[line]
        spent = brought[-1][1] - self.ledger.balance[CASH[line]]
        return next(tranche for tranche, so_far in brought if spent <= so_far)

    def moved_in(self, line: str) -> int:
        """Return the yuan that a line has of this year beyond what the allocation gives it; below zero: it lacks."""
        return self.allotted[line] - self._yearly[line]

    def given(self, line: str) -> int:
        """Return the yuan that the allocation gave a line so far, whatever the county moved since."""
        return self._given_before[line] + self._yearly[line]

    def paid(self, line: str) -> int:
        """Return the yuan of a line that have reached whoever they were for."""
        return self.ledger.balance[PAID[line]]

    def misused(self, line: str) -> int:
        """Return the yuan of a line that went elsewhere and were not recovered."""
        return self.ledger.balance[MISUSED[line]]

    def on_its_way(self, line: str) -> int:
        """Return the yuan of a line that were asked for and have not arrived: they wait for cash, or travel."""
        return self.funds[line].claimed + self.ledger.balance[TRANSIT[line]]

    def spent(self, line: str) -> int:
        """Return the yuan of a line that have left the county, wherever they are: some is paid a second time."""
        return self.received(line) - self.ledger.balance[CASH[line]]

    def received(self, line: str) -> int:
        """Return the yuan of a line that have come to the county."""
        return sum(self.ledger.balance[of[line]] for of in ACCOUNTS)
