"""A replication watched: week by week where each household stands, what villages, money and crews have come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import WORKS_ROUTE, Kind
from sim.campaign.ranks import Control
from sim.campaign.replicate import start
from sim.campaign.results.months import Months
from sim.campaign.results.outcome import outcome
from sim.campaign.results.why import kinds_of, waiting_for
from sim.county.county import EXITED, Ints
from sim.fixed import FixedFields
from sim.kernel import Steps, collection_paused
from sim.record import Run
from sim.report.replay.moments import Moment, moments
from sim.scenario.names import LINES

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.scenario import Scenario

#: Where a household stands, on its way: at the gate of whatever it lacks that is least advanced; lacking nothing but
#: short of income; meeting the standard; on the list; turned away; verified; off the register; newly on it.
STAGES = (
    "diagnosed", "filed", "approved", "funded", "built", "accepted", "income", "ready", "proposed", "turned_away",
    "verified", "exited", "new",
)  # fmt: skip
_AT = {name: place for place, name in enumerate(STAGES)}
#: The stage that each gate of a case stands for.
_OF_GATE = {"proposed": 0} | {gate: _AT[gate] for gate in WORKS_ROUTE}
_NOWHERE = len(STAGES)
WEEK = 7.0
#: A frame is taken so long before the instant that it is called after, since the year's books close on its end.
BEFORE = 0.001


@dataclass(frozen=True, eq=False)
class Replay(FixedFields):
    """A run and its frames: as the first day begins, then on the evening before each of ``days``, counted from it.

    By frame: households by stage, people by village who do not meet the standard, and who are on the register; yuan
    received, paid and idle; of each sort of crews those at work, all, and the jobs that wait for one.
    """

    run: Run
    days: list[float]
    stages: list[list[int]]
    unmet: list[list[int]]
    registered: list[list[int]]
    money: list[tuple[int, int, int]]
    crews: dict[str, list[tuple[int, int, int]]]
    moments: list[Moment] = field(default_factory=list)


def replay(scenario: Scenario, allocation: str, replication: int, gate: str | None = None) -> Replay:
    """Play a replication once more and watch it; nothing in it goes differently for that."""
    with collection_paused():
        campaign = start(scenario, allocation, replication, gate=gate, log=True)
        months, weeks = Months(campaign, projects=replication == 0), _Weeks(campaign)
        months.start()
        weeks.start()
        campaign.play()
        run = outcome(campaign, allocation, replication, months)
        watched = Replay(
            run, weeks.days, weeks.stages, weeks.unmet, weeks.registered, weeks.money, weeks.crews,
            moments(campaign, run.events or ()),
        )  # fmt: skip
        campaign.close()
    return watched


class _Weeks:
    """Takes a frame on the first day, every week and at the end; it reads and changes nothing."""

    def __init__(self, c: Campaign) -> None:
        self._c = c
        span = c.horizon - c.first_day
        self.days = [0.0, *(WEEK * k for k in range(1, int(span // WEEK) + 1) if WEEK * k < span - WEEK / 2), span]
        self.stages: list[list[int]] = []
        self.unmet: list[list[int]] = []
        self.registered: list[list[int]] = []
        self.money: list[tuple[int, int, int]] = []
        self.crews: dict[str, list[tuple[int, int, int]]] = {}

    def start(self) -> None:
        self._c.env.process(self._watch(), rank=Control.MONTHS)

    def _watch(self) -> Steps:
        c = self._c
        for day in self.days:
            yield c.first_day + (day - BEFORE if day else BEFORE) - c.env.now
            self._take()

    def _take(self) -> None:
        c = self._c
        stage, on = self._stage(), c.register.poor()
        counts = np.bincount(stage, minlength=_NOWHERE)
        self.stages.append([int(number) for number in counts[:_NOWHERE]])
        unmet = on.copy()
        unmet[: c.register.size] &= self._short_or_lacking
        self.unmet.append(c.register.count_people(unmet).tolist())
        self.registered.append(c.register.count_people(on).tolist())
        self.money.append(self._yuan())
        for kind, pools in c.crews.items():
            row = sum(pool.in_use for pool in pools), sum(pool.in_use + pool.idle for pool in pools)
            self.crews.setdefault(kind, []).append((*row, sum(pool.waiting for pool in pools)))

    def _stage(self) -> Ints:
        """Return by rural household its stage, or a number past the last where it is none of the campaign's."""
        c, n, a = self._c, self._c.register.size, self._c.assessment
        short = c.income.annual(n) < c.line_of_poverty(c.this_year)
        at = self._gates()
        self._short_or_lacking = short | (at < _NOWHERE)
        way = np.where(at < _NOWHERE, at, np.where(short, _AT["income"], _AT["ready"]))
        if c.env.now >= c.calendar.day_of_year(c.this_year, c.p["assessment.double_check_day"]):
            for name, those in (("proposed", a.proposed), ("verified", a.passed), ("turned_away", a.turned_away)):
                way[those] = _AT[name]
        stage = np.full(len(c.register.status), _NOWHERE)
        poor = c.register.poor()
        stage[poor] = _AT["new"]
        stage[:n][poor[:n]] = way[poor[:n]]
        out = (c.register.status == EXITED) & (c.register.exit_year >= c.calendar.year(c.first_day))
        stage[out] = _AT["exited"]
        return stage

    def _gates(self) -> Ints:
        """Return by household the stage of its least advanced lack; past the last where it lacks nothing."""
        c = self._c
        least = np.full(c.register.size, _NOWHERE)
        for item, kinds in kinds_of(c).items():
            at = np.full(c.register.size, _NOWHERE)
            for kind in kinds:
                at = np.minimum(at, self._open(kind))
            at[at == _NOWHERE] = 0
            lacking = waiting_for(c, item)
            least[lacking] = np.minimum(least, at)[lacking]
        return least

    def _open(self, kind: Kind) -> Ints:
        """Return by household the stage of its open case of a kind."""
        c, hamlets = self._c, kind.scope == "hamlet"
        at = np.full(len(c.places.households_of) if hamlets else c.register.size, _NOWHERE)
        for entity, case in kind.latest.items():
            if not case.done:
                at[entity] = _OF_GATE[case.gate]
        return at[c.county.households.hamlet[: c.register.size]] if hamlets else at

    def _yuan(self) -> tuple[int, int, int]:
        """Received and paid since the first day; idle is what has come, earlier years included, and was not used."""
        t, before = self._c.treasury, self._c.books
        received = sum(t.received(line) - before.received[line] for line in LINES)
        paid = sum(t.paid(line) - before.paid[line] for line in LINES)
        return received, paid, sum(t.received(line) - t.paid(line) - t.misused(line) for line in LINES)
