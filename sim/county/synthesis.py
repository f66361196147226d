"""The starting county, drawn anew in each replication: what is unknown about the start is in the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from sim.county import income as money
from sim.county import lacks, livelihood
from sim.county.county import (
    EXITED,
    NEVER,
    REGISTERED,
    VILLAGE_ITEMS,
    County,
    Floats,
    Hamlets,
    Households,
    Villages,
    filled,
)
from sim.county.households import Causes, Members, causes, members
from sim.county.lacks import HamletLacks, HouseholdLacks
from sim.county.places import Places, lay_out
from sim.county.population import Draw, Population, populate
from sim.evidence import Parameters
from sim.streams import Streams

YEARS = (2016, 2018)


def synthesise(p: Parameters, streams: Streams, scale: float = 1.0, year: int = 2018) -> County:
    """Return a county that meets every margin of the start of ``year``, 2016 or 2018.

    Places are the same in both years; all else is drawn for the year.
    """
    if year not in YEARS:
        raise ValueError(f"year(={year}) must be one of {YEARS}")
    if not 0 < scale <= 1:
        raise ValueError(f"scale(={scale}) must be > 0 and <= 1")

    def draw(purpose: str, n: int) -> Floats:
        return streams.uniform("start", purpose, n, year)

    places = lay_out(p, streams, scale, year)
    pop = populate(p, draw, places, scale, year)
    hamlets = lacks.of_hamlets(p, draw, places, pop, year)
    m = members(p, draw, pop)
    where = pop.hamlet[: pop.known]
    why = causes(p, draw, pop, m, hamlets.road[where], places.hamlet_remoteness[where])
    return County(
        scale, year, int(places.base_people.sum()), places.townships, _villages(p, draw, places, year),
        _hamlets(p, draw, places, pop, hamlets, year),
        _households(p, draw, places, pop, hamlets, m, why, scale, year),
    )  # fmt: skip


def all_on_the_books(county: County, streams: Streams) -> County:
    """Return the same county with whatever is known of registered households for all of them: see `Households`."""
    hh = county.households
    never = hh.n - hh.n_registered - hh.n_exited
    return replace(county, households=hh.all_on_the_books(streams.uniform("start", "inflow.members", never)))


def _villages(p: Parameters, draw: Draw, places: Places, year: int) -> Villages:
    lacking = lacks.of_villages(p, draw, places)
    n = len(places.tier)
    stages = np.stack([
        lacks.stages(p, draw(f"village.stage.{item}", n), flags, "works", year)
        for item, flags in zip(VILLAGE_ITEMS, lacking, strict=True)
    ])  # fmt: skip
    return Villages(
        places.township, places.tier, places.base_people, places.exited, places.x, places.y, places.product,
        lacking, stages, lacks.progress(draw("village.progress", n), *stages),
    )  # fmt: skip


def _hamlets(
    p: Parameters, draw: Draw, places: Places, pop: Population, flags: HamletLacks, year: int
) -> Hamlets:
    m = len(places.hamlet_village)
    sd = p["works.road_km_sd"]
    road = lacks.stages(p, draw("hamlet.stage.road", m), flags.road, "works", year)
    water = lacks.stages(p, draw("hamlet.stage.water", m), flags.water, "works", year)
    return Hamlets(
        village=places.hamlet_village,
        households=np.bincount(pop.hamlet, minlength=m),
        people=np.bincount(pop.hamlet, pop.people, m).astype(np.int64),
        lacks_road=flags.road,
        lacks_water=flags.water,
        lacks_television=flags.television,
        road_km=p["works.road_km"] * np.exp(sd * ndtri(draw("hamlet.road_km", m)) - sd**2 / 2),
        stage_road=road,
        stage_water=water,
        progress=lacks.progress(draw("hamlet.progress", m), road, water),
    )


def _households(
    p: Parameters, draw: Draw, places: Places, pop: Population, hamlets: HamletLacks, m: Members, why: Causes,
    scale: float, year: int,
) -> Households:  # fmt: skip
    n, known, every = pop.n_registered, pop.known, len(pop.people)
    lacking = HouseholdLacks(p, draw, places, pop, year)
    income = money.incomes(p, draw, pop, lacking.deep, why.ill[:n], year)
    classes = money.backstop(p, draw, pop, income, year)
    paid = money.backstop_counted(p, classes, n)
    income[:known] += paid
    relocates = lacking.relocates(scale)
    housing = lacking.of("housing", ~relocates)
    house = lacks.stages(p, draw("household.stage.house", n), housing, "works", year)
    move = lacks.stages(p, draw("household.stage.relocation", n), relocates, "relocation", year)
    dark = hamlets.television[pop.hamlet[:n]]
    product = livelihood.products(p, draw, places, pop, year)
    return Households(
        n_registered=n,
        n_exited=pop.n_exited,
        status=np.repeat([REGISTERED, EXITED, NEVER], [n, pop.n_exited, every - known]),
        village=pop.village,
        hamlet=pop.hamlet,
        people=pop.people,
        workers=filled(m.workers, every, 0),
        away=filled(m.away, every, 0),
        ill=filled(why.ill, every, False),
        disabled=filled(why.disabled, every, False),
        pupils=filled(m.pupils, every, 0),
        cause=filled(why.cause, every, -1),
        income=income,
        shares=money.components(p, draw, pop, m, income, paid),
        lacks_housing=housing,
        relocates=relocates,
        lacks_electricity=lacking.of("electricity", np.ones(n, bool)),
        lacks_television=lacking.of("television", ~dark, int(dark.sum())),
        lacks_education=lacking.of("education", m.pupils[:n]),
        lacks_insurance=lacking.of("insurance", np.ones(n, bool)),
        lacks_income_source=lacking.of("income_source", lacks.income_source_weight(pop, classes, p)),
        house_stage=house,
        house_progress=lacks.progress(draw("household.progress", n), house, move),
        relocation_stage=move,
        backstop=classes,
        product=product,
        planted=livelihood.planted(p, draw, product, year),
    )
