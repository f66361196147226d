"""What registered households live by: hands free or at work, a source of income that lasts, plots and herds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.county.county import Bools, Households


class Livelihoods:
    """By household with a place on the books, in plain lists; families that place or teach somebody change them."""

    def __init__(self, households: Households, lacks_source: np.ndarray) -> None:
        hh, n = households, households.n_registered
        self._lacks_source = lacks_source
        self._away: list[int] = hh.away[:n].tolist()
        #: Workers who are neither away nor promised to a job or a post.
        self.free_hands: list[int] = (hh.workers[:n] - hh.away[:n]).tolist()
        #: Those who are away, or in a job or a post.
        self.working: list[int] = list(self._away)
        #: Whether there is a source of income that lasts, whatever becomes of its jobs and posts.
        self.lasting: list[bool] = (~hh.lacks_income_source).tolist()
        #: What advice leaves of the risk to the plot, and makes of its yield.
        self.plot_risk: list[float] = [1.0] * n
        self.yields: list[float] = [1.0] * n
        #: How many crops and herds have not been sold from yet.
        self.young: list[int] = (hh.planted > 0).astype(int).tolist()

    def spare(self) -> Bools:
        """Say of each household whether it has a worker to spare."""
        return np.array(self.free_hands) > 0

    def at_work(self, household: int) -> bool:
        """Whether somebody works away, or in a job or a post that has begun."""
        return self.working[household] > 0

    def start_work(self, household: int) -> None:
        """Let a hand that was promised be in its job or post."""
        self.working[household] += 1
        self._lacks_source[household] = False

    def end_work(self, household: int) -> None:
        """Free a hand; who has neither another job or post nor a source of income that lasts is without one."""
        self.free_hands[household] += 1
        self.working[household] -= 1
        if not self.lasting[household] and self.working[household] == self._away[household]:
            self._lacks_source[household] = True

    def establish(self, household: int) -> None:
        """Give a household a source of income that lasts."""
        self._lacks_source[household], self.lasting[household] = False, True
