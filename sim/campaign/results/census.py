"""Who lives where on the first day and how each ended: what the event log is about, taken only if a log is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.campaign.lacks import HAVES
from sim.campaign.results.why import causes, last
from sim.county.county import CAUSES, COMPONENTS, PRODUCTS, VILLAGE_ITEMS

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Census:
    """Columns by household (all that have a place on the books) and by village, at both ends of the time told of.

    Income is yuan a head: by component what the year brings if nothing new is done, ``running`` what had been begun
    before, ``income_end`` what the last year came to. ``why`` are the causes that hold who is still poor, ``last``
    the one at the earliest gate. ``homes`` are the villages of all rural households, on the books or not.
    """

    def __init__(self, c: Campaign) -> None:
        self._c = c
        self._households: dict[str, list[Any]] = {}
        self._villages: dict[str, list[Any]] = {}
        self._hamlets: dict[str, list[Any]] = {}

    def first_day(self) -> None:
        """Note who lives where and what is lacking."""
        c, hh, n = self._c, self._c.county.households, self._c.register.size
        people = c.register.people[:n]
        income = c.income.base[:n] / people[:, None]
        product, cause = hh.product[:n].tolist(), hh.cause[:n].tolist()
        self._households = {
            "village": c.register.village_of[:n], "hamlet": hh.hamlet[:n].tolist(), "people": people.tolist(),
            **{name: getattr(hh, name)[:n].tolist() for name in ("workers", "ill", "disabled", "pupils")},
            "away": c.livelihoods.working[:n],
            "cause": [CAUSES[k] if k >= 0 else "" for k in cause],
            "product": [PRODUCTS[k] if k >= 0 else "" for k in product],
            "relocates": hh.relocates[:n].tolist(), "status": c.register.status[:n].tolist(),
            **{name: income[:, k].tolist() for k, name in enumerate(COMPONENTS)},
            "running": (c.income.rate[:n] * 365.0 / people).tolist(), "lacks": self._lacks(),
        }  # fmt: skip
        self._villages = {
            "due": list(c.precedence.due), "out": list(c.books.out), "lacks": self._village_lacks(),
        }  # fmt: skip
        self._hamlets = {"village": c.county.hamlets.village.tolist()}

    def result(self) -> dict[str, Any]:
        """Return everything, with how it ended; ``lines`` are the poverty lines by year."""
        c, n, s = self._c, self._c.register.size, self._c.scenario
        held = dict(causes(c))
        over = c.horizon == c.calendar.day_of_year(c.last_year + 1, 1)
        income = c.income.year_total[:n] if over else c.income.annual(n)
        ends = {
            "status_end": c.register.status[:n].tolist(), "people_end": c.register.people[:n].tolist(),
            "income_end": income.tolist(), "lacks_end": self._lacks(), "wrong": c.assessment.wrong.tolist(),
            "why": [[cause for cause, _ in held.get(h, ())] for h in range(n)],
            "last": [last(held[h]) if held.get(h) else "" for h in range(n)],
        }  # fmt: skip
        return {
            "start": s.start_date.isoformat(), "end": s.end_date.isoformat(), "title": dict(s.title),
            "allocation": dict(s.allocations[c.allocation].title),
            "lines": {str(year): float(c.line_of_poverty(year)) for year in range(s.start_date.year, c.last_year + 1)},
            "homes": c.county.households.village.tolist(), "households": {**self._households, **ends},
            "hamlets": self._hamlets, "villages": {
                **self._villages, "lacks_end": self._village_lacks(), "exits": list(c.assessment.village_exits),
            },
        }  # fmt: skip

    def _lacks(self) -> list[list[str]]:
        table = np.array([self._c.lacks.household[item] for item in HAVES]).T
        return [[item for item, lacks in zip(HAVES, row, strict=True) if lacks] for row in table.tolist()]

    def _village_lacks(self) -> list[list[str]]:
        lacks = [self._c.lacks.village[item].tolist() for item in VILLAGE_ITEMS]
        return [[i for i, lack in zip(VILLAGE_ITEMS, row, strict=True) if lack] for row in zip(*lacks, strict=True)]
