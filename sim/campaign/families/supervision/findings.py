"""The ledger of findings: each has an owner and a deadline, and is open, overdue, rectified or checked."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.campaign.cases import Case, Kind
    from sim.campaign.desks import Desk

#: A household's wrong file, money that is long on its way, works that wait long for a crew, policy applied loosely.
KINDS = ("file", "payment", "work", "policy")
#: Who looks from outside the county.
OUTSIDE = ("region", "city")


@dataclass(eq=False, slots=True)
class Finding:
    """What was found in a village, by whom, when; who must put it right, by when; when that was done and checked."""

    kind: str
    source: str
    village: int
    owner: Desk
    opened: float
    deadline: float
    household: int = -1
    case: Case | None = None
    #: Yuan of the case that had been paid when it was found.
    paid: int = 0
    rectified: float = inf
    checked: float = inf
    #: Whether its case has stopped, so that there is nothing to put right any more.
    dropped: bool = False

    def moved(self) -> bool:
        """Whether the case that was stuck got on: its crew came, or some of its money did."""
        assert self.case is not None
        return self.case.held != "no_crew" if self.kind == "work" else self.case.paid > self.paid

    def state(self, now: float) -> str:
        """Return what the ledger says on a day."""
        if self.dropped:
            return "dropped"
        if self.checked <= now:
            return "checked"
        if self.rectified <= now:
            return "rectified"
        return "overdue" if self.deadline < now else "open"


class FindingLedger:
    """All findings, those still open by village, and those that nobody has checked yet."""

    def __init__(self, villages: int) -> None:
        self.all: list[Finding] = []
        self.open: list[list[Finding]] = [[] for _ in range(villages)]
        self.unchecked: list[list[Finding]] = [[] for _ in range(villages)]
        #: What stuck projects have an open finding: their kinds, by the finding's kind and village.
        self.stuck: dict[str, list[set[Kind]]] = {
            what: [set() for _ in range(villages)] for what in ("payment", "work")
        }

    def add(self, finding: Finding) -> None:
        """Enter a finding."""
        self.all.append(finding)
        self.open[finding.village].append(finding)
        if finding.case is not None:
            self.stuck[finding.kind][finding.village].add(finding.case.kind)

    def rectify(self, finding: Finding, now: float) -> None:
        """Note that a finding is put right."""
        finding.rectified = now
        self._take_off(finding)
        self.unchecked[finding.village].append(finding)

    def drop(self, finding: Finding) -> None:
        """Note that nobody works any more at what a finding is on."""
        finding.dropped = True
        self._take_off(finding)

    def _take_off(self, finding: Finding) -> None:
        self.open[finding.village].remove(finding)
        if finding.case is not None:
            self.stuck[finding.kind][finding.village].discard(finding.case.kind)

    def check(self, village: int, now: float, at_most: int) -> list[Finding]:
        """Note that the oldest of a village's rectified findings are checked on the spot; return them."""
        unchecked = self.unchecked[village]
        if not unchecked:
            return []
        done, self.unchecked[village] = unchecked[:at_most], unchecked[at_most:]
        for finding in done:
            finding.checked = now
        return done

    def rectified_within(self, sources: tuple[str, ...], days: float) -> float:
        """Return the share of the findings of some sources that were rectified within so many days."""
        those = [finding for finding in self.all if finding.source in sources and not finding.dropped]
        return sum(f.rectified - f.opened <= days for f in those) / max(1, len(those))
