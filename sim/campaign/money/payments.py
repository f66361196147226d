"""How a case is paid: from its line's fund, down to the village where it travels, through the finance desks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from simpy.events import Event

from sim.campaign.money.ledger import CASH, MISUSED, PAID, TRANSIT
from sim.campaign.money.projects import priced
from sim.kernel import Process, Steps
from sim.scenario.names import LINES

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case
    from sim.campaign.money.projects import Project

#: Which payment of a case: what is paid before anything begins, half-way through, and what is owed in the end.
ADVANCE, PROGRESS, REST = 0, 1, 2
#: What is missing of a payment that arrives.
NOTHING: tuple[int, Event | None] = (0, None)


def _never(*_: object) -> None:
    """Nobody minds."""


class PaymentRun:
    """One payment for all households of a village that have joined: so many ``yuan``, paid when it is ``over``."""

    __slots__ = ("over", "yuan")

    def __init__(self, over: Process) -> None:
        self.over, self.yuan = over, 0


class Payments:
    """Takes money from the lines' funds and pays cases through the finance desks.

    What stands between the county's cash and a village, and who looks after a payment, are families that put
    themselves here: ``way`` says what a payment of a kind that travels waits for (case, tranche, part); ``frozen``
    holds what ends it where a project gets no money; ``leak`` says of a payment (case, yuan, part) how much does not
    arrive, and what the case waits for where it cannot go on without. By default there is nothing of the kind.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._campaign, self._treasury, self._ledger = campaign, campaign.treasury, campaign.treasury.ledger
        #: The runs that still gather payments, by line and village.
        self._runs: dict[str, dict[int, PaymentRun]] = {line: {} for line in LINES}
        #: Yuan that have to travel and were asked for so far, by line and village.
        self.asked: dict[tuple[str, int], int] = defaultdict(int)
        self.way: Callable[[Case, int, int], Event | None] = _never
        self.frozen: dict[Project | None, Event] = {}
        self.leak: Callable[[Case, int, int], tuple[int, Event | None]] = lambda case, amount, part: NOTHING

    def advance(self, price: int) -> int:
        """Return what is paid of a price when works begin: at least a yuan, by which they are known to have begun."""
        return min(price, max(1, int(price * self._campaign.p["money.advance"])))

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
            self.ask_less(case, amount)
            self._campaign.library.cut(case, amount)
            return
        fund = self._treasury.funds[line]
        granted = fund.take(amount, case.priority, case.number)
        if granted is not None:
            yield from self._campaign.turn(case, granted, fund)
        case.on_its_way.append(day := self._campaign.env.now)
        self._ledger.move(CASH[line], TRANSIT[line], amount)
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
            self._ledger.move(PAID[line], MISUSED[line], gone)
            amount -= gone
        case.paid += amount
        if self._campaign.record.on:
            self._say(case, amount, gone)
        if made_good is not None:
            case.held = "misused"
            yield made_good
            case.held = ""
        case.on_its_way.remove(day)

    def ask_less(self, case: Case, yuan: int) -> None:
        """Take back so much of what a case has asked for."""
        case.asked -= yuan
        if case.kind.to_village and case.kind.line is not None:
            self.asked[case.kind.line, case.village] -= yuan

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
        granted = self._treasury.funds[line].take(amount, case.priority, case.number)
        if granted is not None:
            yield from self._campaign.turn(case, granted, self._treasury.funds[line], again=True)
        self._ledger.move(CASH[line], TRANSIT[line], amount)
        if case.kind.to_village and (arrival := self._arrival(line, case, REST)) is not None:
            yield arrival
        yield from self._through_desks(line, amount, case.township, case)
        case.paid += amount
        self._say(case, amount)

    def charge(self, case: Case, yuan: int) -> int:
        """Let a case cost so much (in an own list: in proportion, by the price of the place it took), and return it.

        What was paid beyond that goes back into the line's fund.
        """
        yuan = priced(yuan, case.own_price)
        self._campaign.library.cut(case, case.cost - yuan)
        line, back = case.kind.line, min(case.asked - yuan, case.paid)
        if line is not None and back > 0:
            self.ask_less(case, back)
            case.paid -= back
            self._treasury.fill(line, PAID[line], back)
            self._note("money.returned", case, back)
        return yuan

    def _arrival(self, line: str, case: Case, part: int) -> Event | None:
        """Return what a payment that has to travel waits for."""
        return self.way(case, self._treasury.tranche_of(line), part)

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
        self._ledger.move(TRANSIT[line], PAID[line], amount)

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
