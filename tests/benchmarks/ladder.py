"""The yardstick by the design ladder: arrays for all, computed queues, money that waits only when short."""

from __future__ import annotations

import numpy as np

from sim.kernel import Environment, FifoServer, Fund, Steps
from tests.benchmarks import load


class County:
    """Teams and crews as computed servers; of each household, only how many of its cases are open."""

    def __init__(self, luck: load.Luck) -> None:
        self.env, self.luck = Environment(), luck
        self.teams = [FifoServer(self.env, load.TEAM) for _ in range(load.VILLAGES)]
        self.crews = [FifoServer(self.env, load.CREWS) for _ in range(load.PROGRAMMES)]
        self.funds = [Fund(self.env) for _ in range(load.PROGRAMMES)]
        self.open = [len(luck.cases(household)) for household in range(load.HOUSEHOLDS)]
        self.exits = 0

    def hand_out_tranches(self) -> Steps:
        for day in load.TRANCHES:
            yield day - self.env.now
            for fund in self.funds:
                fund.put(load.TRANCHE)

    def live(self, household: int) -> Steps:
        """The first case rides on the household's own process."""
        yield self.teams[household % load.VILLAGES].book(self.luck.diagnosis[household])
        first, *others = self.luck.cases(household)
        for case in others:
            self.env.process(self.pursue(household, case), case)
        yield from self.pursue(household, first)

    def pursue(self, household: int, case: int) -> Steps:
        luck = self.luck
        programme = luck.programme[case]
        money = self.funds[programme].take(luck.cost[case])
        if money is not None:
            yield money
        yield self.crews[programme].book(luck.work[case])
        yield self.teams[household % load.VILLAGES].book(luck.acceptance[case])
        self.open[household] -= 1

    def earn_and_assess(self) -> Steps:
        luck = self.luck
        income = np.zeros(load.HOUSEHOLDS)
        for noise in luck.noise:
            yield load.PART_DAYS
            fortune = load.SHOCK ** (luck.shocks <= self.env.now).sum(axis=0)
            income += luck.yearly / load.PARTS * fortune * noise
        yield load.ASSESSMENT - self.env.now
        self.exits = int(np.count_nonzero((income > load.ENOUGH) & (np.array(self.open) == 0)))


def play(luck: load.Luck) -> tuple[int, int]:
    """Return exits and events."""
    county = County(luck)
    env = county.env
    env.process(county.hand_out_tranches())
    for household in range(load.HOUSEHOLDS):
        env.process(county.live(household), household)
    env.process(county.earn_and_assess())
    env.run(until=load.YEAR)
    return county.exits, env.events
