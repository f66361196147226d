"""The county as frozen arrays; row i of a group belongs to entity i."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

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


@dataclass(frozen=True)
class Townships:
    """Key and whether it is a deep-poverty township."""

    key: tuple[str, ...]
    deep: Bools


@dataclass(frozen=True)
class Villages:
    """``exited``: registered poor villages out before the start; ``x``, ``y`` in km; lacks of those not yet out."""

    township: Ints
    tier: Ints
    base_people: Ints
    exited: Bools
    x: Floats
    y: Floats
    product: Ints
    lacks_hardened_road: Bools
    lacks_public_services: Bools
    lacks_special_industry: Bools
    lacks_collective_income: Bools
    lacks_sound_committee: Bools
    lacks_broadcast: Bools


@dataclass(frozen=True)
class Hamlets:
    """Stages: 0 not planned, 1 approved, 2 funded, 3 being built, 4 awaiting acceptance, -1 nothing lacking."""

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


@dataclass(frozen=True)
class Households:
    """All rural households: registered first, then exited, then never registered.

    ``income`` is yuan a head in the year if nothing new is done; ``shares`` (registered and exited only) its
    components; arrays named ``lacks_*``, ``relocates``, ``*_stage``, ``product``, ``planted`` cover the
    registered; ``backstop`` (0 none, 1 class A or B, 2 class C) registered and exited.
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


@dataclass(frozen=True)
class County:
    """The start of one replication; ``base_people`` is N, the fixed base of every incidence."""

    scale: float
    year: int
    base_people: int
    townships: Townships
    villages: Villages
    hamlets: Hamlets
    households: Households
