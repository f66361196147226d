"""Who is on the county's books: on the register, off it again, never on it; where they live, and how many they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.campaign.places import grouped
from sim.county.county import EXITED, NEVER, REGISTERED

if TYPE_CHECKING:
    from sim.county.county import Bools, Floats, Households, Ints


class Register:
    """By household of the county, in its order: first those with a place on the books, then those who once had one.

    Flags may stand for the first of them only: for the ``size`` with a place, or for the ``known``.
    """

    def __init__(self, households: Households, villages: int) -> None:
        hh = households
        self._villages, self._home = villages, hh.village
        #: Households with a place: those of the first day, in a run of several years all; who is on the register
        #: today says ``status``.
        self.size = hh.n_registered
        #: Those, and the ones that had left before: whose income is kept.
        self.known = hh.n_registered + hh.n_exited
        self.status = hh.status.copy()
        self.people = hh.people.astype(np.int64)
        #: The home of those that are known, and the same as a plain list.
        self.village = hh.village[: self.known]
        self.village_of: list[int] = self.village.tolist()
        #: The year in which one left the register, and came onto it, during the run; 0 for none.
        self.exit_year, self.entry_year = (np.zeros(hh.n, dtype=np.int64) for _ in range(2))
        #: By village, on the run's first day.
        self.first_households = self.count(hh.on_register)
        self.first_people = self.count_people(hh.on_register)

    def poor(self, n: int | None = None) -> Bools:
        """Return by household of the county whether it is on the register today: of the first ``n``, or of all."""
        poor: Bools = self.status[:n] == REGISTERED
        return poor

    def stayed(self, year: int) -> Bools:
        """Return, of the households with a place, which stayed on the register as ``year`` began: newcomers are not."""
        stayed: Bools = self.poor(self.size) & (self.entry_year[: self.size] < year - 1)
        return stayed

    def as_year_began(self, year: int) -> Bools:
        """Return, of the households with a place, which were on the register as this year began."""
        n = self.size
        stayed = self.poor(n) & (self.entry_year[:n] < year)
        return np.asarray(stayed | (self.exit_year[:n] == year))

    def count(self, those: Bools) -> Ints:
        """Return by village how many households are ``those``."""
        return np.bincount(self._home[: len(those)][those], minlength=self._villages)

    def count_people(self, those: Bools) -> Ints:
        """Return by village how many people live in the households that are ``those``."""
        return self.total(self.people[: len(those)] * those).astype(np.int64)

    def total(self, amounts: NDArray[np.number]) -> Floats:
        """Return by village the sum of what each household has."""
        found = np.bincount(self._home[: len(amounts)], weights=amounts, minlength=self._villages)
        return np.asarray(found, dtype=np.float64)

    def flags(self, households: list[int]) -> Bools:
        """Say of each household with a place whether it is one of these."""
        those = np.zeros(self.size, dtype=bool)
        those[households] = True
        return those

    def by_village(self, those: Bools) -> list[list[int]]:
        """Return by village, in their order, the households that are ``those``."""
        households = np.flatnonzero(those)
        return grouped(self.village[households], self._villages, households)

    def served(self) -> Ints:
        """Return by village the households that helpers are paired with: on the register, or monitored after it."""
        return self.count(self.status[: self.known] > NEVER)

    def leave(self, those: Bools, year: int) -> None:
        """Take households with a place off the register."""
        self.status[: self.size][those] = EXITED
        self.exit_year[: self.size][those] = year

    def enter(self, those: Bools, year: int) -> None:
        """Take households of the county onto the register."""
        self.status[those] = REGISTERED
        self.entry_year[those] = year
