"""Relocation: sites built in phases, handed over when they are paid for, then moved into."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from sim.campaign.cases import BEGUN, FIRST_GATE, Case, Kind
from sim.campaign.income import FARMING
from sim.campaign.projects import Need
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: Keys are handed over after acceptance, so the criterion is met at once.
ROUTE = ("diagnosed", "filed", "approved", "funded", "built")
AWAITING = 4
#: Phases that a township's site can have before their luck repeats.
PHASES = 64


class Phase:
    """Flats of a site that are begun together, paid in two parts, and handed over together."""

    def __init__(self, c: Campaign, flats: int, days: float) -> None:
        self._c, self._flats, self._days = c, flats, days
        self._funded: list[Case] = []
        self.keys = Event(c.env)

    def join(self, case: Case) -> None:
        """Add a flat that has its money; with the last one building begins."""
        self._funded.append(case)
        if len(self._funded) == self._flats:
            self._c.env.process(self._build(), case.number, self._days / 2)

    def _build(self) -> Steps:
        """The second half waits until its money has been paid."""
        treasury = self._c.treasury
        yield from [treasury.pay_progress(case) for case in self._funded]
        yield self._days / 2
        self.keys.succeed()


class Relocation:
    """One site a township: flats in phases, keys, moving in, and the old house given up."""

    name = "relocation"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Flats for everybody who is still to move, by village, those under way apart."""
        hh, n = c.county.households, c.registered
        size, village, begun = len(c.village_tier), c.village[:n], hh.relocation_stage >= BEGUN
        for committed, movers in ((True, hh.relocates & begun), (False, hh.relocates & ~begun)):
            flats = np.bincount(village[movers], minlength=size)
            people = np.bincount(village[movers], weights=c.people[:n][movers], minlength=size)
            for v in np.flatnonzero(flats).tolist():
                price = int(c.p["relocation.cost_per_person"] * people[v] / flats[v])
                unit = price - c.treasury.advance(price) if committed else price
                yield Need("relocation", "relocation", v, -1, unit, int(flats[v]), 1.0, c.due[v],
                           c.village_deep[v], committed)  # fmt: skip

    def start(self, c: Campaign) -> None:
        """Give every household to move a flat in a phase of its township's site."""
        self._c, hh = c, c.county.households
        kind = c.cases.register(
            Kind("relocation", self.name, "relocation", "household", ROUTE, self.build, self._keys,
                 lambda case: c.treasury.advance(case.cost), to_village=True), c.registered
        )  # fmt: skip
        self._phase = self._phases()
        for household in np.flatnonzero(hh.relocates).tolist():
            stage = int(hh.relocation_stage[household])
            price = int(c.p["relocation.cost_per_person"] * c.people[household])
            first = min(FIRST_GATE[stage], ROUTE.index("built"))
            case = c.open_case(kind, household, c.village_of[household], price, first)
            if stage >= BEGUN:
                case.asked = case.paid = c.treasury.advance(price)
                c.library.place(case)

    def scalars(self, c: Campaign) -> dict[str, float]:
        """People who gave up the old house with no work near the new one."""
        return {name: c.counts[name] for name in ("movers_without_work",)}

    def _phases(self) -> dict[int, Phase]:
        """Group the movers of a township, those under way first; what awaits acceptance is built already.

        A phase's days are such that by the end of October the known share of what is paid is handed over.
        """
        c, hh = self._c, self._c.county.households
        size = round(c.p["relocation.phase_households"])
        share = c.p["relocation.handed_over_by_october"]
        pace = c.calendar.day_of_year(c.year, 304) / share if share else inf
        accepting = c.p["works.acceptance_days"]
        groups: dict[tuple[int, int], list[int]] = {}
        for household in np.flatnonzero(hh.relocates).tolist():
            stage = int(hh.relocation_stage[household])
            group = -1 if stage == AWAITING else int(stage < BEGUN)
            groups.setdefault((c.village_township[c.village_of[household]], group), []).append(household)
        phase: dict[int, Phase] = {}
        luck = c.luck("relocation.phase", len(c.villages_by_township) * PHASES).reshape(-1, PHASES).tolist()
        for (township, group), households in sorted(groups.items()):
            for k in range(0, len(households), size):
                flats = households[k : k + size]
                days = accepting if group < 0 else pace * luck[township][(PHASES // 2 * group + k // size) % PHASES]
                phase |= dict.fromkeys(flats, Phase(c, len(flats), days))
        return phase

    def build(self, case: Case) -> Steps:
        """Wait with the others of the phase for the keys."""
        phase = self._phase[case.entity]
        phase.join(case)
        yield phase.keys

    def _keys(self, case: Case) -> None:
        """Keys handed over: the housing criterion is met; the household moves in later."""
        c = self._c
        c.lacks["housing"][case.entity] = False
        days = c.p["relocation.move_days"] * 2 * c.draw("relocation.move", case)
        c.env.process(self._move(case), case.number, days)

    def _move(self, case: Case) -> Steps:
        """The household moves in, and gives up the old house some time later: with it the fields, unless it has work.

        Who has none by then lives on less, and is at risk of coming back to poverty.
        """
        c, home = self._c, f"household.{case.entity}"
        c.counts["moved_people"] += int(c.people[case.entity])
        c.record.add(c.env.now, "household.moved", home)
        for tell in c.on_move:
            tell(case.entity)
        yield c.p["relocation.old_house_days"] * 2 * c.draw("relocation.old_house", case)
        c.counts["old_houses_given_up"] += 1
        c.record.add(c.env.now, "household.gave_up_old_house", home)
        if not c.at_work(case.entity):
            c.counts["movers_without_work"] += int(c.people[case.entity])
            c.income.base[case.entity, FARMING] *= 1.0 - c.p["relocation.farming_lost"]
            c.shocked[case.entity] = True
