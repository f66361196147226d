"""Rectification: whoever owns a finding mends a file, is taught, or presses a stuck case until it gets on."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from sim.campaign.desks import minutes
from sim.campaign.ranks import Control
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.families.supervision.findings import Finding, FindingLedger

#: Before its turn, but behind what a leader pushes (0) and before villages due (1).
PRESSED = 0.5


class Rectification:
    """Owners work on what they were handed; the ledger hears when it is put right."""

    def __init__(self, c: Campaign, ledger: FindingLedger) -> None:
        self._c, self._p, self._ledger = c, c.p, ledger
        self._chase = minutes(c.p["supervision.chase_days"])
        #: Findings whose case has been pressed and has not got on yet.
        self._pressed: list[Finding] = []

    def hand_over(self, findings: list[Finding]) -> None:
        """Owners begin at once to put right what was found."""
        env = self._c.env
        due = sorted((env.now + self._take_up(finding), number, finding) for number, finding in enumerate(findings))
        if due:
            env.process(self._rectify(due), rank=Control.SUPERVISION)

    def note_what_moved(self) -> None:
        """The office asks what has become of the cases that were pressed; those that have stopped it drops."""
        pressed, self._pressed = self._pressed, []
        for finding in pressed:
            assert finding.case is not None
            if finding.moved():
                self._close(finding)
            elif not self._c.switches[finding.case.kind.family].usual:
                self._ledger.drop(finding)
            else:
                self._pressed.append(finding)

    def name_overdue(self) -> None:
        """Whoever owns an overdue finding answers for it in writing, and presses its case once more."""
        c = self._c
        for findings in self._ledger.open:
            for finding in findings:
                if finding.deadline < c.env.now:
                    c.counts["findings_named"] += 1
                    if finding.kind != "policy" or c.cadres.usual:
                        finding.owner.book(c.desks.listing)
                    if finding.case is not None:
                        _press(finding)

    def _take_up(self, finding: Finding) -> float:
        """Its owner is to mend a file, be taught, or press a stuck case; return the days until that is done."""
        c, p, owner = self._c, self._p, finding.owner
        if finding.kind == "file":
            return c.cards.mending(finding.household, owner)
        if finding.kind == "policy":
            if not c.cadres.usual:
                return inf if c.cadres.off else 0.0
            lesson = minutes(p["supervision.lesson_days"])
            return max(owner.book_each(lesson, max(1, c.desks.full_time[finding.village])))
        self._pressed.append(finding)
        return owner.book(self._chase)

    def _rectify(self, due: list[tuple[float, int, Finding]]) -> Steps:
        """What is mended or taught is rectified; a case that is pressed only when it gets on."""
        c = self._c
        for end, _, finding in due:
            if end > c.env.now:
                yield end - c.env.now
            if finding.kind == "file":
                c.cards.mend(finding.household)
                self._close(finding)
            elif finding.kind == "policy":
                c.file_error[finding.village] *= 1.0 - self._p["supervision.lesson_effect"]
                self._close(finding)
            else:
                _press(finding)

    def _close(self, finding: Finding) -> None:
        c = self._c
        self._ledger.rectify(finding, c.env.now)
        if c.record.on:
            code = f"{finding.source}.{finding.kind}"
            c.record.add(c.env.now, "finding.rectified", f"village.{finding.village}", code)


def _press(finding: Finding) -> None:
    """What waits for a crew or for cash comes before its turn, though behind what a leader pushes."""
    case = finding.case
    assert case is not None
    case.priority = min(case.priority, PRESSED)
    for turn in case.turns:
        if turn.for_money != (case.held == "no_crew"):
            turn.push(case.priority)
