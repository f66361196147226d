"""Counts by village that its exit hangs on: people and households, and who is without safe water."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.exit.standard import DECIDING
from sim.county.county import Ints

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


def without_water(c: Campaign) -> Ints:
    """Return by village the households without safe water: all of a hamlet without it but those with keys at a site."""
    hamlets = c.county.hamlets
    left = np.bincount(c.county.households.hamlet[_with_keys(c)], minlength=len(hamlets.village))
    dry = c.lacks.hamlet["water"] * (hamlets.households - left)
    return np.bincount(hamlets.village, dry, c.places.villages).astype(np.int64)


def without(c: Campaign) -> dict[str, Ints]:
    """Return, by item that decides about a village, its households that are without it."""
    return {item: c.register.count(c.lacks.household[item]) for item in DECIDING} | {"water": without_water(c)}


def count_villages(c: Campaign) -> tuple[Ints, Ints, Ints]:
    """Return registered people, all people and households by village.

    With the rule *site*, households with keys count in the village where their township's site stands.
    """
    hh, hamlets, size = c.county.households, c.county.hamlets, c.places.villages
    home, people = hh.village, c.county.villages.base_people
    households = np.bincount(hamlets.village, hamlets.households, size).astype(np.int64)
    if c.rules.relocated_counted_at == "site":
        moved = _with_keys(c)
        left = home[moved]
        site = np.array(c.places.site)[np.array(c.places.township)[left]]
        home = home.copy()
        home[moved] = site
        there, here = (np.bincount(place, hh.people[moved], size) for place in (site, left))
        people = people + (there - here).astype(np.int64)
        households += np.bincount(site, minlength=size) - np.bincount(left, minlength=size)
    registered = np.flatnonzero(c.register.poor())
    poor = np.bincount(home[registered], c.register.people[registered], size).astype(np.int64)
    return poor, people, households


def _with_keys(c: Campaign) -> Ints:
    """Return the households that have the keys of a flat at a site."""
    return np.flatnonzero(c.county.households.relocates & ~c.lacks.household["housing"])
