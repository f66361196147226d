"""Works: roads, water, power, broadcast, public-service rooms and houses, built by crews at home in a township."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import BEGUN, FIRST_GATE, WORKS_ROUTE, Case, Kind
from sim.campaign.projects import Need
from sim.county.fitting import largest_remainder
from sim.evidence import triangular
from sim.kernel import QueueServer, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Works:
    """Hamlet, village and household jobs compete for crews, season and money."""

    name = "works"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Return every job that the register knows of."""
        yield from self._hamlet_needs(c, "road", c.county.hamlets.lacks_road, c.county.hamlets.stage_road)
        yield from self._hamlet_needs(c, "water", c.county.hamlets.lacks_water, c.county.hamlets.stage_water)
        yield from self._hamlet_needs(c, "television", c.county.hamlets.lacks_television, None)
        hh = c.county.households
        yield from _village_needs(c, "infrastructure", "electricity", hh.lacks_electricity, None)
        yield from _village_needs(c, "infrastructure", "receiver", hh.lacks_television, None)
        yield from _village_needs(c, "housing", "housing", hh.lacks_housing, hh.house_stage)
        for kind, item in (("rooms", "public_services"), ("seat_road", "hardened_road")):
            for village in np.flatnonzero(c.village_lacks[item]).tolist():
                yield _need(c, "infrastructure", kind, village, -1, cost(c, kind, village), 1,
                            float(c.registered_by_village[village]) / 10)  # fmt: skip

    def _hamlet_needs(self, c: Campaign, kind: str, lacks: np.ndarray, stage: np.ndarray | None) -> Iterable[Need]:
        for hamlet in np.flatnonzero(lacks).tolist():
            village = int(c.county.hamlets.village[hamlet])
            committed = stage is not None and int(stage[hamlet]) >= BEGUN
            price = cost(c, kind, hamlet)
            left = price - c.treasury.advance(price) if committed else price
            yield _need(c, "infrastructure", kind, village, hamlet, left, 1,
                        float(len(c.hamlet_households[hamlet])), committed)  # fmt: skip

    def start(self, c: Campaign) -> None:
        """Register the kinds, man the crews, and start a case for every job."""
        self._c, self._p = c, c.p
        self.crews = {
            "road": _crews(c, "works.road_crews"),
            "water": _crews(c, "works.water_crews"),
            "builder": _crews(c, "works.builders"),
        }
        c.crews = self.crews
        c.crew_pools = {
            kind: self.crews[crew]
            for kind, crew in (("road", "road"), ("seat_road", "road"), ("water", "water"), ("housing", "builder"))
        }
        hamlets, villages, n = c.county.hamlets, c.county.villages, c.registered
        hh = c.county.households
        for kind, lacks, stage in (
            ("road", hamlets.lacks_road, hamlets.stage_road),
            ("water", hamlets.lacks_water, hamlets.stage_water),
            ("television", hamlets.lacks_television, None),
        ):
            registered = self._kind(kind, "infrastructure", "hamlet", len(hamlets.village), self._finish_hamlet)
            self._open(registered, lacks, hamlets.village, stage, hamlets.progress)
        for kind, line, lacks, stage in (
            ("electricity", "infrastructure", hh.lacks_electricity, None),
            ("receiver", "infrastructure", hh.lacks_television, None),
            ("housing", "housing", hh.lacks_housing, hh.house_stage),
        ):
            registered = self._kind(kind, line, "household", n, self._finish_household)
            self._open(registered, lacks, hh.village, stage, hh.house_progress)
        for kind, item in (("rooms", "public_services"), ("seat_road", "hardened_road")):
            registered = self._kind(kind, "infrastructure", "village", len(villages.tier), self._finish_village)
            self._open(registered, c.village_lacks[item], np.arange(len(villages.tier)), None, hamlets.progress)

    def _kind(self, name: str, line: str, scope: str, n: int, finish: Callable[[Case], None]) -> Kind:
        return self._c.cases.register(Kind(name, self.name, line, scope, WORKS_ROUTE, self.build, finish), n)

    def _open(
        self, kind: Kind, lacks: np.ndarray, village: np.ndarray, stage: np.ndarray | None, progress: np.ndarray
    ) -> None:
        c = self._c
        for entity in np.flatnonzero(lacks).tolist():
            at = 0 if stage is None else int(stage[entity])
            price = cost(c, kind.name, entity)
            case = c.open_case(kind, entity, int(village[entity]), price, FIRST_GATE[at])
            case.work = work_days(c, kind.name, entity, c.draw("works.days", case))
            if at >= BEGUN:
                case.asked = case.paid = c.treasury.advance(price)
                c.library.place(case)
            if at == 3:
                case.work *= 1.0 - float(progress[entity])

    def build(self, case: Case) -> Steps:
        """Wait for a crew of the township, then for the work days that season and weather allow."""
        c = self._c
        pools = c.crew_pools.get(case.kind.name)
        if pools is None:
            yield case.work
            return
        crews = pools[case.township]
        case.held = "no_crew"
        case.claim = crews.request(case.priority, case.number)
        c.waiting_for_crew[case.number] = case
        yield case.claim
        del c.waiting_for_crew[case.number]
        case.claim = None
        case.held, case.started = "", c.env.now
        if not case.done:
            yield c.season.finish(c.env.now, case.work / 2) - c.env.now
            if case.kind.name == "housing" and c.rules.housing == "half":
                self._finish_household(case)
            c.treasury.pay_progress(case)
            yield c.season.finish(c.env.now, case.work / 2) - c.env.now
            yield c.stopped_days(case.village, case.started)
            c.crew_days += c.env.now - case.started
        crews.release()

    def _finish_hamlet(self, case: Case) -> None:
        item = case.kind.name
        self._c.hamlet_lacks[item][case.entity] = False
        for household in self._c.hamlet_households[case.entity]:
            self._c.lacks[item][household] = False

    def _finish_household(self, case: Case) -> None:
        item = "television" if case.kind.name == "receiver" else case.kind.name
        self._c.lacks[item][case.entity] = False

    def _finish_village(self, case: Case) -> None:
        item = {"rooms": "public_services", "seat_road": "hardened_road"}[case.kind.name]
        self._c.village_lacks[item][case.entity] = False


def cost(c: Campaign, kind: str, entity: int) -> int:
    """Return what one job costs, in yuan."""
    p, hamlets = c.p, c.county.hamlets
    if kind == "road":
        return int(p["works.road_cost_per_km"] * float(hamlets.road_km[entity]))
    if kind == "water":
        return int(p["works.water_cost_per_person"] * int(hamlets.people[entity]))
    if kind == "television":
        return int(p["works.power_cost"] * int(hamlets.households[entity]))
    if kind == "seat_road":
        return int(p["works.road_cost_per_km"] * p["works.road_km"])
    if kind == "rooms":
        return int(p["works.rooms_cost"])
    return int(p["works.house_cost"] if kind == "housing" else p["works.power_cost"])


def work_days(c: Campaign, kind: str, entity: int, u: float) -> float:
    """Return the full working days of one job: a road's grow with its length, others vary by 30 % at most."""
    p = c.p
    if kind == "road":
        return p["works.road_days"] * float(c.county.hamlets.road_km[entity]) / p["works.road_km"]
    mean = {
        "seat_road": "works.road_days", "water": "works.water_days", "rooms": "works.rooms_days",
        "housing": "works.house_days",
    }.get(kind, "works.power_days")  # fmt: skip
    return p[mean] * triangular(u, 0.7, 1.0, 1.3)


def _crews(c: Campaign, name: str) -> list[QueueServer]:
    """Crews belong to townships, in proportion to their rural people; every township has at least one."""
    people = np.bincount(c.county.villages.township, weights=c.county.villages.base_people)
    total = max(len(people), round(c.p[name] * c.scale))
    home = largest_remainder(total - len(people), people.tolist())
    return [QueueServer(c.env, 1 + crews) for crews in home]


def _need(
    c: Campaign, line: str, kind: str, village: int, hamlet: int, unit: int, places: int, households: float,
    committed: bool = False,
) -> Need:  # fmt: skip
    deep = bool(c.village_deep[village])
    return Need(line, kind, village, hamlet, unit, places, households, c.due[village], deep, committed)


def _village_needs(c: Campaign, line: str, kind: str, lacks: np.ndarray, stage: np.ndarray | None) -> Iterable[Need]:
    """Household jobs are listed by village: so many houses, so many connections."""
    village = c.village[: c.registered]
    count = np.bincount(village[lacks], minlength=len(c.village_tier))
    begun = count * 0 if stage is None else np.bincount(village[lacks & (stage >= BEGUN)], minlength=len(count))
    price = cost(c, kind, 0)
    for v in np.flatnonzero(count).tolist():
        left = price - c.treasury.advance(price) * int(begun[v]) // int(count[v])
        yield _need(c, line, kind, v, -1, left, int(count[v]), 1.0, bool(begun[v]))
