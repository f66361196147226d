"""Desks: people who do one kind of work in whole minutes, first come, first served or by priority."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapreplace
from math import inf
from typing import TYPE_CHECKING

from sim.county.county import POOR
from sim.county.fitting import largest_remainder
from sim.kernel import Environment, FifoServer, QueueServer, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case

DAYS_PER_MONTH = 365 / 12
DAY_MINUTES = 480


def minutes(days: float) -> int:
    """Return working days as whole minutes, at least one."""
    return max(1, round(days * DAY_MINUTES))


class Desk(FifoServer):
    """So many people with one queue. Their work is in minutes, which count, when booked, on a case or as routine.

    Who has other duties gives this desk only a part of each day (``presence``). ``absent`` are minutes that were due
    here and that nobody worked.
    """

    __slots__ = ("_day", "absent", "kind", "members", "on_cases", "routine")

    def __init__(self, env: Environment, kind: str, members: float, presence: float = 1.0) -> None:
        self.kind, self.members = kind, max(1, round(members))
        super().__init__(env, self.members)
        self._day = DAY_MINUTES * presence
        self.on_cases, self.routine, self.absent = 0, 0, 0

    def book(self, work: int, case: Case | None = None) -> float:  # type: ignore[override]
        """Ask for ``work`` minutes; return the days until they are done.

        Nothing else is called as often, so it books by itself rather than call the server's own.
        """
        if case is None:
            self.routine += work
        else:
            self.on_cases += work
            case.minutes += work
        free = self._free
        if not free:
            return inf
        now, first = self._env.now, free[0]
        end = (first if first > now else now) + work / self._day
        heapreplace(free, end)
        return end - now

    def days(self, work: int) -> float:
        """Return the days of the calendar that one member, here for a part of each day, takes for so many minutes."""
        return work / self._day

    def book_each(self, work: int, times: int) -> list[float]:
        """Ask so many times for ``work`` minutes of routine; return the days until each is done."""
        self.routine += work * times
        free = self._free
        if not free:
            return [inf] * times
        now, length = self._env.now, work / self._day
        days: list[float] = []
        for _ in range(times):
            first = free[0]
            end = (first if first > now else now) + length
            heapreplace(free, end)
            days.append(end - now)
        return days

    def ahead(self, work: int) -> float:
        """Do ``work`` minutes of routine before all that waits; return the days that it takes.

        What has been told its day keeps it; what is booked from now on comes so much later.
        """
        self.routine += work
        days = self.days(work)
        FifoServer.book(self, days)
        return days

    def share(self, work: int) -> None:
        """Give every member an even part of ``work`` minutes of routine."""
        self.routine += work
        self.occupy(work / self.members / self._day)

    def miss(self, work: int, days: float) -> None:
        """So many members as ``work`` minutes of the coming days make stay away; the others work on."""
        self.absent += work
        whole, rest = divmod(work, max(1, round(days * DAY_MINUTES)))
        for away in (*[days] * whole, rest / DAY_MINUTES):
            FifoServer.book(self, away)

    def lend(self, other: Desk, days: float) -> None:
        """Send the member who is free first to another desk, ``days`` of travel away."""
        other.join(self.leave() + days)
        self.members -= 1
        other.members += 1


class PriorityDesk(Desk):
    """A desk whose customers wait by priority and may be moved forward: as many in work as it has people.

    Each waits for a turn in the ``queue``. Work that is booked beside them is done first come, first served.
    """

    __slots__ = ("queue",)

    def __init__(self, env: Environment, kind: str, members: float) -> None:
        super().__init__(env, kind, members)
        self.queue = QueueServer(env, self.members)

    def behind(self, work: int) -> float:
        """Return the days of work that lie before the desk, where each of those who wait takes ``work`` minutes."""
        return self.backlog() + self.days(self.queue.waiting * work) / self.members

    def serve(self, turn: Steps, work: int, case: Case | None = None, papers: float | None = None) -> Steps:
        """Wait for a customer's turn, then for whatever else the desk has before it, then for the work.

        Then for so many days of ``papers``, if any, which take nobody's time.
        """
        yield from turn
        yield self.book(work, case)
        self.queue.release()
        if papers is not None:
            yield papers


class Desks:
    """Village teams, township stations and finance; the county's small desks; inspectors, verifiers."""

    def __init__(self, c: Campaign) -> None:
        p, env, scale = c.p, c.env, c.scale
        townships = range(len(c.county.townships.key))
        forms = 1.0 - p["people.forms_share"]
        #: Village teams with the helpers' days; forms and meetings lengthen every visit.
        self.full_time, self.helpers = _full_time(c), _helpers(c)
        self.teams = [Desk(env, "team", own + more) for own, more in zip(self.full_time, self.helpers, strict=True)]
        self.station = [PriorityDesk(env, "station", p["people.station"]) for _ in townships]
        self.township_finance = [Desk(env, "township_finance", p["people.township_finance"]) for _ in townships]
        #: County leaders, where zone commands have them look at stuck cases.
        self.leaders: list[Desk] = []
        self.county_finance = Desk(env, "county_finance", p["people.county_finance"] * scale)
        self.approval = PriorityDesk(env, "approval", p["people.approval"] * scale)
        self.tender = PriorityDesk(env, "tender", p["people.tender"] * scale)
        self.investigators = Desk(env, "investigator", p["people.investigators"] * scale)
        villages = [len(those) for those in c.places.villages_of]
        inspectors = largest_remainder(max(len(townships), p["works.inspectors"] * scale), villages)
        self.inspectors = [PriorityDesk(env, "inspector", members) for members in inspectors]
        #: The county's supervisors, in teams of two; those of the special inspections come from other offices.
        patrols = p["people.poverty_office"] * p["supervision.patrol_share"] / 2
        self.patrol = Desk(env, "patrol", patrols * scale)
        self.special = Desk(env, "special", p["supervision.special_teams"] * scale)
        #: Teams of two, one for each village group.
        teams = p["verification.group_verifiers"] / 2
        self.verifiers = [Desk(env, "verifier", groups * teams) for groups in c.places.hamlets]
        self.county_verifiers = Desk(env, "county_verifier", p["verification.county_teams"] * scale)
        self.experts = Desk(env, "expert", p["people.experts"] * scale)
        self.visit = minutes(p["people.visit_days"] / forms)
        #: The minutes that a visit takes in each village.
        self.visits = [self.visit] * len(self.teams)
        self.file, self.mend = minutes(p["people.case_file_days"]), minutes(p["people.mend_days"])
        self.approve, self.listing = minutes(p["people.approval_days"]), minutes(p["people.listing_days"])
        self.payment, self.acceptance = minutes(p["people.payment_days"]), minutes(p["people.acceptance_visit_days"])

    def __iter__(self) -> Iterator[Desk]:
        yield from self.teams
        yield from self.station
        yield from self.township_finance
        yield self.county_finance
        yield self.approval
        yield self.tender
        yield self.investigators
        yield from self.inspectors
        yield from self.verifiers
        yield self.county_verifiers
        yield self.experts
        yield self.patrol
        yield self.special
        yield from self.leaders

    def by_kind(self) -> dict[str, int]:
        """Return the minutes of each kind of desk."""
        total: dict[str, int] = {}
        for desk in self:
            total[desk.kind] = total.get(desk.kind, 0) + desk.on_cases + desk.routine
        return total


def _full_time(c: Campaign) -> list[int]:
    """Return the full-time people of each village team."""
    return [round(c.p["people.team_poor"] if tier <= POOR else c.p["people.team_other"]) for tier in c.places.tier]


def _helpers(c: Campaign) -> list[int]:
    """Return what the helpers of each village's poor and monitored households come to in full-time people."""
    helpers = c.p["people.helpers"] * c.scale * c.p["people.helper_days"] / DAYS_PER_MONTH
    return largest_remainder(helpers, c.register.served())
