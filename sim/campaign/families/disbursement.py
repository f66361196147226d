"""Money on its way from the county to the villages: indicator, plan, approval, tender, each with its desk or date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from sim.campaign.cases import Case
from sim.campaign.desks import minutes
from sim.campaign.money.payments import ADVANCE
from sim.campaign.ranks import Control
from sim.kernel import Claim, QueueServer, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: What is built under this line is put out to tender before its money is paid.
TENDERED = "infrastructure"
#: How much nearer the front a packet comes: before others of its kind, behind villages whose turn is earlier.
HURRIED = 0.5
#: Where a packet is: approved, it may be spent on what goes on; arrived, new works may be begun with it.
ON_ITS_WAY, APPROVED, ARRIVED = 0, 1, 2


class Packet:
    """The money of one line and tranche for one village, on its way since the day ``since`` on which it came.

    It covers what was listed by the day on which it was ``planned``; it takes so many ``days``. ``waits`` is its
    place at the desk where it waits: the queue and the claim. Once it was found slow it is ``hurried``.
    """

    __slots__ = ("_awaited", "days", "hurried", "line", "planned", "priority", "since", "stage", "village", "waits")

    def __init__(self, line: str, village: int, since: float, priority: float) -> None:
        self.line, self.village, self.since, self.priority = line, village, since, priority
        self.stage, self.planned, self.days, self.hurried = ON_ITS_WAY, inf, inf, False
        self.waits: tuple[QueueServer, Claim] | None = None
        self._awaited: dict[int, Event] = {}

    def awaited(self, c: Campaign, stage: int) -> Event | None:
        """Return what to wait for until the packet is that far; None where it is."""
        if self.stage >= stage:
            return None
        if stage not in self._awaited:
            self._awaited[stage] = Event(c.env)
        return self._awaited[stage]

    def reach(self, stage: int) -> None:
        """Note how far the packet is, and tell those who wait for it."""
        self.stage = stage
        for at in sorted(self._awaited):
            if at <= stage:
                self._awaited.pop(at).succeed()

    def move(self, priority: float) -> None:
        """Give the packet another priority, also where it waits."""
        self.priority = priority
        if self.waits is not None:
            queue, claim = self.waits
            queue.reprioritise(claim, priority)

    def give_up(self) -> None:
        """Leave the queue where the packet waits, if it does."""
        if self.waits is not None:
            queue, claim = self.waits
            queue.withdraw(claim)

    def turn(self, queue: QueueServer) -> Steps:
        """Wait for the packet's turn at a desk."""
        claim = queue.request(self.priority, self.village)
        self.waits = queue, claim
        yield claim
        self.waits = None


class Disbursement:
    """A tranche is shared out at a meeting and issued; each village's part is planned, approved, put out to tender."""

    name = "disbursement"

    def start(self, c: Campaign) -> None:
        """Stand between the county's cash and the villages."""
        self._c, p, self._switch = c, c.p, c.switches[self.name]
        #: Every packet; those that may be on their way, by village; those of a line, village and tranche as they came.
        self._all: list[Packet] = []
        self._bound_for: list[list[Packet]] = [[] for _ in c.places.tier]
        self._packets: dict[tuple[str, int, int], list[Packet]] = defaultdict(list)
        #: By tranche: the day it came; what triggers when it has been issued to the townships.
        self._came, self._issued = {0: 0.0}, dict[int, Event]()
        #: What the next meeting signs.
        self._reviewed: list[Packet] = []
        #: When the works of a line and village were last put out to tender.
        self._put_out: dict[tuple[str, int], float] = {}
        self._issue, self._plan = minutes(p["money.issue_days"]), minutes(p["money.plan_days"])
        self._tender = minutes(p["money.tender_days"])
        c.payments.way = self._way
        c.hooks.on_tranche.append(self._share_out)
        c.hooks.on_finding.append(self._found)
        c.hooks.on_due.append(self._turn_anew)
        c.hooks.on_first_day.append(self._forget_what_arrived)
        if 0 < self._switch.day < c.horizon:
            c.env.process(self._let_go(self._switch.day), rank=Control.DISBURSEMENT)

    def _forget_what_arrived(self) -> None:
        self._all = [packet for packet in self._all if packet.stage != ARRIVED]

    def _let_go(self, day: float) -> Steps:
        """From that day on no money waits for a desk: it gets no further or, where nothing is to wait, arrives."""
        yield day
        for packet in self._all:
            packet.give_up()
            if self._switch.state == "unlimited":
                self._reach(packet)

    def _share_out(self) -> None:
        """A tranche has come: at the next meeting it is shared out, then issued to the townships."""
        c, tranche = self._c, self._c.treasury.tranche
        self._came[tranche], self._issued[tranche] = c.env.now, Event(c.env)
        if not self._switch.unlimited:
            c.env.process(self._issue_all(tranche), rank=Control.DISBURSEMENT)

    def _issue_all(self, tranche: int) -> Steps:
        """Every line for every township is an indicator; with them the townships plan what their villages get."""
        c = self._c
        yield self._until_meeting()
        if not self._switch.usual:
            return
        indicators = c.places.townships * sum(yuan > 0 for yuan in c.treasury.allotted.values())
        yield max([0.0, *(c.desks.county_finance.book(self._issue) for _ in range(indicators))])
        self._issued[tranche].succeed()
        for line, village in self._places():
            if (line, village, tranche) not in self._packets:
                self._open(line, village, tranche, self._came[tranche])

    def _places(self) -> Iterable[tuple[str, int]]:
        """Where a line has listed work to which its money travels, and which has not asked for all of its cost."""
        c, listed = self._c, dict[tuple[str, int], int]()
        travels = {name for name, kind in c.cases.kinds.items() if kind.to_village}
        for project in c.library.projects:
            if project.kind in travels:
                place = project.line, project.village
                listed[place] = listed.get(place, 0) + project.cost_yuan
        return [place for place, yuan in sorted(listed.items()) if yuan > c.payments.asked[place]]

    def _until_meeting(self) -> float:
        """Return the days until the county meets again."""
        now, rhythm = self._c.env.now, self._c.p["money.meeting_days"]
        return (now // rhythm + 1) * rhythm - now

    def _way(self, case: Case, tranche: int, part: int) -> Event | None:
        """What a payment waits for: new works until the village's money is there, what goes on for its approval.

        It comes with the first packet that was planned since it was listed. New works for which there is none need a
        plan of their own.
        """
        c, line = self._c, case.kind.line or ""
        if self._switch.unlimited:
            return None
        packets = self._packets.get((line, case.village, tranche)) or [
            self._open(line, case.village, tranche, self._came[tranche])
        ]
        packet = next((packet for packet in packets if packet.planned >= case.listed_on), None)
        if packet is None:
            packet = self._open(line, case.village, tranche, c.env.now) if part == ADVANCE else packets[-1]
        return packet.awaited(c, ARRIVED if part == ADVANCE else APPROVED)

    def _open(self, line: str, village: int, tranche: int, since: float) -> Packet:
        packet = Packet(line, village, since, self._c.precedence.of[village])
        self._packets[line, village, tranche].append(packet)
        self._all.append(packet)
        self._bound_for[village].append(packet)
        self._c.env.process(self._plan_and_review(packet, tranche), rank=village)
        return packet

    def _plan_and_review(self, packet: Packet, tranche: int) -> Steps:
        """The township plans, the village reads the notice, the county reviews."""
        c = self._c
        issued = self._issued.get(tranche)
        if issued is not None:
            yield issued
        if not self._switch.usual:
            return
        desk = c.desks.station[c.places.township[packet.village]]
        yield from desk.serve(packet.turn(desk.queue), self._plan)
        packet.planned = c.env.now
        yield c.p["money.notice_days"]
        if not self._switch.usual:
            return
        desk = c.desks.approval
        yield from desk.serve(packet.turn(desk.queue), c.desks.approve)
        if packet.hurried:
            self._sign(packet)
            return
        if not self._reviewed:
            c.env.process(self._meet(), rank=Control.DISBURSEMENT)
        self._reviewed.append(packet)

    def _meet(self) -> Steps:
        """What has been reviewed by the day of the meeting is signed there, unless it was signed before."""
        yield self._until_meeting()
        reviewed, self._reviewed = self._reviewed, []
        for packet in reviewed:
            self._sign(packet)

    def _sign(self, packet: Packet) -> None:
        if not self._switch.usual:
            return
        if packet.line == TENDERED and self._has_new_works(packet):
            packet.reach(max(packet.stage, APPROVED))
            self._c.env.process(self._put_to_tender(packet), rank=packet.village)
        else:
            self._reach(packet)

    def _put_to_tender(self, packet: Packet) -> Steps:
        desk, notice = self._c.desks.tender, self._c.p["money.tender_notice_days"]
        yield from desk.serve(packet.turn(desk.queue), self._tender, papers=notice)
        if self._switch.usual:
            self._reach(packet)

    def _has_new_works(self, packet: Packet) -> bool:
        """Say whether a village has works on the list that were not put out to tender yet; now they are."""
        place = packet.line, packet.village
        before, self._put_out[place] = self._put_out.get(place, -1.0), packet.planned
        return self._c.library.newest.get(place, -1.0) > before

    def _reach(self, packet: Packet) -> None:
        """The money is in the village."""
        if packet.stage == ARRIVED:
            return
        c, packet.days = self._c, self._c.env.now - packet.since
        packet.reach(ARRIVED)
        if c.record.on:
            c.record.add(c.env.now, "money.arrived", f"village.{packet.village}", packet.line, packet.days)

    def _found(self, village: int, kind: str, case: Case | None) -> None:
        """Money found slow comes before that of other villages of its kind, and is signed without a meeting."""
        if kind != "payment" or case is None:
            return
        self._bound_for[village] = [packet for packet in self._bound_for[village] if packet.stage != ARRIVED]
        for packet in self._bound_for[village]:
            if packet.line == case.kind.line and not packet.hurried:
                packet.hurried = True
                packet.move(self._priority(packet))
                if packet in self._reviewed:
                    self._reviewed.remove(packet)
                    self._sign(packet)

    def _turn_anew(self, villages: set[int]) -> None:
        for packet in self._all:
            if packet.village in villages and packet.stage != ARRIVED:
                packet.move(self._priority(packet))

    def _priority(self, packet: Packet) -> float:
        return self._c.precedence.of[packet.village] - HURRIED * packet.hurried

    def scalars(self, c: Campaign) -> dict[str, float]:
        """Days from the tranche to the village, by packet; what is on its way counts with its age, a lower bound."""
        days = np.array([min(packet.days, c.env.now - packet.since) for packet in self._all] or [0.0])
        low, high = np.quantile(days, (0.1, 0.9)).tolist()
        return {
            "packets": len(self._all), "packets_on_their_way": sum(p.stage != ARRIVED for p in self._all),
            "lag_days": float(np.mean(days)), "lag_days_p10": low, "lag_days_p90": high,
        }  # fmt: skip
