"""What registered households grow and keep, and what of it is young."""

from __future__ import annotations

from datetime import date

import numpy as np

from sim.county.county import PERENNIAL, PRODUCTS, Floats, Ints
from sim.county.fitting import choose, largest_remainder
from sim.county.places import Places, product_weights
from sim.county.population import Draw, Population
from sim.evidence import Parameters

NONE = -1
_ORCHARDS = ("grape", "kiwifruit")
#: Whether a product lasts for years; at the end, where -1 points, for none.
_LASTING = np.array([*(name in PERENNIAL for name in PRODUCTS), False])


def products(p: Parameters, draw: Draw, places: Places, pop: Population, year: int) -> Ints:
    """Return the product of each registered household, -1 for none; in 2016 nobody has begun.

    Many hold their village's product, the others choose for themselves.
    """
    n = pop.n_registered
    if year == 2016:
        return np.full(n, NONE)
    weight = np.where(pop.without_worker[:n], p["start.industry_without_worker"], 1.0)
    has = choose(draw("industry.has", n), weight, p["start.industry_coverage"] * n)
    own = np.searchsorted(np.cumsum(product_weights(p))[:-1], draw("industry.product", n))
    shared = draw("industry.village_product", n) < p["start.village_product_share"]
    return np.where(has, np.where(shared, places.product[pop.village[:n]], own), NONE)


def planted(p: Parameters, draw: Draw, product: Ints, year: int) -> Ints:
    """Return the days before the start at which a young orchard or herd was begun, 0 where there is none."""
    days = np.zeros(len(product), dtype=np.int64)
    held = np.flatnonzero(_LASTING[product])
    begun = [min(1.0, p["start.planted_2016"]), p["start.planted_2017"]]
    counts = largest_remainder(len(held), [*begun, max(0.0, 1.0 - sum(begun))])
    order = held[np.argsort(draw("industry.planted", len(product))[held], kind="stable")]
    u = draw("industry.planted.day", len(product))
    for first, count, when in ((0, counts[0], 2016), (counts[0], counts[1], 2017)):
        here = order[first : first + count]
        length = (date(year, 1, 1) - date(when, 1, 1)).days
        days[here] = np.maximum(1, length - _day_of_year(p, product[here], u[here]))
    return days


def _day_of_year(p: Parameters, product: Ints, u: Floats) -> Ints:
    """Orchards are planted in their season, animals are bought all year."""
    low, high = np.full(len(PRODUCTS), 0.0), np.full(len(PRODUCTS), 365.0)
    for name in _ORCHARDS:
        k = PRODUCTS.index(name)
        low[k], high[k] = p[f"industry.{name}.plant_from"] - 1, p[f"industry.{name}.plant_until"]
    day: Ints = np.floor(low[product] + u * (high - low)[product]).astype(np.int64)
    return day
