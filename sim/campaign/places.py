"""Where things are: the county's townships, villages and hamlets, as they stay while a replication runs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.county.county import DEEP

if TYPE_CHECKING:
    from sim.county import County


class Places:
    """Townships, villages and hamlets by number; what is said of each stands in plain lists, which are read fastest."""

    def __init__(self, county: County) -> None:
        villages, townships, hamlets, hh = county.villages, county.townships, county.hamlets, county.households
        self.townships, self.villages = len(townships.key), len(villages.tier)
        #: By village: its township, its tier, and whether it is a deep one or stands in a deep township.
        self.township: list[int] = villages.township.tolist()
        self.tier: list[int] = villages.tier.tolist()
        self.deep: list[bool] = ((villages.tier == DEEP) | townships.deep[villages.township]).tolist()
        #: By township: its villages, and where its resettlement site stands, in its largest village.
        self.villages_of = grouped(villages.township, self.townships)
        base_people = villages.base_people.tolist()
        self.site = [max(those, key=lambda v: (base_people[v], -v)) for those in self.villages_of]
        #: By village: how many hamlets it has, and the first of them; the hamlets of a village stand together.
        self.hamlets: list[int] = np.bincount(hamlets.village, minlength=self.villages).tolist()
        self.first_hamlet: list[int] = np.searchsorted(hamlets.village, np.arange(self.villages)).tolist()
        #: By hamlet: the households in it that have a place on the books.
        self.households_of = grouped(hh.hamlet[: hh.n_registered], len(hamlets.village))


def grouped(labels: np.ndarray, n: int, those: np.ndarray | None = None) -> list[list[int]]:
    """Return by label who has it, in their order: places in ``labels``, or of ``those`` the ones at these places."""
    # Small types are sorted by their digits, which is fastest.
    places = labels.astype(np.min_scalar_type(n)).argsort(kind="stable")
    members = (places if those is None else those[places]).tolist()
    ends = np.cumsum(np.bincount(labels, minlength=n)).tolist()
    return [members[begin:end] for begin, end in pairwise([0, *ends])]
