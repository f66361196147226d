"""Relocation: sites built in phases, handed over when they are paid for, then moved into."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import BEGUN, FIRST_GATE, WORKS_ROUTE, Case, Kind
from sim.campaign.projects import Need
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

PHASE_HOUSEHOLDS = 25


class Relocation:
    """One site a township; its flats come in phases, and a phase is handed over as a whole."""

    name = "relocation"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Flats for everybody who is still to move, by village."""
        hh, n = c.county.households, c.registered
        size = len(c.village_tier)
        movers = np.bincount(c.village[:n][hh.relocates], minlength=size)
        begun = hh.relocates & (hh.relocation_stage >= BEGUN)
        left = c.people[:n] * np.where(begun, 1.0 - c.p["money.advance"], 1.0) * hh.relocates
        people = np.bincount(c.village[:n], weights=left, minlength=size)
        for v in np.flatnonzero(movers).tolist():
            unit = int(c.p["relocation.cost_per_person"] * people[v] / movers[v])
            yield Need("relocation", "relocation", v, -1, unit, int(movers[v]), 1.0, c.due[v], bool(c.village_deep[v]),
                       committed=True)  # fmt: skip

    def start(self, c: Campaign) -> None:
        """Give every household to move a flat in a phase of its township's site."""
        self._c, n = c, c.registered
        hh = c.county.households
        kind = c.cases.register(
            Kind("relocation", self.name, "relocation", "household", WORKS_ROUTE, self.build, self._keys), n
        )
        places: dict[tuple[int, int], int] = {}
        self._phase: dict[int, int] = {}
        luck = c.luck("relocation.phase", 4096).tolist()
        self._luck = luck
        for household in np.flatnonzero(hh.relocates).tolist():
            village = c.village_of[household]
            township, stage = c.village_township[village], int(hh.relocation_stage[household])
            order = places.get((township, stage), 0)
            places[(township, stage)] = order + 1
            self._phase[household] = (township * 5 + stage) * 64 + order // PHASE_HOUSEHOLDS
            price = int(c.p["relocation.cost_per_person"] * c.people[household])
            case = c.open_case(kind, household, village, price, FIRST_GATE[stage])
            if stage >= BEGUN:
                case.asked = case.paid = c.treasury.advance(price)
                c.library.place(case)

    def build(self, case: Case) -> Steps:
        """The phase takes its time; flats come at the even pace that reaches the known share by the end of October."""
        c = self._c
        pace = c.calendar.day_of_year(c.year, 304) / c.p["relocation.handed_over_by_october"]
        days = pace * self._luck[self._phase[case.entity] % 4096]
        yield days / 2
        c.treasury.pay_progress(case)
        yield days / 2

    def _keys(self, case: Case) -> None:
        """Keys handed over: the housing criterion is met; the household moves in later."""
        c = self._c
        c.lacks["housing"][case.entity] = False
        c.env.process(self._move(case), rank=case.number)

    def _move(self, case: Case) -> Steps:
        """The household moves in, and gives up the old house some time later."""
        yield self._c.p["relocation.move_days"] * 2 * self._c.draw("relocation.move", case)
        self._c.counts["moved_people"] += int(self._c.people[case.entity])
        self._c.record.add(self._c.env.now, "household.moved", f"household.{case.entity}")
        yield self._c.p["relocation.old_house_days"] * 2 * self._c.draw("relocation.old_house", case)
        self._c.counts["old_houses_given_up"] += 1
        self._c.record.add(self._c.env.now, "household.gave_up_old_house", f"household.{case.entity}")
