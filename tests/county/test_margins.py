from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pytest

from sim.county import synthesise
from sim.county.county import CAUSES, CLASS_AB, DEEP, STAGES
from sim.evidence import load
from sim.streams import Streams
from tests.county.margins import check


def unmet(made, p):
    return [margin for margin in check(made, p) if not margin.met]


@pytest.mark.parametrize("year", [2016, 2018])
@pytest.mark.parametrize("scale", [1.0, 0.12])
def test_every_margin_is_met_in_every_draw(make, scale, year):
    assert [margin for index in range(30) for margin in unmet(*make(index, scale, year))] == []


def corner(index):
    """Every parameter at one end of its range, which end by a coin of its own."""
    coin = lambda name: blake2b(f"{index}/{name}".encode(), digest_size=1).digest()[0] % 2  # noqa: E731
    return load().parameters(lambda name: 0.9995 if coin(name) else 0.0005)


@pytest.mark.parametrize("year", [2016, 2018])
def test_every_margin_is_met_in_the_corners_of_the_ranges(year):
    for index in range(20):
        p = corner(index)
        assert unmet(synthesise(p, Streams(3, index), 1.0, year), p) == []


@pytest.mark.parametrize("end", [0.001, 0.999])
def test_every_margin_is_met_where_all_ranges_are_at_the_same_end(end):
    p = load().parameters(lambda _: end)
    assert unmet(synthesise(p, Streams(1)), p) == []


def test_in_a_small_county_a_corner_may_leave_the_deep_townships_too_few_poor_and_nothing_else():
    for index in range(20):
        p = corner(index)
        failing = unmet(synthesise(p, Streams(3, index), 0.12), p)
        assert {margin.name for margin in failing} <= {"registered in deep townships"}


def test_people_balance_to_the_last_one(make):
    made, _ = make(3)
    hh, v = made.households, made.villages
    assert (np.bincount(hh.village, hh.people) == v.base_people).all()
    assert (np.bincount(hh.hamlet, hh.people, len(made.hamlets.people)) == made.hamlets.people).all()
    assert (np.bincount(hh.hamlet, minlength=len(made.hamlets.people)) == made.hamlets.households).all()
    assert v.base_people.sum() == made.base_people
    assert hh.people.min() >= 1
    assert hh.people.max() <= 8
    assert (made.hamlets.village[hh.hamlet] == hh.village).all()


def test_the_published_exits_are_met_exactly(county):
    hh, n = county.households, county.households.n_registered
    assert (hh.n_exited, int(hh.people[n : n + hh.n_exited].sum())) == (3465, 13267)
    assert int(hh.people[:n].sum()) == round(168680 * 0.1059)


def test_deep_villages_lack_more_by_the_factor(county):
    hh, n = county.households, county.households.n_registered
    deep = (county.villages.tier == DEEP)[hh.village[:n]]
    for lacking in (hh.lacks_housing, hh.lacks_income_source, hh.lacks_insurance):
        assert lacking[deep].mean() / lacking[~deep].mean() == pytest.approx(1.4, rel=0.03)
    assert (
        hh.relocates[county.townships.deep[county.villages.township][hh.village[:n]]].sum()
        >= 0.7 * hh.relocates.sum()
    )


def test_members_and_causes_fit_each_other(county):
    hh, known = county.households, county.households.n_registered + county.households.n_exited
    cause = {name: hh.cause[:known] == CAUSES.index(name) for name in CAUSES}
    assert (hh.workers + hh.pupils <= hh.people).all()
    assert (hh.away <= hh.workers).all()
    assert hh.ill[:known][cause["illness"]].all()
    assert hh.disabled[:known][cause["disability"]].all()
    assert (hh.workers[:known][cause["labour"]] <= 1).all()
    assert (hh.pupils[:known][cause["schooling"]] > 0).all()
    assert (hh.cause[known:] == -1).all()
    blocked = county.hamlets.lacks_road[hh.hamlet[:known]]
    assert cause["transport"][blocked].mean() > 2 * cause["transport"][~blocked].mean()


def test_lacks_fit_the_household(county):
    hh, n = county.households, county.households.n_registered
    assert not (hh.lacks_housing & hh.relocates).any()
    assert (hh.pupils[:n][hh.lacks_education] > 0).all()
    assert not (hh.lacks_income_source & (hh.backstop[:n] == CLASS_AB)).any()
    none = hh.workers[:n] == 0
    assert hh.lacks_income_source[none].mean() > 2 * hh.lacks_income_source[~none].mean()
    assert not (hh.lacks_television & county.hamlets.lacks_television[hh.hamlet[:n]]).any()
    assert (hh.workers[: len(hh.backstop)][hh.backstop > 0] == 0).all()


def test_stages_are_given_where_something_is_lacking_and_progress_where_it_is_built(county):
    hh, hamlets = county.households, county.hamlets
    for lacking, stage in (
        (hh.lacks_housing, hh.house_stage), (hh.relocates, hh.relocation_stage),
        (hamlets.lacks_road, hamlets.stage_road), (hamlets.lacks_water, hamlets.stage_water),
    ):  # fmt: skip
        assert ((stage >= 0) == lacking).all()
    building = (hh.house_stage == STAGES.index("building")) | (
        hh.relocation_stage == STAGES.index("building")
    )
    assert ((hh.house_progress > 0) == building).all()
    assert hh.house_progress.max() < 1


def test_income_has_its_components(county):
    hh, n = county.households, county.households.n_registered
    assert hh.shares.sum(axis=1) == pytest.approx(np.ones(len(hh.shares)))
    none = hh.workers[: len(hh.shares)] == 0
    assert (hh.shares[none, 2] == 0).all()
    away = hh.away[:n] > 0
    assert hh.shares[:n][away, 2].mean() > 1.3 * hh.shares[:n][~away & ~none[:n], 2].mean()
    assert np.median(hh.income[:n][none[:n]]) < 0.9 * np.median(hh.income[:n][~none[:n]])
    assert (hh.income > 0).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("component", ["farming", "enterprise", "wages", "property", "transfers"])
def test_a_component_of_income_may_be_missing(make, component):
    found, _ = make(1, scale=0.1, prior=False, **{f"income__share_{component}": 0.0})
    shares = found.households.shares
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(shares)))
    assert shares.min() >= 0 and np.isfinite(found.households.income).all()


def test_short_of_income_as_assumed_on_average(make):
    for year, low, high in ((2018, 0.33, 0.60), (2016, 0.50, 0.75)):
        shares = []
        for index in range(10):
            made, p = make(index, year=year)
            income = made.households.income[: made.households.n_registered]
            shares.append(float((income < p[f"income.line_{year}"]).mean()))
        assert low < np.mean(shares) < high


def test_roads_and_water_fail_in_clusters(county):
    hh, n = county.households, county.households.n_registered
    with_poor = np.bincount(hh.hamlet[:n], minlength=len(county.hamlets.village)) > 0
    assert county.hamlets.lacks_road[with_poor].mean() < 0.1
    assert not county.villages.exited[county.hamlets.village[county.hamlets.lacks_road]].any()
