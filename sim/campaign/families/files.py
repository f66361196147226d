"""The register's files: some are wrong on the first day, and whoever comes onto the register gets one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Files:
    """The township stations keep a file for each registered household, and mend those that are seen to be wrong."""

    name = "files"

    def start(self, c: Campaign) -> None:
        """Some files are wrong on the first day; whoever comes onto the register gets a file."""
        self._c = c
        chance = np.array([c.cards.chance(village) for village in range(c.places.villages)])
        wrong = c.luck("files.made", c.register.size, c.first_year) < chance[c.register.village[: c.register.size]]
        c.cards.wrong[:] = (wrong & c.register.poor(c.register.size)).tolist()
        self._count()
        c.hooks.on_newcomers.append(self._take_in)

    def _count(self) -> None:
        c, wrong = self._c, np.array(self._c.cards.wrong, dtype=bool)
        c.counts["files_wrong_start"] = int((wrong & c.register.poor(c.register.size)).sum())

    def scalars(self, c: Campaign) -> dict[str, float]:
        """Files wrong on the first day, wrong at the end of those still registered, mended, and wrong at an exit."""
        n, wrong = c.register.size, np.array(c.cards.wrong, dtype=bool)
        out = c.register.exit_year[:n] == c.last_year
        return {
            "files_wrong_start": c.counts["files_wrong_start"], "files_mended": c.counts["files_mended"],
            "files_wrong_end": int((wrong & c.register.poor(n)).sum()),
            "files_wrong_exits": int((wrong & out).sum()),
        }  # fmt: skip

    def _take_in(self, households: list[int]) -> None:
        """The township station makes a file for each."""
        c = self._c
        luck = c.luck("files.made", c.register.size, c.this_year).tolist()
        for household in households:
            village = c.register.village_of[household]
            c.cards.wrong[household] = luck[household] < c.cards.chance(village)
            c.cards.known[household] = False
            if not c.switches[self.name].off:
                c.desks.station[c.places.township[village]].book(c.desks.file)
        if c.env.now == c.first_day:
            self._count()
