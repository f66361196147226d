"""What stands behind the name of each gate: a desk or a queue of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING

from sim.campaign.cases import FILINGS
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case

#: What passing a gate takes: the days until a desk is done, or steps that wait for more than one thing.
Passage = float | Steps


class Passages(dict[str, Callable[["Case"], Passage]]):
    """What stands behind each gate, by its name."""

    def __setitem__(self, gate: str, passage: Callable[[Case], Passage]) -> None:
        """Replace what stands behind a gate; raises ValueError where there is none of that name."""
        if gate not in self:
            raise ValueError(f"gate(={gate!r}) must be one of {', '.join(self)}")
        super().__setitem__(gate, passage)

    # Which ask for each name, as dict's do not.
    update, setdefault = MutableMapping.update, MutableMapping.setdefault

    def __ior__(self, passages: Mapping[str, Callable[[Case], Passage]]) -> Passages:  # type: ignore[override,misc]
        """Replace what stands behind several."""
        self.update(passages)
        return self


class Gates:
    """The named gates. Replace what stands behind one by assigning another function to its name."""

    def __init__(self, campaign: Campaign) -> None:
        self._c = campaign
        p = campaign.p
        self._noticed = p["people.file_noticed"]
        self._papers = p["works.acceptance_days"]
        self._inspectors = campaign.desks.inspectors
        self._filing = campaign.desks.file + campaign.desks.listing
        self.behind = Passages(
            diagnosed=self.diagnosed, filed=self.filed, approved=self.approved, funded=self.funded,
            built=self.built, accepted=self.accepted,
        )  # fmt: skip

    def pursue(self, case: Case, first: int) -> Steps:
        """Take a case through the gates of its route, from the ``first`` on, then settle what is owed."""
        env, kind, behind, record = self._c.env, case.kind, self.behind, self._c.record
        switch, entered = self._c.switches[kind.family], case.entered
        for gate in kind.route[first:]:
            if not switch.usual:
                if switch.unlimited:
                    self.conclude(case)
                self._c.library.cut(case, case.cost - case.asked)
                return
            case.gate = gate
            case.since = now = env.now
            entered.append(now)
            if record.on:
                record.add(now, f"gate.{gate}", f"{kind.scope}.{case.entity}", kind.name)
            passage = behind[gate](case)
            if passage.__class__ is not float and hasattr(passage, "__iter__"):
                yield from passage
            elif passage != 0.0:
                yield passage
            if case.done:
                return
        if switch.off:
            return
        self._close(case)
        kind.finish(case)
        if case.cost > case.asked:
            yield from self._c.payments.settle(case)
        case.settled = env.now
        if kind.paid is not None:
            kind.paid(case)

    def conclude(self, case: Case) -> None:
        """End a case of a family that never waits: what it works for is true now, and nobody is paid."""
        self._close(case)
        (case.kind.at_once or case.kind.finish)(case)

    def drop(self, case: Case) -> None:
        """End a case that nobody needs any more: nothing becomes true, and what it has not asked for binds no money."""
        case.done, case.held = True, ""
        self._c.library.cut(case, case.cost - case.asked)
        self._c.record.add(self._c.env.now, "case.dropped", f"{case.kind.scope}.{case.entity}", case.kind.name)

    def _close(self, case: Case) -> None:
        case.done, case.held, case.closed = True, "", self._c.env.now
        record = self._c.record
        if record.on:
            record.add(self._c.env.now, "case.done", f"{case.kind.scope}.{case.entity}", case.kind.name)

    def diagnosed(self, case: Case) -> Passage:
        """The village team visits."""
        return self._c.visit(case.village, case)

    def filed(self, case: Case) -> Passage:
        """The township station makes the file, sometimes a wrong one, and puts the case on its list."""
        self._c.cards.file(case)
        return self._c.at_station(case, self._filing)

    def approved(self, case: Case) -> Passage:
        """The county approves the project that a case belongs to, once; a case without one waits for a place."""
        if case.project is None and not self._c.library.place(case):
            return self._approved_later(case)
        seen = self._c.cards.is_wrong(case) and self._is_seen(case)
        return self._mended_and_approved(case) if seen else self._approval(case)

    def _approved_later(self, case: Case) -> Steps:
        yield from self.listed(case)
        yield from self._mended_and_approved(case)

    def _mended_and_approved(self, case: Case) -> Steps:
        """As long as a wrong file is seen it goes back to the station, is made and listed again."""
        c = self._c
        while c.cards.is_wrong(case) and self._is_seen(case):
            yield from c.cards.mended(case, c.desks.listing)
            if not c.switches[case.kind.family].usual:
                return
            case.filing += 1
            c.cards.file(case)
        yield self._approval(case)

    def _approval(self, case: Case) -> float:
        """Return the days until the case's project is approved: the first case asks for what the year has listed."""
        project, now = case.project, self._c.env.now
        assert project is not None
        project = project.part_of or project
        if project.approved_on is None or project.approved_on < self._c.year_begin <= case.listed_on:
            desks = self._c.desks
            project.approved_on = now + desks.approval.book(desks.approve)
        return project.approved_on - now if project.approved_on > now else 0.0

    def _is_seen(self, case: Case) -> bool:
        """Say whether it is noticed that a file is wrong."""
        return case.filing < FILINGS - 1 and self._c.draw_filing("file.noticed", case) < self._noticed

    def listed(self, case: Case) -> Steps:
        """Wait for a place on the project list."""
        case.held = "unfunded"
        yield from self._c.turn(case, self._c.library.waiting.enter(case))
        case.held = ""

    def funded(self, case: Case) -> Passage:
        """A listed case waits for what has to be paid before anything begins."""
        if case.project is None and case.kind.line is not None and not self._c.library.place(case):
            return self._funded_later(case)
        return self._c.payments.pay(case, case.kind.upfront(case))

    def _funded_later(self, case: Case) -> Steps:
        yield from self.listed(case)
        yield from self._c.payments.pay(case, case.kind.upfront(case))

    def built(self, case: Case) -> Passage:
        """Whatever the kind's family does here: build, plant, enrol, place; not before its place may begin."""
        build = case.kind.build
        if case.begin > self._c.env.now:
            return self.after(case.begin - self._c.env.now, case, build)
        return build(case)

    def after(self, wait: float, case: Case, through: Callable[[Case], Passage]) -> Steps:
        """Wait before a gate, then go through it where the family of the case still works."""
        yield wait
        if not self._c.switches[case.kind.family].usual:
            return
        passage = through(case)
        if hasattr(passage, "__iter__"):
            yield from passage
        else:
            yield passage

    def accepted(self, case: Case) -> Steps:
        """An inspector of the township visits, where it is most urgent first; the papers take their time."""
        c, inspectors = self._c, self._inspectors[case.township]
        turn = c.turn(case, inspectors.queue.request(case.priority, case.number), inspectors.queue)
        return inspectors.serve(turn, c.desks.acceptance, case, self._papers)
