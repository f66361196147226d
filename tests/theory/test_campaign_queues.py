"""A campaign reduced to one desk is an M/M/c queue; its waits are held against Erlang's formula."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from sim.campaign import start
from sim.campaign.cases import Kind
from sim.campaign.desks import DAY_MINUTES, Desk
from sim.campaign.results.balances import check
from sim.kernel import Environment, FifoServer
from tests.theory.test_queues import close, erlang_c

DAYS, MEAN = 365.0, 0.05


class Arrivals:
    """Cases that need nothing but the approval desk, at random times."""

    name = "arrivals"

    def __init__(self, rate):
        self.rate, self.begun = rate, {}

    def needs(self, c):
        return ()

    def start(self, c):
        count = int(self.rate * DAYS * 1.2)
        gaps = -np.log(c.luck("test.arrival", count)) / self.rate
        self.service = (-np.log(c.luck("test.service", count)) * MEAN * DAY_MINUTES).tolist()
        self.waits = []
        kind = c.cases.register(Kind("permit", self.name, None, "household", ("approved",), None, lambda case: None), count)
        c.gates.behind["approved"] = lambda case: self.served(c, case)
        c.env.process(self.arrive(c, kind, gaps.tolist()), rank=0)

    def arrive(self, c, kind, gaps):
        for number, gap in enumerate(gaps):
            yield gap
            c.open_case(kind, number % c.register.known, 0)
            self.begun[c.cases.all[-1]] = number

    def served(self, c, case):
        work = max(1, round(self.service[self.begun[case]]))
        delay = c.desks.approval.book(work, case)
        self.waits.append(delay - work / DAY_MINUTES)
        return delay


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (3, 2.4)])
def test_the_approval_desk_waits_as_erlang_says(tiny, servers, load):
    means = []
    for replication in range(12):
        family = Arrivals(load / MEAN)
        c = start(tiny, "as_in_2016_17", replication, families=(lambda f=family: f,))
        c.desks.approval = Desk(c.env, "approval", servers)
        c.play()
        check(c)
        means.append(float(np.mean(family.waits[len(family.waits) // 10 :])))
    assert close(means, erlang_c(servers, load) / (servers / MEAN - load / MEAN))


def test_a_desk_books_as_a_server_does_and_counts_minutes():
    env = Environment()
    desk, server, other = Desk(env, "approval", 2, presence=0.5), FifoServer(env, 2), Desk(env, "tender", 1)
    for day, work in ((0, 240), (0, 480), (0, 7), (1, 120), (2, 960), (30, 1)):
        env.run(until=day)
        assert (desk.backlog(), desk.book(work)) == (server.backlog(), server.book(work / (DAY_MINUTES / 2)))
    assert (desk.routine, desk.on_cases) == (240 + 480 + 7 + 120 + 960 + 1, 0)
    desk.lend(other, 0.0)
    desk.lend(other, 0.0)
    assert desk.book(1) == inf
