"""What a household or hamlet has follows where it lies."""

from __future__ import annotations

import numpy as np
import pytest

from sim.county import synthesise
from sim.county.county import CAUSES, PRODUCTS
from sim.county.places import lay_out, product_weights
from sim.evidence import load
from sim.streams import Streams

POINT = load().parameters()


@pytest.fixture(scope="module")
def counties():
    """Six counties, each with the remoteness of its hamlets."""
    made = []
    for index in range(6):
        streams = Streams(11, index)
        made.append((synthesise(POINT, streams), lay_out(POINT, streams, 1.0, 2018).hamlet_remoteness))
    return made


def with_poor(county):
    hh = county.households
    return np.bincount(hh.hamlet[: hh.n_registered], minlength=len(county.hamlets.village)) > 0


@pytest.mark.parametrize("item", ["road", "water", "television"])
def test_remote_hamlets_rather_lack_what_must_be_built(counties, item):
    lacking, others = [], []
    for county, remoteness in counties:
        flags = getattr(county.hamlets, f"lacks_{item}")
        lacking.extend(remoteness[flags])
        others.extend(remoteness[with_poor(county) & ~flags])
    error = (np.var(lacking) / len(lacking) + np.var(others) / len(others)) ** 0.5
    assert np.mean(lacking) - np.mean(others) > max(0.05, 3 * error)


def test_households_in_remote_hamlets_rather_relocate(counties):
    moving, staying = [], []
    for county, remoteness in counties:
        hh = county.households
        where = remoteness[hh.hamlet[: hh.n_registered]]
        moving.extend(where[hh.relocates])
        staying.extend(where[~hh.relocates])
    assert np.mean(moving) - np.mean(staying) > 0.1


def test_remote_hamlets_more_often_name_transport_as_the_cause(counties):
    blamed, others = [], []
    for county, remoteness in counties:
        hh = county.households
        n = hh.n_registered
        open_road = ~county.hamlets.lacks_road[hh.hamlet[:n]]
        transport = hh.cause[:n] == CAUSES.index("transport")
        blamed.extend(remoteness[hh.hamlet[:n]][open_road & transport])
        others.extend(remoteness[hh.hamlet[:n]][open_road & ~transport])
    assert np.mean(blamed) - np.mean(others) > 0.1


def test_roads_to_be_built_are_long_and_short_about_their_mean(counties):
    km = np.concatenate([county.hamlets.road_km for county, _ in counties])
    spread = POINT["works.road_km_sd"]
    assert km.mean() == pytest.approx(POINT["works.road_km"], rel=0.05)
    assert np.log(km).std() == pytest.approx(spread, rel=0.05)
    same = synthesise(load().parameters(None, {"works.road_km_sd": 0.0}), Streams(11, 0)).hamlets.road_km
    assert same == pytest.approx(np.full(len(same), POINT["works.road_km"]))


def held(index, share):
    """What each registered household with an industry holds, and what its village does."""
    county = synthesise(load().parameters(None, {"start.village_product_share": share}), Streams(11, index))
    hh = county.households
    mine, villages = hh.product, county.villages.product[hh.village[: hh.n_registered]]
    return mine[mine >= 0], villages[mine >= 0]


def test_where_all_share_the_product_of_their_village_all_hold_it():
    mine, villages = held(0, 1.0)
    assert len(mine) > 100
    assert (mine == villages).all()


def test_villages_have_products_of_their_own_by_their_weights(counties):
    products = np.concatenate([county.villages.product for county, _ in counties])
    share = np.bincount(products, minlength=len(PRODUCTS)) / len(products)
    assert share == pytest.approx(product_weights(POINT), abs=4 * (0.25 / len(products)) ** 0.5)
    assert all(len(set(county.villages.product)) > 1 for county, _ in counties)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_the_others_choose_for_themselves(share):
    mine, villages = held(1, share)
    alike = share + (1 - share) * product_weights(POINT)[villages].mean()
    assert (mine == villages).mean() == pytest.approx(alike, abs=4 * (0.25 / len(mine)) ** 0.5)
