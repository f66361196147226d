"""Money: a ledger of named accounts, tranches that fill the lines' funds, desks that pay."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sim.campaign.desks import DAYS_PER_MONTH
from sim.evidence import triangular
from sim.kernel import Fund, Process, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case

LINES = (
    "industry", "relocation", "infrastructure", "housing", "education",
    "medical", "backstop", "collective_economy", "cooperation", "party_building",
)  # fmt: skip

#: The accounts of a line: at the county, on its way, with whoever it was for.
ACCOUNTS = {line: (f"{line}.cash", f"{line}.transit", f"{line}.paid") for line in LINES}


class Ledger:
    """Every yuan (an integer) moves from a named account to a named account, so the sum over accounts is zero."""

    __slots__ = ("balance",)

    def __init__(self) -> None:
        self.balance: dict[str, int] = defaultdict(int)

    def move(self, source: str, target: str, amount: int) -> None:
        """Move whole yuan; a negative amount is a mistake."""
        if amount < 0:
            raise ValueError(f"amount(={amount}) must be >= 0")
        self.balance[source] -= amount
        self.balance[target] += amount

    def check(self) -> None:
        """Raise if a yuan was made or lost, or if an account other than the treasury is overdrawn."""
        total = sum(self.balance.values())
        if total:
            raise ArithmeticError(f"the ledger does not balance: {total} yuan")
        overdrawn = {k: v for k, v in self.balance.items() if v < 0 and k != "treasury"}
        if overdrawn:
            raise ArithmeticError(f"overdrawn accounts: {overdrawn}")


class Treasury:
    """Fills the lines' funds tranche by tranche and pays cases through the finance desks."""

    def __init__(self, campaign: Campaign, allotted: dict[str, int]) -> None:
        self._campaign = campaign
        self.allotted = dict(allotted)
        self._yearly, self._earlier = dict(allotted), dict.fromkeys(LINES, 0)
        self._given_before = dict.fromkeys(LINES, 0)
        self.ledger = Ledger()
        self.funds = {line: Fund(campaign.env) for line in LINES}
        #: The last tranche that has come to the county, counted from the start, and its day.
        self.tranche, self.tranche_day = 0, 0.0
        self._given = dict.fromkeys(LINES, 0)
        #: The runs that still gather payments, by line, village and whether the money has to travel.
        self._runs: dict[tuple[str, int, bool], Process] = {}
        #: Days from the county to each village, by line and tranche.
        self._lag: dict[tuple[str, int], list[float]] = {}

    def start(self) -> None:
        """Start the tranches of every year."""
        c = self._campaign
        for year in c.calendar.years(c.horizon):
            c.env.process(self._tranches(year), rank=1)

    def _tranches(self, year: int) -> Steps:
        """The money of a year comes in three tranches; rounding leaves the last yuan to the last one."""
        c, p = self._campaign, self._campaign.p
        shares = [p[f"money.tranche_{k}_share"] for k in (1, 2, 3)]
        days = sorted(p[f"money.tranche_{k}_day"] + p["money.delay_days"] for k in (1, 2, 3))
        yield max(0.0, c.calendar.day_of_year(year, 1) - c.env.now)
        if year > c.year:
            self._open_year()
        so_far = 0.0
        for k, day in enumerate(days):
            due = c.calendar.day_of_year(year, day)
            if due >= c.horizon:
                return
            yield max(0.0, due - c.env.now)
            self.tranche, self.tranche_day = self.tranche + 1, c.env.now
            so_far += shares[k] / sum(shares)
            c.record.add(c.env.now, "money.tranche", "county", "", float(self.tranche))
            for line in LINES:
                goal = self.allotted[line] if k == 2 else int(self.allotted[line] * so_far)
                self.receive(line, max(0, goal - self._given[line]))

    def _open_year(self) -> None:
        """A new year brings the scenario's money anew; what earlier years were allotted is remembered."""
        self._earlier = {line: self._earlier[line] + self.allotted[line] for line in LINES}
        self._given_before = {line: self._given_before[line] + self._yearly[line] for line in LINES}
        self.allotted, self._given = dict(self._yearly), dict.fromkeys(LINES, 0)

    def total(self, line: str) -> int:
        """Return the yuan allotted to a line so far, earlier years included."""
        return self._earlier[line] + self.allotted[line]

    def receive(self, line: str, amount: int) -> None:
        """Put money of the year into a line's fund."""
        self._given[line] += amount
        self.ledger.move("treasury", f"{line}.cash", amount)
        self.funds[line].put(amount)

    def shift(self, source: str, target: str, amount: int) -> int:
        """Move up to ``amount`` of cash nobody waits for, and of the year's allotment, between lines."""
        taken = self._carry(source, target, amount)
        self.allotted[source] -= taken
        self.allotted[target] += taken
        return taken

    def reallot(self, allotted: dict[str, int]) -> None:
        """Change the year's allotments; cash that nobody waits for follows them."""
        total = sum(allotted.values())
        share = sum(self._given.values()) / total if total else 0.0
        goal = {line: int(yuan * share) for line, yuan in allotted.items()}
        short = {line: goal[line] - self._given[line] for line in LINES}
        self.allotted, self._yearly = dict(allotted), dict(allotted)
        for source in LINES:
            for target in LINES:
                if short[source] < 0 < short[target]:
                    moved = self._carry(source, target, min(-short[source], short[target]))
                    short[source] += moved
                    short[target] -= moved

    def _carry(self, source: str, target: str, amount: int) -> int:
        taken = self.funds[source].draw_down(amount)
        self.ledger.move(f"{source}.cash", f"{target}.cash", taken)
        self._given[source] -= taken
        self._given[target] += taken
        self.funds[target].put(taken)
        return taken

    def advance(self, price: int) -> int:
        """Return what is paid of a price when works begin."""
        return int(price * self._campaign.p["money.advance"])

    def pay(self, case: Case, amount: int, *, to_village: bool = False) -> Steps:
        """Take money from the case's line when it is there, and send it through county and township finance.

        A project is a payment of its own; households are paid together, in their village's next run. With
        ``to_village`` the money has to come down first: not before the tranche that it is from reaches the village.
        """
        line = case.kind.line
        if line is None or amount <= 0:
            return
        case.asked += amount
        granted = self.funds[line].take(amount, case.priority, case.number)
        if granted is not None:
            yield granted
        cash, transit, paid = ACCOUNTS[line]
        self.ledger.move(cash, transit, amount)
        if case.kind.scope == "household":
            yield self._run(line, case, to_village)
        else:
            yield from self._through_desks(line, case.village, case.township, to_village, case)
        self.ledger.move(transit, paid, amount)
        case.paid += amount
        record = self._campaign.record
        if record.on:
            record.add(self._campaign.env.now, "money.paid", f"{case.kind.scope}.{case.entity}", line, float(amount))

    def _run(self, line: str, case: Case, to_village: bool) -> Process:
        """The next payment run of a line for a village: at the month's end, one payment for all who joined."""
        key = (line, case.village, to_village)
        run = self._runs.get(key)
        if run is None:
            run = self._campaign.env.process(self._pay_run(key, case.township), rank=case.village)
            self._runs[key] = run
        return run

    def _pay_run(self, key: tuple[str, int, bool], township: int) -> Steps:
        now = self._campaign.env.now
        yield self._campaign.calendar.next_month(now) - now
        del self._runs[key]
        line, village, to_village = key
        yield from self._through_desks(line, village, township, to_village)

    def _through_desks(self, line: str, village: int, township: int, travels: bool, case: Case | None = None) -> Steps:
        c, desks = self._campaign, self._campaign.desks
        arrival = self._arrival(line, village) if travels else 0.0
        yield desks.county_finance.book(desks.payment, case)
        if arrival > c.env.now:
            yield arrival - c.env.now
        yield desks.township_finance[township].book(desks.payment, case)

    def pay_progress(self, case: Case) -> Process:
        """Half-way through the work, ask for half of what is still owed; return the payment on its way."""
        return self._campaign.env.process(self.pay(case, (case.cost - case.asked) // 2), rank=case.number)

    def settle(self, case: Case) -> Steps:
        """Pay what is still owed after acceptance; a wrong file stops the payment until it is mended."""
        if case.file_wrong:
            yield self._campaign.desks.station[case.township].book(self._campaign.desks.mend, case)
            case.file_wrong = False
        yield from self.pay(case, case.cost - case.asked)

    def _arrival(self, line: str, village: int) -> float:
        """The day on which the latest tranche of a line has come down to a village."""
        days = self._lag.get((line, self.tranche))
        if days is None:
            p = self._campaign.p
            mode = (p["money.village_lag_low"], p["money.village_lag_months"], p["money.village_lag_high"])
            u = self._campaign.luck(f"money.lag/{line}", len(self._campaign.village_tier), self.tranche)
            days = self._lag[(line, self.tranche)] = [triangular(x, *mode) * DAYS_PER_MONTH for x in u.tolist()]
        return self.tranche_day + days[village]

    def given(self, line: str) -> int:
        """Return the yuan that the allocation gave a line so far, whatever the county moved since."""
        return self._given_before[line] + self._yearly[line]

    def paid(self, line: str) -> int:
        """Return the yuan of a line that have reached whoever they were for."""
        return self.ledger.balance[f"{line}.paid"]

    def received(self, line: str) -> int:
        """Return the yuan of a line that have come to the county."""
        b = self.ledger.balance
        return b[f"{line}.cash"] + b[f"{line}.transit"] + b[f"{line}.paid"]
