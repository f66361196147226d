"""What a run says of the facts that were reported of its years: who left where, where money went."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.results.books import by_place
from sim.county.county import DEEP, NEVER, Bools

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


def history(c: Campaign) -> dict[str, float]:
    """Return shares, of people lifted out, of households and of yuan listed, over the time told of."""
    hh, n = c.county.households, c.register.size
    home = hh.village[:n]
    deep_township = c.county.townships.deep[np.array(c.places.township)]
    deep_village = c.county.villages.tier == DEEP
    left = (c.register.exit_year[:n] >= c.scenario.start_date.year) * c.register.people[:n]
    known = c.register.status[:n] > NEVER
    listed = by_place(c, attrgetter("cost_yuan"))
    since = {line: np.maximum(0, yuan - c.books.taken[line]) for line, yuan in listed.items()}
    return {
        "exits_share_deep_townships": _share(left, deep_township[home]),
        "exits_share_deep_villages": _share(left, deep_village[home]),
        "inflow_share": (c.counts["new_people"] + c.counts["returned_people"]) / max(1, c.counts["exits_people"]),
        "industry_coverage": float(_has_industry(c)[known].mean()),
        "infrastructure_deep_townships_share": _share(since["infrastructure"], deep_township),
        "infrastructure_deep_villages_share": _share(since["infrastructure"], deep_village),
        "industry_deep_townships_share": _share(since["industry"], deep_township),
    }


def _has_industry(c: Campaign) -> Bools:
    """Say who holds a product; where a case is not the first of its household, the one before it is done."""
    holds = c.county.households.product >= 0
    for kind in filter(None, map(c.cases.kinds.get, ("industry", "award"))):
        holds[[case.entity for case in kind.latest.values() if case.done or case.attempt]] = True
    return holds


def _share(weight: np.ndarray, part: np.ndarray) -> float:
    return float(weight[part].sum() / max(1.0, float(weight.sum())))
