"""Works: roads, water, rooms and houses, built by crews at home in a township; power, television and broadcast."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import AWAITING, BEGUN, BUILDING, FIRST_GATE, WORKS_ROUTE, Case, Kind
from sim.campaign.money.projects import Need, needed
from sim.county.fitting import largest_remainder
from sim.evidence import triangular
from sim.kernel import QueueServer, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


#: What each job works for: first what it mends, then what of its village is counted by it.
ITEMS: dict[str, tuple[str, ...]] = {
    "road": ("road", "hardened_road"), "water": ("water",), "television": ("television", "broadcast"),
    "electricity": ("electricity",), "receiver": ("television",), "housing": ("housing",),
    "rooms": ("public_services",), "seat_road": ("hardened_road",), "broadcast": ("broadcast",),
}  # fmt: skip
#: The jobs that mend what a village as a whole may lack.
VILLAGE_JOBS = ("rooms", "seat_road", "broadcast")
#: The assumption that says how many days a job takes on average; a road's go by its length.
MEAN_DAYS = {
    "seat_road": "works.road_days", "water": "works.water_days", "rooms": "works.rooms_days",
    "housing": "works.house_days", "television": "works.power_days", "electricity": "works.power_days",
    "receiver": "works.power_days", "broadcast": "works.power_days",
}  # fmt: skip
#: The price of a unit, and how many units a job is, by the place or household it is for.
PRICES: dict[str, tuple[str, Callable[[Campaign, int], float]]] = {
    "road": ("works.road_cost_per_km", lambda c, hamlet: float(c.county.hamlets.road_km[hamlet])),
    "water": ("works.water_cost_per_person", lambda c, hamlet: int(c.county.hamlets.people[hamlet])),
    "television": ("works.power_cost", lambda c, hamlet: int(c.county.hamlets.households[hamlet])),
    "electricity": ("works.power_cost", lambda c, household: 1),
    "receiver": ("works.power_cost", lambda c, household: 1),
    "housing": ("works.house_cost", lambda c, household: 1),
    "rooms": ("works.rooms_cost", lambda c, village: 1),
    "seat_road": ("works.road_cost_per_km", lambda c, village: c.p["works.road_km"]),
    "broadcast": ("works.power_cost", lambda c, village: max(1, int(c.register.first_households[village]))),
}


class Works:
    """Hamlet, village and household jobs compete for crews, season and money."""

    name = "works"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Return every job that the register knows of."""
        hamlets, villages = c.county.hamlets, c.county.villages
        yield from _hamlet_needs(c, "road", hamlets.lacks_road, hamlets.stage_road)
        yield from _hamlet_needs(c, "water", hamlets.lacks_water, hamlets.stage_water)
        yield from _hamlet_needs(c, "television", hamlets.lacks_television, None)
        for kind, line, lacks, stage in _household_jobs(c):
            yield from _household_needs(c, line, kind, lacks, stage)
        for kind in VILLAGE_JOBS:
            (item,) = ITEMS[kind]
            stage = villages.stage(item)
            for village in np.flatnonzero(villages.lacking(item)).tolist():
                yield _need(c, "infrastructure", kind, village, cost(c, kind, village), 1,
                            float(c.register.first_households[village]) / 10, int(stage[village]) >= BEGUN)  # fmt: skip

    def start(self, c: Campaign) -> None:
        """Register the kinds, man the crews, and start a case for every job."""
        self._c, self._p, self._switch = c, c.p, c.switches[self.name]
        #: The households whose house stands half at least.
        self._standing: dict[int, None] = {}
        self.crews = {
            "road": _crews(c, "works.road_crews"),
            "water": _crews(c, "works.water_crews"),
            "builder": _crews(c, "works.builders"),
        }
        c.crews = self.crews
        c.crew_pools = {
            kind: self.crews[crew]
            for kind, crew in (("road", "road"), ("seat_road", "road"), ("water", "water"), ("housing", "builder"),
                               ("rooms", "builder"))
        }
        hamlets, villages, hh = c.county.hamlets, c.county.villages, c.county.households
        for kind, lacks, stage in (
            ("road", hamlets.lacks_road, hamlets.stage_road),
            ("water", hamlets.lacks_water, hamlets.stage_water),
            ("television", hamlets.lacks_television, None),
        ):
            registered = self._kind(kind, "infrastructure", "hamlet", len(hamlets.village), self._finish_hamlet)
            self._open(registered, lacks, hamlets.village, stage, hamlets.progress)
        for kind, line, lacks, stage in _household_jobs(c):
            registered = self._kind(kind, line, "household", c.register.size, self._finish_household)
            self._open(registered, lacks, hh.village, stage, hh.house_progress)
        for kind in VILLAGE_JOBS:
            (item,) = ITEMS[kind]
            registered = self._kind(kind, "infrastructure", "village", len(villages.tier), self._finish_village)
            self._open(registered, villages.lacking(item), np.arange(len(villages.tier)),
                       villages.stage(item), villages.progress)  # fmt: skip

        c.hooks.on_newcomers.append(self._take_in)
        c.hooks.on_first_day.append(self._judge_anew)
        c.hooks.on_new_year.append(self._judge_anew)

    def _take_in(self, households: list[int]) -> None:
        """Who comes onto the register is listed for the year, and has house, connection and television put right."""
        c, those = self._c, self._c.register.flags(households)
        dark = c.lacks.hamlet["television"][c.county.households.hamlet[: c.register.size]]
        for name in ("housing", "electricity", "receiver"):
            kind = c.cases.kinds[name]
            lacking = those & c.lacks.household[kind.items[0]][: c.register.size]
            if name == "receiver":
                lacking &= ~dark
            c.need(_household_needs(c, kind.line or "", name, lacking, None))
            for household in np.flatnonzero(lacking).tolist():
                self._begin(kind, household, c.register.village_of[household], 0)

    def _kind(self, name: str, line: str, scope: str, n: int, finish: Callable[[Case], None]) -> Kind:
        kind = Kind(name, self.name, line, scope, WORKS_ROUTE, self.build, finish, self._advance, to_village=True,
                    stop=self._send_home, items=ITEMS[name])  # fmt: skip
        return self._c.cases.register(kind, n)

    def _advance(self, case: Case) -> int:
        return self._c.payments.advance(case.cost)

    def _open(
        self, kind: Kind, lacks: np.ndarray, village: np.ndarray, stage: np.ndarray | None, progress: np.ndarray
    ) -> None:
        entities = np.flatnonzero(lacks)
        stages = np.zeros_like(entities) if stage is None else stage[entities]
        begin = zip(entities.tolist(), village[entities].tolist(), stages.tolist(), strict=True)
        for entity, place, at in begin:
            case = self._begin(kind, entity, place, at)
            if at >= BEGUN:
                case.asked = case.paid = self._advance(case)
                self._c.library.commit(case)
            built = 1.0 if at == AWAITING else float(progress[entity]) if at == BUILDING else 0.0
            case.half = case.work * max(0.0, 0.5 - built)
            case.work *= 1.0 - built
            if built >= 0.5:
                self._half_built(case)

    def _begin(self, kind: Kind, entity: int, village: int, stage: int) -> Case:
        c = self._c
        case = c.open_case(kind, entity, village, cost(c, kind.name, entity), FIRST_GATE[stage])
        case.work = work_days(c, kind.name, entity, c.draw("works.days", case))
        case.half = case.work / 2
        return case

    def build(self, case: Case) -> Steps:
        """Wait for a crew of the township, then for the work days that season and weather allow."""
        c = self._c
        pools = c.crew_pools.get(case.kind.name)
        if pools is None:
            yield c.season.finish(c.env.now, case.work) - c.env.now
            return
        crews = pools[case.township]
        case.held = "no_crew"
        claim = crews.request(case.priority, case.number)
        yield from c.turn(case, claim, crews)
        case.held, case.started = "", c.env.now
        yield from self._progress(case, case.half)
        if not self._switch.usual:
            return
        self._half_built(case)
        c.payments.pay_progress(case)
        yield from self._progress(case, case.work - case.half)
        if self._switch.usual:
            crews.release()

    def _progress(self, case: Case, work: float) -> Steps:
        """A crew works for so many full days, as the season allows, and stands still after a flood."""
        c, since = self._c, self._c.env.now
        yield c.season.finish(since, work) - since
        stopped = c.stopped_days(case.village, since)
        if stopped:
            yield stopped

    def _send_home(self, case: Case) -> None:
        """The crew of a case that stops is free for another job."""
        if case.gate == "built" and case.started >= 0:
            self._c.crew_pools[case.kind.name][case.township].release()

    def _finish_hamlet(self, case: Case) -> None:
        item = case.kind.items[0]
        self._c.lacks.hamlet[item][case.entity] = False
        for household in self._c.places.households_of[case.entity]:
            self._c.lacks.household[item][household] = False

    def _half_built(self, case: Case) -> None:
        if case.kind.name == "housing":
            self._standing[case.entity] = None
            if self._c.rules.housing == "half":
                self._count_half(case.entity, counts=True)

    def _judge_anew(self) -> None:
        """Other rules may be in force: what stands half and is not done counts, of those on the register, or not."""
        c = self._c
        latest, poor = c.cases.kinds["housing"].latest, c.register.poor()
        for household in self._standing:
            if poor[household] and not latest[household].done:
                self._count_half(household, c.rules.housing == "half")

    def _count_half(self, household: int, counts: bool) -> None:
        c, lacks = self._c, self._c.lacks.household["housing"]
        if lacks[household] == counts:
            lacks[household] = not counts
            c.record.household(c.env.now, "household.half_built", household, "counts" if counts else "lacking")

    def _finish_household(self, case: Case) -> None:
        self._c.lacks.household[case.kind.items[0]][case.entity] = False

    def _finish_village(self, case: Case) -> None:
        self._c.lacks.village[case.kind.items[0]][case.entity] = False


def cost(c: Campaign, kind: str, entity: int) -> int:
    """Return what one job costs, in yuan."""
    price, units = PRICES[kind]
    return int(c.p[price] * units(c, entity))


def work_days(c: Campaign, kind: str, entity: int, u: float) -> float:
    """Return the full working days of one job: a road's grow with its length, others vary around their mean.

    A road's time is stated in working days, all else in days of the calendar, of which only a part is worked.
    """
    p, spread = c.p, c.p["works.days_spread"]
    if kind == "road":
        return p["works.road_days"] * float(c.county.hamlets.road_km[entity]) / p["works.road_km"]
    days = p[MEAN_DAYS[kind]] * triangular(u, 1.0 - spread, 1.0, 1.0 + spread)
    return days if kind == "seat_road" else days * c.usual_share


def crew_days(c: Campaign) -> float:
    """Return the days, from the first day told of until now, on which crews had a job, whether or not it is done."""
    days = 0.0
    for case in c.cases.all:
        if case.started >= 0 and case.kind.name in c.crew_pools:
            switch = c.switches[case.kind.family]
            end = min(c.env.now, case.left("built"), inf if switch.usual else switch.day)
            days += max(0.0, end - max(c.first_day, case.started))
    return days


def _crews(c: Campaign, name: str) -> list[QueueServer]:
    """Crews belong to townships, in proportion to their rural people; if there are any, each township has one."""
    people = np.bincount(c.county.villages.township, weights=c.county.villages.base_people)
    least = 1 if round(c.p[name]) else 0
    total = max(len(people), round(c.p[name] * c.scale)) if least else 0
    home = largest_remainder(total - least * len(people), people.tolist())
    return [QueueServer(c.env, least + crews) for crews in home]


def _need(
    c: Campaign, line: str, kind: str, village: int, price: int, places: int, households: float, begun: bool,
    hamlet: int = -1,
) -> Need:  # fmt: skip
    unit = price - c.payments.advance(price) if begun else price
    return needed(c, line, kind, village, unit, places, households=households, hamlet=hamlet, committed=begun)


def _household_jobs(c: Campaign) -> Iterable[tuple[str, str, np.ndarray, np.ndarray | None]]:
    """Return kind, line, who lacks it, at what stage; nothing is connected to a house that will be given up."""
    hh = c.county.households
    yield "electricity", "infrastructure", hh.lacks_electricity & ~hh.relocates, None
    yield "receiver", "infrastructure", hh.lacks_television & ~hh.relocates, None
    yield "housing", "housing", hh.lacks_housing, hh.house_stage


def _hamlet_needs(c: Campaign, kind: str, lacks: np.ndarray, stage: np.ndarray | None) -> Iterable[Need]:
    """Of a hamlet's job, those on the register are served who do not move away."""
    hh = c.county.households
    served = np.bincount(hh.hamlet[: c.register.size][hh.on_register & ~hh.relocates], minlength=len(lacks)).tolist()
    hamlets = np.flatnonzero(lacks)
    begun = (np.zeros_like(lacks) if stage is None else stage >= BEGUN)[hamlets].tolist()
    villages = c.county.hamlets.village[hamlets].tolist()
    for hamlet, village, is_begun in zip(hamlets.tolist(), villages, begun, strict=True):
        price = cost(c, kind, hamlet)
        yield _need(c, "infrastructure", kind, village, price, 1, float(served[hamlet]), is_begun, hamlet)


def _household_needs(c: Campaign, line: str, kind: str, lacks: np.ndarray, stage: np.ndarray | None) -> Iterable[Need]:
    """Household jobs are listed by village, begun ones apart: so many houses, so many connections."""
    village, price = c.register.village[: c.register.size], cost(c, kind, 0)
    under_way = lacks & (stage >= BEGUN) if stage is not None else np.zeros_like(lacks)
    for begun, those in ((True, under_way), (False, lacks & ~under_way)):
        count = np.bincount(village[those], minlength=c.places.villages).tolist()
        for v, places in enumerate(count):
            if places:
                yield _need(c, line, kind, v, price, places, 1.0, begun)
