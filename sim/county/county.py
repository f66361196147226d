"""The county as frozen, read-only arrays; row i of a group belongs to entity i."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Kind = TypeVar("Kind", bound=np.generic)

TOWNSHIPS = ("ziyuan", "zhongfeng", "meixi", "guali", "chetian", "liangshui", "hekou")
TIERS = ("deep", "poor", "high", "other")
DEEP, POOR, HIGH, OTHER = range(4)
PRODUCTS = ("chilli", "tomato", "vegetables", "grape", "kiwifruit", "cattle", "goats", "bamboo_rats", "deer")
ANNUAL_CROPS = ("chilli", "tomato", "vegetables")
CROPS = (*ANNUAL_CROPS, "grape", "kiwifruit")
PERENNIAL = ("grape", "kiwifruit", "cattle", "goats", "deer")
CAUSES = (
    "illness", "disability", "schooling", "disaster", "marriage", "land", "water", "technology", "funds",
    "labour", "transport", "motivation",
)  # fmt: skip
NEVER, REGISTERED, EXITED = range(3)
#: A case on the first day: not yet planned, approved, funded, being built, awaiting acceptance.
STAGES = ("undiagnosed", "approved", "funded", "building", "awaiting")
COMPONENTS = ("farming", "enterprise", "wages", "property", "transfers")
FARMING, ENTERPRISE, WAGES, PROPERTY, TRANSFERS = range(5)
#: What a poor village may lack: what it needed as well until November 2018, and since then is noted for repair.
VILLAGE_ITEMS = (
    "hardened_road", "public_services", "special_industry", "collective_income", "sound_committee",
    "broadcast",
)  # fmt: skip
NO_BACKSTOP, CLASS_AB, CLASS_C = range(3)


class Arrays:
    """Closes every array of a frozen dataclass to writing."""

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)


@dataclass(frozen=True, eq=False)
class Townships(Arrays):
    """Key and whether it is a deep-poverty township."""

    key: tuple[str, ...]
    deep: Bools


@dataclass(frozen=True, eq=False)
class Villages(Arrays):
    """``exited``: registered poor villages out before the start; only the others lack things; ``x`` in km.

    ``lacks`` and ``stages`` have a row an item of `VILLAGE_ITEMS`; the stages index `STAGES`, -1 where nothing lacks;
    ``progress``: as in `Hamlets`.
    """

    township: Ints
    tier: Ints
    base_people: Ints
    exited: Bools
    x: Floats
    y: Floats
    product: Ints
    lacks: Bools
    stages: Ints
    progress: Floats

    def lacking(self, item: str) -> Bools:
        """Return which villages lack an item."""
        return np.asarray(self.lacks[VILLAGE_ITEMS.index(item)])

    def stage(self, item: str) -> Ints:
        """Return the stage of what is to mend an item, by village."""
        return np.asarray(self.stages[VILLAGE_ITEMS.index(item)])


@dataclass(frozen=True, eq=False)
class Hamlets(Arrays):
    """Stages index `STAGES`, -1 where nothing lacks; ``progress``: share of work done where building."""

    village: Ints
    households: Ints
    people: Ints
    lacks_road: Bools
    lacks_water: Bools
    lacks_television: Bools
    road_km: Floats
    stage_road: Ints
    stage_water: Ints
    progress: Floats


@dataclass(frozen=True, eq=False)
class Households(Arrays):
    """All rural households: registered first, then exited, then never registered.

    ``income`` is yuan a head in the year if nothing new is done, running backstop of class A or B included,
    class C not; ``shares`` (registered and exited) its components. ``lacks_*``, ``relocates``, ``*_stage``,
    ``product``, ``planted`` cover the registered; ``backstop`` (0 none, 1 class A or B, 2 class C) registered
    and exited. ``lacks_television`` is the household's own lack, beside that of its hamlet.
    ``planted``: days before the start where an orchard or a herd of the last two years stands, else 0.
    Of the never registered only people, places and income are known.
    """

    n_registered: int
    n_exited: int
    status: Ints
    village: Ints
    hamlet: Ints
    people: Ints
    workers: Ints
    away: Ints
    ill: Bools
    disabled: Bools
    pupils: Ints
    cause: Ints
    income: Floats
    shares: Floats
    lacks_housing: Bools
    relocates: Bools
    lacks_electricity: Bools
    lacks_television: Bools
    lacks_education: Bools
    lacks_insurance: Bools
    lacks_income_source: Bools
    house_stage: Ints
    house_progress: Floats
    relocation_stage: Ints
    backstop: Ints
    product: Ints
    planted: Ints

    @property
    def n(self) -> int:
        """The number of rural households."""
        return len(self.people)

    @property
    def on_register(self) -> Bools:
        """Which of those that the arrays of the registered cover are on the register of the first day."""
        return np.asarray(self.status[: self.n_registered] == REGISTERED)

    def all_on_the_books(self, u: Floats) -> Households:
        """Return the same households with every array over all of them, as a run of several years needs it.

        Anybody may come to be registered then. Who is not on the first day lacks nothing and owns nothing of
        its own until it is; the never registered earn in the mean shares of the others, and their members
        are those of a registered household as large (hot-deck imputation), which ``u``, a uniform number
        for each of them, chooses.
        """
        known, donor = self.n_registered + self.n_exited, self._as_large(u)
        members: dict[str, np.ndarray] = {}
        for name in ("workers", "away", "ill", "disabled", "pupils"):
            of_all = members[name] = getattr(self, name).copy()
            of_all[known:] = np.minimum(of_all[donor], self.people[known:])
        empty = {"house_stage": -1, "relocation_stage": -1, "product": -1, "cause": -1}
        whole: dict[str, np.ndarray] = {"shares": filled(self.shares, self.n, self.shares.mean(axis=0))}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray) and len(value) < self.n and field.name not in whole:
                whole[field.name] = filled(value, self.n, empty.get(field.name, 0))
        return replace(self, n_registered=self.n, n_exited=0, **members, **whole)

    def _as_large(self, u: Floats) -> Ints:
        """Return for each never registered household a registered one of its size, or else of the next."""
        order = self.people[: self.n_registered].argsort(kind="stable")
        sizes, wanted = self.people[order], self.people[self.n_registered + self.n_exited :]
        first = np.minimum(sizes.searchsorted(wanted), len(sizes) - 1)
        end = np.maximum(sizes.searchsorted(wanted, "right"), first + 1)
        return np.asarray(order[first + (u * (end - first)).astype(np.int64)])


def filled(values: NDArray[Kind], n: int, rest: object) -> NDArray[Kind]:
    """Return the values with as many rows of ``rest`` behind them as make ``n``."""
    whole = np.empty((n, *values.shape[1:]), values.dtype)
    whole[: len(values)], whole[len(values) :] = values, rest
    return whole


@dataclass(frozen=True, eq=False)
class County:
    """The start of one replication; ``base_people`` is N, the fixed base of every incidence."""

    scale: float
    year: int
    base_people: int
    townships: Townships
    villages: Villages
    hamlets: Hamlets
    households: Households

    def __repr__(self) -> str:
        villages, registered = len(self.villages.tier), self.households.n_registered
        return f"<County {self.year}: {self.base_people} people, {villages} villages, {registered} poor>"
