"""One household, one file, one card: which of the register's files are wrong, and which are known to be."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from sim.campaign.desks import DAYS_PER_MONTH, Desk
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case


class Cards:
    """The state of the files. The papers of a household's case are part of its file; a project's papers are its own.

    Nobody mends while the family *files* is off, and while it is unlimited no file is wrong.
    """

    def __init__(self, c: Campaign) -> None:
        self._c, self._switch = c, c.switch("files")
        #: By village: the station of its township.
        self._stations = [c.desks.station[township] for township in c.places.township]
        self.wrong: list[bool] = [False] * c.register.size
        #: Wrong files that somebody has noticed: they stop an exit.
        self.known: list[bool] = [False] * c.register.size
        #: The day on which a file that is being mended will be right.
        self._right_on: dict[int, float] = {}
        self._haste, self._filing = c.p["files.haste"] / DAYS_PER_MONTH, c.desks.file + c.desks.listing

    @property
    def mends(self) -> bool:
        """Whether the township stations mend files."""
        return not self._switch.off

    @property
    def flawless(self) -> bool:
        """Whether no file is wrong."""
        return self._switch.unlimited

    def chance(self, village: int) -> float:
        """Return how likely a file made now is wrong: by the team's skill, and in haste where the station is behind."""
        if self._switch.unlimited:
            return 0.0
        return self._c.file_error[village] * (1.0 + self._haste * self._stations[village].behind(self._filing))

    def file(self, case: Case) -> None:
        """Make the papers of a case."""
        wrong = self._c.draw_filing("file.error", case) < self.chance(case.village)
        if case.kind.scope != "household":
            case.file_wrong = wrong
        elif wrong:
            self.wrong[case.entity] = True

    def is_wrong(self, case: Case) -> bool:
        """Say whether a case's papers are wrong."""
        wrong = self.wrong[case.entity] if case.kind.scope == "household" else case.file_wrong
        return wrong and not self._switch.unlimited

    def wrong_file(self, household: int) -> bool:
        """Say whether a household's file is wrong."""
        return self.wrong[household] and not self._switch.unlimited

    def mended(self, case: Case, listing: int = 0) -> Steps:
        """Wait until the township station has mended the papers of a case, and done ``listing`` more minutes."""
        c, station = self._c, self._c.desks.station[case.township]
        case.held = "file_wrong"
        if case.kind.scope == "household":
            self.notice(case.entity)
            mended = self.mending(case.entity, station, case)
            yield max(mended, station.book(listing, case)) if listing else mended
            self.mend(case.entity)
        else:
            yield station.book(c.desks.mend + listing, case) if self.mends else inf
            case.file_wrong = False
        case.held = ""

    def mending(self, household: int, desk: Desk, case: Case | None = None) -> float:
        """Have a household's file mended, unless somebody is at it; return the days until it is right."""
        now = self._c.env.now
        if self._right_on.get(household, 0.0) <= now:
            self._right_on[household] = now + (desk.book(self._c.desks.mend, case) if self.mends else inf)
        return self._right_on[household] - now

    def notice(self, household: int) -> None:
        """Somebody sees that a household's file is wrong."""
        if not self.known[household]:
            self.known[household] = True
            self._say("file.noticed", household)

    def mend(self, household: int) -> None:
        """A household's file is right again."""
        if self.wrong[household]:
            self.wrong[household] = self.known[household] = False
            self._c.counts["files_mended"] += 1
            self._say("file.mended", household)

    def _say(self, what: str, household: int) -> None:
        record = self._c.record
        if record.on:
            record.household(self._c.env.now, what, household)
