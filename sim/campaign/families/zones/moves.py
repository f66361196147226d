"""Crews, and by a rule inspectors, that go where work waits and come home when it waits there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.cases import FIRST
from sim.campaign.ranks import Control
from sim.kernel import Claim, QueueServer, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.desks import PriorityDesk


class Moves:
    """All crews of one kind, by township: idle ones are sent where work waits, those that are away are called home."""

    #: How many a township keeps, whatever waits elsewhere.
    stay = 0

    def __init__(self, c: Campaign, pools: list[QueueServer]) -> None:
        self._c, self._pools = c, pools
        #: How many are at home in each township.
        self._home = self._here()
        #: By township, how many are on the road to it, are called home to it, and are called away from it. Who was
        #: called has a job to finish first.
        self._coming, self._called, self._leaving = ([0] * len(pools) for _ in range(3))

    def call_home(self) -> None:
        """Where work waits, crews that were sent away are called back; one that works finishes its job first."""
        counts = zip(self._here(), self._coming, self._called, self._leaving, self._home, strict=True)
        guests = [here + coming + called - leaving - own for here, coming, called, leaving, own in counts]
        for home, jobs in enumerate(self._jobs()):
            for _ in range(min(jobs - self._called[home], -guests[home])):
                host = max(range(len(guests)), key=guests.__getitem__)
                if guests[host] <= 0:
                    return
                guests[host] -= 1
                guests[home] += 1
                self._call(host, home)

    def send(self) -> None:
        """Crews without work go where most jobs wait for which nobody is on the road; the move takes days."""
        jobs = self._jobs()
        for township, (pool, here) in enumerate(zip(self._pools, self._here(), strict=True)):
            for _ in range(0 if pool.waiting else min(pool.idle, here - self.stay)):
                target = max(range(len(jobs)), key=jobs.__getitem__)
                if not jobs[target]:
                    return
                jobs[target] -= 1
                self._move(township, target)

    def _here(self) -> list[int]:
        return [pool.capacity or 0 for pool in self._pools]

    def _jobs(self) -> list[int]:
        """By township, how many jobs wait for which nobody is on the road; crews that wait to leave are none."""
        counts = zip(self._pools, self._leaving, self._coming, strict=True)
        return [max(0, pool.waiting - leaving - coming) for pool, leaving, coming in counts]

    def _call(self, host: int, home: int) -> None:
        """The host's next crew to be free goes home."""
        if self._pools[host].idle:
            self._move(host, home)
            return
        self._leaving[host] += 1
        self._called[home] += 1
        self._c.env.process(self._finish(self._pools[host].request(FIRST), host, home), rank=Control.ZONES)

    def _finish(self, free: Claim, host: int, home: int) -> Steps:
        yield free
        self._leaving[host] -= 1
        self._called[home] -= 1
        self._move(host, home)
        self._pools[host].release()

    def _move(self, source: int, target: int) -> None:
        self._coming[target] += 1
        self._leave(source, target)
        self._c.env.process(self._travel(target), rank=Control.ZONES)

    def _leave(self, source: int, target: int) -> None:
        pool = self._pools[source]
        pool.capacity = (pool.capacity or 0) - 1

    def _travel(self, target: int) -> Steps:
        yield self._c.p["works.crew_move_days"]
        self._coming[target] -= 1
        pool = self._pools[target]
        pool.capacity = (pool.capacity or 0) + 1


class InspectorMoves(Moves):
    """The same of inspectors: one stays in each township; their days go with them, on a journey as long as a crew's."""

    stay = 1

    def __init__(self, c: Campaign, desks: list[PriorityDesk]) -> None:
        super().__init__(c, [desk.queue for desk in desks])
        self._desks = desks

    def _leave(self, source: int, target: int) -> None:
        super()._leave(source, target)
        self._desks[source].lend(self._desks[target], self._c.p["works.crew_move_days"])
