"""Crews, and by a rule inspectors, that go where work waits and come home when it waits there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.cases import FIRST
from sim.campaign.ranks import Control
from sim.kernel import QueueServer, Steps

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
        self._home = [pool.capacity or 0 for pool in pools]
        #: How many more than it has each township counts on, those called away and back included.
        self._called = [0] * len(pools)

    def call_home(self) -> None:
        """Where work waits, crews that were sent away are called back; one that works finishes its job first."""
        pools, called = self._pools, self._called
        counted = [(pool.capacity or 0) + more for pool, more in zip(pools, called, strict=True)]
        guests = [crews - own for crews, own in zip(counted, self._home, strict=True)]
        for township, pool in enumerate(pools):
            for _ in range(min(pool.waiting, -guests[township])):
                host = max(range(len(pools)), key=guests.__getitem__)
                if guests[host] <= 0:
                    return
                for place, step in ((host, -1), (township, 1)):
                    guests[place] += step
                    called[place] += step
                self._c.env.process(self._return(host, township), rank=Control.ZONES)

    def send(self) -> None:
        """Crews without work go where most jobs wait that nobody is sent to yet; the move takes days."""
        waiting = [pool.waiting for pool in self._pools]
        for township, pool in enumerate(self._pools):
            for _ in range(0 if pool.waiting else min(pool.idle, (pool.capacity or 0) - self.stay)):
                target = max(range(len(waiting)), key=waiting.__getitem__)
                if not waiting[target]:
                    return
                waiting[target] -= 1
                self._c.env.process(self._go(township, target), rank=Control.ZONES)

    def _return(self, host: int, home: int) -> Steps:
        """The host's next crew to be free goes home."""
        yield self._pools[host].request(FIRST)
        self._called[host] += 1
        self._leave(host, home)
        self._pools[host].release()
        yield self._c.p["works.crew_move_days"]
        self._called[home] -= 1
        self._arrive(home)

    def _go(self, source: int, target: int) -> Steps:
        """Who was called home at the same meeting is gone first."""
        pool = self._pools[source]
        if pool.waiting or not pool.idle or (pool.capacity or 0) <= self.stay:
            return
        self._leave(source, target)
        yield self._c.p["works.crew_move_days"]
        self._arrive(target)

    def _leave(self, source: int, target: int) -> None:
        pool = self._pools[source]
        pool.capacity = (pool.capacity or 1) - 1

    def _arrive(self, target: int) -> None:
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
