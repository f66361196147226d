"""The starting county: drawn anew in each replication so that what is unknown about the start is in the answer."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from sim.county.county import (
    CAUSES,
    DEEP,
    PERENNIAL,
    PRODUCTS,
    Bools,
    County,
    Floats,
    Hamlets,
    Households,
    Ints,
    Villages,
)
from sim.county.fitting import choose, choose_groups, largest_remainder, tilted
from sim.county.places import Places, lay_out
from sim.evidence import Parameters
from sim.streams import Streams

_SIZES = (0.07, 0.16, 0.23, 0.24, 0.17, 0.08, 0.03, 0.02)
_VILLAGE_ITEMS = (
    "hardened_road", "public_services", "special_industry", "collective_income", "sound_committee", "broadcast",
)  # fmt: skip


def synthesise(p: Parameters, streams: Streams, scale: float = 1.0, year: int = 2018) -> County:
    """Return a county that meets every margin of the start of ``year`` (2018 is the one described so far)."""
    if year != 2018:
        raise ValueError(f"year(={year}) must be 2018")
    return _Maker(p, streams, scale, year).county()


class _Maker:
    def __init__(self, p: Parameters, streams: Streams, scale: float, year: int) -> None:
        self.p, self.streams, self.scale, self.year = p, streams, scale, year
        self.places: Places = lay_out(p, streams, scale)
        self.registered = 0

    def u(self, purpose: str, n: int) -> Floats:
        return self.streams.uniform("start", purpose, n, self.year)

    def county(self) -> County:
        p, places = self.p, self.places
        village, people, status, registered, exited = self._households()
        hamlet, hamlet_village = self._hamlets(village)
        self.registered = n = registered
        deep_village = places.tier == DEEP
        factor = np.where(deep_village, p["missing.deep_factor"], 1.0)
        weight = factor[village[:n]]
        hamlets = self._hamlet_arrays(hamlet_village, hamlet, people, n, factor[hamlet_village])
        workers, away, pupils = self._members(people[: registered + exited])
        cause, ill, disabled = self._causes(n, workers[:n], pupils[:n], hamlets.lacks_road[hamlet[:n]])
        known = registered + exited
        all_ill = np.concatenate([ill, np.zeros(exited, dtype=bool)])
        income = self._incomes(village, known, workers, all_ill, deep_village)
        relocates = choose_groups(
            self.u("relocates", n), np.where(places.townships.deep[places.township[village[:n]]], 6.0, 1.0),
            people[:n], self.scale * (p["relocation.to_relocate"] - p["relocation.moved_end_2017"])
            * (1 - p["relocation.not_registered_share"]),
        )  # fmt: skip
        lacks = {item: self._lacks(item, n, weight) for item in ("electricity", "insurance")}
        lacks["housing"] = self._lacks("housing", n, np.where(relocates, 0.0, weight))
        lacks["television"] = self._lacks(
            "television", n, np.where(hamlets.lacks_television[hamlet[:n]], 0.0, weight),
            1 - p["missing.television_hamlet_share"],
        )  # fmt: skip
        lacks["education"] = self._lacks("education", n, np.where(pupils[:n] > 0, weight, 0.0))
        lacks["income_source"] = self._lacks("income_source", n, np.where(workers[:n] == 0, 4.0, 1.0) * weight)
        product, planted = self._enterprises(n, workers[:n])
        households = Households(
            n_registered=n, n_exited=exited, status=status, village=village, hamlet=hamlet, people=people,
            workers=workers, away=away, ill=all_ill, disabled=np.concatenate([disabled, np.zeros(exited, bool)]),
            pupils=pupils, cause=cause, income=income, shares=self._shares(known, workers, away),
            lacks_housing=lacks["housing"], relocates=relocates, lacks_electricity=lacks["electricity"],
            lacks_television=lacks["television"], lacks_education=lacks["education"],
            lacks_insurance=lacks["insurance"], lacks_income_source=lacks["income_source"],
            house_stage=self._stages("works", lacks["housing"], "house"), house_progress=self.u("house.progress", n),
            relocation_stage=self._stages("relocation", relocates, "relocation"),
            backstop=self._backstop(known, workers, all_ill, income), product=product, planted=planted,
        )  # fmt: skip
        villages = Villages(
            places.township, places.tier, places.base_people, places.exited, places.x, places.y, places.product,
            **{f"lacks_{item}": self._village_lacks(item) for item in _VILLAGE_ITEMS},
        )  # fmt: skip
        county = County(
            self.scale, self.year, int(places.base_people.sum()), places.townships, villages, hamlets, households
        )
        for group in (county.townships, villages, hamlets, households):
            for array in vars(group).values():
                if isinstance(array, np.ndarray):
                    array.flags.writeable = False
        return county

    def _households(self) -> tuple[Ints, Ints, Ints, int, int]:
        """Return village, people and status of every rural household, and how many are registered and exited."""
        p, places = self.p, self.places
        registered = _counts(places.registered, p["county.people_per_registered_household_2018"])
        exited = np.array(largest_remainder(p["county.exited_households"] * self.scale, places.exited_people))
        exited = np.clip(exited, -(-places.exited_people // 8), places.exited_people)
        rest = places.base_people - places.registered - places.exited_people
        total = round(places.base_people.sum() / p["county.people_per_rural_household"])
        never = np.array(largest_remainder(total - registered.sum() - exited.sum(), rest))
        never = np.maximum(never, 1)
        sizes = [
            self._sizes("size.registered", places.registered, registered),
            self._sizes("size.exited", places.exited_people, exited),
            _even(rest, never),
        ]
        counts = (registered, exited, never)
        village = np.concatenate([np.repeat(np.arange(len(c)), c) for c in counts])
        status = np.repeat(np.array([1, 2, 0]), [int(c.sum()) for c in counts])
        return village, np.concatenate(sizes), status, int(registered.sum()), int(exited.sum())

    def _sizes(self, purpose: str, people: Ints, households: Ints) -> Ints:
        """Draw sizes 1..8 around the mean, then mend each village's sum one person at a time."""
        n = int(households.sum())
        cumulative = np.cumsum(tilted(_SIZES, people.sum() / n))
        u = self.u(purpose, n)
        size = np.minimum(np.searchsorted(cumulative, u) + 1, 8)
        first = 0
        for count, goal in zip(households.tolist(), people.tolist(), strict=True):
            here = size[first : first + count]
            first += count
            while (short := goal - int(here.sum())) != 0:
                room = np.flatnonzero(here < 8 if short > 0 else here > 1)
                here[room[: abs(short)]] += 1 if short > 0 else -1
        return size

    def _hamlets(self, village: Ints) -> tuple[Ints, Ints]:
        places, n = self.places, len(self.places.tier)
        count = np.array(largest_remainder(n * (self.p["county.hamlets_per_village"] - 3), places.base_people)) + 3
        first = np.concatenate([[0], np.cumsum(count)[:-1]])
        u = self.u("hamlet", len(village))
        return first[village] + (u * count[village]).astype(np.int64), np.repeat(np.arange(n), count)

    def _hamlet_arrays(self, village: Ints, hamlet: Ints, people: Ints, n: int, weight: Floats) -> Hamlets:
        p, m = self.p, len(village)
        registered = np.bincount(hamlet[:n], minlength=m)
        lacks = {
            item: choose_groups(self.u(f"lacks.{item}", m), weight, registered, n * p[f"missing.{item}_2018"] * part)
            for item, part in (("road", 1.0), ("water", 1.0), ("television", p["missing.television_hamlet_share"]))
        }
        return Hamlets(
            village, np.bincount(hamlet, minlength=m),
            np.bincount(hamlet, weights=people, minlength=m).astype(np.int64),
            lacks["road"], lacks["water"], lacks["television"],
            p["works.road_km"] * np.exp(p["works.road_km_sd"] * ndtri(self.u("road.km", m))),
            self._stages("works", lacks["road"], "road"), self._stages("works", lacks["water"], "water"),
            self.u("hamlet.progress", m),
        )  # fmt: skip

    def _stages(self, group: str, lacking: Bools, purpose: str) -> Ints:
        names = ("undiagnosed", "approved", "funded", "building", "awaiting")
        share = np.array([self.p[f"start.{group}_{name}"] for name in names])
        stage = np.searchsorted(np.cumsum(share) / share.sum(), self.u(f"stage.{purpose}", len(lacking)))
        return np.where(lacking, np.minimum(stage, 4), -1)

    def _members(self, people: Ints) -> tuple[Ints, Ints, Ints]:
        p, n = self.p, len(people)
        none = choose(
            self.u("no_worker", n), np.asarray(1.0 / people**1.5, dtype=np.float64), p["county.no_worker_share"] * n
        )
        workers = 1 + (self.u("workers", n) * 0.75 * (people - 1) + 0.25).astype(np.int64)
        workers = np.where(none, 0, np.minimum(workers, people))
        gone = choose(self.u("away", n), workers.astype(float), p["county.away_share"] * n)
        away = np.where(gone, np.maximum(1, workers - 1), 0)
        room = np.clip(people - workers, 0, 3)
        pupils = np.where(none, 0, (self.u("pupils", n) * (room + 1) * 0.8).astype(np.int64))
        return workers, np.minimum(away, workers), pupils

    def _causes(self, n: int, workers: Ints, pupils: Ints, no_road: Bools) -> tuple[Ints, Bools, Bools]:
        """One main cause a household, fitting what it looks like; funds and technology take the rest evenly."""
        p = self.p
        cause = np.full(n, -1)
        fits = {
            "labour": np.where(workers == 0, 5.0, 0.2), "illness": np.ones(n), "disability": np.ones(n),
            "schooling": np.where(pupils > 0, 1.0, 0.0), "disaster": np.ones(n),
            "transport": np.where(no_road, 5.0, 1.0),
        }  # fmt: skip
        for name, weight in fits.items():
            free = np.where(cause < 0, weight, 0.0)
            cause[choose(self.u(f"cause.{name}", n), free, p[f"cause.{name}"] * n)] = CAUSES.index(name)
        rest = np.where(self.u("cause.rest", n) < 0.5, CAUSES.index("funds"), CAUSES.index("technology"))
        cause = np.where(cause < 0, rest, cause)
        return cause, cause == CAUSES.index("illness"), cause == CAUSES.index("disability")

    def _incomes(self, village: Ints, known: int, workers: Ints, ill: Bools, deep: Bools) -> Floats:
        p, n = self.p, len(village)
        z = ndtri(self.u("income", n))
        income = (
            p["income.never_registered_median"] * (1 + p["income.growth"]) * np.exp(p["income.never_registered_sd"] * z)
        )
        factor = np.where(deep[village[:known]], p["income.deep_factor"], 1.0)
        factor *= np.where(workers == 0, p["income.no_worker_factor"], 1.0)
        factor *= np.where(ill, p["income.illness_factor"], 1.0)
        factor /= np.exp(np.log(factor[: self.registered]).mean())
        poor = p["income.registered_median_2018"] * np.exp(p["income.registered_sd"] * z[:known]) * factor
        income[:known] = np.where(np.arange(known) < self.registered, poor, np.maximum(poor, p["income.line_2018"]))
        return income

    def _shares(self, n: int, workers: Ints, away: Ints) -> Floats:
        p = self.p
        names = ("farming", "enterprise", "wages", "property", "transfers")
        mean = np.array([p[f"income.share_{name}"] for name in names])
        share = mean * np.exp(0.3 * ndtri(self.streams.array("start", "income.shares", (n, 5), self.year)))
        share[:, 2] *= np.where(workers == 0, 0.0, np.where(away > 0, 1.4, 0.7))
        return np.asarray(share / share.sum(axis=1, keepdims=True))

    def _lacks(self, item: str, n: int, weight: Floats, part: float = 1.0) -> Bools:
        return choose(self.u(f"lacks.{item}", n), weight, n * self.p[f"missing.{item}_2018"] * part)

    def _village_lacks(self, item: str) -> Bools:
        left = (self.places.tier <= 1) & ~self.places.exited
        return choose(
            self.u(f"village.{item}", len(left)), left.astype(float), self.p[f"village.lacks_{item}"] * left.sum()
        )

    def _backstop(self, known: int, workers: Ints, ill: Bools, income: Floats) -> Ints:
        p = self.p
        short = (income[:known] < p["income.line_2018"]) & (workers == 0)
        enrolled = choose(self.u("backstop", known), short.astype(float), p["backstop.enrolled_start"] * short.sum())
        return np.where(enrolled, np.where(self.u("backstop.class", known) < p["backstop.ab_share"], 1, 2), 0)

    def _enterprises(self, n: int, workers: Ints) -> tuple[Ints, Ints]:
        """Who holds what, and for orchards and herds planted in the last two years how many days before the start."""
        p = self.p
        has = choose(self.u("industry", n), np.where(workers > 0, 1.0, 0.3), p["start.industry_coverage"] * n)
        weight = np.array([p[f"industry.{name}.weight"] for name in PRODUCTS])
        kind = np.searchsorted(np.cumsum(weight) / weight.sum(), self.u("industry.product", n))
        perennial = np.isin(kind, [PRODUCTS.index(name) for name in PERENNIAL])
        u = self.u("industry.planted", n)
        age = np.where(u < p["start.planted_2016"], 641, 276)
        young = perennial & (u < p["start.planted_2016"] + p["start.planted_2017"])
        return np.where(has, kind, -1), np.where(has & young, age, 0)


def _counts(people: Ints, mean: float) -> Ints:
    """Return households by village so that the county's mean size is met and each village can reach its sum."""
    counts = np.array(largest_remainder(people.sum() / mean, people))
    return np.asarray(np.clip(counts, -(-people // 8), people))


def _even(people: Ints, households: Ints) -> Ints:
    size = np.repeat(people // households, households)
    first = np.concatenate([[0], np.cumsum(households)[:-1]])
    place = np.arange(len(size)) - np.repeat(first, households)
    return np.asarray(size + (place < np.repeat(people % households, households)))
