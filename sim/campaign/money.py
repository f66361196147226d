"""Money: tranches that fill the lines' funds, desks that pay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from simpy.events import Event

from sim.campaign.budget import Budget
from sim.campaign.ledger import ACCOUNTS, CASH, LINES, MISUSED, PAID, TRANSIT, Ledger
from sim.campaign.projects import priced
from sim.campaign.ranks import Control
from sim.kernel import Fund, Process, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case
    from sim.campaign.projects import Project

#: Which payment of a case: what is paid before anything begins, half-way through, and what is owed in the end.
ADVANCE, PROGRESS, REST = 0, 1, 2
#: What is missing of a payment that arrives.
NOTHING: tuple[int, Event | None] = (0, None)


def _never(*_: object) -> None:
    """Nobody minds."""


def _due(yuan: int, ahead: int, share: float) -> int:
    """Return what of a year's allotment has come once a share of it has: what comes ahead, and of the rest."""
    at_once = min(yuan, ahead)
    return at_once + int((yuan - at_once) * share)


class PaymentRun:
    """One payment for all households of a village that have joined: so many ``yuan``, paid when it is ``over``."""

    __slots__ = ("over", "yuan")

    def __init__(self, over: Process) -> None:
        self.over, self.yuan = over, 0


class Treasury:
    """Fills the lines' funds tranche by tranche and pays cases through the finance desks.

    What stands between the county's cash and a village, and who looks after a payment, are families that put
    themselves here: ``on_tranche`` hears of every tranche; ``way`` says what a payment of a kind that travels waits
    for (case, tranche, part); ``frozen`` holds what ends it where a project gets no money;
    ``leak`` says of a payment (case, yuan, part) how much does not arrive, and what the case
    waits for where it cannot go on without. By default there is nothing of the kind.
    """

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
        #: The runs that still gather payments, by line and village.
        self._runs: dict[str, dict[int, PaymentRun]] = {line: {} for line in LINES}
        #: Yuan that have to travel and were asked for so far, by line and village.
        self.asked: dict[tuple[str, int], int] = defaultdict(int)
        self.on_tranche: list[Callable[[], None]] = []
        self.way: Callable[[Case, int, int], Event | None] = _never
        self.frozen: dict[Project | None, Event] = {}
        self.leak: Callable[[Case, int, int], tuple[int, Event | None]] = lambda case, amount, part: NOTHING

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
        if year > c.year:
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
            for hear in self.on_tranche:
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
        """Put money into a line's fund."""
        self.ledger.move("treasury", CASH[line], amount)
        self._bring(line, amount)
        self.funds[line].put(amount)

    def _bring(self, line: str, amount: int) -> None:
        """Count cash as money of the last tranche."""
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

    def reallot(self, allotted: dict[str, int], coming: Budget) -> None:
        """Change the allotments of this year and the coming ones; cash that nobody waits for follows them."""
        come = sum(self._cash_of_year.values())
        ahead = {line: self._at_once.get(line, 0) for line in allotted}
        at_once = sum(min(yuan, ahead[line]) for line, yuan in allotted.items())
        rest = sum(allotted.values()) - at_once
        share = (come - at_once) / rest if rest and come else 0.0
        short = {line: _due(yuan, ahead[line], share) - self._cash_of_year[line] for line, yuan in allotted.items()}
        self.allotted.update(allotted)
        self._yearly, self._coming = dict(allotted), coming
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

    def advance(self, price: int) -> int:
        """Return what is paid of a price when works begin."""
        return int(price * self._campaign.p["money.advance"])

    def pay(self, case: Case, amount: int) -> Steps:
        """Take money from the case's line when it is there, and send it through county and township finance.

        A project is a payment of its own; households are paid together, in their village's next run. Money of a kind
        that travels has to come down first: not before the tranche that it is from has reached the village.
        """
        kind = case.kind
        line = kind.line
        if line is None or amount <= 0:
            return
        before = case.asked
        case.asked = asked = before + amount
        part = ADVANCE if before == 0 else REST if asked >= case.cost else PROGRESS
        if kind.to_village:
            self.asked[line, case.village] += amount
        if case.project in self.frozen and not (yield from self._thawed(case)):
            case.asked -= amount
            self._campaign.library.cut(case, amount)
            return
        fund = self.funds[line]
        granted = fund.take(amount, case.priority, case.number)
        if granted is not None:
            yield from self._campaign.turn(case, granted, fund)
        self.ledger.move(CASH[line], TRANSIT[line], amount)
        if kind.to_village and (arrival := self._arrival(line, case, part)) is not None:
            yield arrival
        if kind.scope == "household":
            run = self._runs[line].get(case.village) or self._gather(line, case)
            run.yuan += amount
            yield run.over
        else:
            yield from self._through_desks(line, amount, case.township, case)
        gone, made_good = self.leak(case, amount, part)
        if gone:
            self.ledger.move(PAID[line], MISUSED[line], gone)
            amount -= gone
        case.paid += amount
        if self._campaign.record.on:
            self._say(case, amount, gone)
        if made_good is not None:
            case.held = "misused"
            yield made_good
            case.held = ""

    def _thawed(self, case: Case) -> Steps:
        """Wait as long as the case's project gets no money; return whether it still asks for it then."""
        done = case.done
        while (thaw := self.frozen.get(case.project)) is not None:
            case.held, held = ("frozen" if case.gate == "funded" else case.held), case.held
            yield thaw
            if case.held == "frozen":
                case.held = held
        return done or self._campaign.switches[case.kind.family].usual

    def make_good(self, case: Case, amount: int) -> Steps:
        """Pay once more, from the case's line, what did not arrive the first time."""
        line = case.kind.line
        assert line is not None
        granted = self.funds[line].take(amount, case.priority, case.number)
        if granted is not None:
            yield from self._campaign.turn(case, granted, self.funds[line], again=True)
        self.ledger.move(CASH[line], TRANSIT[line], amount)
        if case.kind.to_village and (arrival := self._arrival(line, case, REST)) is not None:
            yield arrival
        yield from self._through_desks(line, amount, case.township, case)
        case.paid += amount
        self._say(case, amount)

    def recover(self, line: str, amount: int) -> None:
        """Put misused money that was got back into the line's fund."""
        self.ledger.move(MISUSED[line], CASH[line], amount)
        self._bring(line, amount)
        self.funds[line].put(amount)

    def charge(self, case: Case, yuan: int) -> int:
        """Let a case cost so much (in an own list: in proportion, by the price of the place it took), and return it.

        What was paid beyond that goes back into the line's fund.
        """
        yuan = priced(yuan, case.own_price)
        self._campaign.library.cut(case, case.cost - yuan)
        line, back = case.kind.line, min(case.asked - yuan, case.paid)
        if line is not None and back > 0:
            case.asked -= back
            case.paid -= back
            self.ledger.move(PAID[line], CASH[line], back)
            self._bring(line, back)
            self.funds[line].put(back)
            self._note("money.returned", case, back)
        return yuan

    def _arrival(self, line: str, case: Case, part: int) -> Event | None:
        """Return what a payment that has to travel waits for. What came first is spent first."""
        brought = self._brought[line]
        spent = brought[-1][1] - self.ledger.balance[CASH[line]]
        for tranche, so_far in brought:
            if spent <= so_far:
                return self.way(case, tranche, part)
        return self.way(case, self.tranche, part)

    def _say(self, case: Case, amount: int, gone: int = 0) -> None:
        self._note("money.paid", case, amount)
        if gone:
            self._note("money.misused", case, gone)

    def _note(self, event: str, case: Case, yuan: int) -> None:
        c, entity = self._campaign, f"{case.kind.scope}.{case.entity}"
        c.record.add(c.env.now, event, entity, case.kind.line or "", float(yuan))

    def _gather(self, line: str, case: Case) -> PaymentRun:
        """Set up the next payment run of a line for a village, at the month's end."""
        env, village = self._campaign.env, case.village
        delay = self._campaign.calendar.next_month(env.now) - env.now
        over = env.process(self._pay_run(line, village, case.township), village, delay)
        run = self._runs[line][village] = PaymentRun(over)
        return run

    def _pay_run(self, line: str, village: int, township: int) -> Steps:
        run = self._runs[line].pop(village)
        yield from self._through_desks(line, run.yuan, township)

    def _through_desks(self, line: str, amount: int, township: int, case: Case | None = None) -> Steps:
        desks = self._campaign.desks
        yield desks.county_finance.book(desks.payment, case)
        yield desks.township_finance[township].book(desks.payment, case)
        self.ledger.move(TRANSIT[line], PAID[line], amount)

    def pay_progress(self, case: Case) -> Process:
        """Half-way through the work, ask for half of what is still owed; return the payment on its way."""
        return self._campaign.env.process(self.pay(case, (case.cost - case.asked) // 2), case.number)

    def settle(self, case: Case) -> Steps:
        """Pay what is still owed after acceptance; a wrong file stops the payment until it is mended."""
        if self._campaign.cards.is_wrong(case):
            return self._settle_mended(case)
        return self.pay(case, case.cost - case.asked)

    def _settle_mended(self, case: Case) -> Steps:
        yield from self._campaign.cards.mended(case)
        yield from self.pay(case, case.cost - case.asked)

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
        return self.funds[line].waiting + self.ledger.balance[TRANSIT[line]]

    def spent(self, line: str) -> int:
        """Return the yuan of a line that have left the county, wherever they are: some is paid a second time."""
        return self.received(line) - self.ledger.balance[CASH[line]]

    def received(self, line: str) -> int:
        """Return the yuan of a line that have come to the county."""
        return sum(self.ledger.balance[of[line]] for of in ACCOUNTS)
