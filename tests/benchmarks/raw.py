"""The yardstick in plain SimPy: a process for everything, every wait an event."""

from __future__ import annotations

from collections.abc import Generator
from itertools import count
from typing import Any

import simpy

from tests.benchmarks import load

Steps = Generator[simpy.Event, Any, Any]


class County:
    """Teams, crews and funds as SimPy's own resources."""

    def __init__(self, luck: load.Luck) -> None:
        self.env, self.luck = simpy.Environment(), luck
        self.teams = [simpy.Resource(self.env, load.TEAM) for _ in range(load.VILLAGES)]
        self.crews = [simpy.Resource(self.env, load.CREWS) for _ in range(load.PROGRAMMES)]
        self.funds = [simpy.Container(self.env) for _ in range(load.PROGRAMMES)]
        self.income = [0.0] * load.HOUSEHOLDS
        self.fortune = [1.0] * load.HOUSEHOLDS
        self.done = [False] * load.HOUSEHOLDS
        self.yearly, self.noise, self.shocks = luck.yearly.tolist(), luck.noise.tolist(), luck.shocks.tolist()
        self.exits = 0

    def hand_out_tranches(self) -> Steps:
        for day in load.TRANCHES:
            yield self.env.timeout(day - self.env.now)
            for fund in self.funds:
                yield fund.put(load.TRANCHE)

    def be_visited(self, village: int, days: float) -> Steps:
        with self.teams[village].request() as visit:
            yield visit
            yield self.env.timeout(days)

    def live(self, household: int) -> Steps:
        yield self.env.process(self.be_visited(household % load.VILLAGES, self.luck.diagnosis[household]))
        cases = [self.env.process(self.pursue(household, case)) for case in self.luck.cases(household)]
        yield self.env.all_of(cases)
        self.done[household] = True

    def pursue(self, household: int, case: int) -> Steps:
        programme = self.luck.programme[case]
        yield self.funds[programme].get(self.luck.cost[case])
        with self.crews[programme].request() as crew:
            yield crew
            yield self.env.timeout(self.luck.work[case])
        yield from self.be_visited(household % load.VILLAGES, self.luck.acceptance[case])

    def earn(self, household: int) -> Steps:
        part = self.yearly[household] / load.PARTS
        for month in range(load.PARTS):
            yield self.env.timeout(load.PART_DAYS)
            self.income[household] += part * self.fortune[household] * self.noise[month][household]

    def suffer(self, household: int) -> Steps:
        for shock in self.shocks:
            yield self.env.timeout(shock[household] - self.env.now)
            self.fortune[household] *= load.SHOCK

    def assess(self) -> Steps:
        yield self.env.timeout(load.ASSESSMENT)
        yield self.env.timeout(0)  # the last part of the income comes on the same day
        self.exits = sum(done and income > load.ENOUGH for done, income in zip(self.done, self.income, strict=True))


def play(luck: load.Luck) -> tuple[int, int]:
    """Return exits and events."""
    county = County(luck)
    env = county.env
    env.process(county.hand_out_tranches())
    for household in range(load.HOUSEHOLDS):
        for process in (county.live, county.earn, county.suffer):
            env.process(process(household))
    env.process(county.assess())
    env.run(until=load.YEAR)
    return county.exits, _scheduled(env) - len(env._queue)


def _scheduled(env: simpy.Environment) -> int:
    counter = env._eid
    assert isinstance(counter, count)
    return next(counter)
